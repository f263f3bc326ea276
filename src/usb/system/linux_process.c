/* SPDX-License-Identifier: MIT */
#include "usb/system/process.h"

#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* Without /proc, as in a bare root: getauxval(3), AT_EXECFN. It holds as long as the working directory is the same. */
static bool name_it_was_started_by(char *path, size_t size)
{
	const unsigned long name = getauxval(AT_EXECFN);

	return name &&
	       snprintf(path, size, "%s", (const char *)name) < (int)size; /* NOLINT(performance-no-int-to-ptr) */
}

bool process_own_path(char *path, size_t size)
{
	const ssize_t len = readlink("/proc/self/exe", path, size - 1);

	path[len > 0 ? len : 0] = '\0';
	return len > 0 || name_it_was_started_by(path, size);
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
