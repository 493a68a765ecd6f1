/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There is no speculation. */
#ifndef UVSIM_LINUX_NOSPEC_H
#define UVSIM_LINUX_NOSPEC_H

#include <linux/compiler.h>

#define array_index_nospec(index, size) ((void)(size), (index))
#define barrier_nospec() barrier()

#endif
