/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The private header of KVM on s390 from 7.0 on. */
#ifndef UVSIM_S390_H
#define UVSIM_S390_H

#include <uvsim/kvm_private.h>

#endif
