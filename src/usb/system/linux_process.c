/* SPDX-License-Identifier: MIT */
#include "usb/system/process.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool process_own_path(char *path, size_t size)
{
	const ssize_t len = readlink("/proc/self/exe", path, size - 1);

	if (len <= 0)
		return false;
	path[len] = '\0';
	return true;
}

/* proc_pid_stat(5): fields 3, 14 and 15. The name before them may hold anything, even a ')'. */
bool process_look(pid_t pid, uint64_t *used, bool *waits)
{
	char path[32], text[512];
	unsigned long user, kernel;
	const char *after_name;
	size_t len = 0;
	char state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "re");
	if (f) {
		len = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[len] = '\0';
	after_name = strrchr(text, ')');
	if (!after_name ||
	    sscanf(after_name, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &state, &user, &kernel) != 3)
		return false;
	*used = (uint64_t)user + kernel;
	*waits = state == 'S' || state == 'T'; /* else: it runs, wants to, waits for the disk, or has just ended */
	return true;
}
