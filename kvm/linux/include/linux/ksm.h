/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A protected VM's memory is never merged. */
#ifndef UVSIM_LINUX_KSM_H
#define UVSIM_LINUX_KSM_H

#include <linux/types.h>

#endif
