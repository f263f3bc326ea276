/* SPDX-License-Identifier: MIT */
/*
 * Every job of a session, cut short at every place: at each USB transfer the
 * cable is pulled or the probe falls silent, and at each allocation the host's
 * memory is at its end. Never is that a success, never is it without a word,
 * and never is anything lost on the way out. The linker leads
 * transport_open() and the allocations of the whole library here. Programs
 * share this so that each processor has one.
 */
#ifndef TESTS_SESSION_CUTS_H
#define TESTS_SESSION_CUTS_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "session/session.h"

#include <cmocka.h> /* last: its fail() is a macro */

#define FLASH 0x08000000u
#define RAM   0x20000000u

/* Jobs with more places than asked for are cut at some of them, spread evenly; these at no more than so many. */
#define MOST_SLOW 12u

/* A command like one of the last few is no new place: the same question asked until the answer changes. */
#define REMEMBERED 4u

#define F103 "virtual:stm32f103c8,strict=1"
#define F407 "virtual:stm32f407vg,strict=1"

int __real_transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid,
			  const uint16_t *pids, size_t n_pids);
int __wrap_transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid,
			  const uint16_t *pids, size_t n_pids);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);

/* ------------------------------------------------------- what goes wrong */

static struct {
	unsigned int places, allocations; /* so far */
	uint64_t last[REMEMBERED];        /* commands */
	unsigned int n_commands;
	unsigned int cut_at;       /* place from which on every transfer fails, 0: none */
	int error;                 /* and how */
	unsigned int no_memory_at; /* allocation that fails, 0: none */
	bool armed;
} cut;

static const struct transport_ops *real_ops;

static int cut_or(struct transport *t)
{
	if (!cut.armed || !cut.cut_at || cut.places < cut.cut_at)
		return 0;
	return (fail)(t->ctx, cut.error, cut.error == STFLASH_E_UNPLUGGED ? "the cable is pulled" : "not a word");
}

/* FNV-1a */
static uint64_t hash(const uint8_t *bytes, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ bytes[i]) * 0x100000001b3u;
	return h;
}

static void count_places(const struct usb_xfer *command)
{
	const uint64_t h = command->ep & USB_DIR_IN ? 0 : hash(command->buf, command->len);
	bool known = false;

	for (size_t i = 0; i < REMEMBERED; i++)
		known |= cut.last[i] == h;
	cut.last[cut.n_commands++ % REMEMBERED] = h;
	cut.places += !known;
}

static int cut_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	count_places(&xfers[0]);
	for (size_t i = 0; i < n; i++)
		xfers[i].actual = 0;
	return cut_or(t) ? cut.error : real_ops->transfer(t, xfers, n, timeout_ms);
}

static int cut_clear_halt(struct transport *t, uint8_t ep)
{
	return cut_or(t) ? cut.error : real_ops->clear_halt(t, ep);
}

static int cut_reset(struct transport *t)
{
	return cut_or(t) ? cut.error : real_ops->reset(t);
}

static void cut_close(struct transport *t)
{
	real_ops->close(t);
}

int __wrap_transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid,
			  const uint16_t *pids, size_t n_pids)
{
	static const struct transport_ops ops = {
		.transfer = cut_transfer,
		.clear_halt = cut_clear_halt,
		.reset = cut_reset,
		.close = cut_close,
	};
	const int err = __real_transport_open(t, ctx, selector, vid, pids, n_pids);

	if (err)
		return err;
	real_ops = (*t)->ops;
	(*t)->ops = &ops;
	return 0;
}

static bool no_memory(void)
{
	return cut.armed && ++cut.allocations == cut.no_memory_at;
}

void *__wrap_malloc(size_t size)
{
	return no_memory() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return no_memory() ? NULL : __real_realloc(p, size);
}

/* ------------------------------------------------------------------ jobs */

static uint8_t data[9000];

static int load(struct stflash *s, struct stflash_image *image, uint32_t addr, size_t len)
{
	return stflash_image_load(s, image, "a.bin", data, len, STFLASH_FORMAT_BIN, &addr);
}

/* Two stretches in flash, one of them with neighbours to be kept, and one in RAM. */
static int with_image(struct stflash *s, int (*job)(struct stflash *s, struct stflash_image *image))
{
	struct stflash_image *image = stflash_image_new();
	int err;

	if (!image)
		return STFLASH_E_NO_MEMORY;
	err = load(s, image, FLASH + 0x101, 1500);
	if (!err)
		err = load(s, image, FLASH + 0x4000, 2048);
	if (!err)
		err = load(s, image, RAM + 0x400, 64);
	if (!err)
		err = job(s, image);
	stflash_image_free(image);
	return err;
}

static int write_by_agent(struct stflash *s, struct stflash_image *image)
{
	return stflash_write(s, image, NULL, NULL);
}

static int write_by_host(struct stflash *s, struct stflash_image *image)
{
	const struct stflash_write_options o = { .struct_size = sizeof(o),
						 .no_agent = true,
						 .then = STFLASH_THEN_HALT };

	return stflash_write(s, image, &o, NULL);
}

static int dry_run(struct stflash *s, struct stflash_image *image)
{
	const struct stflash_write_options o = { .struct_size = sizeof(o), .dry_run = true, .discard_rest = true };

	return stflash_write(s, image, &o, NULL);
}

static int verify_image(struct stflash *s, struct stflash_image *image)
{
	struct stflash_verify_report report = { .struct_size = sizeof(report) };
	const int err = stflash_verify(s, image, NULL, &report);

	return err == STFLASH_E_MISMATCH && report.differing > 0 ? 0 : err;
}

static int job_write(struct stflash *s)
{
	return with_image(s, write_by_agent);
}

static int job_write_by_host(struct stflash *s)
{
	return with_image(s, write_by_host);
}

static int job_dry_run(struct stflash *s)
{
	return with_image(s, dry_run);
}

static int job_verify(struct stflash *s)
{
	return with_image(s, verify_image);
}

static int job_dump(struct stflash *s)
{
	int err;

	err = stflash_dump(s, FLASH + 1, data, sizeof(data), NULL, NULL);
	return err ? err : stflash_dump(s, RAM, data, 64, NULL, NULL);
}

static int job_erase(struct stflash *s)
{
	return stflash_erase(s, FLASH, 0x4000, NULL, NULL);
}

static int job_erase_all_by_host(struct stflash *s)
{
	const struct stflash_write_options o = { .struct_size = sizeof(o), .no_agent = true };

	return stflash_erase_all(s, &o, NULL);
}

static int job_look(struct stflash *s)
{
	struct stflash_target_info info = { .struct_size = sizeof(info) };
	struct stflash_options *list = NULL;
	struct stflash_cells *cells;
	char *text = NULL;
	size_t n;
	int err;

	err = stflash_get_target_info(s, &info);
	if (!err)
		err = stflash_options_read(s, &list);
	if (!err)
		err = stflash_map(s, false, &cells);
	if (err) {
		stflash_free_options(list);
		return err;
	}
	stflash_free_cells(cells);
	stflash_free_options(list);
	err = stflash_format_text(s, STFLASH_FORMAT_SREC, FLASH, data, sizeof(data), &text, &n);
	stflash_free_text(text);
	return err;
}

static int job_options(struct stflash *s)
{
	static const char *const settings[] = { "nRST_STOP=0", "WRP=1" };

	return stflash_options_write(s, settings, 2, 0, NULL);
}

static int job_protect(struct stflash *s)
{
	return stflash_protect(s, NULL);
}

static int job_unprotect(struct stflash *s)
{
	return stflash_unprotect(s, STFLASH_ALLOW_ERASE, NULL);
}

static int job_resets(struct stflash *s)
{
	int err;

	err = stflash_reset(s, STFLASH_RESET_HALT);
	if (!err)
		err = stflash_run(s);
	if (!err)
		err = stflash_halt(s);
	if (!err)
		err = stflash_write_ram(s, RAM + 3, data, 100);
	if (!err)
		err = stflash_reset(s, STFLASH_RESET_RUN);
	return err;
}

static void skip_finding(const struct stflash_finding *finding, void *user)
{
	(void)finding;
	(void)user;
}

/* It connects by itself. */
static int job_doctor(struct stflash *s)
{
	const char *advice;

	return stflash_doctor(s, F103, true, skip_finding, NULL, &advice);
}

static const struct job {
	const char *name, *selector; /* NULL: not to be connected */
	enum stflash_connect how;
	int (*run)(struct stflash *s);
	bool slow; /* for the host: a whole flash to read, or an erase that is polled for long */
} jobs[] = {
	{ "write", F103, STFLASH_CONNECT_NORMAL, job_write, false },
	{ "write, F4", F407, STFLASH_CONNECT_UNDER_RESET, job_write, false },
	{ "write by the host", F103, STFLASH_CONNECT_NORMAL, job_write_by_host, false },
	{ "write by the host, F4", F407 ",probe=v3", STFLASH_CONNECT_NORMAL, job_write_by_host, false },
	{ "dry run", F103, STFLASH_CONNECT_AUTO, job_dry_run, false },
	{ "verify", F407, STFLASH_CONNECT_NORMAL, job_verify, false },
	{ "dump", F103, STFLASH_CONNECT_NORMAL, job_dump, false },
	{ "dump, attached", F407, STFLASH_CONNECT_ATTACH, job_dump, false },
	{ "dump, old probe", F103 ",fw=J17S4", STFLASH_CONNECT_NORMAL, job_dump, false },
	{ "erase", F103, STFLASH_CONNECT_NORMAL, job_erase, false },
	{ "erase, F4", F407, STFLASH_CONNECT_NORMAL, job_erase, true },
	{ "erase all by the host", "virtual:stm32f103zg,strict=1", STFLASH_CONNECT_NORMAL, job_erase_all_by_host,
	  true },
	{ "look", F103, STFLASH_CONNECT_NORMAL, job_look, false },
	{ "look, attached", "virtual:stm32f103c6,strict=1", STFLASH_CONNECT_ATTACH, job_look, false },
	{ "look, F4", "virtual:stm32f429zi,strict=1", STFLASH_CONNECT_NORMAL, job_look, true },
	{ "options", F103, STFLASH_CONNECT_NORMAL, job_options, false },
	{ "options, F4", "virtual:stm32f429zi,strict=1", STFLASH_CONNECT_NORMAL, job_options, false },
	{ "protect", F103, STFLASH_CONNECT_NORMAL, job_protect, false },
	{ "unprotect", F103 ",rdp=1", STFLASH_CONNECT_NORMAL, job_unprotect, false },
	{ "unprotect, F4", F407 ",rdp=1,patience=30", STFLASH_CONNECT_NORMAL, job_unprotect, true },
	{ "doctor", NULL, STFLASH_CONNECT_AUTO, job_doctor, false },
	{ "resets", F103, STFLASH_CONNECT_NORMAL, job_resets, false },
	{ "resets by the pin", F407, STFLASH_CONNECT_UNDER_RESET, job_resets, false },
};

/* ------------------------------------------------------------------ runs */

/* From opening the probe to letting it go. The sentence is copied before the session is gone. */
static int run(const struct job *job, char text[256])
{
	struct stflash *s = stflash_new();
	int err, end;

	assert_non_null(s);
	cut.places = cut.allocations = cut.n_commands = 0;
	memset(cut.last, 0, sizeof(cut.last));
	cut.armed = true;
	err = job->selector ? stflash_connect(s, job->selector, job->how) : 0;
	if (!err)
		err = job->run(s);
	snprintf(text, 256, "%s", stflash_errmsg(s));
	end = stflash_disconnect(s);
	if (!err && end)
		snprintf(text, 256, "%s", stflash_errmsg(s));
	cut.armed = false;
	stflash_free(s);
	return err ? err : end;
}

static void count(const struct job *job, unsigned int *places, unsigned int *allocations)
{
	char text[256];
	int err;

	memset(&cut, 0, sizeof(cut));
	err = run(job, text);
	if (err == STFLASH_E_NO_PROBE || err == STFLASH_E_UNSUPPORTED) {
		print_error("NOT RUN, there is no virtual probe here: %s\n", text);
		skip();
	}
	if (err)
		fail_msg("%s fails by itself: %s", job->name, text);
	*places = cut.places;
	*allocations = cut.allocations;
}

/* The day, which decides where between two others a place lies: all come by in time. */
static unsigned int seed(void)
{
	return (unsigned int)(time(NULL) / 86400);
}

/*
 * Of the n places of a job those at and all at + step behind it are tried: about as many as most says, or
 * STFLASH_TEST_PLACES where everything takes long, as under emulation.
 */
static unsigned int choose(unsigned int n, unsigned int most, unsigned int *at)
{
	const char *fewer = getenv("STFLASH_TEST_PLACES");
	unsigned int step;

	if (fewer && (unsigned int)atoi(fewer) < most)
		most = (unsigned int)atoi(fewer);
	step = 1 + n / (most ? most : 1);
	*at = 1 + seed() % step;
	return step;
}

/* How busy the machine is decides how often some questions are asked: a run may be over before it is cut. */
static void cut_everywhere(int error, unsigned int most)
{
	print_message("# seed %u\n", seed());
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		unsigned int n, unused, step, at;

		count(&jobs[i], &n, &unused);
		step = choose(n, jobs[i].slow && most > MOST_SLOW ? MOST_SLOW : most, &at);
		for (; at <= n; at += step) {
			char text[256];
			int err;

			cut.cut_at = at;
			cut.error = error;
			err = run(&jobs[i], text);
			if (cut.places < at)
				assert_int_equal(err, 0);
			else if (err >= 0 || !*text || (error == STFLASH_E_UNPLUGGED && err != error))
				fail_msg("%s, cut at place %u of %u, ended with %d: '%s'", jobs[i].name, at, n, err,
					 text);
		}
	}
}

#endif
