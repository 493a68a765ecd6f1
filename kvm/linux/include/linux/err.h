/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error numbers in pointers. */
#ifndef UVSIM_LINUX_ERR_H
#define UVSIM_LINUX_ERR_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

UVSIM_STUB void *ERR_PTR(long error)
{
	return (void *)error;
}

UVSIM_STUB long PTR_ERR(const void *pointer)
{
	return (long)pointer;
}

UVSIM_STUB bool IS_ERR(const void *pointer)
{
	return IS_ERR_VALUE(pointer);
}

UVSIM_STUB void *ERR_CAST(const void *pointer)
{
	return (void *)pointer;
}

UVSIM_STUB int PTR_ERR_OR_ZERO(const void *pointer)
{
	return IS_ERR(pointer) ? (int)PTR_ERR(pointer) : 0;
}

UVSIM_STUB bool IS_ERR_OR_NULL(const void *pointer)
{
	return !pointer || IS_ERR_VALUE(pointer);
}

#endif
