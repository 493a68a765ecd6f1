/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arithmetic with a check: see kernel.h. */
#ifndef UVSIM_LINUX_OVERFLOW_H
#define UVSIM_LINUX_OVERFLOW_H

#include <linux/kernel.h>

#endif
