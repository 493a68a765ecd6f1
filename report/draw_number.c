/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers in units that a person reads: three significant digits, rounded half up, in integers
 * only.
 */
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"

struct unit {
	const char *name;
	uint64_t size; /* in the smallest unit */
	uint64_t end;  /* how many of it make the next unit worth while */
};

static const struct unit times[] = {
	{ "ps", 1, 1000 },
	{ "ns", 1000, 1000 },
	{ "us", 1000000, 1000 },
	{ "ms", 1000000000, 1000 },
	{ "s", 1000000000000, 1000 },
	{ "min", 60000000000000, 1000 },
	{ "h", 3600000000000000, UINT64_MAX },
};

static const struct unit sizes[] = {
	{ "B", 1, 1024 },
	{ "KiB", 1ull << 10, 1024 },
	{ "MiB", 1ull << 20, 1024 },
	{ "GiB", 1ull << 30, 1024 },
	{ "TiB", 1ull << 40, UINT64_MAX },
};

static uint64_t rounded(uint64_t value, uint64_t unit, unsigned factor)
{
	return (uint64_t)(((unsigned __int128)value * factor + unit / 2) / unit);
}

/*
 * The first unit in which the rounded value stays below the unit's end; as many decimals as make
 * three digits.
 */
static void draw_unit(uint64_t value, const struct unit *unit, char *buffer, size_t size)
{
	while (rounded(value, unit->size, 1) >= unit->end)
		unit++;
	if (value % unit->size == 0 && (unit->end == 1024 || unit->size == 1 || value == 0))
		snprintf(buffer, size, "%llu %s", (unsigned long long)(value / unit->size),
			 unit->name);
	else if (rounded(value, unit->size, 100) < 1000)
		snprintf(buffer, size, "%llu.%02llu %s",
			 (unsigned long long)rounded(value, unit->size, 100) / 100,
			 (unsigned long long)rounded(value, unit->size, 100) % 100, unit->name);
	else if (rounded(value, unit->size, 10) < 1000)
		snprintf(buffer, size, "%llu.%llu %s",
			 (unsigned long long)rounded(value, unit->size, 10) / 10,
			 (unsigned long long)rounded(value, unit->size, 10) % 10, unit->name);
	else
		snprintf(buffer, size, "%llu %s", (unsigned long long)rounded(value, unit->size, 1),
			 unit->name);
}

const char *draw_time(uint64_t ps, char *buffer, size_t size)
{
	if (ps == 0)
		snprintf(buffer, size, "0 s");
	else
		draw_unit(ps, times, buffer, size);
	return buffer;
}

const char *draw_size(uint64_t bytes, char *buffer, size_t size)
{
	draw_unit(bytes, sizes, buffer, size);
	return buffer;
}

const char *draw_count(int64_t count, char *buffer, size_t size)
{
	char digits[24];
	size_t length, to = 0;

	snprintf(digits, sizeof(digits), "%lld", (long long)count);
	length = strlen(digits);
	for (size_t i = 0; i < length && to + 2 < size; i++) {
		buffer[to++] = digits[i];
		if (digits[i] != '-' && (length - 1 - i) % 3 == 0 && i + 1 < length)
			buffer[to++] = ' ';
	}
	buffer[to] = '\0';
	return buffer;
}

const char *draw_share(uint64_t part, uint64_t whole, char *buffer, size_t size)
{
	uint64_t permille;

	buffer[0] = '\0';
	if (whole == 0)
		return buffer;
	permille = (uint64_t)(((unsigned __int128)part * 1000 + whole / 2) / whole);
	if (permille >= 100)
		snprintf(buffer, size, "%llu%%", (unsigned long long)(permille + 5) / 10);
	else
		snprintf(buffer, size, "%llu.%llu%%", (unsigned long long)permille / 10,
			 (unsigned long long)permille % 10);
	return buffer;
}
