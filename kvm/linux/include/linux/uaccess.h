/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Access to user memory: what the VMM handed over. A null pointer stands for an address that is not mapped. */
#ifndef UVSIM_LINUX_UACCESS_H
#define UVSIM_LINUX_UACCESS_H

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

UVSIM_STUB unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return uvsim_api->copy_to_user(to, from, n);
}

UVSIM_STUB unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	return uvsim_api->services->copy_from_user(to, from, n);
}

#define put_user(value, pointer) \
	({ \
		typeof(*(pointer)) __put = (value); \
		copy_to_user((pointer), &__put, sizeof(__put)) ? -14 : 0; \
	})
#define get_user(variable, pointer) \
	(copy_from_user(&(variable), (pointer), sizeof(variable)) ? -14 : 0)
#define clear_user(to, n) ({ static const char __zeroes[4096]; copy_to_user(to, __zeroes, n); })
#define access_ok(address, n) ((void)(n), (address) != NULL)
#define u64_to_user_ptr(x) ((void __user *)(unsigned long)(x))
#define might_fault() ((void)0)
#define __copy_to_user(to, from, n) copy_to_user(to, from, n)
#define __copy_from_user(to, from, n) copy_from_user(to, from, n)
#define __put_user(value, pointer) put_user(value, pointer)
#define __get_user(variable, pointer) get_user(variable, pointer)

/* What the user gives beyond @size is taken for zeros: contents are not kept. */
UVSIM_STUB int copy_struct_from_user(void *to, size_t size, const void __user *from, size_t given)
{
	size_t n = given < size ? given : size;

	memset((char *)to + n, 0, size - n);
	return copy_from_user(to, from, n) ? -EFAULT : 0;
}

/* A copy of @n bytes of user space, to be freed. */
UVSIM_STUB void *memdup_user(const void __user *from, size_t n)
{
	void *copy = kmalloc(n, GFP_KERNEL);

	if (!copy)
		return ERR_PTR(-ENOMEM);
	if (!copy_from_user(copy, from, n))
		return copy;
	kfree(copy);
	return ERR_PTR(-EFAULT);
}
#define vmemdup_user(from, n) memdup_user((from), (n))
#define memdup_array_user(from, n, size) memdup_user((from), (size_t)(n) * (size))

#endif
