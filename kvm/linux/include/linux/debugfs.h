/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There is no debugfs: what would create something answers that it failed. */
#ifndef UVSIM_LINUX_DEBUGFS_H
#define UVSIM_LINUX_DEBUGFS_H

#include <linux/err.h>

struct dentry;
struct file_operations;

#define debugfs_create_dir(name, parent) ((struct dentry *)ERR_PTR(-ENODEV))
#define debugfs_create_file(name, mode, parent, data, operations) ((struct dentry *)ERR_PTR(-ENODEV))
#define debugfs_create_u64(name, mode, parent, value) ((void)(value))
#define debugfs_create_u32(name, mode, parent, value) ((void)(value))
#define debugfs_create_bool(name, mode, parent, value) ((void)(value))
#define debugfs_create_atomic_t(name, mode, parent, value) ((void)(value))
#define debugfs_remove(dentry) ((void)(dentry))
#define debugfs_remove_recursive(dentry) ((void)(dentry))

#endif
