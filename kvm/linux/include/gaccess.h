/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Included by pv.c, nothing of it is used. */
#ifndef UVSIM_GACCESS_H
#define UVSIM_GACCESS_H

#include <linux/types.h>

#endif
