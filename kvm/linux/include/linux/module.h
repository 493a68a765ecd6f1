/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules: KVM is there from the begin to the end of a run; references to it hold nothing, and are counted. */
#ifndef UVSIM_LINUX_MODULE_H
#define UVSIM_LINUX_MODULE_H

#include <linux/types.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/moduleparam.h>

struct module;

#define THIS_MODULE ((struct module *)0)
#define MODULE_LICENSE(text) _Static_assert(1, text)
#define MODULE_AUTHOR(text) _Static_assert(1, text)
#define MODULE_DESCRIPTION(text) _Static_assert(1, text)
#define MODULE_ALIAS_MISCDEV(minor) _Static_assert(1, "")
#define MODULE_ALIAS(text) _Static_assert(1, text)
#define MODULE_IMPORT_NS(name) _Static_assert(1, "")

UVSIM_STUB bool try_module_get(struct module *module)
{
	uvsim_api->services->module_reference(module, 1);
	return true;
}

UVSIM_STUB void module_put(struct module *module)
{
	uvsim_api->services->module_reference(module, 0);
}
#define __module_get(module) ((void)try_module_get(module))

#endif
