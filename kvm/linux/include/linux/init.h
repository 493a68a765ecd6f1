/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs when the kernel starts: the function given runs before the first VM of a run is made. */
#ifndef UVSIM_LINUX_INIT_H
#define UVSIM_LINUX_INIT_H

#include <linux/compiler.h>

/* module.c looks for it; pv.c has one at most. */
#define module_init(function) \
	int uvsim_module_init(void); \
	int uvsim_module_init(void) \
	{ \
		return function(); \
	} \
	_Static_assert(1, "")
/* Nothing ever unloads it. */
#define module_exit(function) \
	static void (*const uvsim_module_exit)(void) __attribute__((unused)) = (function)
#define early_initcall(function) module_init(function)
#define core_initcall(function) module_init(function)
#define subsys_initcall(function) module_init(function)
#define device_initcall(function) module_init(function)
#define late_initcall(function) module_init(function)

#endif
