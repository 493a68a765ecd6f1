/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's way to the simulator: the one pointer that module.c sets at load, and what every
 * stub header needs.
 */
#ifndef UVSIM_API_H
#define UVSIM_API_H

#include <uvsim/version.h>
#include "../../module_abi.h"

extern const struct uvsim_kernel_api *uvsim_api __attribute__((visibility("hidden")));

#define UVSIM_MEMORY uvsim_api->memory

/*
 * Every inline function of the stub headers: never seen by the compiler hooks, which are for pv.c's
 * own functions.
 */
#define UVSIM_STUB static inline __attribute__((no_instrument_function, unused))

#endif
