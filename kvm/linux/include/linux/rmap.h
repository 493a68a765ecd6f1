/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reverse maps are not kept: a page of a guest has one mapping. */
#ifndef UVSIM_LINUX_RMAP_H
#define UVSIM_LINUX_RMAP_H

#include <linux/mm.h>

#define folio_referenced(folio, locked, memcg, flags) ((void)(folio), 0)

#endif
