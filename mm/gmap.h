/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gmap: the guest address space on top of a mm, and what the kernel does to a guest page through it.
 *
 * Guest absolute addresses map to user virtual ones by segments (as gmap_map_segment() does for memslots).
 * The top-level table is a real allocation, since pv.c replaces, keeps and frees it.
 *
 * Source of behaviour: Linux 6.12 arch/s390/mm/gmap.c (gmap_fault, s390_replace_asce), arch/s390/kernel/uv.c
 * (gmap_make_secure, gmap_convert_to_secure, gmap_destroy_page).
 */
#ifndef MM_GMAP_H
#define MM_GMAP_H

#include "mm/mm.h"

#define ASCE_TYPE_MASK 0x0cu
#define ASCE_TYPE_SEGMENT 0x00u		/* guest limit 2 GiB */
#define ASCE_TYPE_REGION3 0x04u		/* 4 TiB */
#define ASCE_TYPE_REGION2 0x08u		/* 8 PiB */
#define ASCE_PRIVATE 0x100u		/* private-space control */

struct gmap_segment {
	struct gmap_segment *next;
	uint64_t from, to, bytes;	/* user virtual, guest absolute */
};

struct gmap_space {
	struct mm *mm;
	struct sim_rwlock mmu_lock;	/* kvm->mmu_lock, from 7.0 on; up to 6.19 nobody takes it */
	uint64_t limit;			/* guest addresses below it exist */
	uint64_t asce;
	uint64_t table;			/* address of the top-level table */
	bool listed;			/* the table is on crst_list: freed with the gmap */
	bool removed;
	struct gmap_segment *segments;
};

/** Which address space a top-level table leads to; newest first. */
struct gmap_asce {
	uint64_t asce;
	struct gmap_space *gmap;
	struct gmap_asce *next;
};

struct gmap_space *gmap_create(struct mm *mm, uint64_t limit);
void gmap_remove(struct gmap_space *gmap);
int gmap_map_segment(struct gmap_space *gmap, uint64_t from, uint64_t to, uint64_t bytes);
int gmap_unmap_segment(struct gmap_space *gmap, uint64_t to, uint64_t bytes);

/** User address of @gaddr in *@address; -EFAULT if none. */
int gmap_translate(struct gmap_space *gmap, uint64_t gaddr, uint64_t *address);

/**
 * Mapping and page behind guest page @gpage, or NULL; *@run (may be NULL) is cut to the pages that follow in
 * the same segment and mapping.
 */
struct mm_vma *gmap_page(struct gmap_space *gmap, uint64_t gpage, uint64_t *page, uint64_t *run);

/** First guest page from @gpage on that a segment maps; UINT64_MAX: none. */
uint64_t gmap_next_gpage(struct gmap_space *gmap, uint64_t gpage);

/**
 * Takes time: gmap_pv_destroy_range() of 7.0 on: destroy what is present of guest pages [@start, @end). 0, or -EINTR
 * when @interruptible and a fatal signal is pending.
 */
int gmap_pv_destroy_range(struct gmap_space *gmap, uint64_t start, uint64_t end, bool interruptible);

/** Takes time: s390_replace_asce(): 0, -EINVAL (segment type), -ENOMEM. The old table is unlisted in any case. */
int gmap_replace_asce(struct gmap_space *gmap);

/** s390_unlist_old_asce(): the top-level table is the caller's, who must free it. */
void gmap_unlist(struct gmap_space *gmap);
/** The table is freed with the guest address space again, after all. */
void gmap_list(struct gmap_space *gmap);

/** Takes time: gmap_fault() for write. 0, -EFAULT or -ENOMEM. */
int gmap_fault(struct gmap_space *gmap, uint64_t gaddr);

/**
 * Where in gmap_fault() a thread is; the first ones are those of enum fault_stage. From the second on the
 * mmap lock is held.
 */
enum gmap_fault_stage {
	GMAP_FAULT_BEGIN, GMAP_FAULT_CHECK, GMAP_FAULT_ALLOCATE, GMAP_FAULT_CLEAR, GMAP_FAULT_SET,
	GMAP_FAULT_LINK,	/* the page is present */
	GMAP_FAULT_LINKED,	/* and linked */
};

/** Where in gmap_convert_to_secure() a thread is. */
enum make_secure_stage {
	MAKE_SECURE_BEGIN,
	MAKE_SECURE_LOCK,	/* mmap lock held, host.make_secure is over */
	MAKE_SECURE_EXPORTED,	/* pte and folio lock held too, the export before the import is over */
	MAKE_SECURE_DONE,	/* all locks held, the UVC succeeded */
};

/**
 * Whether UVC @cmd on a page must be preceded by an export: without the MISC feature, when the mm has several
 * protected configurations.
 */
bool should_export_before_import(const struct mm_world *world, uint16_t cmd, int protected_count);

/** The count of protected configurations of @mm changes now: first touches in flight must notice. */
void mm_protected_count_changed(struct mm *mm);

/**
 * Takes time: the rest of gmap_fault(), gmap_convert_to_secure(), gmap_destroy_page() for a thread whose bulk
 * was stopped inside.
 */
int gmap_fault_from(struct gmap_space *gmap, uint64_t gaddr, enum gmap_fault_stage stage);
int gmap_convert_from(struct gmap_space *gmap, uint64_t gaddr, uint64_t handle, int protected_count,
		      enum make_secure_stage stage);
/** @destroyed: mmap and pte lock held, the UVC succeeded. */
int gmap_destroy_from(struct gmap_space *gmap, uint64_t gaddr, bool destroyed);

/**
 * Takes time: gmap_make_secure() with control block @uvcb (import, unpack or unpin). @protected_count is
 * context.protected_count. 0, -EAGAIN, -EFAULT, -ENXIO, -EINVAL.
 */
int gmap_make_secure(struct gmap_space *gmap, uint64_t gaddr, void *uvcb, int protected_count);

/**
 * Takes time: one try of the UVC in @uvcb on the page in @frame, present, its pte and folio locks held:
 * __make_folio_secure(). @refs: references that the caller has, beside the mapping's. 0, -EAGAIN, -EBUSY (there are
 * others), -ENXIO, -EINVAL.
 */
int make_folio_secure(struct mm *mm, uint64_t frame, unsigned refs, void *uvcb);

/** Takes time: gmap_convert_to_secure() for configuration @handle. */
int gmap_convert_to_secure(struct gmap_space *gmap, uint64_t gaddr, uint64_t handle, int protected_count);

/** Takes time: gmap_destroy_page(): destroy, else export. 0, -EFAULT, -EINVAL. */
int gmap_destroy_page(struct gmap_space *gmap, uint64_t gaddr);

/**
 * One guest access that the guest of @handle (0: plain) makes to page @gpage: what it would see, and for how
 * many of the next @max pages the same.
 */
enum guest_view { GUEST_OK, GUEST_ABSENT, GUEST_SECURE_ACCESS, GUEST_NON_SECURE, GUEST_VIOLATION, GUEST_NO_SLOT };
enum guest_view gmap_view(struct gmap_space *gmap, uint64_t handle, uint64_t gpage, uint64_t max, uint64_t *run);

#endif
