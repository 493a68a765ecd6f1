/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Destroy walks that catch up with each other: see convoy.c.
 */
#ifndef MM_CONVOY_H
#define MM_CONVOY_H

#include "sim/convoy.h"

struct mm;

/** Let walks over the pages of @mm be convoys. */
void mm_convoy_allow(struct mm *mm);

#endif
