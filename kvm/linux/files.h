/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small change for building modules: texts, files, folders, child processes. No simulated time
 * anywhere.
 */
#ifndef KVM_LINUX_FILES_H
#define KVM_LINUX_FILES_H

#include <stdbool.h>
#include <stddef.h>

/** A formatted text on the heap; never NULL (the process ends with status 3 when memory is out). */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** A copy of @text on the heap; never NULL. */
char *text_copy(const char *text);

/** Does @text end with @tail? */
bool text_ends(const char *text, const char *tail);

/**
 * Content of file @path, zero-terminated, on the heap; its length in *@length (may be NULL). NULL
 * with errno set.
 */
char *file_read(const char *path, size_t *length);

/** Write @text to file @path. 0 or -errno; nothing is left behind on error. */
int file_write(const char *path, const char *text);

bool file_is_regular(const char *path);
bool file_is_folder(const char *path);

/** Make folder @path and those above it. 0 or -errno. */
int folder_make(const char *path);

/** Remove @path and everything below it; errors are ignored. */
void folder_remove(const char *path);

/**
 * Sorted names in folder @path (without dot files), NULL-terminated, each and the list on the heap;
 * NULL with errno set.
 */
char **folder_names(const char *path);
void names_free(char **names);

/** SHA-256 of @length bytes at @data, or of file @path (-errno when it cannot be read), as hex. */
void sha256_bytes(const void *data, size_t length, char hex[65]);
int sha256_file(const char *path, char hex[65]);

/**
 * Run @argv (first word looked up in PATH) in folder @cwd (NULL: here) with LC_ALL=C, its output
 * and errors written to file @log. Returns the exit status, 128 + signal, or -errno when it could
 * not be started.
 */
int process_run(char *const argv[], const char *cwd, const char *log);

/** Path of program @name as PATH finds it, on the heap; NULL if there is none. */
char *process_find(const char *name);

#endif
