/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References to address spaces: mmget()/mmput() count users, the last of whom takes it down; mmgrab()/mmdrop()
 * count those who only want the struct to stay.
 */
#ifndef UVSIM_LINUX_SCHED_MM_H
#define UVSIM_LINUX_SCHED_MM_H

#include <linux/cleanup.h>
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

/* The last one leaves the end of the address space to a thread of the kernel. */
UVSIM_STUB void mmput_async(struct mm_struct *mm)
{
	UVSIM_MEMORY->mmput_async(mm);
}
DEFINE_FREE(mmput, struct mm_struct *, if (_T) mmput(_T))

/* Flags that the OOM reaper leaves; others are never set, and setting one here has no effect. */
#define MMF_OOM_SKIP 21
#define MMF_UNSTABLE 22
#define mm_flags_test(flag, mm) ((UVSIM_MEMORY->mm_flags(mm) >> (flag) & 1) != 0)
#define mm_flags_set(flag, mm) ((void)(mm))
#define mm_flags_clear(flag, mm) ((void)(mm))

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
