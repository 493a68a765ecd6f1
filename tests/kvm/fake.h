/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A teardown algorithm that touches no Ultravisor: it writes down what it is called for, checks the
 * locks that pv.c would assert, and fails when told to. And the world it runs in: a host of 256
 * MiB, one address space, one VM.
 */
#ifndef TESTS_KVM_FAKE_H
#define TESTS_KVM_FAKE_H

#include <check.h>

#include "kvm/kvm_host.h"
#include "sim/engine.h"
#include "uv/cost.h"

#define MIB ((uint64_t)1 << 20)
#define USER_AT ((uint64_t)1 << 40)
#define GUEST_BYTES (16 * MIB)

struct fake {
	char log[2048];		/* "init_vm create_cpu0 create_cpu1 " */
	/* results */
	int init_vm, set_aside, deinit, perform, set_sec_parms, unpack, set_cpu_state;
	int fail_cpu;		/* create_cpu of this id fails with -EIO; -1: none */
	int fail_destroy;	/* destroy_cpu of this id and all above fail with EIO; -1: none */
	sim_time perform_time;	/* PERFORM takes this long */
	bool sca_there, sie_there, gmap_there;	/* at the time of the last deinit */
	char header[64];	/* what SET_SEC_PARMS was given ... */
	const void *header_at;	/* ... and where */
	uint64_t unpack_addr, unpack_size, unpack_tweak;
};

extern struct fake fake;
extern struct pv_algorithm fake_6_12, fake_6_1, fake_5_10;

/** The world of the running test. */
extern struct host *host;
extern struct mm *mm;
extern struct profile profile;

/**
 * Run @body as the only thread of a new simulation with host and mm; checks at the end that all
 * threads ended.
 */
void in_world(void (*body)(void));

/** The same in a simulation of another kind. */
void in_world_of(const struct sim_config *config, void (*body)(void));

/** A VM of GUEST_BYTES with @cpus vCPUs, backed by a mapping of mm. */
struct kvm_vm *make_vm(const struct pv_algorithm *algorithm, unsigned cpus);

/** Issue @cmd with @data; the last rc and rrc are in last_cmd. */
int command(struct kvm_vm *vm, uint32_t cmd, const void *data);
extern struct kvm_pv_cmd last_cmd;

/** Forget the log so far. */
void fake_clear_log(void);

/** How many findings of @kind the Ultravisor's checks have. */
unsigned violations(const char *kind);

#define suite_test(suite, tcase_name, ...) \
	suite_add(suite, tcase_name, (const TTest *const[]){ __VA_ARGS__, NULL })
void suite_add(Suite *suite, const char *name, const TTest *const *tests);

Suite *state_suite(void);
Suite *version_suite(void);
Suite *lifetime_suite(void);
Suite *memslot_suite(void);
Suite *vcpu_suite(void);
Suite *run_suite(void);

#endif
