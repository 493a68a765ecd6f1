/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleepable RCU. */
#ifndef UVSIM_LINUX_SRCU_H
#define UVSIM_LINUX_SRCU_H

#include <linux/cleanup.h>
#include <linux/types.h>

#define srcu_read_lock(srcu) uvsim_api->srcu_read_lock((srcu), #srcu)

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
