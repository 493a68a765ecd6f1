/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words as text. */
#ifndef UVSIM_LINUX_STRINGIFY_H
#define UVSIM_LINUX_STRINGIFY_H

#include <linux/compiler.h>

#endif
