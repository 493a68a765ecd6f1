/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drawing text for people: lines that fit the terminal and bars. Numbers are in draw_number.c.
 *
 * Every character is taken to be one column wide, which is so for all that uvsim itself writes.
 */
#include <assert.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"

struct page draw_page(FILE *out, unsigned columns, bool colour)
{
	return (struct page){
		.out = out,
		.columns = columns < DRAW_COLUMNS_MIN ? DRAW_COLUMNS_MIN : columns,
		.colour = colour,
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
	};
}

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t draw_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += starts_character(*text);
	return width;
}

/* Bytes of the first @columns characters of @text. */
static size_t bytes_of(const char *text, size_t columns)
{
	size_t i = 0;

	for (; text[i]; i++) {
		if (starts_character(text[i]) && columns-- == 0)
			break;
	}
	return i;
}

/*
 * Control characters would break the width or the terminal; so would UTF-8 on a terminal without
 * it.
 */
static void make_safe(const struct page *page, char *text)
{
	char *to = text;

	for (char *from = text; *from; from++) {
		unsigned char c = (unsigned char)*from;

		if (c < 0x20 || c == 0x7f)
			*to++ = ' ';
		else if (c < 0x80 || page->utf8)
			*to++ = *from;
		else if (starts_character(*from))
			*to++ = '?';
	}
	*to = '\0';
}

static void put(const struct page *page, enum draw_style style, const char *text, size_t bytes,
		const char *more)
{
	static const char *const code[] = { "", "\033[1m", "\033[32m", "\033[1;31m", "\033[2m" };
	bool coloured = page->colour && style != DRAW_PLAIN;

	while (bytes && text[bytes - 1] == ' ' && !*more)
		bytes--;
	fprintf(page->out, "%s%.*s%s%s\n", coloured ? code[style] : "", (int)bytes, text, more,
		coloured ? "\033[0m" : "");
}

/* Cuts @text to @columns; returns the bytes to show and what marks the cut in *@more. */
static size_t cut(const struct page *page, const char *text, size_t columns, const char **more)
{
	size_t mark = page->utf8 ? 1 : 3;

	*more = "";
	if (draw_width(text) <= columns)
		return strlen(text);
	*more = page->utf8 ? "\u2026" : "...";
	return columns > mark ? bytes_of(text, columns - mark) : 0;
}

void draw_line(const struct page *page, enum draw_style style, const char *format, ...)
{
	char text[DRAW_LINE_MAX];
	const char *more;
	size_t bytes;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	make_safe(page, text);
	bytes = cut(page, text, page->columns, &more);
	put(page, style, text, bytes, more);
}

/* Bytes of the longest beginning of @text that fits @columns, broken at a space if there is one. */
static size_t break_at(const char *text, size_t columns)
{
	size_t bytes = bytes_of(text, columns), space = bytes;

	if (!text[bytes])
		return bytes;
	while (space && text[space] != ' ')
		space--;
	return space ? space : bytes;
}

void draw_wrapped(const struct page *page, enum draw_style style, unsigned indent,
		  const char *format, ...)
{
	char text[DRAW_LINE_MAX], line[DRAW_LINE_MAX];
	const char *rest = text;
	unsigned margin = 0;
	va_list args;

	assert(indent < page->columns / 2);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	make_safe(page, text);
	do {
		/* Leading spaces of the first line are indentation, not a place to break. */
		size_t lead = margin ? 0 : strspn(rest, " ");
		size_t bytes = lead + break_at(rest + lead, page->columns - margin - lead);
		int length =
			snprintf(line, sizeof(line), "%*s%.*s", (int)margin, "", (int)bytes, rest);

		put(page, style, line, (size_t)length, "");
		rest += bytes;
		rest += strspn(rest, " ");
		margin = indent;
	} while (*rest);
}

const char *draw_pad(const struct page *page, const char *text, size_t columns, char *buffer,
		     size_t size)
{
	char safe[DRAW_LINE_MAX];
	const char *more;
	size_t bytes, width;

	snprintf(safe, sizeof(safe), "%s", text);
	make_safe(page, safe);
	bytes = cut(page, safe, columns, &more);
	snprintf(buffer, size, "%.*s%s", (int)bytes, safe, more);
	width = draw_width(buffer);
	if (width < columns && strlen(buffer) + columns - width < size) {
		size_t length = strlen(buffer);

		memset(buffer + length, ' ', columns - width);
		buffer[length + columns - width] = '\0';
	}
	return buffer;
}

const char *draw_bar(const struct page *page, uint64_t begin, uint64_t end, uint64_t whole,
		     unsigned columns, char *buffer, size_t size)
{
	unsigned from, to;
	char *s = buffer;

	assert(size > (size_t)columns * 3);
	if (columns == 0 || whole == 0 || end <= begin || begin >= whole)
		return strcpy(buffer, "");
	if (end > whole)
		end = whole;
	/*
	 * Both ends are rounded alike, so that neighbours share no cell; what is too short for one
	 * borrows it.
	 */
	from = (unsigned)(((unsigned __int128)begin * columns + whole / 2) / whole);
	to = (unsigned)(((unsigned __int128)end * columns + whole / 2) / whole);
	if (from == columns)
		from--;
	if (to <= from)
		to = from + 1;
	for (unsigned i = 0; i < to; i++) {
		const char *cell = i < from ? " " : page->utf8 ? "\u2588" : "#";

		strcpy(s, cell);
		s += strlen(cell);
	}
	*s = '\0';
	return buffer;
}
