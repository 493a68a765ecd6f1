/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of KVM. */
#ifndef UVSIM_LINUX_KVM_TYPES_H
#define UVSIM_LINUX_KVM_TYPES_H

#include <linux/types.h>

#define INVALID_GPA (~(gpa_t)0)

#endif
