/* SPDX-License-Identifier: MIT */
/* Threads of POSIX, and the streams in memory that they write to. */
#define _XOPEN_SOURCE 700 /* recursive mutexes */
#include "cli/system/system.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct system_monitor {
	pthread_mutex_t lock;
	pthread_cond_t bell;
};

struct system_monitor *system_monitor_new(void)
{
	struct system_monitor *m = malloc(sizeof(*m));
	pthread_mutexattr_t recursive;

	if (!m)
		return NULL;
	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&m->lock, &recursive);
	pthread_mutexattr_destroy(&recursive);
	pthread_cond_init(&m->bell, NULL);
	return m;
}

void system_monitor_free(struct system_monitor *m)
{
	if (!m)
		return;
	pthread_cond_destroy(&m->bell);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

void system_monitor_enter(struct system_monitor *m)
{
	pthread_mutex_lock(&m->lock);
}

void system_monitor_leave(struct system_monitor *m)
{
	pthread_mutex_unlock(&m->lock);
}

void system_monitor_wait(struct system_monitor *m)
{
	pthread_cond_wait(&m->bell, &m->lock);
}

void system_monitor_wake(struct system_monitor *m)
{
	pthread_cond_broadcast(&m->bell);
}

struct system_thread {
	pthread_t id;
	void (*work)(void *user);
	void *user;
};

static void *posix_run_thread(void *thread)
{
	const struct system_thread *t = thread;

	t->work(t->user);
	return NULL;
}

struct system_thread *system_thread_start(void (*work)(void *user), void *user)
{
	struct system_thread *t = malloc(sizeof(*t));
	int error;

	if (!t)
		return NULL;
	t->work = work;
	t->user = user;
	error = pthread_create(&t->id, NULL, posix_run_thread, t);
	if (!error)
		return t;
	free(t);
	errno = error;
	return NULL;
}

void system_thread_join(struct system_thread *thread)
{
	pthread_join(thread->id, NULL);
	free(thread);
}

int system_text_open(struct system_text *t)
{
	t->text = NULL;
	t->len = 0;
	t->stream = open_memstream(&t->text, &t->len);
	return t->stream ? 0 : -1;
}

void system_text_close(struct system_text *t)
{
	const bool failed = ferror(t->stream);

	if (!fclose(t->stream) && !failed)
		return;
	free(t->text);
	t->text = NULL;
}
