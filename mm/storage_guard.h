/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Donated storage is out of reach, as is what is not allocated: kernel code that touches it is caught in the act.
 *
 * The kernel heap has real memory behind it (mm/kernel_heap.h). While the Ultravisor holds a frame of it,
 * that memory cannot be accessed, so that a touch by pv.c is the exception 3d it would be on the machine. It
 * is reported as a violation "host-access" with the line of pv.c; then the page is opened and the code goes
 * on, so that one run shows all of them.
 */
#ifndef MM_STORAGE_GUARD_H
#define MM_STORAGE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct host;

/** Watch [@start, @start + @bytes) for @host. One window at a time. */
void storage_guard_begin(struct host *host, uint64_t start, uint64_t bytes);
void storage_guard_end(void);

/**
 * Frames [@number, @number + @n) are taken by the Ultravisor, or given back with zeroes in them. Those
 * outside the window do not matter.
 */
void storage_guard_set(uint64_t number, uint64_t n, bool taken);

#endif
