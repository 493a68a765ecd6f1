/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings. */
#ifndef UVSIM_LINUX_MMAN_H
#define UVSIM_LINUX_MMAN_H

#include <linux/mm.h>

#endif
