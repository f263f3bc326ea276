/* SPDX-License-Identifier: MIT */
/* Threads of Windows, and the streams that they write to. */
#include "cli/system/system.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <windows.h>

struct system_monitor {
	CRITICAL_SECTION lock;
	CONDITION_VARIABLE bell;
};

struct system_monitor *system_monitor_new(void)
{
	struct system_monitor *m = malloc(sizeof(*m));

	if (!m)
		return NULL;
	InitializeCriticalSection(&m->lock);
	InitializeConditionVariable(&m->bell);
	return m;
}

void system_monitor_free(struct system_monitor *m)
{
	if (!m)
		return;
	DeleteCriticalSection(&m->lock);
	free(m);
}

void system_monitor_enter(struct system_monitor *m)
{
	EnterCriticalSection(&m->lock);
}

void system_monitor_leave(struct system_monitor *m)
{
	LeaveCriticalSection(&m->lock);
}

void system_monitor_wait(struct system_monitor *m)
{
	SleepConditionVariableCS(&m->bell, &m->lock, INFINITE);
}

void system_monitor_wake(struct system_monitor *m)
{
	WakeAllConditionVariable(&m->bell);
}

struct system_thread {
	HANDLE handle;
	void (*work)(void *user);
	void *user;
};

static DWORD WINAPI windows_run_thread(void *thread)
{
	const struct system_thread *t = thread;

	t->work(t->user);
	return 0;
}

struct system_thread *system_thread_start(void (*work)(void *user), void *user)
{
	struct system_thread *t = malloc(sizeof(*t));

	if (!t)
		return NULL;
	t->work = work;
	t->user = user;
	t->handle = CreateThread(NULL, 0, windows_run_thread, t, 0, NULL);
	if (t->handle)
		return t;
	free(t);
	errno = EAGAIN;
	return NULL;
}

void system_thread_join(struct system_thread *thread)
{
	WaitForSingleObject(thread->handle, INFINITE);
	CloseHandle(thread->handle);
	free(thread);
}

/* A temporary file that goes away with its descriptor: Windows has no streams in memory. */
int system_text_open(struct system_text *t)
{
	char folder[MAX_PATH], name[MAX_PATH];
	int fd;

	*t = (struct system_text){ .stream = NULL };
	if (!GetTempPathA(sizeof(folder), folder) || !GetTempFileNameA(folder, "stf", 0, name)) {
		errno = EIO;
		return -1;
	}
	fd = open(name, O_RDWR | O_TRUNC | O_BINARY | O_NOINHERIT | _O_TEMPORARY, S_IREAD | S_IWRITE);
	if (fd < 0)
		return -1;
	t->stream = fdopen(fd, "w+b");
	if (t->stream)
		return 0;
	close(fd);
	return -1;
}

void system_text_close(struct system_text *t)
{
	const long len = fflush(t->stream) || ferror(t->stream) ? -1 : ftell(t->stream);

	if (len >= 0)
		t->text = malloc((size_t)len + 1);
	if (t->text) {
		rewind(t->stream);
		t->len = fread(t->text, 1, (size_t)len, t->stream);
	}
	fclose(t->stream);
}
