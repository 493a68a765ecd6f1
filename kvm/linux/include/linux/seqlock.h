/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts that tell readers of a writer: a reader that meets one tries again. */
#ifndef UVSIM_LINUX_SEQLOCK_H
#define UVSIM_LINUX_SEQLOCK_H

#include <linux/spinlock.h>

typedef struct {
	unsigned int sequence;
} seqcount_t;

#define SEQCNT_ZERO(name) { 0 }
#define seqcount_init(s) ((void)((s)->sequence = 0))
#define raw_read_seqcount(s) ((s)->sequence)
#define raw_write_seqcount_begin(s) ((void)(s)->sequence++)
#define raw_write_seqcount_end(s) ((void)(s)->sequence++)
#define write_seqcount_begin(s) raw_write_seqcount_begin(s)
#define write_seqcount_end(s) raw_write_seqcount_end(s)

/* An even count: nobody writes. Until then time passes. */
UVSIM_STUB unsigned int read_seqcount_begin(const seqcount_t *s)
{
	while (READ_ONCE(s->sequence) & 1)
		uvsim_api->services->burn(1000000, "read_seqcount_begin");
	return s->sequence;
}

#define read_seqcount_retry(s, start) ((s)->sequence != (start))

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#define DEFINE_SEQLOCK(name) seqlock_t name = { .seqcount = { 0 } }
#define seqlock_init(sl) ((void)(*(sl) = (seqlock_t){ .seqcount = { 0 } }))
#define read_seqbegin(sl) read_seqcount_begin(&(sl)->seqcount)
#define read_seqretry(sl, start) read_seqcount_retry(&(sl)->seqcount, start)
#define write_seqlock(sl) do { spin_lock(&(sl)->lock); write_seqcount_begin(&(sl)->seqcount); } while (0)
#define write_sequnlock(sl) do { write_seqcount_end(&(sl)->seqcount); spin_unlock(&(sl)->lock); } while (0)

#endif
