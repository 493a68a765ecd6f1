/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory and text; the C library of the process has them. */
#ifndef UVSIM_LINUX_STRING_H
#define UVSIM_LINUX_STRING_H

#include <linux/kernel.h>
#include <linux/printk.h>

void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);

/* What was copied, or -E2BIG when it had to be cut. */
UVSIM_STUB ssize_t strscpy(char *to, const char *from, size_t n)
{
	size_t length = strnlen(from, n);

	if (!n)
		return -7;
	if (length == n)
		length--;
	memcpy(to, from, length);
	to[length] = 0;
	return from[length] ? -7 : (ssize_t)length;
}

UVSIM_STUB void *memchr_inv(const void *s, int c, size_t n)
{
	const unsigned char *at = s;

	for (; n > 0; n--, at++)
		if (*at != (unsigned char)c)
			return (void *)at;
	return NULL;
}

char *strncpy(char *to, const char *from, size_t n);
char *strsep(char **rest, const char *delimiters);
int strcasecmp(const char *a, const char *b);

#define strscpy_pad(to, from, n) ({ memset((to), 0, (n)); strscpy((to), (from), (n)); })

UVSIM_STUB void *memset64(u64 *to, u64 value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = value;
	return to;
}

UVSIM_STUB char *skip_spaces(const char *s)
{
	while (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		s++;
	return (char *)s;
}

/* From behind @member, or from it, to the end. */
#define memset_after(object, value, member) \
	memset((char *)(object) + offsetofend(typeof(*(object)), member), (value), \
	       sizeof(*(object)) - offsetofend(typeof(*(object)), member))
#define memset_startat(object, value, member) \
	memset((char *)(object) + offsetof(typeof(*(object)), member), (value), \
	       sizeof(*(object)) - offsetof(typeof(*(object)), member))
#define memzero_explicit(to, n) memset(to, 0, n)
#define mem_is_zero(s, n) (!memchr_inv(s, 0, n))

#endif
