/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done once in a run. */
#ifndef UVSIM_LINUX_ONCE_H
#define UVSIM_LINUX_ONCE_H

#include <linux/types.h>

#define DO_ONCE(function, args...) \
	({ \
		static bool __once_done; \
		bool __once = !__once_done; \
		__once_done = true; \
		if (__once) \
			function(args); \
		__once; \
	})

#endif
