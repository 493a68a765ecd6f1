/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trace points. */
#ifndef UVSIM_TRACE_H
#define UVSIM_TRACE_H

#include <uvsim/kvm_trace.h>

#endif
