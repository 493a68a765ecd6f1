/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user-space API of KVM: pv.c includes it and uses nothing of it directly. */
#ifndef UVSIM_LINUX_KVM_H
#define UVSIM_LINUX_KVM_H

#include <linux/types.h>

#endif
