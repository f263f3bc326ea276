/* SPDX-License-Identifier: MIT */
/* So much of FreeBSD's <sys/sysctl.h> as src/usb/system/freebsd.c uses: the names and numbers of sysctl(3). */
#ifndef TESTS_FREEBSD_SYSCTL_H
#define TESTS_FREEBSD_SYSCTL_H

#include <stddef.h>

#define CTL_KERN           1
#define KERN_PROC          14
#define KERN_PROC_PID      1
#define KERN_PROC_PATHNAME 12

int sysctl(const int *name, unsigned int name_len, void *old, size_t *old_len, const void *value, size_t value_len);

#endif
