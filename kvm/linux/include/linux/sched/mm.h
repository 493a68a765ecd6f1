/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References to address spaces: mmget()/mmput() count users, the last of whom takes it down; mmgrab()/mmdrop()
 * count those who only want the struct to stay.
 */
#ifndef UVSIM_LINUX_SCHED_MM_H
#define UVSIM_LINUX_SCHED_MM_H

#include <linux/sched.h>

UVSIM_STUB bool mmget_not_zero(struct mm_struct *mm)
{
	return uvsim_api->mmget_not_zero(mm);
}

/* Somebody is a user already, so this cannot fail. */
UVSIM_STUB void mmget(struct mm_struct *mm)
{
	(void)uvsim_api->mmget_not_zero(mm);
}

UVSIM_STUB void mmput(struct mm_struct *mm)
{
	uvsim_api->mmput(mm);
}

UVSIM_STUB void mmgrab(struct mm_struct *mm)
{
	UVSIM_SERVICES->mmgrab(mm);
}

UVSIM_STUB void mmdrop(struct mm_struct *mm)
{
	UVSIM_SERVICES->mmdrop(mm);
}

UVSIM_STUB struct mm_struct *get_task_mm(struct task_struct *task)
{
	return task->mm && mmget_not_zero(task->mm) ? task->mm : NULL;
}

UVSIM_STUB void kthread_use_mm(struct mm_struct *mm)
{
	mmgrab(mm);
	UVSIM_SERVICES->borrow_mm(mm);
}

UVSIM_STUB void kthread_unuse_mm(struct mm_struct *mm)
{
	UVSIM_SERVICES->borrow_mm(NULL);
	mmdrop(mm);
}

/* Filesystem recursion does not exist here. */
#define memalloc_nofs_save() 0u
#define memalloc_nofs_restore(flags) ((void)(flags))
#define memalloc_noio_save() 0u
#define memalloc_noio_restore(flags) ((void)(flags))
#define memalloc_noreclaim_save() 0u
#define memalloc_noreclaim_restore(flags) ((void)(flags))

#endif
