/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Static keys: plain flags. */
#ifndef UVSIM_LINUX_STATIC_KEY_H
#define UVSIM_LINUX_STATIC_KEY_H

#include <linux/types.h>

struct static_key {
	int enabled;
};
struct static_key_true {
	struct static_key key;
};
struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE { .enabled = 1 }
#define STATIC_KEY_INIT_FALSE { .enabled = 0 }
#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = { STATIC_KEY_INIT_TRUE }
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = { STATIC_KEY_INIT_FALSE }
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define static_branch_likely(k) ((k)->key.enabled > 0)
#define static_branch_unlikely(k) ((k)->key.enabled > 0)
#define static_key_enabled(k) ((k)->key.enabled > 0)
#define static_branch_enable(k) ((void)((k)->key.enabled = 1))
#define static_branch_disable(k) ((void)((k)->key.enabled = 0))
#define static_branch_inc(k) ((void)(k)->key.enabled++)
#define static_key_slow_inc(k) ((void)(k)->enabled++)
#define static_key_slow_dec(k) ((void)(k)->enabled--)
#define static_branch_dec(k) ((void)(k)->key.enabled--)

#endif
