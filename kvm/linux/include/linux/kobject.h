/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There is no sysfs: objects are made of nothing, files are not created, and nobody reads them. */
#ifndef UVSIM_LINUX_KOBJECT_H
#define UVSIM_LINUX_KOBJECT_H

#include <linux/err.h>
#include <linux/slab.h>

struct attribute {
	const char *name;
	umode_t mode;
};

struct attribute_group {
	const char *name;
	struct attribute **attrs;
};

struct kobject {
	const char *name;
};

struct kset {
	struct kobject kobj;
};

struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count);
};

#define __ATTR(_name, _mode, _show, _store) \
	{ .attr = { .name = #_name, .mode = (_mode) }, .show = (_show), .store = (_store) }
#define __ATTR_RO(_name) __ATTR(_name, 0444, _name##_show, NULL)
#define __ATTR_RW(_name) __ATTR(_name, 0644, _name##_show, _name##_store)

UVSIM_STUB struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	(void)parent;
	if (kobj)
		kobj->name = name;
	return kobj;
}

UVSIM_STUB struct kset *kset_create_and_add(const char *name, const void *uevent_ops, struct kobject *parent)
{
	(void)uevent_ops;
	return (struct kset *)kobject_create_and_add(name, parent);
}
#define kobject_del(kobj) ((void)(kobj))
#define kobject_put(kobj) kfree(kobj)
#define kset_unregister(kset) kfree(kset)
#define kobject_uevent_env(kobj, action, envp) ((void)(kobj), 0)
#define kernel_kobj ((struct kobject *)NULL)

UVSIM_STUB int uvsim_sysfs(struct kobject *kobj, const void *what)
{
	(void)kobj;
	return what ? 0 : -EINVAL;
}
#define sysfs_create_file(kobj, attr) uvsim_sysfs((kobj), (attr))
#define sysfs_create_files(kobj, attrs) uvsim_sysfs((kobj), (attrs))
#define sysfs_create_group(kobj, group) uvsim_sysfs((kobj), (group))
#define sysfs_remove_file(kobj, attr) ((void)uvsim_sysfs((kobj), (attr)))
#define sysfs_remove_files(kobj, attrs) ((void)uvsim_sysfs((kobj), (attrs)))
#define sysfs_remove_group(kobj, group) ((void)uvsim_sysfs((kobj), (group)))
#define sysfs_emit(buf, format...) snprintf((buf), PAGE_SIZE, format)
#define sysfs_emit_at(buf, at, format...) snprintf((buf) + (at), PAGE_SIZE - (size_t)(at), format)

#endif
