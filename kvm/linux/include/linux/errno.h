/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error numbers, as in include/uapi/asm-generic/errno*.h. */
#ifndef UVSIM_LINUX_ERRNO_H
#define UVSIM_LINUX_ERRNO_H

#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define EINVAL 22
#define ENOSPC 28
#define EOPNOTSUPP 95

#endif
