/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing more comes of events. */
#ifndef UVSIM_TRACE_DEFINE_TRACE_H
#define UVSIM_TRACE_DEFINE_TRACE_H

#include <linux/tracepoint.h>

#endif
