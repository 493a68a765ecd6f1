/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files that read compiler output.
 */
#ifndef KVM_LINUX_EXPLAIN_H
#define KVM_LINUX_EXPLAIN_H

/** The name that @line of compiler output says is unknown (heap), its kind in *@kind; NULL if it says no such thing. */
char *explain_unknown_name(const char *line, const char **kind);

/**
 * The name of the header that the compiler output @log says is missing (heap), the line that includes it in *@place
 * (heap); NULL, and *@place NULL, if it says something else first.
 */
char *explain_missing_header(const char *log, char **place);

/** "pv.c:123" at the start of error line @line, without column and folder (heap). */
char *explain_place(const char *line);

/**
 * Why kernel name @name is not modelled, as the list below the folder @headers of the stub headers has it (heap); NULL:
 * it is not on that list.
 */
char *not_modelled_reason(const char *headers, const char *name);

/** Where below kvm/linux/include a function, macro, constant or type called @name would belong. */
const char *explain_header_for(const char *name);

/**
 * The same as explain_unknown_name() for an error whose @line does not name what is missing: a macro that is none, or a
 * struct without members. @next is the compiler's output behind that line, which quotes the source.
 */
char *explain_quoted_name(const char *line, const char *next, const char **kind);

/** What is said of member @name, which a struct lacks as @line of the compiler's output has it (heap). */
char *explain_member(const char *line, const char *place, const char *name, const char *headers);

/** Path below folder @headers of the header that defines function or macro @name (heap); NULL: none does. */
char *explain_header_with(const char *headers, const char *name);

/** The same for the members of @type ("struct page"). */
char *explain_header_of_struct(const char *headers, const char *type);

#endif
