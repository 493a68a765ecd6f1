/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints: TRACE_EVENT() makes an empty trace_NAME(). A header that defines events includes trace/define_trace.h at
 * its end, which is empty, too. What should be seen in uvsim's own trace: KVM_UV_EVENT(), pr_debug().
 */
#ifndef UVSIM_LINUX_TRACEPOINT_H
#define UVSIM_LINUX_TRACEPOINT_H

#include <linux/types.h>

#define TP_PROTO(args...) args
#define TP_ARGS(args...) args
#define TP_CONDITION(args...) args
#define TP_STRUCT__entry(args...)
#define TP_fast_assign(args...)
#define TP_printk(args...)
#define DECLARE_TRACE(name, proto, args) \
	UVSIM_STUB void trace_##name(proto) { } \
	UVSIM_STUB bool trace_##name##_enabled(void) { return false; }
#define TRACE_EVENT(name, proto, args, entry, assign, print) DECLARE_TRACE(name, TP_PROTO(proto), args)
#define TRACE_EVENT_CONDITION(name, proto, args, condition, entry, assign, print) \
	DECLARE_TRACE(name, TP_PROTO(proto), args)
#define DECLARE_EVENT_CLASS(name, proto, args, entry, assign, print)
#define DEFINE_EVENT(class, name, proto, args) DECLARE_TRACE(name, TP_PROTO(proto), args)
#define TRACE_DEFINE_ENUM(value)
#define EXPORT_TRACEPOINT_SYMBOL(name)
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name)

#endif
