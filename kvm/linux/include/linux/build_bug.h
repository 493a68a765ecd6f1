/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the compiler checks. */
#ifndef UVSIM_LINUX_BUILD_BUG_H
#define UVSIM_LINUX_BUILD_BUG_H

#include <linux/compiler.h>

#define static_assert(condition, text...) _Static_assert(condition, #condition)
#define BUILD_BUG_ON_MSG(condition, text) _Static_assert(!(condition), text)
#define BUILD_BUG_ON(condition) BUILD_BUG_ON_MSG(condition, #condition)
#define BUILD_BUG_ON_ZERO(condition) ((int)sizeof(struct { int : -!!(condition); }))

#endif
