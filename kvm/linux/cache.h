/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache of built modules, and the project's own files that building needs.
 */
#ifndef KVM_LINUX_CACHE_H
#define KVM_LINUX_CACHE_H

#include <stdbool.h>
#include <stdio.h>

/**
 * Path of the cache folder, made if need be and writable; on the heap. NULL with *@message (status
 * 3).
 */
char *cache_folder(char **message);

/**
 * The folder that holds kvm/linux/module.c and the stub headers: $UVSIM_DATA, the source tree this
 * program was built in, PREFIX/share/uvsim; on the heap. NULL with *@message (status 3).
 */
char *data_folder(char **message);

/** What is kept beside a module, one "key=value" a line; the texts are on the heap. */
struct cache_info {
	char *label, *version, *file, *sha256, *compiler, *coverage;
};

/** Read the info of module folder @folder. False if there is none or it is broken. */
bool cache_info_read(const char *folder, struct cache_info *info);
int cache_info_write(const char *folder, const struct cache_info *info);
void cache_info_free(struct cache_info *info);

/**
 * The folder below @cache/modules with the youngest module called @label, on the heap; NULL if
 * there is none.
 */
char *cache_find(const char *cache, const char *label);

/** The module's file in @folder, on the heap. */
char *cache_module(const char *folder, const char *label);

#endif
