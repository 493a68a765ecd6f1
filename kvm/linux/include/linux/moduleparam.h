/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters keep the value that they are initialised with. Types are checked as far as they have a size; functions
 * that set or show one are compiled and never called.
 */
#ifndef UVSIM_LINUX_MODULEPARAM_H
#define UVSIM_LINUX_MODULEPARAM_H

#include <linux/types.h>

struct kernel_param {
	const char *name;
	void *arg;
	unsigned short perm;
};

struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *value, const struct kernel_param *parameter);
	int (*get)(char *buffer, const struct kernel_param *parameter);
	void (*free)(void *arg);
};

#define KERNEL_PARAM_OPS_FL_NOARG 1u

/* What nobody calls, with its type. */
#define UVSIM_PARAM(type) \
	UVSIM_STUB int param_set_##type(const char *value, const struct kernel_param *parameter) \
	{ \
		(void)value; \
		(void)parameter; \
		return 0; \
	} \
	UVSIM_STUB int param_get_##type(char *buffer, const struct kernel_param *parameter) \
	{ \
		(void)buffer; \
		(void)parameter; \
		return 0; \
	}

UVSIM_PARAM(byte)
UVSIM_PARAM(short)
UVSIM_PARAM(ushort)
UVSIM_PARAM(int)
UVSIM_PARAM(uint)
UVSIM_PARAM(long)
UVSIM_PARAM(ulong)
UVSIM_PARAM(ullong)
UVSIM_PARAM(hexint)
UVSIM_PARAM(charp)
UVSIM_PARAM(bool)
UVSIM_PARAM(invbool)

#define UVSIM_PARAM_byte unsigned char
#define UVSIM_PARAM_short short
#define UVSIM_PARAM_ushort unsigned short
#define UVSIM_PARAM_int int
#define UVSIM_PARAM_uint unsigned int
#define UVSIM_PARAM_long long
#define UVSIM_PARAM_ulong unsigned long
#define UVSIM_PARAM_ullong unsigned long long
#define UVSIM_PARAM_hexint unsigned int
#define UVSIM_PARAM_charp char *
#define UVSIM_PARAM_bool _Bool
#define UVSIM_PARAM_invbool _Bool

/* Its address is taken, as by the kernel's table of parameters. */
#define UVSIM_PARAM_USES(name, pointer) \
	static const void *const uvsim_param_##name __attribute__((used)) = (pointer)

#define module_param_named(name, value, type, mode) \
	UVSIM_PARAM_USES(name, &(value)); \
	_Static_assert(__builtin_types_compatible_p(typeof(value), UVSIM_PARAM_##type) && (mode) >= 0, \
		       "module parameter " #name " is no " #type)
#define module_param(name, type, mode) module_param_named(name, name, type, mode)
#define module_param_unsafe(name, type, mode) module_param(name, type, mode)
#define module_param_named_unsafe(name, value, type, mode) module_param_named(name, value, type, mode)
#define module_param_array_named(name, array, type, count, mode) \
	static unsigned int *const uvsim_count_of_##name __attribute__((unused)) = (unsigned int *)(count); \
	module_param_named(name, (array)[0], type, mode)
#define module_param_array(name, type, count, mode) module_param_array_named(name, name, type, count, mode)
#define module_param_string(name, string, n, mode) \
	UVSIM_PARAM_USES(name, string); \
	_Static_assert(sizeof(string) >= (n) && (mode) >= 0, #name)
#define module_param_cb(name, operations, argument, mode) \
	UVSIM_PARAM_USES(name, argument); \
	static const struct kernel_param_ops *const uvsim_ops_of_##name __attribute__((unused)) = (operations)
#define core_param(name, value, type, mode) module_param_named(name, value, type, mode)
#define MODULE_PARM_DESC(name, text) _Static_assert(1, text)
#define kernel_param_lock(module) ((void)(module))
#define kernel_param_unlock(module) ((void)(module))

#endif
