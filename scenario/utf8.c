/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a text clean UTF-8, and if not, where does it break? Checked before libyaml sees it, because
 * libyaml would also take UTF-16 and says less about the place. Source: the table of well-formed
 * sequences in the Unicode standard.
 */
#include "scenario/utf8.h"

#include <stdint.h>

/* Length of the sequence at @p (at most @left bytes) and its code point; 0 if it is not
 * well-formed. */
static size_t decode(const unsigned char *p, size_t left, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = p[0] < 0x80   ? 1
			: p[0] < 0xc0 ? 0
			: p[0] < 0xe0 ? 2
			: p[0] < 0xf0 ? 3
			: p[0] < 0xf8 ? 4
				      : 0;

	if (length == 0 || length > left)
		return 0;
	*point = length == 1 ? p[0] : p[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (p[i] & 0x3f);
	}
	if (*point < least[length] || *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return length;
}

static bool printable(uint32_t point)
{
	if (point == '\t' || point == '\n' || point == '\r' || point == 0x85)
		return true;
	return point >= 0x20 && point != 0x7f && (point < 0x80 || point >= 0xa0) &&
	       point != 0xfffe && point != 0xffff;
}

enum utf8_flaw utf8_check(const char *text, size_t length, size_t *line, size_t *column)
{
	const unsigned char *p = (const unsigned char *)text;

	*line = 1;
	*column = 1;
	for (size_t i = 0; i < length;) {
		uint32_t point;
		size_t n = decode(p + i, length - i, &point);

		if (n == 0)
			return UTF8_BROKEN;
		if (!printable(point))
			return UTF8_CONTROL;
		i += n;
		if (point == '\n') {
			++*line;
			*column = 1;
		} else {
			++*column;
		}
	}
	return UTF8_GOOD;
}
