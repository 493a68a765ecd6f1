/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The private header of KVM on s390 up to 6.19. */
#ifndef UVSIM_KVM_S390_H
#define UVSIM_KVM_S390_H

#include <uvsim/kvm_private.h>

#endif
