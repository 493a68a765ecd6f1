/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals. */
#ifndef UVSIM_LINUX_SIGNAL_H
#define UVSIM_LINUX_SIGNAL_H

#include <linux/sched/signal.h>

#endif
