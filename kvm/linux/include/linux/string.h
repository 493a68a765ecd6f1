/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory functions; the C library of the process has them. */
#ifndef UVSIM_LINUX_STRING_H
#define UVSIM_LINUX_STRING_H

#include <linux/types.h>

void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#endif
