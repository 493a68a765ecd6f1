/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writable data of a loaded module, kept to be put back.
 */
#ifndef KVM_LINUX_IMAGE_H
#define KVM_LINUX_IMAGE_H

#include <stdint.h>

struct image;

/** A copy of the data of the shared object loaded at @base; the caller's. NULL without memory. */
struct image *image_take(uintptr_t base);

/** Let the data be as they were then. None of the module's functions may run. */
void image_restore(const struct image *image);
void image_free(struct image *image);

#endif
