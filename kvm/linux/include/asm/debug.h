/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The debug feature of s390: its areas are kept nowhere; KVM_UV_EVENT() and its like are (kvm_private.h). */
#ifndef UVSIM_ASM_DEBUG_H
#define UVSIM_ASM_DEBUG_H

#include <linux/slab.h>

typedef struct debug_info {
	int level;
} debug_info_t;

UVSIM_STUB debug_info_t *debug_register(const char *name, int pages, int areas, int size)
{
	(void)name;
	(void)pages;
	(void)areas;
	(void)size;
	return kzalloc(sizeof(debug_info_t), GFP_KERNEL);
}
#define debug_unregister(id) kfree(id)
#define debug_register_view(id, view) ((void)(id), 0)
#define debug_set_level(id, new) ((void)((id)->level = (new)))
#define debug_sprintf_event(id, level, format...) ((void)(id))
#define debug_text_event(id, level, text) ((void)(id))
#define debug_sprintf_view 0
#define debug_hex_ascii_view 0

#endif
