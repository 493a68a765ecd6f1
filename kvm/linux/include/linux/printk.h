/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's log: from "warning" up each place is reported once, the rest goes to the trace. */
#ifndef UVSIM_LINUX_PRINTK_H
#define UVSIM_LINUX_PRINTK_H

#include <linux/types.h>

typedef __builtin_va_list va_list;
#define va_start(list, last) __builtin_va_start(list, last)
#define va_end(list) __builtin_va_end(list)
#define va_copy(to, from) __builtin_va_copy(to, from)

int snprintf(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *buffer, size_t size, const char *format, va_list list) __attribute__((format(printf, 3, 0)));

/* What fits, without the end. */
#define scnprintf(buffer, size, format...) \
	({ \
		int __room = (int)(size), __print = snprintf((buffer), (size), format); \
		__print < __room ? __print : __room > 0 ? __room - 1 : 0; \
	})

UVSIM_STUB int vscnprintf(char *buffer, size_t size, const char *format, va_list list)
{
	int print = vsnprintf(buffer, size, format, list), room = (int)size;

	return print < room ? print : room > 0 ? room - 1 : 0;
}

#ifndef pr_fmt
#define pr_fmt(format) format
#endif
#define KERN_EMERG
#define KERN_ALERT
#define KERN_CRIT
#define KERN_ERR
#define KERN_WARNING
#define KERN_NOTICE
#define KERN_INFO
#define KERN_DEBUG
#define KERN_CONT

#define uvsim_print(level, format, args...) \
	uvsim_api->services->print(level, __FILE__, __LINE__, __func__, pr_fmt(format), ##args)
#define pr_emerg(format, args...) uvsim_print(0, format, ##args)
#define pr_alert(format, args...) uvsim_print(1, format, ##args)
#define pr_crit(format, args...) uvsim_print(2, format, ##args)
#define pr_err(format, args...) uvsim_print(3, format, ##args)
#define pr_warn(format, args...) uvsim_print(4, format, ##args)
#define pr_notice(format, args...) uvsim_print(5, format, ##args)
#define pr_info(format, args...) uvsim_print(6, format, ##args)
#define pr_debug(format, args...) uvsim_print(7, format, ##args)
#define pr_cont(format, args...) pr_debug(format, ##args)
#define pr_devel(format, args...) pr_debug(format, ##args)
#define printk(format, args...) pr_notice(format, ##args)
#define trace_printk(format, args...) pr_debug(format, ##args)
#define pr_emerg_once(format, args...) pr_emerg(format, ##args)
#define pr_err_once(format, args...) pr_err(format, ##args)
#define pr_warn_once(format, args...) pr_warn(format, ##args)
#define pr_info_once(format, args...) pr_info(format, ##args)
#define pr_err_ratelimited(format, args...) pr_err(format, ##args)
#define pr_warn_ratelimited(format, args...) pr_warn(format, ##args)
#define pr_notice_ratelimited(format, args...) pr_notice(format, ##args)
#define pr_info_ratelimited(format, args...) pr_info(format, ##args)
#define printk_ratelimited(format, args...) pr_notice(format, ##args)
#define printk_once(format, args...) pr_notice(format, ##args)
#define pr_alert_ratelimited(format, args...) pr_alert(format, ##args)
#define pr_crit_ratelimited(format, args...) pr_crit(format, ##args)
#define pr_debug_ratelimited(format, args...) pr_debug(format, ##args)
#define pr_notice_once(format, args...) pr_notice(format, ##args)
#define pr_debug_once(format, args...) pr_debug(format, ##args)
#define printk_deferred(format, args...) pr_notice(format, ##args)
/* Bytes are kept by nobody. */
#define print_hex_dump(level, prefix, type, row, group, bytes, n, ascii) ((void)(bytes), (void)(n))
#define print_hex_dump_debug(prefix, type, row, group, bytes, n, ascii) ((void)(bytes), (void)(n))
#define print_hex_dump_bytes(prefix, type, bytes, n) ((void)(bytes), (void)(n))
#define dump_stack() ((void)0)

#endif
