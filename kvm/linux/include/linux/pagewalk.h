/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Included by pv.c, nothing of it is used. */
#ifndef UVSIM_LINUX_PAGEWALK_H
#define UVSIM_LINUX_PAGEWALK_H

#include <linux/types.h>

#endif
