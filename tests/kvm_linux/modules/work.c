/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work items, timers, RCU callbacks: when they run, how often, and who waits for them. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/workqueue.h>

struct item {
	struct work_struct work;
	struct delayed_work delayed;
	struct rcu_head rcu;
	int number, runs;
	u64 last;
};

static int order[16], orders;

static void run(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	order[orders++] = item->number;
	msleep(10);
	item->runs++;
	item->last = ktime_get_ns();
}

static void run_delayed(struct work_struct *work)
{
	struct item *item = container_of(to_delayed_work(work), struct item, delayed);

	item->runs++;
	item->last = ktime_get_ns();
}

static int queues(struct kvm *kvm)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("kvm-%s", WQ_MEM_RECLAIM, "pv");
	struct item items[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };

	(void)kvm;
	CHECK(wq);
	for (int i = 0; i < 3; i++) {
		INIT_WORK(&items[i].work, run);
		CHECK(queue_work(wq, &items[i].work));
		CHECK(!queue_work(wq, &items[i].work) && work_pending(&items[i].work));
	}
	CHECK(orders == 0);
	CHECK(flush_work(&items[0].work));
	CHECK(order[0] == 1 && items[0].runs == 1 && items[1].runs == 0);
	usleep_range(1000, 1000);
	CHECK(orders == 2);
	CHECK(!flush_work(&items[0].work));
	/* Queued again while it runs: once more afterwards. */
	CHECK(queue_work(wq, &items[1].work));
	flush_workqueue(wq);
	CHECK(orders == 4 && order[1] == 2 && order[2] == 3 && order[3] == 2 && items[1].runs == 2);
	destroy_workqueue(wq);
	return 0;
}

static int at_once(struct kvm *kvm)
{
	struct workqueue_struct *wq = alloc_workqueue("wide", WQ_UNBOUND, 2);
	struct item items[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
	u64 begin = ktime_get_ns();

	(void)kvm;
	for (int i = 0; i < 3; i++) {
		INIT_WORK(&items[i].work, run);
		queue_work(wq, &items[i].work);
	}
	drain_workqueue(wq);
	/* Two at a time: the third begins when the first is done. */
	CHECK(items[1].last - items[0].last < NSEC_PER_MSEC && items[2].last - items[0].last >= 10 * NSEC_PER_MSEC);
	CHECK(ktime_get_ns() - begin < 50 * NSEC_PER_MSEC);
	schedule_work(&items[0].work);
	CHECK(flush_work(&items[0].work) && items[0].runs == 2);
	destroy_workqueue(wq);
	return 0;
}

static int cancels(struct kvm *kvm)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("cancel", 0);
	struct item a = { .number = 1 }, b = { .number = 2 };

	(void)kvm;
	INIT_WORK(&a.work, run);
	INIT_WORK(&b.work, run);
	queue_work(wq, &a.work);
	queue_work(wq, &b.work);
	CHECK(cancel_work_sync(&b.work) && !work_pending(&b.work));
	usleep_range(1000, 1000);
	CHECK(orders == 1 && a.runs == 0);
	CHECK(!cancel_work_sync(&a.work) && a.runs == 1);
	msleep(50);
	CHECK(b.runs == 0 && orders == 1);
	destroy_workqueue(wq);
	return 0;
}

static int delays(struct kvm *kvm)
{
	struct item item = { .number = 1 };
	u64 begin = ktime_get_ns();

	(void)kvm;
	INIT_DELAYED_WORK(&item.delayed, run_delayed);
	CHECK(schedule_delayed_work(&item.delayed, 10) && !schedule_delayed_work(&item.delayed, 1));
	CHECK(delayed_work_pending(&item.delayed));
	msleep(50);
	CHECK(item.runs == 0);
	CHECK(mod_delayed_work(system_wq, &item.delayed, 20));
	msleep(300);
	CHECK(item.runs == 1 && item.last - begin >= 250 * NSEC_PER_MSEC && item.last - begin <= 290 * NSEC_PER_MSEC);
	schedule_delayed_work(&item.delayed, 1000);
	CHECK(flush_delayed_work(&item.delayed) && item.runs == 2);
	CHECK(ktime_get_ns() - begin < NSEC_PER_SEC);
	schedule_delayed_work(&item.delayed, 1);
	CHECK(cancel_delayed_work_sync(&item.delayed) && !cancel_delayed_work_sync(&item.delayed));
	msleep(100);
	CHECK(item.runs == 2);
	return 0;
}

static struct item left;

/* The run goes on until it has been done. */
static int outlives(struct kvm *kvm)
{
	(void)kvm;
	INIT_DELAYED_WORK(&left.delayed, run_delayed);
	schedule_delayed_work(&left.delayed, 500);
	return 0;
}

static void release(struct rcu_head *head)
{
	struct item *item = container_of(head, struct item, rcu);

	item->runs++;
	item->last = ktime_get_ns();
}

static int grace(struct kvm *kvm)
{
	struct item item = { .number = 1 }, *freed = kzalloc(sizeof(*freed), GFP_KERNEL);
	u64 begin = ktime_get_ns();

	(void)kvm;
	CHECK(freed);
	synchronize_rcu();
	CHECK(ktime_get_ns() > begin);
	rcu_read_lock();
	rcu_read_lock();
	CHECK(rcu_read_lock_held());
	call_rcu(&item.rcu, release);
	rcu_read_unlock();
	udelay(100);
	CHECK(item.runs == 0);
	rcu_read_unlock();
	CHECK(!rcu_read_lock_held());
	begin = ktime_get_ns();
	rcu_barrier();
	CHECK(item.runs == 1 && item.last > begin);
	kfree_rcu(freed, rcu);
	rcu_barrier();
	return 0;
}

struct ticker {
	struct hrtimer timer;
	int count;
	u64 last;
};

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct ticker *ticker = container_of(timer, struct ticker, timer);

	ticker->last = ktime_get_ns();
	hrtimer_forward_now(timer, us_to_ktime(100));
	return ++ticker->count < 3 ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static int ticks(struct kvm *kvm)
{
	struct ticker ticker = { .count = 0 };
	u64 begin = ktime_get_ns();

	(void)kvm;
	hrtimer_setup(&ticker.timer, tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&ticker.timer, us_to_ktime(100), HRTIMER_MODE_REL);
	CHECK(hrtimer_active(&ticker.timer));
	msleep(10);
	CHECK(ticker.count == 3 && ticker.last - begin >= US(300) && ticker.last - begin < US(320));
	CHECK(!hrtimer_cancel(&ticker.timer));
	hrtimer_start(&ticker.timer, us_to_ktime(100), HRTIMER_MODE_REL);
	CHECK(hrtimer_cancel(&ticker.timer));
	msleep(10);
	CHECK(ticker.count == 3);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = { queues, at_once, cancels, delays, outlives, grace, ticks };
