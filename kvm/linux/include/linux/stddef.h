/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NULL and offsetof(). */
#ifndef UVSIM_LINUX_STDDEF_H
#define UVSIM_LINUX_STDDEF_H

#include <linux/kernel.h>

#endif
