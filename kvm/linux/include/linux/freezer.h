/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing is ever frozen. */
#ifndef UVSIM_LINUX_FREEZER_H
#define UVSIM_LINUX_FREEZER_H

#include <linux/wait.h>

#endif
