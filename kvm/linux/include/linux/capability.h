/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks: see cred.h. */
#ifndef UVSIM_LINUX_CAPABILITY_H
#define UVSIM_LINUX_CAPABILITY_H

#include <linux/cred.h>

#endif
