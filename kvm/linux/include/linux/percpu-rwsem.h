/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Semaphores for many readers: ordinary ones, since a processor's own counter saves no time here. */
#ifndef UVSIM_LINUX_PERCPU_RWSEM_H
#define UVSIM_LINUX_PERCPU_RWSEM_H

#include <linux/rwsem.h>

struct percpu_rw_semaphore {
	struct rw_semaphore rw_sem;
};

#define DEFINE_STATIC_PERCPU_RWSEM(name) \
	static struct percpu_rw_semaphore name = { __RWSEM_INITIALIZER(name) }
#define DEFINE_PERCPU_RWSEM(name) struct percpu_rw_semaphore name = { __RWSEM_INITIALIZER(name) }
#define percpu_init_rwsem(sem) (init_rwsem(&(sem)->rw_sem), 0)
#define percpu_free_rwsem(sem) ((void)(sem))
#define percpu_down_read(sem) down_read(&(sem)->rw_sem)
#define percpu_down_read_trylock(sem) down_read_trylock(&(sem)->rw_sem)
#define percpu_up_read(sem) up_read(&(sem)->rw_sem)
#define percpu_down_write(sem) down_write(&(sem)->rw_sem)
#define percpu_up_write(sem) up_write(&(sem)->rw_sem)

#endif
