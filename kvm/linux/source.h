/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where pv.c is, which kernel version it is of, and what it is called.
 */
#ifndef KVM_LINUX_SOURCE_H
#define KVM_LINUX_SOURCE_H

#include "kvm/linux/builder.h"

/** A pv.c to be built; the texts are on the heap. */
struct pv_source {
	char *file;		/* absolute path */
	char *label;
	unsigned version;	/* KERNEL_VERSION(a, b, c) */
	char sha256[65];
	bool own_imports;	/* imports.h; never of a file from a Debian archive */
	char *members;		/* text of a header: own_members.h; NULL if there is none */
	char *members_note;
};

/**
 * Find the pv.c that @request means, taking it out of an archive into cache folder @cache if need
 * be. Status as in builder.h, with a message in *@message.
 */
int pv_source_find(const struct pv_build_request *request, const char *cache,
		   struct pv_source *source, char **message);
void pv_source_free(struct pv_source *source);

/**
 * "X.Y[.Z]" (anything may follow the last number if it does not begin with a digit) as a number; 0
 * if it is none.
 */
unsigned version_parse(const char *text);

#endif
