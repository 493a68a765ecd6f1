/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members that pv.c's own kernel gives to KVM's structs.
 */
#ifndef KVM_LINUX_OWN_MEMBERS_H
#define KVM_LINUX_OWN_MEMBERS_H

/**
 * The text of a header for uvsim/kvm_objects.h (heap) with the members of struct kvm_s390_pv, kvm_arch and their kin
 * that the pv.c at @file names, the kernel's asm/kvm_host.h that belongs to it has, and the stub headers below @data
 * have not; *@note then says which (heap, a line). NULL, and *@note NULL, if there are none.
 */
char *own_members(const char *file, const char *data, char **note);

#endif
