/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses: virtual equals physical. */
#ifndef UVSIM_LINUX_IO_H
#define UVSIM_LINUX_IO_H

#include <asm/page.h>

#endif
