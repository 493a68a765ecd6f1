/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifier blocks; the one chain there is that of the OOM killer (oom.h). */
#ifndef UVSIM_LINUX_NOTIFIER_H
#define UVSIM_LINUX_NOTIFIER_H

#include <linux/types.h>

#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK UVSIM_NOTIFY_STOP
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)

#endif
