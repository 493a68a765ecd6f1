/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and lines of a loaded module's code. All function names go into a small open table at the
 * start, so that looking one up on a simulated thread, whose stack is small, is a matter of a few
 * steps.
 *
 * Link-time addresses are those in the file; run-time ones are higher by the load address.
 */
#include "kvm/linux/symbols.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm/linux/files.h"
#include "sim/engine.h"

/* pv.c and its stub headers have some 100 functions; the table is never more than half full. */
#define NAMES 1024

struct name {
	uintptr_t address;	/* 0: free */
	char *text;
};

struct symbols {
	Dwfl *dwfl;
	Dwfl_Module *module;
	uintptr_t base;
	GElf_Addr bias;		/* libdw's address minus link-time address */
	Elf *elf;
	struct name names[NAMES];
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static Dwarf_Addr dwfl_address(const struct symbols *symbols, uintptr_t address)
{
	return address - symbols->base + symbols->bias;
}

/* The place of @address in the table, or where it would go. */
static struct name *find_name(struct symbols *symbols, uintptr_t address)
{
	unsigned slot = (unsigned)(address * 0x9e3779b97f4a7c15ul >> 54);

	while (symbols->names[slot].address != 0 && symbols->names[slot].address != address)
		slot = (slot + 1) % NAMES;
	return &symbols->names[slot];
}

/* Names of several symbols at one address: the first is kept, as the account needs but one. */
static void read_names(struct symbols *symbols)
{
	int n = dwfl_module_getsymtab(symbols->module);
	unsigned used = 0;

	for (int i = 0; i < n && used < NAMES / 2; i++) {
		GElf_Addr address;
		GElf_Sym symbol;
		const char *text = dwfl_module_getsym_info(symbols->module, i, &symbol, &address,
							   NULL, NULL, NULL);
		struct name *name;

		if (text == NULL || GELF_ST_TYPE(symbol.st_info) != STT_FUNC ||
		    symbol.st_shndx == SHN_UNDEF)
			continue;
		name = find_name(symbols, address - symbols->bias + symbols->base);
		if (name->address != 0)
			continue;
		used++;
		name->address = address - symbols->bias + symbols->base;
		name->text = text_format("%.*s", (int)strcspn(text, "."), text);
	}
}

struct symbols *symbols_open(const char *path, uintptr_t base)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));

	if (symbols == NULL)
		return NULL;
	symbols->base = base;
	symbols->dwfl = dwfl_begin(&callbacks);
	if (symbols->dwfl != NULL) {
		dwfl_report_begin(symbols->dwfl);
		symbols->module = dwfl_report_offline(symbols->dwfl, "pv", path, -1);
		dwfl_report_end(symbols->dwfl, NULL, NULL);
	}
	if (symbols->module != NULL)
		symbols->elf = dwfl_module_getelf(symbols->module, &symbols->bias);
	if (symbols->elf == NULL) {
		symbols_close(symbols);
		return NULL;
	}
	read_names(symbols);
	return symbols;
}

void symbols_close(struct symbols *symbols)
{
	for (unsigned i = 0; i < NAMES; i++)
		free(symbols->names[i].text);
	if (symbols->dwfl != NULL)
		dwfl_end(symbols->dwfl);
	free(symbols);
}

uintptr_t symbols_bytes(const struct symbols *symbols)
{
	Dwarf_Addr begin, end;

	dwfl_module_info(symbols->module, NULL, &begin, &end, NULL, NULL, NULL, NULL);
	return end - begin;
}

const char *symbols_function(struct symbols *symbols, uintptr_t address)
{
	const struct name *name = find_name(symbols, address);

	return name->address != 0 ? name->text : "?";
}

/* libdw's own way out ends the process with half of its files. */
static void __attribute__((noreturn)) no_memory(void)
{
	sim_out_of_memory(0);
}

/* The next unit of the debug information: the first if @unit is NULL. */
static Dwarf_Die *next_unit(struct symbols *symbols, Dwarf_Die *unit)
{
	Dwarf_Addr bias;
	Dwarf *debug = unit == NULL ? dwfl_module_getdwarf(symbols->module, &bias) : NULL;

	if (debug != NULL)
		dwarf_new_oom_handler(debug, no_memory);
	return dwfl_module_nextcu(symbols->module, unit, &bias);
}

/*
 * The line table row for link-time @address: unit by unit, since clang writes no index of
 * addresses.
 */
static Dwarf_Line *find_row(struct symbols *symbols, Dwarf_Addr address)
{
	Dwarf_Die *unit = NULL;

	while ((unit = next_unit(symbols, unit)) != NULL) {
		Dwarf_Line *row;

		if (dwarf_haspc(unit, address) <= 0)
			continue;
		row = dwarf_getsrc_die(unit, address);
		if (row != NULL)
			return row;
	}
	return NULL;
}

int symbols_line(struct symbols *symbols, uintptr_t address, char *buf, size_t n)
{
	Dwarf_Line *row = find_row(symbols, address - symbols->base);
	const char *function =
		dwfl_module_addrname(symbols->module, dwfl_address(symbols, address));
	const char *file = row != NULL ? dwarf_linesrc(row, NULL, NULL) : NULL, *slash;
	int number = 0;

	if (file == NULL || function == NULL || dwarf_lineno(row, &number) != 0) {
		snprintf(buf, n, "?");
		return -ENOENT;
	}
	slash = strrchr(file, '/');
	snprintf(buf, n, "%s:%d %.*s", slash != NULL ? slash + 1 : file, number,
		 (int)strcspn(function, "."), function);
	return 0;
}

bool symbols_whole(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool whole = false;
	struct stat st;
	GElf_Phdr header;
	Elf *elf = NULL;
	size_t n = 0;

	elf_version(EV_CURRENT);
	if (fd >= 0 && fstat(fd, &st) == 0)
		elf = elf_begin(fd, ELF_C_READ, NULL);
	whole = elf != NULL && elf_kind(elf) == ELF_K_ELF && elf_getphdrnum(elf, &n) == 0 && n > 0;
	for (size_t i = 0; whole && i < n; i++)
		whole = gelf_getphdr(elf, (int)i, &header) != NULL &&
			header.p_offset + header.p_filesz <= (GElf_Xword)st.st_size;
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return whole;
}

static int by_address(const void *a, const void *b)
{
	const struct symbols_row *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static bool is_pv_c(const char *file)
{
	const char *slash = file != NULL ? strrchr(file, '/') : NULL;

	return file != NULL && strcmp(slash != NULL ? slash + 1 : file, "pv.c") == 0;
}

/* Append the rows of one compilation unit. */
static void add_rows(Dwarf_Lines *lines, size_t n, struct symbols_row **rows, size_t *count)
{
	*rows = realloc(*rows, (*count + n + 1) * sizeof(**rows));
	if (*rows == NULL) {
		*count = 0;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		Dwarf_Line *line = dwarf_onesrcline(lines, i);
		bool statement = false, end = false;
		Dwarf_Addr address = 0;
		int number = 0;

		if (!is_pv_c(dwarf_linesrc(line, NULL, NULL)) ||
		    dwarf_linebeginstatement(line, &statement) != 0 ||
		    dwarf_lineendsequence(line, &end) != 0 || dwarf_lineaddr(line, &address) != 0 ||
		    dwarf_lineno(line, &number) != 0 || !statement || end || number == 0)
			continue;
		(*rows)[(*count)++] = (struct symbols_row){ .address = address, .line = number };
	}
}

struct symbols_row *symbols_rows(struct symbols *symbols, size_t *count)
{
	struct symbols_row *rows = NULL;
	Dwarf_Die *unit = NULL;

	*count = 0;
	while ((unit = next_unit(symbols, unit)) != NULL) {
		Dwarf_Lines *lines;
		size_t n;

		if (dwarf_getsrclines(unit, &lines, &n) == 0)
			add_rows(lines, n, &rows, count);
	}
	if (*count == 0) {
		free(rows);
		return NULL;
	}
	qsort(rows, *count, sizeof(*rows), by_address);
	return rows;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * Every relocation of a call is the call's last four bytes, on x86-64, s390x and (the whole of it)
 * arm64.
 */
#define CALL_TAIL 4

static void add_returns(struct symbols *symbols, Elf_Scn *section, const GElf_Shdr *header,
			const char *name, uint64_t **returns, size_t *count)
{
	Elf_Data *data = elf_getdata(section, NULL);
	Elf_Scn *table = elf_getscn(symbols->elf, header->sh_link);
	Elf_Data *entries = table != NULL ? elf_getdata(table, NULL) : NULL;
	size_t n = header->sh_entsize != 0 ? header->sh_size / header->sh_entsize : 0;
	GElf_Shdr table_header;

	if (data == NULL || entries == NULL || gelf_getshdr(table, &table_header) == NULL)
		return;
	*returns = realloc(*returns, (*count + n + 1) * sizeof(**returns));
	if (*returns == NULL) {
		*count = 0;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char *target;
		GElf_Rela rela;
		GElf_Sym symbol;

		if (gelf_getrela(data, (int)i, &rela) == NULL ||
		    gelf_getsym(entries, (int)GELF_R_SYM(rela.r_info), &symbol) == NULL)
			continue;
		target = elf_strptr(symbols->elf, table_header.sh_link, symbol.st_name);
		if (target != NULL && strcmp(target, name) == 0)
			(*returns)[(*count)++] = rela.r_offset + CALL_TAIL;
	}
}

uint64_t *symbols_returns(struct symbols *symbols, const char *name, size_t *count)
{
	Elf_Scn *section = NULL;
	uint64_t *returns = NULL;
	GElf_Shdr header;

	*count = 0;
	while ((section = elf_nextscn(symbols->elf, section)) != NULL) {
		if (gelf_getshdr(section, &header) != NULL && header.sh_type == SHT_RELA &&
		    !(header.sh_flags & SHF_ALLOC))
			add_returns(symbols, section, &header, name, &returns, count);
	}
	if (*count == 0) {
		free(returns);
		return NULL;
	}
	qsort(returns, *count, sizeof(*returns), by_value);
	return returns;
}

uint64_t symbols_function_start(struct symbols *symbols, uint64_t address)
{
	GElf_Off offset = 0;
	GElf_Sym symbol;

	if (dwfl_module_addrinfo(symbols->module, address + symbols->bias, &offset, &symbol, NULL,
				 NULL, NULL) == NULL)
		return 0;
	return address - offset;
}
