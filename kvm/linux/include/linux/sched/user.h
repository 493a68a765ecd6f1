/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks: see cred.h. */
#ifndef UVSIM_LINUX_SCHED_USER_H
#define UVSIM_LINUX_SCHED_USER_H

#include <linux/cred.h>

#endif
