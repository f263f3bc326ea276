/* SPDX-License-Identifier: MIT */
/* The states of a process as FreeBSD's <sys/proc.h> has them, for ki_stat. */
#ifndef TESTS_FREEBSD_PROC_H
#define TESTS_FREEBSD_PROC_H

#define SIDL   1
#define SRUN   2
#define SSLEEP 3
#define SSTOP  4
#define SZOMB  5

#endif
