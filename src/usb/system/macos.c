/* SPDX-License-Identifier: MIT */
/* macOS: <libproc.h>, dyld(3). Nobody has run it there; a test runs it on headers of its own. */
#include <libproc.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <stdio.h>
#include <sys/proc.h>

#include "usb/system/holder.h"
#include "usb/system/process.h"

bool process_own_path(char *path, size_t size)
{
	uint32_t len = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;

	return !_NSGetExecutablePath(path, &len);
}

/* Both times are in units of the processor's own clock (mach_absolute_time): good to see a change. */
bool process_look(pid_t pid, uint64_t *used, bool *waits)
{
	struct proc_bsdinfo state;
	struct proc_taskinfo task;

	if (proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &state, sizeof(state)) != (int)sizeof(state) ||
	    proc_pidinfo(pid, PROC_PIDTASKINFO, 0, &task, sizeof(task)) != (int)sizeof(task))
		return false;
	*used = task.pti_total_user + task.pti_total_system;
	/* pbi_status says SRUN of nearly everything: a thread that runs is what tells. */
	*waits = state.pbi_status == SSTOP || !task.pti_numrunning;
	return true;
}

/* macOS asks for no permission: what is refused is in use (libusb, darwin_usb.c: kIOReturnExclusiveAccess). */
void holder_access_cure(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	(void)k;
	(void)name;
	snprintf(text, size, "end the other program that uses it");
}
