/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashing of numbers. */
#ifndef UVSIM_LINUX_HASH_H
#define UVSIM_LINUX_HASH_H

#include <linux/hashtable.h>

#endif
