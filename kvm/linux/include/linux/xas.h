/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A place in an xarray. It keeps the index and no node: each step goes from the root. It needs no lock for that, but
 * takes it as the kernel does.
 *
 * Left out: entries over several indices (xas_set_order() with an order above 0 is an error), conflicts, splitting.
 */
#ifndef UVSIM_LINUX_XAS_H
#define UVSIM_LINUX_XAS_H

#include <linux/xarray.h>

struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
	bool started;			/* xa_index has been looked at */
	int error;
	gfp_t gfp;			/* of xas_nomem(); 0: not asked yet */
};

#define XA_STATE(name, array, index) struct xa_state name = { .xa = (array), .xa_index = (index) }
#define XA_STATE_ORDER(name, array, index, order, sibs) XA_STATE(name, array, index)
#define xas_lock(xas) xa_lock((xas)->xa)
#define xas_unlock(xas) xa_unlock((xas)->xa)
#define xas_trylock(xas) xa_trylock((xas)->xa)
#define xas_lock_irq(xas) xas_lock(xas)
#define xas_unlock_irq(xas) xas_unlock(xas)
#define xas_lock_bh(xas) xas_lock(xas)
#define xas_unlock_bh(xas) xas_unlock(xas)
#define xas_lock_irqsave(xas, flags) do { (flags) = 0; xas_lock(xas); } while (0)
#define xas_unlock_irqrestore(xas, flags) do { (void)(flags); xas_unlock(xas); } while (0)
#define xas_error(xas) ((xas)->error)
#define xas_set_err(xas, err) ((void)((xas)->error = (int)(err)))
#define xas_invalid(xas) ((xas)->error != 0)
#define xas_valid(xas) (!xas_invalid(xas))
#define xas_reset(xas) ((void)((xas)->started = false, (xas)->error = 0))
#define xas_set(xas, index) do { (xas)->xa_index = (index); xas_reset(xas); } while (0)
#define xas_pause(xas) ((void)(xas))
#define xas_retry(xas, entry) (xa_is_zero(entry))
#define xas_reload(xas) xas_load(xas)
#define xas_set_order(xas, index, order) do { WARN_ON(order); xas_set(xas, index); } while (0)
#define xas_get_mark(xas, mark) xa_get_mark((xas)->xa, (xas)->xa_index, mark)
#define xas_set_mark(xas, mark) xa_set_mark((xas)->xa, (xas)->xa_index, mark)
#define xas_clear_mark(xas, mark) xa_clear_mark((xas)->xa, (xas)->xa_index, mark)

UVSIM_STUB void *xas_load(struct xa_state *xas)
{
	xas->started = true;
	return xas->error ? NULL : xa_load(xas->xa, xas->xa_index);
}

/* The old entry. Memory is allocated without sleeping, or, after xas_nomem(), as that was told. */
UVSIM_STUB void *xas_store(struct xa_state *xas, void *entry)
{
	void *old;

	if (xas->error)
		return NULL;
	old = uvsim_xa_put(xas->xa, xas->xa_index, entry, xas->gfp ? xas->gfp : GFP_NOWAIT);
	xas->error = xa_err(old);
	xas->started = true;
	return xas->error ? NULL : old;
}

/* Without the lock: whether to try again, with memory that may be waited for. */
UVSIM_STUB bool xas_nomem(struct xa_state *xas, gfp_t gfp)
{
	if (xas->error != -12 || xas->gfp)
		return false;
	xas->gfp = gfp;
	xas->error = 0;
	return true;
}

UVSIM_STUB void *uvsim_xas_find(struct xa_state *xas, unsigned long max, xa_mark_t filter)
{
	unsigned long index = xas->xa_index;
	void *entry;

	if (xas->error)
		return NULL;
	entry = xas->started ? xa_find_after(xas->xa, &index, max, filter) : xa_find(xas->xa, &index, max, filter);
	xas->started = true;
	if (entry)
		xas->xa_index = index;
	return entry;
}
#define xas_find(xas, max) uvsim_xas_find((xas), (max), XA_PRESENT)
#define xas_find_marked(xas, max, mark) uvsim_xas_find((xas), (max), (mark))
#define xas_next_entry(xas, max) xas_find(xas, max)

UVSIM_STUB void *xas_next(struct xa_state *xas)
{
	xas->xa_index += xas->started;
	return xas_load(xas);
}

UVSIM_STUB void *xas_prev(struct xa_state *xas)
{
	xas->xa_index -= xas->started;
	return xas_load(xas);
}

#define xas_for_each(xas, entry, max) \
	for ((entry) = xas_find(xas, max); (entry); (entry) = xas_find(xas, max))
#define xas_for_each_marked(xas, entry, max, mark) \
	for ((entry) = xas_find_marked(xas, max, mark); (entry); (entry) = xas_find_marked(xas, max, mark))

#endif
