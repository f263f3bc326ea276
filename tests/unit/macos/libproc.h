/* SPDX-License-Identifier: MIT */
/* So much of macOS' <libproc.h> as src/usb/system/macos.c uses; the real structs have many more members. */
#ifndef TESTS_MACOS_LIBPROC_H
#define TESTS_MACOS_LIBPROC_H

#include <stdint.h>

#define PROC_PIDTBSDINFO 3
#define PROC_PIDTASKINFO 4

struct proc_bsdinfo {
	uint32_t pbi_status;
};

struct proc_taskinfo {
	uint64_t pti_total_user, pti_total_system;
	int32_t pti_numrunning;
};

int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size);

#endif
