/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files: there are none. What a patch declares for debugfs or a device is compiled, and never called. */
#ifndef UVSIM_LINUX_FS_H
#define UVSIM_LINUX_FS_H

#include <linux/module.h>
#include <linux/errno.h>

struct file {
	void *private_data;
	unsigned int f_flags;
};

struct inode {
	void *i_private;
};

struct vm_area_struct;

struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buffer, size_t n, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buffer, size_t n, loff_t *pos);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	long (*unlocked_ioctl)(struct file *file, unsigned int command, unsigned long argument);
	long (*compat_ioctl)(struct file *file, unsigned int command, unsigned long argument);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
};

#define no_llseek NULL
#define noop_llseek NULL
#define default_llseek NULL
#define simple_open NULL
#define nonseekable_open(inode, file) ((void)(inode), (void)(file), 0)
#define simple_read_from_buffer(to, n, pos, from, available) \
	((void)(to), (void)(n), (void)(pos), (void)(from), (void)(available), (ssize_t)0)
#define DEFINE_SIMPLE_ATTRIBUTE(name, get, set, format) \
	static int (*const name##_get)(void *, u64 *) __attribute__((unused)) = (get); \
	static int (*const name##_set)(void *, u64) __attribute__((unused)) = (set); \
	static const struct file_operations name = { .owner = THIS_MODULE }
#define DEFINE_DEBUGFS_ATTRIBUTE(name, get, set, format) DEFINE_SIMPLE_ATTRIBUTE(name, get, set, format)

#endif
