/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Caches are not modelled: their lines have no length that matters. */
#ifndef UVSIM_LINUX_CACHE_H
#define UVSIM_LINUX_CACHE_H

#include <linux/compiler.h>

#endif
