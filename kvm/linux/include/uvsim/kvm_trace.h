/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trace points of KVM on s390: their arguments are looked at by nobody. Source: arch/s390/kvm/trace*.h. */
#ifndef UVSIM_KVM_TRACE_H
#define UVSIM_KVM_TRACE_H

#include <linux/types.h>

UVSIM_STUB void uvsim_no_trace(int first, ...)
{
	(void)first;
}

#define trace_kvm_s390_airq_suppressed(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_create_vcpu(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_deliver_interrupt(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_destroy_vcpu(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_diag_9c(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_enable_css(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_enable_disable_ibs(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_gmap_notifier(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_diag(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_lctl(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_operexc(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_prefix(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_sigp(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_sigp_pei(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_stap(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_stctl(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_stfl(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_sthyi(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_handle_stsi(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_inject_vcpu(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_inject_vm(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_intercept_instruction(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_intercept_prog(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_intercept_validity(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_major_guest_pfault(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_modify_ais_mode(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_pfault_done(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_pfault_init(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_request_resets(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_sie_enter(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_sie_exit(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_sie_fault(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_skey_related_inst(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_stop_request(args...) uvsim_no_trace(0, ##args)
#define trace_kvm_s390_vcpu_start_stop(args...) uvsim_no_trace(0, ##args)

#endif
