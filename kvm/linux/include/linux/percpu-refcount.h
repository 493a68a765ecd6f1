/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References that are cheap while they are many: here one count. The first is dropped by killing it; release() is
 * called with the last. Source of behaviour: Linux 6.12 lib/percpu-refcount.c.
 */
#ifndef UVSIM_LINUX_PERCPU_REFCOUNT_H
#define UVSIM_LINUX_PERCPU_REFCOUNT_H

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>

#define PERCPU_REF_INIT_ATOMIC 0x1u
#define PERCPU_REF_INIT_DEAD 0x2u
#define PERCPU_REF_ALLOW_REINIT 0x4u

struct percpu_ref;
typedef void (percpu_ref_func_t)(struct percpu_ref *ref);

struct percpu_ref {
	long count;
	bool dying;
	percpu_ref_func_t *release, *confirm;
	struct rcu_head rcu;
};

UVSIM_STUB int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags, gfp_t gfp)
{
	(void)gfp;
	*ref = (struct percpu_ref){
		.count = flags & PERCPU_REF_INIT_DEAD ? 0 : 1, .dying = flags & PERCPU_REF_INIT_DEAD,
		.release = release,
	};
	return 0;
}
#define percpu_ref_exit(ref) ((void)(ref))

UVSIM_STUB void percpu_ref_get_many(struct percpu_ref *ref, unsigned long n)
{
	ref->count += (long)n;
}
#define percpu_ref_get(ref) percpu_ref_get_many(ref, 1)

UVSIM_STUB void percpu_ref_put_many(struct percpu_ref *ref, unsigned long n)
{
	ref->count -= (long)n;
	WARN(ref->count < 0, "percpu ref (%p) <= 0 (%ld)", (void *)ref, ref->count);
	if (!ref->count)
		ref->release(ref);
}
#define percpu_ref_put(ref) percpu_ref_put_many(ref, 1)

UVSIM_STUB bool percpu_ref_tryget(struct percpu_ref *ref)
{
	if (!ref->count)
		return false;
	ref->count++;
	return true;
}
#define percpu_ref_tryget_live(ref) (!(ref)->dying && percpu_ref_tryget(ref))
#define percpu_ref_tryget_live_rcu(ref) percpu_ref_tryget_live(ref)
#define percpu_ref_is_dying(ref) ((ref)->dying)
#define percpu_ref_is_zero(ref) ((ref)->count == 0)

UVSIM_STUB void uvsim_percpu_ref_confirmed(struct rcu_head *head)
{
	struct percpu_ref *ref = container_of(head, struct percpu_ref, rcu);

	ref->confirm(ref);
	percpu_ref_put(ref);
}

/* @confirm after a grace period, with a reference held. */
UVSIM_STUB void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{
	WARN(ref->dying, "percpu_ref_kill_and_confirm called more than once");
	ref->dying = true;
	ref->confirm = confirm;
	if (confirm) {
		percpu_ref_get(ref);
		call_rcu(&ref->rcu, uvsim_percpu_ref_confirmed);
	}
	percpu_ref_put(ref);
}
#define percpu_ref_kill(ref) percpu_ref_kill_and_confirm(ref, NULL)

UVSIM_STUB void percpu_ref_resurrect(struct percpu_ref *ref)
{
	WARN_ON(!ref->dying);
	ref->dying = false;
	percpu_ref_get(ref);
}
#define percpu_ref_reinit(ref) do { WARN_ON((ref)->count); percpu_ref_resurrect(ref); } while (0)
#define percpu_ref_switch_to_atomic(ref, confirm) ((void)(ref))
#define percpu_ref_switch_to_percpu(ref) ((void)(ref))

#endif
