/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads: birth, burning time, blocking, signals, end. Every ps of a life is charged here, once.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "sim/internal.h"
#include "sim/systemc_kernel.h"

/* Shares by nice level: a factor of about 1.25 per step, 1024 at 0 (as Linux kernel/sched/core.c). */
static uint32_t nice_weight(int nice)
{
	uint64_t weight = 1024 << 10;
	int i;

	for (i = 0; i > nice; i--)
		weight = weight * 5 / 4;
	for (i = 0; i < nice; i++)
		weight = weight * 4 / 5;
	weight >>= 10;
	return weight ? weight : 1;
}

static struct sim_account *leaf_of(struct sim_thread *thread, enum sim_kind kind, const char *name)
{
	struct sim_account **slot = &thread->lately[((uintptr_t)name >> 3 ^ (uintptr_t)thread->span >> 4) %
						    THREAD_LATELY];
	struct sim_account *leaf = *slot;

	if (!leaf || leaf->seen != name || leaf->parent != thread->span || leaf->kind != kind)
		leaf = *slot = account_child(thread->span, kind, name);
	return leaf;
}

void thread_charge(struct sim_thread *thread, sim_time time, enum sim_kind kind, const char *name)
{
	struct sim_account *leaf;

	if (!time)
		return;
	leaf = leaf_of(thread, kind, name);
	leaf->self += time;
	leaf->count++;
	thread->charged_to += time;
	if (sim_kind_on_cpu(kind))
		thread->cpu_time += time;
	assert(thread->charged_to <= sim->now);
}

/*
 * The running thread has a processor again: what passed since its last charge was waiting for one, then being
 * switched in.
 */
void thread_resumed(void)
{
	struct sim_thread *self = sim->self;

	if (self->placed > self->charged_to)
		thread_charge(self, self->placed - self->charged_to, SIM_KIND_WAIT_CPU, "processor");
	thread_charge(self, sim->now - self->charged_to, SIM_KIND_SWITCH, "context switch");
	processor_stretch_begin(self, sim->now);
}

static void thread_main(void *arg)
{
	struct sim_thread *self = arg;

	self->stack_base = __builtin_frame_address(0);
	thread_resumed();
	self->body(self->arg);
	sim_check_user_return("the thread ends");
	assert(!self->bulk && !self->waiter);
	assert(!self->span->parent);
	assert(self->charged_to == sim->now);
	processor_resched_point(self);
	sim_step("end", self->id, 0);
	sim_event_note(SIM_EVENT_END, self->name, 0, 0);
	sim_progress();
	self->end = sim->now;
	sim_wake(&self->ended, 0);
	processor_leave();
	self->state = THREAD_ENDED;
	if (!self->daemon)
		sim->alive--;
	engine_thread_finished();
}

static void sleep_over(void *ctx)
{
	thread_wake(ctx, -ETIME);
}

struct sim_thread *sim_spawn(const char *name, void (*body)(void *arg), void *arg,
			     const struct sim_thread_attr *attr)
{
	static const struct sim_thread_attr plain;
	struct sim_thread *thread = sim_alloc(sizeof(*thread));

	if (!attr)
		attr = &plain;
	thread->name = sim_intern(name);
	thread->group = attr->group ? sim_intern(attr->group) : NULL;
	thread->id = ++sim->thread_count;
	thread->body = body;
	thread->arg = arg;
	thread->weight = nice_weight(attr->nice);
	thread->begin = sim->now;
	thread->charged_to = sim->now;
	thread->end = SIM_FOREVER;
	thread->root = account_root(name);
	thread->span = thread->root;
	thread->timer = sim_timer_create(name, sleep_over, thread);
	thread->timer->sleeper = true;
	sim_waitqueue_init(&thread->ended, "join");
	thread->coro = kernel_coro(thread_main, thread);
	if (!thread->coro)
		sim_fatal("SystemC cannot make thread %s", name);
	*sim->threads_tail = thread;
	sim->threads_tail = &thread->next;
	thread->daemon = attr->daemon;
	if (!thread->daemon)
		sim->alive++;
	sim_step("spawn", thread->id, 0);
	sim_event_note(SIM_EVENT_SPAWN, thread->name, 0, 0);
	sim_progress();
	if (sim->watch.spawned)
		sim->watch.spawned(sim->watch.ctx, thread);
	processor_enter(thread);
	return thread;
}

/* --- burning ------------------------------------------------------------------------------------ */

/* The running thread has done a step. */
static void step_done(struct sim_thread *self)
{
	if (++self->steps == self->trap)
		sim->watch.trapped(sim->watch.ctx);
}

void sim_burn(sim_time time, enum sim_kind kind, const char *name)
{
	struct sim_thread *self = sim->self;

	assert(self && self->state == THREAD_RUNNING);
	if (!time)
		return;
	sim->counters.burns++;
	self->burn_name = name;
	self->burn_time = time;
	engine_wait_until(sim->now + time);
	sim_step(name, kind, time);
	thread_charge(self, time, kind, name);
	processor_stretch_grew(self);
	step_done(self);
	if (kind == SIM_KIND_GUEST || kind == SIM_KIND_USER)
		sim_progress();
	else
		livelock_burn(time);
}

sim_time sim_burn_user(sim_time time, enum sim_kind kind, const char *name)
{
	struct sim_thread *self = sim->self;
	sim_time left = time;

	assert(self && self->state == THREAD_RUNNING);
	processor_resched_point(self);
	while (left && !self->signal && !self->kicked) {
		if (sim_need_resched() && processor_yield())
			continue;
		sim->counters.burns++;
		self->user_since = sim->now;
		self->user_kind = kind;
		self->user_name = name;
		self->user_stopped = false;
		self->preemptible = true;
		engine_wait_until(sim->now + left);
		self->preemptible = false;
		if (self->user_stopped) {
			left -= self->user_done;
			thread_resumed();
		} else {
			thread_charge(self, left, kind, name);
			left = 0;
		}
		/* Kernel code begins anew; what was spent here is nobody's stall. */
		processor_stretch_begin(self, sim->now);
		sim_step(name, kind, time - left);
		if (!left)
			step_done(self);
	}
	self->kicked = false;
	if (time != left)
		sim_progress();
	return time - left;
}

/* @thread is in sim_burn_user(): what it has done so far is done; the rest is for later. */
static void user_stop(struct sim_thread *thread)
{
	thread->user_done = sim->now - thread->user_since;
	thread->user_stopped = true;
	thread->preemptible = false;
	event_cancel(&thread->event);
	thread_charge(thread, thread->user_done, thread->user_kind, thread->user_name);
}

void thread_preempt(struct sim_thread *thread)
{
	user_stop(thread);
	processor_put_back(thread);
}

static void interrupt_user(struct sim_thread *thread)
{
	if (thread->preemptible && thread->state == THREAD_RUNNING) {
		user_stop(thread);
		event_post(&thread->event, sim_key(sim->now, SIM_CLASS_THREAD, thread->id));
	} else if (thread->bulk) {
		bulk_interrupt(thread->bulk);
	}
}

bool sim_need_resched(void)
{
	return sim->self->cpu->need_resched;
}

void sim_cond_resched(void)
{
	sim_might_sleep("cond_resched()");
	livelock_call();
	processor_resched_point(sim->self);
	if (sim->self->cpu->need_resched)
		processor_yield();
}

void sim_resched_seen(void)
{
	processor_resched_point(sim->self);
}

void sim_kick(struct sim_thread *thread)
{
	thread->kicked = true;
	interrupt_user(thread);
}

/* --- blocking ------------------------------------------------------------------------------------ */

static bool signal_lets_go(const struct sim_thread *thread, enum sim_wait_mode mode)
{
	if (mode == SIM_WAIT_UNINTERRUPTIBLE || !thread->signal)
		return false;
	return mode == SIM_WAIT_INTERRUPTIBLE || thread->signal_fatal;
}

int thread_block(struct sim_waiter *waiter, struct sim_wait_list *list, enum sim_wait_mode mode,
		 enum sim_kind kind, const char *name)
{
	struct sim_thread *self = sim->self;

	assert(self && self->state == THREAD_RUNNING);
	sim_might_sleep(name);
	if (kind == SIM_KIND_WAIT_LOCK && sim->watch.waits)
		sim->watch.waits(sim->watch.ctx, name);
	if (signal_lets_go(self, mode))
		return -EINTR;
	sim_step("block", kind, mode);
	livelock_sleep();
	waiter->thread = self;
	if (list)
		wait_list_add(list, waiter);
	self->waiter = waiter;
	self->wait_mode = mode;
	self->wait_kind = kind;
	self->wait_name = name;
	processor_resched_point(self);
	processor_leave();
	self->state = THREAD_BLOCKED;
	engine_dispatch();
	thread_resumed();
	sim_step("resume", kind, self->wait_result);
	return self->wait_result;
}

void thread_wake(struct sim_thread *thread, int result)
{
	assert(thread->state == THREAD_BLOCKED);
	if (thread->waiter->list)
		wait_list_remove(thread->waiter);
	thread->waiter = NULL;
	sim_timer_stop(thread->timer);
	thread->wait_result = result;
	thread_charge(thread, sim->now - thread->charged_to, thread->wait_kind, thread->wait_name);
	processor_enter(thread);
}

int sim_sleep(sim_time time, bool interruptible, const char *name)
{
	struct sim_waiter waiter = { 0 };
	int result;

	sim_timer_start(sim->self->timer, sim->now + time);
	result = thread_block(&waiter, NULL, interruptible ? SIM_WAIT_INTERRUPTIBLE : SIM_WAIT_UNINTERRUPTIBLE,
			      SIM_KIND_SLEEP, name);
	sim_timer_stop(sim->self->timer);
	return result == -EINTR ? -EINTR : 0;
}

int sim_join(struct sim_thread *thread, bool interruptible)
{
	while (!sim_thread_ended(thread)) {
		int result = sim_wait(&thread->ended,
				      interruptible ? SIM_WAIT_INTERRUPTIBLE : SIM_WAIT_UNINTERRUPTIBLE);

		if (result)
			return result;
	}
	return 0;
}

/* --- signals ------------------------------------------------------------------------------------- */

void sim_signal_send(struct sim_thread *thread, int signal, bool fatal)
{
	if (sim_thread_ended(thread) || (thread->signal_fatal && thread->signal))
		return;
	sim_step("signal", thread->id, signal);
	sim_event_note(SIM_EVENT_SIGNAL, thread->name, (uint64_t)signal, fatal);
	thread->signal = signal;
	thread->signal_fatal = fatal;
	if (thread->state == THREAD_BLOCKED && signal_lets_go(thread, thread->wait_mode))
		thread_wake(thread, -EINTR);
	else
		interrupt_user(thread);
}

bool sim_signal_pending(const struct sim_thread *thread)
{
	return thread->signal != 0;
}

bool sim_fatal_signal_pending(const struct sim_thread *thread)
{
	return thread->signal && thread->signal_fatal;
}

int sim_signal_take(struct sim_thread *thread)
{
	int signal = thread->signal;

	if (!thread->signal_fatal)
		thread->signal = 0;
	return signal;
}

/* --- the end of a run ----------------------------------------------------------------------------- */

void threads_close_accounts(void)
{
	struct sim_thread *thread;

	/* What ends at this very instant has ended, unless the run was stopped: then its turn never came. */
	if (sim->end != SIM_END_STOPPED)
		sim->frontier = (struct sim_key){ sim->now, UINT64_MAX };
	for (thread = sim->threads; thread; thread = thread->next) {
		sim_time open;

		if (thread->state == THREAD_ENDED)
			continue;
		if (thread->bulk)
			bulk_settle(thread->bulk);
		open = sim->now - thread->charged_to;
		if (thread->state == THREAD_BLOCKED)
			thread_charge(thread, open, thread->wait_kind, thread->wait_name);
		else if (thread->state == THREAD_READY)
			thread_charge(thread, open, SIM_KIND_WAIT_CPU, "processor");
		else
			thread_charge(thread, open, SIM_KIND_KERNEL, "unfinished");
	}
}

/* --- what others may know -------------------------------------------------------------------------- */

struct sim_thread *sim_self(void)
{
	return sim ? sim->self : NULL;
}

const char *sim_thread_name(const struct sim_thread *thread)
{
	return thread->name;
}

const char *sim_thread_group(const struct sim_thread *thread)
{
	return thread->group;
}

unsigned sim_thread_id(const struct sim_thread *thread)
{
	return thread->id;
}

bool sim_thread_ended(const struct sim_thread *thread)
{
	return thread->end != SIM_FOREVER;
}

const struct sim_account *sim_thread_account(const struct sim_thread *thread)
{
	return thread->root;
}

sim_time sim_thread_begin(const struct sim_thread *thread)
{
	return thread->begin;
}

sim_time sim_thread_end(const struct sim_thread *thread)
{
	return thread->end;
}

sim_time sim_thread_cpu_time(const struct sim_thread *thread)
{
	return thread->cpu_time;
}

uint64_t sim_thread_hash(const struct sim_thread *thread)
{
	return thread->hash;
}

struct sim_thread *sim_thread_next(const struct sim_thread *thread)
{
	return thread ? thread->next : sim->threads;
}

void sim_thread_set_data(struct sim_thread *thread, enum sim_thread_slot slot, void *data)
{
	thread->data[slot] = data;
}

void *sim_thread_data(const struct sim_thread *thread, enum sim_thread_slot slot)
{
	return thread->data[slot];
}

void sim_thread_set_daemon(struct sim_thread *thread, bool daemon)
{
	assert(thread->state != THREAD_ENDED);
	if (thread->daemon == daemon)
		return;
	thread->daemon = daemon;
	sim_keep_alive(!daemon);
}

void sim_keep_alive(bool on)
{
	assert(on || sim->alive);
	if (on)
		sim->alive++;
	else
		sim->alive--;
}
