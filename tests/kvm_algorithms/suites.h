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

/**
 * A VM whose address space has two table levels or more, unless @small, with @cpus vCPUs, made
 * protected by @algorithm.
 */
struct kvm_vm *protected_vm(const struct pv_algorithm *algorithm, unsigned cpus, bool small);

/** Let the next @n calls of @cmd fail, or allocations if it is 0, after the next @skip of them. */
void fail_next(uint16_t cmd, unsigned skip, unsigned n);

/** How often @cmd has been issued with success. */
uint64_t calls(uint16_t cmd);

/** Close the VM: all of it must be gone, every block of kernel memory given back. */
void close_clean(struct kvm_vm *vm);

#endif
