/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a patch adds to arch/s390/include/asm/kvm_host.h, as far as uvsim looks: for tests/own/members.c. */
struct kvm_s390_pv {
	u64 handle;			/* the stub headers have this one, */
	struct no_such_thing unused;	/* and nobody names this one */
#ifdef CONFIG_ANYTHING
	unsigned long own_next, own_rounds;	// how far the walk has come; how often it has begun
#endif
	DECLARE_BITMAP(own_bits, 64);
	int (*own_call)(struct kvm *kvm);
	struct {
		struct list_head first;
		unsigned int n : 4;
	} own_list;
};

struct kvm_arch {
	void *sca;
	struct kvm_s390_pv pv;
	atomic64_t own_total;
};
