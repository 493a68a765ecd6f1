/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a pv.c is built, told by its own text: what its version number need not say.
 */
#ifndef KVM_LINUX_SHAPE_H
#define KVM_LINUX_SHAPE_H

/** Names that can be told, and most of them. */
#define SHAPES_MAX 8

/**
 * The compiler options "-DUVSIM_SHAPE_X=0" or "=1" for the pv.c in @file, NULL-terminated, each on
 * the heap, into @options. What they mean: include/uvsim/version.h. None if the file cannot be read.
 */
void shape_options(const char *file, char *options[SHAPES_MAX + 1]);

#endif
