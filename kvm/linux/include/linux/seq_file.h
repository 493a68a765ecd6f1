/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files whose text a function writes. There is no debugfs to read one through, so the function is compiled and never
 * called: what it would print is checked by the compiler, and kept by nobody.
 */
#ifndef UVSIM_LINUX_SEQ_FILE_H
#define UVSIM_LINUX_SEQ_FILE_H

#include <linux/fs.h>
#include <linux/printk.h>

struct seq_file {
	void *private;
	loff_t index;
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

#define SEQ_START_TOKEN ((void *)1)

UVSIM_STUB __attribute__((format(printf, 2, 3))) void seq_printf(struct seq_file *m, const char *format, ...)
{
	(void)m;
	(void)format;
}
#define seq_puts(m, text) seq_printf((m), "%s", (text))
#define seq_putc(m, c) seq_printf((m), "%c", (c))
#define seq_read NULL
#define seq_lseek NULL
#define seq_release NULL
#define single_release NULL
#define single_open(file, show, data) ((void)(file), (void)(show), (void)(data), -ENODEV)
#define seq_open(file, operations) ((void)(file), (void)(operations), -ENODEV)

#define DEFINE_SHOW_ATTRIBUTE(name) \
	static int name##_open(struct inode *inode, struct file *file) \
	{ \
		return single_open(file, name##_show, inode->i_private); \
	} \
	static const struct file_operations name##_fops = { .owner = THIS_MODULE, .open = name##_open }
#define DEFINE_SEQ_ATTRIBUTE(name) \
	static int name##_open(struct inode *inode, struct file *file) \
	{ \
		(void)inode; \
		return seq_open(file, &name##_sops); \
	} \
	static const struct file_operations name##_fops = { .owner = THIS_MODULE, .open = name##_open }

#endif
