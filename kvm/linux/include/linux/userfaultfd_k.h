/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There is no userfaultfd. */
#ifndef UVSIM_LINUX_USERFAULTFD_K_H
#define UVSIM_LINUX_USERFAULTFD_K_H

#include <linux/mm.h>

#define userfaultfd_missing(vma) ((void)(vma), false)
#define userfaultfd_armed(vma) ((void)(vma), false)

#endif
