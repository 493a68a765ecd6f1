/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searching. */
#ifndef UVSIM_LINUX_BSEARCH_H
#define UVSIM_LINUX_BSEARCH_H

#include <linux/sort.h>

#endif
