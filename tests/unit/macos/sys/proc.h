/* SPDX-License-Identifier: MIT */
/* The states of a process as macOS has them in <sys/proc.h>, for pbi_status. */
#ifndef TESTS_MACOS_PROC_H
#define TESTS_MACOS_PROC_H

#define SIDL   1
#define SRUN   2
#define SSLEEP 3
#define SSTOP  4
#define SZOMB  5

#endif
