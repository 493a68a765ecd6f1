/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads of the kernel: how they start, sleep, are woken and end. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/semaphore.h>
#include <linux/swait.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(finished);
static int state, order[8], orders;

static int note(int who)
{
	order[orders++] = who;
	return who;
}

/* Every test begins with a fresh kernel: what an earlier run left in static data is gone. */
static int fresh(struct kvm *kvm)
{
	CHECK(kvm && state == 0 && orders == 0);
	CHECK(!completion_done(&finished) && !waitqueue_active(&queue));
	state = 1;
	complete(&finished);
	return 0;
}

static int answer(void *data)
{
	msleep(20);
	*(int *)data += 1;
	return 42;
}

static int stops(struct kvm *kvm)
{
	struct task_struct *task;
	int calls = 0;
	u64 begin;

	(void)kvm;
	task = kthread_create(answer, &calls, "t%d", 1);
	CHECK(!IS_ERR(task) && !strcmp(task->comm, "t1") && task->flags & PF_KTHREAD);
	CHECK(kthread_stop(task) == -EINTR && calls == 0);
	begin = ktime_get_ns();
	task = kthread_run(answer, &calls, "t%d", 2);
	CHECK(calls == 0 && task->mm == NULL && current->mm != NULL);
	usleep_range(1000, 1000);
	CHECK(kthread_stop(task) == 42 && calls == 1);
	/* 20 ms are two ticks: over at the third. */
	CHECK(ktime_get_ns() - begin > 20 * NSEC_PER_MSEC && ktime_get_ns() - begin <= 31 * NSEC_PER_MSEC);
	return 0;
}

static int until_told(void *data)
{
	(void)data;
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return note(7);
}

static int idles(struct kvm *kvm)
{
	struct task_struct *task = kthread_run(until_told, NULL, "idler");

	(void)kvm;
	msleep(30);
	CHECK(orders == 0);
	CHECK(kthread_stop(task) == 7 && orders == 1);
	/* One that is never stopped: the run ends all the same. */
	kthread_run(until_told, NULL, "idler");
	return 0;
}

static int waits(void *data)
{
	long who = (long)data;

	if (who < 4)
		wait_event(queue, state > 0);
	else
		wait_event_killable_exclusive(queue, state > who);
	note((int)who);
	return 0;
}

static int wakes(struct kvm *kvm)
{
	(void)kvm;
	for (long who = 1; who <= 3; who++)
		kthread_run(waits, (void *)who, "waiter%ld", who);
	msleep(10);
	wake_up_all(&queue);
	msleep(10);
	CHECK(orders == 0 && waitqueue_active(&queue));
	state = 1;
	wake_up(&queue);
	msleep(10);
	CHECK(orders == 3 && !waitqueue_active(&queue));
	/* Exclusive ones go one at a time, in order. */
	state = orders = 0;
	for (long who = 4; who <= 6; who++) {
		kthread_run(waits, (void *)who, "waiter%ld", who);
		msleep(10);
	}
	state = 9;
	wake_up(&queue);
	msleep(10);
	CHECK(orders == 1 && order[0] == 4);
	wake_up_nr(&queue, 2);
	msleep(10);
	CHECK(orders == 3 && order[1] == 5 && order[2] == 6);
	return 0;
}

static int late(void *data)
{
	(void)data;
	usleep_range(1000, 2000);
	state = 1;
	wake_up(&queue);
	return 0;
}

static int timeouts(struct kvm *kvm)
{
	u64 begin = ktime_get_ns();
	unsigned long ticks = jiffies;

	(void)kvm;
	CHECK(wait_event_timeout(queue, state, 5) == 0);
	CHECK(jiffies - ticks == 6);
	CHECK(wait_event_timeout(queue, true, 5) == 5);
	kthread_run(late, NULL, "late");
	begin = ktime_get_ns();
	CHECK(wait_event_timeout(queue, state, 100) >= 99);
	CHECK(ktime_get_ns() - begin >= US(1000) && ktime_get_ns() - begin < US(1100));
	begin = ktime_get_ns();
	udelay(7);
	CHECK(ktime_get_ns() - begin == US(7));
	usleep_range(50, 100);
	CHECK(ktime_get_ns() - begin == US(57));
	CHECK(ktime_to_us(ktime_sub(ns_to_ktime(US(3)), us_to_ktime(1))) == 2);
	CHECK(msecs_to_jiffies(11) == 2 && jiffies_to_msecs(3) == 30 && time_after(jiffies + 1, jiffies));
	return 0;
}

static int finishes(void *data)
{
	msleep((long)data);
	complete(&finished);
	return 0;
}

static int completes(struct kvm *kvm)
{
	DECLARE_COMPLETION_ONSTACK(mine);
	u64 begin = ktime_get_ns();

	(void)kvm;
	kthread_run(finishes, (void *)50l, "finisher");
	CHECK(!try_wait_for_completion(&finished));
	CHECK(wait_for_completion_timeout(&finished, 2) == 0);
	wait_for_completion(&finished);
	CHECK(ktime_get_ns() - begin >= 50 * NSEC_PER_MSEC && ktime_get_ns() - begin <= 61 * NSEC_PER_MSEC);
	CHECK(!completion_done(&finished));
	complete(&mine);
	complete(&mine);
	CHECK(try_wait_for_completion(&mine) && try_wait_for_completion(&mine) && !try_wait_for_completion(&mine));
	complete_all(&mine);
	wait_for_completion(&mine);
	CHECK(wait_for_completion_killable(&mine) == 0 && completion_done(&mine));
	reinit_completion(&mine);
	CHECK(!completion_done(&mine));
	return 0;
}

static struct semaphore tokens;

static int takes(void *data)
{
	down(&tokens);
	note((int)(long)data);
	msleep(10);
	up(&tokens);
	return 0;
}

static int semaphores(struct kvm *kvm)
{
	(void)kvm;
	sema_init(&tokens, 1);
	CHECK(down_trylock(&tokens) == 0 && down_trylock(&tokens) == 1);
	for (long who = 1; who <= 3; who++) {
		kthread_run(takes, (void *)who, "taker");
		msleep(10);
	}
	CHECK(orders == 0);
	up(&tokens);
	msleep(100);
	CHECK(orders == 3 && order[0] == 1 && order[1] == 2 && order[2] == 3);
	CHECK(down_killable(&tokens) == 0);
	return 0;
}

static int interrupted(void *data)
{
	*(int *)data = wait_event_interruptible(queue, state);
	note(*(int *)data == -ERESTARTSYS);
	return 0;
}

static int signals(struct kvm *kvm)
{
	struct task_struct *task;
	int result = 1;

	(void)kvm;
	task = kthread_run(interrupted, &result, "interrupted");
	msleep(10);
	CHECK(orders == 0 && !signal_pending(task));
	send_sig(15, task, 1);
	msleep(10);
	CHECK(orders == 1 && order[0] == 1 && result == -ERESTARTSYS);
	CHECK(signal_pending(task) && !fatal_signal_pending(task) && !fatal_signal_pending(current));
	return 0;
}

/* A wake-up between the test and the sleep is not lost. */
static int no_lost_wakeup(struct kvm *kvm)
{
	DEFINE_WAIT(wait);

	(void)kvm;
	prepare_to_wait(&queue, &wait, TASK_UNINTERRUPTIBLE);
	wake_up(&queue);
	schedule();
	finish_wait(&queue, &wait);
	CHECK(task_is_running(current) && !waitqueue_active(&queue));
	CHECK(swait_event_interruptible_exclusive(queue, true) == 0);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = {
	fresh, stops, idles, wakes, timeouts, completes, semaphores, signals, no_lost_wakeup,
};
