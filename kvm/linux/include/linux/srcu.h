/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleepable RCU. Zeroed memory is a domain without readers. */
#ifndef UVSIM_LINUX_SRCU_H
#define UVSIM_LINUX_SRCU_H

#include <linux/cleanup.h>
#include <linux/types.h>

#define DEFINE_SRCU(name) struct srcu_struct name = { NULL }
#define DEFINE_STATIC_SRCU(name) static DEFINE_SRCU(name)
#define init_srcu_struct(srcu) ((srcu)->sim = NULL, 0)
#define cleanup_srcu_struct(srcu) ((void)((srcu)->sim = NULL))

#define srcu_read_lock(srcu) uvsim_api->srcu_read_lock((srcu), #srcu)
#define synchronize_srcu(srcu) uvsim_api->services->srcu_synchronize((srcu), #srcu)
#define synchronize_srcu_expedited(srcu) synchronize_srcu(srcu)
#define srcu_read_lock_held(srcu) uvsim_srcu_is_held(srcu)
#define srcu_dereference(pointer, srcu) READ_ONCE(pointer)
#define srcu_dereference_check(pointer, srcu, condition) READ_ONCE(pointer)

#define call_srcu(srcu, head, func) UVSIM_MEMORY->srcu_call((srcu), (head), (func), #srcu)
#define srcu_barrier(srcu) ((void)(srcu), UVSIM_MEMORY->srcu_callbacks_done())
#define srcu_read_lock_nmisafe(srcu) srcu_read_lock(srcu)
#define srcu_read_unlock_nmisafe(srcu, index) srcu_read_unlock(srcu, index)

UVSIM_STUB void srcu_read_unlock(struct srcu_struct *srcu, int index)
{
	uvsim_api->srcu_read_unlock(srcu, index);
}

UVSIM_STUB int uvsim_srcu_is_held(struct srcu_struct *srcu)
{
	return uvsim_api->srcu_is_held(srcu);
}

UVSIM_GUARD(srcu, struct srcu_struct,
	    held.index = (uvsim_api->srcu_read_lock)(held.lock, "kvm->srcu"),
	    uvsim_api->srcu_read_unlock(held.lock, held.index))

#endif
