/* SPDX-License-Identifier: MIT */
/* FreeBSD: sysctl(3), <sys/user.h>, devfs.rules(5). Nobody has run it there; a test runs it on headers of its own. */
#include <stdio.h>
#include <sys/param.h>
#include <sys/proc.h>
/* The two below need the types of those above. */
#include <sys/sysctl.h>
#include <sys/user.h>

#include "usb/system/holder.h"
#include "usb/system/process.h"

bool process_own_path(char *path, size_t size)
{
	const int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
	size_t len = size;

	return !sysctl(name, 4, path, &len, NULL, 0) && len > 1;
}

bool process_look(pid_t pid, uint64_t *used, bool *waits)
{
	const int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, (int)pid };
	struct kinfo_proc info;
	size_t len = sizeof(info);

	if (sysctl(name, 4, &info, &len, NULL, 0) || len != sizeof(info))
		return false;
	*used = info.ki_runtime;
	*waits = info.ki_stat == SSLEEP || info.ki_stat == SSTOP;
	return true;
}

void holder_access_cure(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	(void)k;
	(void)name;
	snprintf(text, size,
		 "end the other program that uses it, or let /etc/devfs.rules give your group the files of /dev/usb "
		 "(mode 0660)");
}
