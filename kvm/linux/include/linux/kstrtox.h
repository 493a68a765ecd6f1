/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers from text: decimal, 0x hexadecimal and 0 octal if the base is 0; a line feed may end them. */
#ifndef UVSIM_LINUX_KSTRTOX_H
#define UVSIM_LINUX_KSTRTOX_H

#include <linux/errno.h>
#include <linux/string.h>

UVSIM_STUB int kstrtoull(const char *s, unsigned int base, unsigned long long *result)
{
	unsigned long long value = 0;
	unsigned int digits = 0;

	s += *s == '+';
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	base = base ? base : *s == '0' ? 8 : 10;
	for (; *s && *s != '\n'; s++, digits++) {
		unsigned int digit = *s >= '0' && *s <= '9' ? (unsigned int)(*s - '0') :
			(*s | 32) >= 'a' && (*s | 32) <= 'f' ? (unsigned int)((*s | 32) - 'a' + 10) : 99;

		if (digit >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value))
			return -ERANGE;
	}
	if (!digits || (*s == '\n' && s[1]))
		return -EINVAL;
	*result = value;
	return 0;
}

UVSIM_STUB int kstrtoll(const char *s, unsigned int base, long long *result)
{
	bool negative = *s == '-';
	unsigned long long value;
	int error = kstrtoull(s + negative, base, &value);

	if (error)
		return error;
	if (value > (1ull << 63) - !negative)
		return -ERANGE;
	*result = (long long)(negative ? 0 - value : value);
	return 0;
}

/* What does not fit into @type is out of range. */
#define UVSIM_KSTRTO(name, type, wide, parse) \
	UVSIM_STUB int kstrto##name(const char *s, unsigned int base, type *result) \
	{ \
		wide value; \
		int error = parse(s, base, &value); \
		if (!error && (wide)(type)value != value) \
			return -ERANGE; \
		if (!error) \
			*result = (type)value; \
		return error; \
	}

UVSIM_KSTRTO(ul, unsigned long, unsigned long long, kstrtoull)
UVSIM_KSTRTO(uint, unsigned int, unsigned long long, kstrtoull)
UVSIM_KSTRTO(u64, u64, unsigned long long, kstrtoull)
UVSIM_KSTRTO(u32, u32, unsigned long long, kstrtoull)
UVSIM_KSTRTO(u16, u16, unsigned long long, kstrtoull)
UVSIM_KSTRTO(u8, u8, unsigned long long, kstrtoull)
UVSIM_KSTRTO(l, long, long long, kstrtoll)
UVSIM_KSTRTO(int, int, long long, kstrtoll)
UVSIM_KSTRTO(s64, s64, long long, kstrtoll)

UVSIM_STUB int kstrtobool(const char *s, bool *result)
{
	char c = s[0] | 32;
	bool on = c == 'y' || c == 't' || s[0] == '1' || (c == 'o' && (s[1] | 32) == 'n');

	if (!on && c != 'n' && c != 'f' && s[0] != '0' && !(c == 'o' && (s[1] | 32) == 'f'))
		return -EINVAL;
	*result = on;
	return 0;
}

#endif
