/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address-space-control element as a union of bit-fields (asm/dat-bits.h). s390 declares them
 * from the most significant bit down; a little-endian compiler fills words from the other end, so
 * they stand here in reverse.
 */
#ifndef UVSIM_ASCE_H
#define UVSIM_ASCE_H

union asce {
	unsigned long val;
	struct {
		unsigned long tl : 2;	/* table length */
		unsigned long dt : 2;	/* designation type */
		unsigned long : 1;
		unsigned long r : 1;	/* real space */
		unsigned long x : 1;
		unsigned long s : 1;
		unsigned long p : 1;	/* private space */
		unsigned long g : 1;
		unsigned long : 2;
		unsigned long rsto : 52;	/* table origin */
	};
};

enum {
	TABLE_TYPE_SEGMENT = 0,
	TABLE_TYPE_REGION3 = 1,
	TABLE_TYPE_REGION2 = 2,
	TABLE_TYPE_REGION1 = 3,
};

#endif
