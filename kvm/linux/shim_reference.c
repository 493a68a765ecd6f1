/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References that pv.c takes and gives back, as the stub headers pass them on: mmgrab() and kvm_get_kvm() have an
 * effect, those to modules and tasks hold nothing (what they name is there to the end of a run). One that pv.c gives
 * back without having it is a finding, and has no effect. Those to pages are in shim_folio.c.
 *
 * Source: sched/mm.h, sched/task.h, module.h, kvm_host.h of Linux 6.12.
 */
#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/reference.h"

static void grab(struct mm_struct *mm)
{
	reference_taken(host_current(), REFERENCE_MM, mm->sim);
	mm_grab(mm->sim);
}

static void drop(struct mm_struct *face)
{
	struct mm *mm = face->sim;

	if (reference_given(host_current(), REFERENCE_MM, mm, "mmdrop()", mm->name))
		mm_drop(mm);
}

static void vm_get(struct kvm *kvm)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);

	reference_taken(host_current(), REFERENCE_VM, vm);
	vm->users++;
}

static void vm_put(struct kvm *kvm)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);

	if (reference_given(host_current(), REFERENCE_VM, vm, "kvm_put_kvm()", vm->name))
		kvm_put_vm(vm);
}

static void module_reference(const void *module, int get)
{
	if (get)
		reference_taken(host_current(), REFERENCE_MODULE, module);
	else
		reference_given(host_current(), REFERENCE_MODULE, module, "module_put()", "a module");
}

static void task_reference(const struct task_struct *task, int get)
{
	if (get)
		reference_taken(host_current(), REFERENCE_TASK, task);
	else
		reference_given(host_current(), REFERENCE_TASK, task, "put_task_struct()", task->comm);
}

void kernel_services_references(struct uvsim_services *services)
{
	services->mmgrab = grab;
	services->mmdrop = drop;
	services->vm_get = vm_get;
	services->vm_put = vm_put;
	services->module_reference = module_reference;
	services->task_reference = task_reference;
}
