/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings. The condition is evaluated every time and every hit goes to the simulator, which
 * reports each site once (so that two modules in one process do not share a flag).
 */
#ifndef UVSIM_LINUX_BUG_H
#define UVSIM_LINUX_BUG_H

#include <linux/types.h>

#define WARN(condition, format...) ({ \
	int __warn_hit = !!(condition); \
	if (unlikely(__warn_hit)) \
		uvsim_api->warn(__FILE__, __LINE__, __func__, format); \
	unlikely(__warn_hit); \
})
#define WARN_ONCE(condition, format...) WARN(condition, format)
#define WARN_ON(condition) WARN(condition, "%s", #condition)
#define WARN_ON_ONCE(condition) WARN(condition, "%s", #condition)

#endif
