/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings. The condition is evaluated every time and every hit goes to the simulator, which
 * reports each site once (so that two modules in one process do not share a flag). BUG() is a finding and ends the run.
 */
#ifndef UVSIM_LINUX_BUG_H
#define UVSIM_LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/types.h>

#define WARN(condition, format...) ({ \
	int __warn_hit = !!(condition); \
	if (unlikely(__warn_hit)) \
		uvsim_api->warn(__FILE__, __LINE__, __func__, format); \
	unlikely(__warn_hit); \
})
#define WARN_ONCE(condition, format...) WARN(condition, format)
#define WARN_RATELIMIT(condition, format...) WARN(condition, format)
#define WARN_ON(condition) WARN(condition, "%s", #condition)
#define WARN_ON_ONCE(condition) WARN(condition, "%s", #condition)
#define VM_WARN_ON(condition) ((void)WARN_ON(condition))
#define VM_WARN_ON_ONCE(condition) ((void)WARN_ON(condition))
#define VM_WARN_ON_FOLIO(condition, folio) ((void)(folio), WARN_ON(condition))
#define VM_WARN_ON_ONCE_FOLIO(condition, folio) VM_WARN_ON_FOLIO(condition, folio)
#define VM_WARN_ON_ONCE_PAGE(condition, page) VM_WARN_ON_FOLIO(condition, page)
#define WARN_TAINT(condition, taint, format...) WARN(condition, format)

#define uvsim_bug(text) uvsim_api->services->bug(__FILE__, __LINE__, __func__, text)
#define BUG() uvsim_bug("BUG()")
#define BUG_ON(condition) do { if (unlikely(condition)) uvsim_bug(#condition); } while (0)
#define VM_BUG_ON(condition) BUG_ON(condition)
#define VM_BUG_ON_FOLIO(condition, folio) do { (void)(folio); BUG_ON(condition); } while (0)
#define VM_BUG_ON_PAGE(condition, page) VM_BUG_ON_FOLIO(condition, page)
#define VM_BUG_ON_MM(condition, mm) VM_BUG_ON_FOLIO(condition, mm)
#define VM_BUG_ON_VMA(condition, vma) VM_BUG_ON_FOLIO(condition, vma)
#define dump_page(page, reason) ((void)(page), (void)(reason))
#define panic(format, args...) uvsim_bug("panic: " format)

#endif
