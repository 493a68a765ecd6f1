/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There is no debugfs: what would create something answers that it failed. */
#ifndef UVSIM_LINUX_DEBUGFS_H
#define UVSIM_LINUX_DEBUGFS_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

struct dentry;

UVSIM_STUB struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	(void)name;
	(void)parent;
	return ERR_PTR(-ENODEV);
}

UVSIM_STUB struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,
					      const struct file_operations *operations)
{
	(void)mode;
	(void)data;
	(void)operations;
	return debugfs_create_dir(name, parent);
}
#define debugfs_create_file_unsafe(name, mode, parent, data, operations) \
	debugfs_create_file(name, mode, parent, data, operations)
#define debugfs_create_u64(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_u32(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_u16(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_u8(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_x64(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_ulong(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_size_t(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_bool(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_create_atomic_t(name, mode, parent, value) ((void)(parent), (void)(value))
#define debugfs_lookup(name, parent) ((void)(name), (void)(parent), (struct dentry *)NULL)
#define debugfs_lookup_and_remove(name, parent) ((void)(name), (void)(parent))
#define debugfs_remove(dentry) ((void)(dentry))
#define debugfs_remove_recursive(dentry) ((void)(dentry))
#define debugfs_initialized() false

#endif
