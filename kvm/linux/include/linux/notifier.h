/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifier blocks; the one chain there is that of the OOM killer (oom.h). */
#ifndef UVSIM_LINUX_NOTIFIER_H
#define UVSIM_LINUX_NOTIFIER_H

#include <linux/types.h>

#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK UVSIM_NOTIFY_STOP
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)

/* Chains of one's own: called in the order of priority. */
struct atomic_notifier_head {
	struct notifier_block *head;
};
#define blocking_notifier_head atomic_notifier_head
#define raw_notifier_head atomic_notifier_head
#define ATOMIC_NOTIFIER_HEAD(name) struct atomic_notifier_head name = { NULL }
#define BLOCKING_NOTIFIER_HEAD(name) ATOMIC_NOTIFIER_HEAD(name)
#define RAW_NOTIFIER_HEAD(name) ATOMIC_NOTIFIER_HEAD(name)

UVSIM_STUB int atomic_notifier_chain_register(struct atomic_notifier_head *chain, struct notifier_block *block)
{
	struct notifier_block **at = &chain->head;

	while (*at && (*at)->priority >= block->priority)
		at = &(*at)->next;
	block->next = *at;
	*at = block;
	return 0;
}

UVSIM_STUB int atomic_notifier_chain_unregister(struct atomic_notifier_head *chain, struct notifier_block *block)
{
	struct notifier_block **at = &chain->head;

	while (*at && *at != block)
		at = &(*at)->next;
	if (!*at)
		return -2;
	*at = block->next;
	return 0;
}

UVSIM_STUB int atomic_notifier_call_chain(struct atomic_notifier_head *chain, unsigned long action, void *data)
{
	struct notifier_block *block, *next;
	int result = NOTIFY_DONE;

	for (block = chain->head; block && !(result & NOTIFY_STOP_MASK); block = next) {
		next = block->next;
		result = block->notifier_call(block, action, data);
	}
	return result;
}
#define blocking_notifier_chain_register(chain, block) atomic_notifier_chain_register(chain, block)
#define blocking_notifier_chain_unregister(chain, block) atomic_notifier_chain_unregister(chain, block)
#define blocking_notifier_call_chain(chain, action, data) atomic_notifier_call_chain(chain, action, data)
#define raw_notifier_chain_register(chain, block) atomic_notifier_chain_register(chain, block)
#define raw_notifier_chain_unregister(chain, block) atomic_notifier_chain_unregister(chain, block)
#define raw_notifier_call_chain(chain, action, data) atomic_notifier_call_chain(chain, action, data)

#endif
