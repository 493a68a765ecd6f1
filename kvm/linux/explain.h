/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files that read compiler output.
 */
#ifndef KVM_LINUX_EXPLAIN_H
#define KVM_LINUX_EXPLAIN_H

/** The name that @line of compiler output says is unknown (heap), its kind in *@kind; NULL if it says no such thing. */
char *explain_unknown_name(const char *line, const char **kind);

/** "pv.c:123" at the start of error line @line, without column and folder (heap). */
char *explain_place(const char *line);

/**
 * Why kernel name @name is not modelled, as the list below the folder @headers of the stub headers has it (heap); NULL:
 * it is not on that list.
 */
char *not_modelled_reason(const char *headers, const char *name);

/** Where below kvm/linux/include a @kind called @name would belong. */
const char *explain_header_for(const char *name, const char *kind);

#endif
