/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vCPU that may be part of a rhythm (sim/rhythm.h): one of an unprotected guest that touches pages in a row and waits
 * for a frame each time.
 */
#ifndef KVM_RHYTHM_H
#define KVM_RHYTHM_H

#include "kvm/kvm_host.h"
#include "sim/rhythm.h"

/** What @vcpu's thread joins with, for the time that it is in KVM_RUN. */
struct sim_rhythm_part vcpu_rhythm(struct kvm_vcpu_sim *vcpu);

#endif
