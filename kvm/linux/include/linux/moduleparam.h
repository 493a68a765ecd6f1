/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters keep the value that they are initialised with. */
#ifndef UVSIM_LINUX_MODULEPARAM_H
#define UVSIM_LINUX_MODULEPARAM_H

#include <linux/compiler.h>

#define module_param_named(name, value, type, mode) _Static_assert(sizeof(value) > 0, #name)
#define module_param(name, type, mode) module_param_named(name, name, type, mode)
#define module_param_unsafe(name, type, mode) module_param(name, type, mode)
#define module_param_cb(name, ops, arg, mode) _Static_assert(1, #name)
#define core_param(name, value, type, mode) module_param_named(name, value, type, mode)
#define MODULE_PARM_DESC(name, text) _Static_assert(1, text)

#endif
