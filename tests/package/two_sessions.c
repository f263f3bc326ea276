/* SPDX-License-Identifier: MIT */
/*
 * two_sessions SELECTOR SELECTOR: two sessions in two threads, each writing, reading back and comparing on a probe
 * of its own, each with its own callbacks; then a session cancelled by another thread and one by a signal handler.
 * Run under ThreadSanitizer, which speaks up where two threads share what they should not.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stflash.h"

#define FLASH_START 0x08000000u
#define IMAGE_SIZE  3000u
#define ROUNDS      3

struct worker {
	const char *selector;
	unsigned char seed;
	struct stflash *s;
	unsigned int lines, calls;
	pthread_mutex_t lock;
	pthread_cond_t reached;
	bool is_reached;
	int err;
	char why[512];
};

/* Each worker has its own; ThreadSanitizer would see a library that mixes them up. */
static void on_log(enum stflash_log_level level, const char *line, void *user)
{
	struct worker *w = user;

	(void)level;
	w->lines += line[0] != '\0';
}

static void on_progress(enum stflash_phase phase, uint64_t done, uint64_t total, void *user)
{
	struct worker *w = user;

	(void)phase;
	w->calls += done <= total;
}

static int open_session(struct worker *w, stflash_progress_fn progress)
{
	w->s = stflash_new();
	if (!w->s)
		return STFLASH_E_NO_MEMORY;
	stflash_set_log(w->s, STFLASH_LOG_WIRE, on_log, w);
	stflash_set_progress(w->s, progress, w);
	return stflash_connect(w->s, w->selector, STFLASH_CONNECT_AUTO);
}

static void close_session(struct worker *w, int err)
{
	int late = 0;

	w->err = err;
	if (w->s) {
		snprintf(w->why, sizeof(w->why), "%s", stflash_errmsg(w->s));
		late = stflash_disconnect(w->s);
	}
	if (!err && late)
		w->err = late;
	stflash_free(w->s);
	w->s = NULL;
}

static int write_and_read_back(struct worker *w, unsigned char seed)
{
	struct stflash_image *image = stflash_image_new();
	unsigned char data[IMAGE_SIZE], back[IMAGE_SIZE];
	static const uint32_t start = FLASH_START;
	struct stflash_verify_report report = { .struct_size = sizeof(report) };
	int err;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(seed + i * 7);
	err = stflash_image_load(w->s, image, "data", data, sizeof(data), STFLASH_FORMAT_BIN, &start);
	if (!err)
		err = stflash_write(w->s, image, NULL, NULL);
	if (!err)
		err = stflash_verify(w->s, image, NULL, &report);
	if (!err)
		err = stflash_dump(w->s, FLASH_START, back, sizeof(back), NULL, NULL);
	if (!err && memcmp(data, back, sizeof(data)) != 0)
		err = STFLASH_E_MISMATCH;
	stflash_image_free(image);
	return err;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int err;

	err = open_session(w, on_progress);
	for (int round = 0; !err && round < ROUNDS; round++)
		err = write_and_read_back(w, (unsigned char)(w->seed + round));
	close_session(w, err);
	return NULL;
}

static int side_by_side(const char *first, const char *second)
{
	struct worker w[2] = { { .selector = first, .seed = 1 }, { .selector = second, .seed = 101 } };
	pthread_t thread[2];
	int bad = 0;

	for (int i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, work, &w[i]))
			return 1;
	for (int i = 0; i < 2; i++) {
		pthread_join(thread[i], NULL);
		if (w[i].err || !w[i].lines || !w[i].calls)
			bad += fprintf(stderr, "session %d: %d %s (%u log lines, %u progress calls)\n", i, w[i].err,
				       w[i].why, w[i].lines, w[i].calls) > 0;
	}
	return bad;
}

/* Tells the other thread that the work has begun. */
static void tell_the_other(enum stflash_phase phase, uint64_t done, uint64_t total, void *user)
{
	struct worker *w = user;

	(void)phase;
	(void)done;
	(void)total;
	pthread_mutex_lock(&w->lock);
	w->is_reached = true;
	pthread_cond_signal(&w->reached);
	pthread_mutex_unlock(&w->lock);
}

static void *read_for_ever(void *arg)
{
	struct worker *w = arg;
	unsigned char buf[4096];
	int err;

	err = open_session(w, tell_the_other);
	while (!err)
		err = stflash_dump(w->s, FLASH_START, buf, sizeof(buf), NULL, NULL);
	/* Keep it for the one who cancels: it must not be freed under him. */
	w->err = err;
	return NULL;
}

static int cancelled_by_a_thread(const char *selector)
{
	struct worker w = { .selector = selector,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .reached = PTHREAD_COND_INITIALIZER };
	pthread_t thread;

	if (pthread_create(&thread, NULL, read_for_ever, &w))
		return 1;
	pthread_mutex_lock(&w.lock);
	while (!w.is_reached)
		pthread_cond_wait(&w.reached, &w.lock);
	pthread_mutex_unlock(&w.lock);
	stflash_cancel(w.s);
	pthread_join(thread, NULL);
	if (w.err != STFLASH_E_CANCELLED)
		fprintf(stderr, "cancelled by a thread: %d\n", w.err);
	stflash_uncancel(w.s);
	if (w.err == STFLASH_E_CANCELLED && (w.err = write_and_read_back(&w, 7)) == 0)
		w.err = STFLASH_E_CANCELLED;
	close_session(&w, w.err);
	return w.err != STFLASH_E_CANCELLED;
}

/* A handler gets no argument. */
static struct stflash *session;

static void on_signal(int number)
{
	(void)number;
	stflash_cancel(session);
}

static void raise_signal(enum stflash_phase phase, uint64_t done, uint64_t total, void *user)
{
	(void)phase;
	(void)done;
	(void)total;
	(void)user;
	raise(SIGINT);
}

static int cancelled_by_a_signal(const char *selector)
{
	struct worker w = { .selector = selector };
	unsigned char buf[4096];
	int err;

	err = open_session(&w, raise_signal);
	session = w.s;
	signal(SIGINT, on_signal);
	if (!err)
		err = stflash_dump(w.s, FLASH_START, buf, sizeof(buf), NULL, NULL);
	signal(SIGINT, SIG_DFL);
	if (err != STFLASH_E_CANCELLED)
		fprintf(stderr, "cancelled by a signal: %d %s\n", err, stflash_errmsg(w.s));
	close_session(&w, err);
	return err != STFLASH_E_CANCELLED;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	return side_by_side(argv[1], argv[2]) + cancelled_by_a_thread(argv[1]) + cancelled_by_a_signal(argv[1]);
}
