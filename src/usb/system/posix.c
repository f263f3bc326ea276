/* SPDX-License-Identifier: MIT */
/* A system that tells nothing in a way that POSIX has. */
#include <stdio.h>

#include "usb/system/holder.h"
#include "usb/system/process.h"

bool process_own_path(char *path, size_t size)
{
	(void)path;
	(void)size;
	return false;
}

bool process_look(pid_t pid, uint64_t *used, bool *waits)
{
	(void)pid;
	(void)used;
	(void)waits;
	return false;
}

void holder_access_cure(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	(void)k;
	(void)name;
	snprintf(text, size, "end the other program that uses it, or ask the administrator for leave to open it");
}
