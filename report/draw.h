/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drawing text for people: lines that fit the terminal, numbers in human units, bars. Private to
 * report/ and its tests.
 */
#ifndef REPORT_DRAW_H
#define REPORT_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DRAW_COLUMNS_MIN 40
#define DRAW_LINE_MAX 2048

/** Where and how to draw. */
struct page {
	FILE *out;
	unsigned columns; /* >= DRAW_COLUMNS_MIN; no line is longer */
	bool colour;
	bool utf8;
};

/** What a stretch of text is, for its colour. */
enum draw_style { DRAW_PLAIN, DRAW_TITLE, DRAW_GOOD, DRAW_BAD, DRAW_DIM };

/**
 * A page on @out, @columns wide (at least DRAW_COLUMNS_MIN), in the character set of the locale.
 */
struct page draw_page(FILE *out, unsigned columns, bool colour);

/** One line, cut where the page ends ("..." shows that). Control characters are replaced. */
void draw_line(const struct page *page, enum draw_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** As draw_line(), but goes on on further lines, at word boundaries, indented by @indent. */
void draw_wrapped(const struct page *page, enum draw_style style, unsigned indent,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Columns that @text takes (UTF-8: one for each character). */
size_t draw_width(const char *text);

/** @text in @buffer, cut or padded with spaces to exactly @columns. Returns @buffer. */
const char *draw_pad(const struct page *page, const char *text, size_t columns, char *buffer,
		     size_t size);

/**
 * A bar @columns wide for [@begin, @end) of [0, @whole): spaces, then blocks. Never empty while
 * @end > @begin. Returns @buffer, which needs 3 bytes a column and one more.
 */
const char *draw_bar(const struct page *page, uint64_t begin, uint64_t end, uint64_t whole,
		     unsigned columns, char *buffer, size_t size);

/** "1.23 s", "45.6 us": three significant digits. Returns @buffer. */
const char *draw_time(uint64_t ps, char *buffer, size_t size);

/** "16 GiB", "1.50 MiB", "512 B". */
const char *draw_size(uint64_t bytes, char *buffer, size_t size);

/** "12 345 678". */
const char *draw_count(int64_t count, char *buffer, size_t size);

/** @part of @whole: "37%", "0.4%", "" for an empty whole. */
const char *draw_share(uint64_t part, uint64_t whole, char *buffer, size_t size);

#endif
