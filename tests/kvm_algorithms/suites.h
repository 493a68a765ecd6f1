/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of this program, and what they share.
 */
#ifndef TESTS_KVM_ALGORITHMS_SUITES_H
#define TESTS_KVM_ALGORITHMS_SUITES_H

#include "tests/kvm/fake.h"

Suite *async_suite(void);
Suite *sync_suite(void);
Suite *lazy_suite(void);
Suite *pages_suite(void);
Suite *dump_suite(void);
Suite *notifier_suite(void);
Suite *touch_suite(void);

/**
 * A VM whose address space has two table levels or more, unless @small, with @cpus vCPUs, made
 * protected by @algorithm.
 */
struct kvm_vm *protected_vm(const struct pv_algorithm *algorithm, unsigned cpus, bool small);

/**
 * Let the next @n calls of @cmd fail, or allocations if it is 0, after the next @skip of them. Calls fail with rc
 * UVC_RC_SIM_FAULT and rrc 1, 2, 3 ...
 */
void fail_next(uint16_t cmd, unsigned skip, unsigned n);

/** Let the next call of @cmd fail with @rc. */
void fail_next_with(uint16_t cmd, uint16_t rc);

/** The size of the variable storage last asked for, once fail_next() has been called. */
uint64_t variable_bytes(void);

/** Guest page @gpage becomes present, and the active configuration's. */
void import_page(struct kvm_vm *vm, uint64_t gpage);

/** How often @cmd has been issued with success. */
uint64_t calls(uint16_t cmd);

/** Close the VM: all of it must be gone, every block of kernel memory given back. */
void close_clean(struct kvm_vm *vm);

#endif
