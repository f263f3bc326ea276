/* SPDX-License-Identifier: MIT */
/* So much of FreeBSD's <sys/user.h> as src/usb/system/freebsd.c uses; the real struct has many more members. */
#ifndef TESTS_FREEBSD_USER_H
#define TESTS_FREEBSD_USER_H

#include <stdint.h>

struct kinfo_proc {
	int ki_structsize;
	char ki_stat;
	uint64_t ki_runtime; /* us */
};

#endif
