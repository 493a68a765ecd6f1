/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One task that waits. */
#ifndef UVSIM_LINUX_RCUWAIT_H
#define UVSIM_LINUX_RCUWAIT_H

#include <linux/wait.h>

struct rcuwait {
	struct wait_queue_head queue;
};

#define rcuwait_init(w) init_waitqueue_head(&(w)->queue)
#define rcuwait_active(w) waitqueue_active(&(w)->queue)
#define rcuwait_wake_up(w) wake_up_all(&(w)->queue)
#define rcuwait_wait_event(w, condition, state) uvsim_event_state((w)->queue, condition, state, 0)

#endif
