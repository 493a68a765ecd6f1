/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a pv.c import pages as Linux does? From 6.14 on that is in pv.c itself, once per page, and bulk work stands for
 * it.
 */
#ifndef KVM_LINUX_IMPORTS_H
#define KVM_LINUX_IMPORTS_H

#include <stdbool.h>

/**
 * Does the pv.c in @file leave imports to the kernel around it, or has it the functions of a kernel that bulk work is
 * known to be exact for? Comments and spaces do not count. If it has functions of its own and @sha256 is not NULL,
 * their checksum is stored there, else "". False if the file cannot be read.
 */
bool imports_known(const char *file, char sha256[65]);

#endif
