/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and lines of a loaded module's code, from its symbol table and DWARF (libdw).
 */
#ifndef KVM_LINUX_SYMBOLS_H
#define KVM_LINUX_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;

/**
 * The symbols of shared object @path, mapped at load address @base. NULL if it cannot be read.
 * Owned by the caller.
 */
struct symbols *symbols_open(const char *path, uintptr_t base);
void symbols_close(struct symbols *symbols);

/** Bytes from the load address to the end of the shared object. */
uintptr_t symbols_bytes(const struct symbols *symbols);

/**
 * Is @path an ELF file with all that its program headers promise? (Mapping a shorter one would end
 * in SIGBUS.)
 */
bool symbols_whole(const char *path);

/**
 * Name of the function at run-time @address, without the compiler's suffixes; "?" if none begins
 * there. Lives as long as @symbols.
 */
const char *symbols_function(struct symbols *symbols, uintptr_t address);

/** "pv.c:123 function" for @address. 0 or -ENOENT. */
int symbols_line(struct symbols *symbols, uintptr_t address, char *buf, size_t n);

/** One row of the line table that belongs to pv.c: link-time address. */
struct symbols_row {
	uint64_t address;
	int line;
};

/**
 * All is_stmt rows of pv.c in order of address; the array is the caller's. Count in *@count; NULL
 * if there are none.
 */
struct symbols_row *symbols_rows(struct symbols *symbols, size_t *count);

/**
 * Link-time addresses to which calls of function @name return, ascending; needs kept relocations.
 * Array as above.
 */
uint64_t *symbols_returns(struct symbols *symbols, const char *name, size_t *count);

/** Link-time start of the function that holds link-time @address, 0 if none. */
uint64_t symbols_function_start(struct symbols *symbols, uint64_t address);

#endif
