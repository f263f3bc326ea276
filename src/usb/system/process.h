/* SPDX-License-Identifier: MIT */
/* What the system tells of a program that runs: where its file is, and whether it is at work. Private to this layer. */
#ifndef USB_PROCESS_H
#define USB_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The file of the program that calls, with its folder. False: the system does not tell. */
bool process_own_path(char *path, size_t size);

/*
 * The processor time that a process has used, in a unit of the system's own,
 * and whether it waits for an event, so that it uses no more until one comes.
 * False: the system does not tell, or there is no such process.
 */
bool process_look(pid_t pid, uint64_t *used, bool *waits);

#endif
