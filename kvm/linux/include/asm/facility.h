/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facilities of the machine, by number (Principles of Operation, "facility indications"): those that any machine with
 * an Ultravisor has (z15 and later) and kernel code near KVM asks for.
 */
#ifndef UVSIM_ASM_FACILITY_H
#define UVSIM_ASM_FACILITY_H

#include <linux/types.h>

UVSIM_STUB bool test_facility(unsigned long nr)
{
	static const unsigned char have[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24,
		25, 27, 28, 30, 31, 32, 33, 34, 35, 37, 40, 41, 42, 43, 44, 45, 47, 48, 49, 50, 51,
		52, 53, 54, 57, 58, 59, 60, 61, 65, 66, 67, 68, 73, 74, 75, 76, 77, 78, 80, 81, 82,
		129, 130, 131, 133, 134, 135, 138, 139, 142, 144, 145, 146, 148, 150, 151, 152,
		155, 158,
	};

	for (unsigned long i = 0; i < sizeof(have); i++)
		if (have[i] == nr)
			return true;
	return false;
}

#define machine_has_edat1() true
#define machine_has_edat2() true
#define machine_has_esop() true
#define machine_has_tlb_guest() true
#define machine_has_vx() true
#define cpu_has_edat1() true
#define cpu_has_edat2() true
#define cpu_has_idte() true
#define MACHINE_HAS_EDAT1 1
#define MACHINE_HAS_EDAT2 1
#define MACHINE_HAS_ESOP 1
#define MACHINE_HAS_TLB_GUEST 1

#endif
