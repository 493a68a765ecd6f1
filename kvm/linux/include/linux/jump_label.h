/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Static keys. */
#ifndef UVSIM_LINUX_JUMP_LABEL_H
#define UVSIM_LINUX_JUMP_LABEL_H

#include <linux/static_key.h>

#endif
