/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exports mean nothing here: module.c names what the simulator calls. */
#ifndef UVSIM_LINUX_EXPORT_H
#define UVSIM_LINUX_EXPORT_H

#include <linux/compiler.h>

#define EXPORT_SYMBOL(symbol) extern typeof(symbol) symbol
#define EXPORT_SYMBOL_GPL(symbol) extern typeof(symbol) symbol

#endif
