/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Access to user memory. */
#ifndef UVSIM_LINUX_UACCESS_H
#define UVSIM_LINUX_UACCESS_H

#include <linux/types.h>

UVSIM_STUB unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return uvsim_api->copy_to_user(to, from, n);
}

#endif
