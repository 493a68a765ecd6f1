/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SystemC behind sim/systemc_kernel.h; the only C++ file of the project.
 *
 * Each coroutine is one SC_THREAD that waits for its own event. A hand-over notifies the event of the other
 * and waits: an immediate notification when no time has passed, a timed one otherwise. Hence SystemC's time
 * follows simulated time at each hand-over, and never two of our processes are runnable.
 *
 * Source: IEEE 1666-2011, 5.2.11 (sc_spawn), 5.10 (sc_event), 4.3.4.2 (sc_start).
 */
#include <cstdlib>

#define SC_INCLUDE_DYNAMIC_PROCESSES
#include <systemc>

#include "sim/systemc_kernel.h"

/*
 * Room for real kernel code, the model below it, and formatted messages. Only what is touched is resident.
 * Sanitizers make frames larger.
 */
const unsigned kernel_stack_bytes = 256 * 1024;

struct coro {
	sc_core::sc_event resume;
	void (*body)(void *);
	void *arg;
	coro *next_idle;
};

static coro *idle;

extern "C" int sc_main(int, char *[])
{
	return 0;
}

static void coro_loop(coro *self)
{
	for (;;) {
		self->body(self->arg);
		wait(self->resume);
	}
}

extern "C" struct coro *kernel_coro(void (*body)(void *), void *arg)
try {
	coro *c = idle;

	if (c) {
		idle = c->next_idle;
		c->body = body;
		c->arg = arg;
		return c;
	}
	setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
	c = new coro;
	c->body = body;
	c->arg = arg;
	c->next_idle = nullptr;
	sc_core::sc_spawn_options options;
	options.set_stack_size(kernel_stack_bytes);
	options.dont_initialize();
	options.set_sensitivity(&c->resume);
	sc_core::sc_spawn([c] { coro_loop(c); }, sc_core::sc_gen_unique_name("coro"), &options);
	return c;
} catch (...) {
	return nullptr;
}

extern "C" int kernel_enter(struct coro *to)
try {
	to->resume.notify(sc_core::SC_ZERO_TIME);
	sc_core::sc_start();
	return 0;
} catch (...) {
	return -1;
}

static void hand_over(coro *to, uint64_t delta)
{
	if (delta)
		to->resume.notify(sc_core::sc_time::from_value(delta));
	else
		to->resume.notify();
}

extern "C" void kernel_switch(struct coro *from, struct coro *to, uint64_t delta)
{
	hand_over(to, delta);
	sc_core::wait(from->resume);
}

extern "C" void kernel_finish(struct coro *from, struct coro *to, uint64_t delta)
{
	hand_over(to, delta);
	from->next_idle = idle;
	idle = from;
}

extern "C" void kernel_leave(struct coro *from)
{
	sc_core::wait(from->resume);
}

extern "C" void kernel_finish_leave(struct coro *from)
{
	from->next_idle = idle;
	idle = from;
}
