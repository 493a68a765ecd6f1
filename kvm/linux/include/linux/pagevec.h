/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Batches of folios, each with the reference its owner took: as many as the kernel has, 31 from 6.10 on, 15 before */
#ifndef UVSIM_LINUX_PAGEVEC_H
#define UVSIM_LINUX_PAGEVEC_H

#include <linux/pagemap.h>

#if UVSIM_LINUX_VERSION < KERNEL_VERSION(6, 10, 0)
#define PAGEVEC_SIZE 15
#else
#define PAGEVEC_SIZE 31
#endif

struct folio_batch {
	unsigned char nr, i;
	bool percpu_pvec_drained;
	struct folio *folios[PAGEVEC_SIZE];
};

UVSIM_STUB void folio_batch_init(struct folio_batch *batch)
{
	batch->nr = batch->i = 0;
	batch->percpu_pvec_drained = false;
}
#define folio_batch_reinit(batch) ((void)((batch)->nr = (batch)->i = 0))

UVSIM_STUB unsigned int folio_batch_count(const struct folio_batch *batch)
{
	return batch->nr;
}

UVSIM_STUB unsigned int folio_batch_space(const struct folio_batch *batch)
{
	return PAGEVEC_SIZE - batch->nr;
}

/* The room that is left: 0 when the batch is full now. */
UVSIM_STUB unsigned int folio_batch_add(struct folio_batch *batch, struct folio *folio)
{
	batch->folios[batch->nr++] = folio;
	return folio_batch_space(batch);
}

UVSIM_STUB struct folio *folio_batch_next(struct folio_batch *batch)
{
	return batch->i < batch->nr ? batch->folios[batch->i++] : NULL;
}

/* Gives the references back. */
UVSIM_STUB void folios_put(struct folio_batch *batch)
{
	for (unsigned int i = 0; i < batch->nr; i++)
		folio_put(batch->folios[i]);
	folio_batch_reinit(batch);
}

UVSIM_STUB void folio_batch_release(struct folio_batch *batch)
{
	if (folio_batch_count(batch))
		folios_put(batch);
}
#define __folio_batch_release(batch) folio_batch_release(batch)

#endif
