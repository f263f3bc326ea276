/* SPDX-License-Identifier: MIT */
/*
 * The virtual probe as a child. This program is its own stand-in for
 * stflash-vprobe: started with --fd it plays the child, and the chip's name
 * in --probe says how it behaves. STFLASH_TEST_EMULATOR is what runs it, with
 * its folder, where the system cannot: then a script starts it as a child.
 */
#include "usbip_server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "usb/child.h"

/* Where a package puts it. */
#define INSTALLED_VPROBE "/usr/local/bin/stflash-vprobe"

/* What the clock leaps where a child must be waited for all the same. */
#define HOUR_MS 3600000

/* What it leaps where a child must be given up after some looks. */
#define MOMENT_MS 10000

static char program[512], self[512]; /* self: what starts it */

/* NULL: the system runs it; else there is a folder for scripts. */
static const char *emulator;
static char folder[] = "/tmp/stflash-test-XXXXXX";

/* Each look at the clock adds this to what it shows. */
static uint64_t leap_ms, leapt_ms;

uint64_t __real_now_ms(void);
uint64_t __wrap_now_ms(void);

uint64_t __wrap_now_ms(void)
{
	leapt_ms += leap_ms;
	return __real_now_ms() + leapt_ms;
}

/* Make the script that starts the program. */
static void write_starter(const char *script, const char *started)
{
	FILE *f = fopen(script, "w");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nexec %s '%s' \"$@\"\n", emulator, started);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(script, 0755), 0);
}

/* -------------------------------------------------------------- the stand-in */

static void play_exchange(struct server *s)
{
	if (serve_enumeration(s))
		serve_exchange(s);
}

static void wait_for_end(struct server *s)
{
	uint8_t byte;

	while (take(s, &byte, 1))
		;
}

/* Until it has used so much processor time, however long that takes. */
static void be_at_work(void)
{
	const clock_t end = clock() + CLOCKS_PER_SEC / 4;

	while (clock() < end)
		;
}

/* Leaves a note of what it saw, as the real one saves its flash, after we hung up. */
static int leave_note(struct server *s, const char *file)
{
	sigset_t blocked;
	FILE *f;

	play_exchange(s);
	wait_for_end(s);
	be_at_work();
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	f = fopen(file, "w");
	if (!f)
		return 1;
	fprintf(f, "group %s, sigint %s, stdin %s, wrong %s\n", getpgrp() == getpid() ? "own" : "shared",
		sigismember(&blocked, SIGINT) ? "blocked" : "open", getchar() == EOF ? "empty" : "live",
		s->wrong ? s->wrong : "nothing");
	fclose(f);
	return 0;
}

static int be_noisy(struct server *s)
{
	for (int i = 0; i < 20000; i++)
		fprintf(stderr, "line %d of far more than a pipe holds\n", i);
	play_exchange(s);
	return 0;
}

static int stand_in(int argc, char **argv)
{
	struct server s = { .wrong = NULL };
	const char *spec;

	if (argc != 5 || strcmp(argv[1], "--fd") || strcmp(argv[3], "--probe"))
		return 99;
	s.fd = atoi(argv[2]);
	spec = argv[4];
	if (!strncmp(spec, "note,flash=", 11))
		return leave_note(&s, spec + 11);
	if (!strcmp(spec, "noisy"))
		return be_noisy(&s);
	if (!strcmp(spec, "unknown")) {
		fprintf(stderr, "stflash-vprobe: no part is called 'unknown'\nand more words\n");
		return 2;
	}
	if (!strcmp(spec, "dies"))
		raise(SIGKILL);
	if (!strcmp(spec, "hangs"))
		for (;;)
			pause();
	if (!strcmp(spec, "stm32f103c8"))
		play_exchange(&s);
	if (!strcmp(spec, "slow")) {
		if (serve_enumeration(&s)) {
			be_at_work();
			serve_exchange(&s);
		}
	}
	if (!strcmp(spec, "ends badly")) {
		play_exchange(&s);
		wait_for_end(&s);
		fprintf(stderr, "flash.bin cannot be saved: no space left\n");
		return 3;
	}
	if (!strcmp(spec, "stays")) {
		play_exchange(&s);
		for (;;)
			pause();
	}
	return 0;
}

/* --------------------------------------------------------------------- tests */

static char logged[4096];

static void keep_log(enum stflash_log_level level, const char *line, void *user)
{
	const size_t at = strlen(logged);

	(void)level;
	(void)user;
	snprintf(logged + at, sizeof(logged) - at, "%s\n", line);
}

static int open_virtual(struct transport **t, struct ctx *ctx, const char *selector)
{
	memset(ctx, 0, sizeof(*ctx));
	logged[0] = '\0';
	ctx->log = keep_log;
	ctx->log_level = STFLASH_LOG_INFO;
	return transport_open(t, ctx, selector, 0x0483, test_pids, ARRAY_SIZE(test_pids));
}

static void the_plain_word_starts_a_probe_with_an_f103c8(void **state)
{
	struct transport *t;
	struct exchange e;
	struct ctx ctx;

	(void)state;
	if (open_virtual(&t, &ctx, "virtual"))
		fail_msg("%s", ctx.errmsg);
	assert_string_equal(t->path, "virtual");
	assert_string_equal(t->serial, "57FF72067265575742132067");
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	assert_memory_equal(e.reply, version_reply, REPLY_LEN);
	transport_close(t);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* reaped */
	assert_int_equal(errno, ECHILD);
}

static void closing_waits_for_what_the_child_saves(void **state)
{
	char file[] = "/tmp/stflash-test-XXXXXX";
	char selector[64], text[128] = "";
	struct transport *t;
	struct exchange e;
	struct ctx ctx;
	FILE *f;

	(void)state;
	close(mkstemp(file));
	snprintf(selector, sizeof(selector), "virtual:note,flash=%s", file);
	if (open_virtual(&t, &ctx, selector))
		fail_msg("%s", ctx.errmsg);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	leap_ms = HOUR_MS; /* it is never waited for too long while it is at work */
	transport_close(t);
	leap_ms = 0;

	f = fopen(file, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	unlink(file);
	assert_string_equal(text, "group own, sigint open, stdin empty, wrong nothing\n");
}

static void the_words_of_a_child_that_does_not_start_reach_the_user(void **state)
{
	struct transport *t;
	struct ctx ctx;

	(void)state;
	assert_int_equal(open_virtual(&t, &ctx, "virtual:unknown"), STFLASH_E_ARG);
	assert_string_equal(ctx.errmsg, "the virtual probe did not start: no part is called 'unknown'");
	assert_null(t);
}

static void a_child_that_dies_without_a_word_is_a_fault_of_the_probe(void **state)
{
	struct transport *t;
	struct ctx ctx;

	(void)state;
	assert_int_equal(open_virtual(&t, &ctx, "virtual:dies"), STFLASH_E_PROBE);
	assert_non_null(strstr(ctx.errmsg, "died"));
}

static void a_child_that_ends_at_once_is_unplugged(void **state)
{
	struct transport *t;
	struct ctx ctx;

	(void)state;
	assert_int_equal(open_virtual(&t, &ctx, "virtual:leaves"), STFLASH_E_UNPLUGGED);
}

static void a_talkative_child_is_not_held_up_and_its_words_are_logged(void **state)
{
	struct transport *t;
	struct exchange e;
	struct ctx ctx;

	(void)state;
	if (open_virtual(&t, &ctx, "virtual:noisy"))
		fail_msg("%s", ctx.errmsg);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	transport_close(t);
	assert_non_null(strstr(logged, "virtual probe: line 0 of far more than a pipe holds\n"));
}

/* Open, exchange, close; what was logged tells the rest. */
static void use_once(const char *selector, uint64_t leap_at_the_end)
{
	struct transport *t;
	struct exchange e;
	struct ctx ctx;

	if (open_virtual(&t, &ctx, selector))
		fail_msg("%s", ctx.errmsg);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	leap_ms = leap_at_the_end;
	transport_close(t);
	leap_ms = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* reaped */
}

static void a_child_that_ends_badly_or_not_at_all_is_warned_of(void **state)
{
	(void)state;
	use_once("virtual:ends badly", 0);
	assert_non_null(
		strstr(logged, "the virtual probe ended badly (status 3): flash.bin cannot be saved: no space"));
	use_once("virtual:stays", MOMENT_MS);
	assert_non_null(strstr(
		logged, "the virtual probe does not end and has done nothing for 10 s: it is killed after 60 s\n"));
	assert_non_null(strstr(logged, "the virtual probe hung and was killed: it may not have saved its flash\n"));
}

static void a_program_that_is_missing_is_named(void **state)
{
	struct transport *t;
	struct ctx ctx;

	(void)state;
	setenv("STFLASH_VPROBE", "/nonexistent/vprobe", 1);
	assert_int_equal(open_virtual(&t, &ctx, "virtual"), STFLASH_E_NO_PROBE);
	setenv("STFLASH_VPROBE", self, 1);
	assert_non_null(strstr(ctx.errmsg, "/nonexistent/vprobe"));
	assert_non_null(strstr(ctx.errmsg, "No such file"));
}

/* For how long it was waited for, in a session that is cancelled before or not. */
static uint64_t wait_for_one_that_hangs(bool cancelled)
{
	char fd_option[] = "--fd", number[] = "3", probe_option[] = "--probe", spec[] = "hangs";
	char *const argv[] = { self, fd_option, number, probe_option, spec, NULL };
	struct ctx ctx = { .log = keep_log, .log_level = STFLASH_LOG_WARN, .cancelled = cancelled };
	struct child c = { .ctx = &ctx, .name = "test" };
	struct child_end end;
	uint64_t begin;
	int fd;

	logged[0] = '\0';
	assert_int_equal(child_start(&c, &fd, argv), 0);
	close(fd);
	while (child_is_at_work(&c))
		sleep_ms(10);
	leap_ms = MOMENT_MS;
	begin = now_ms();
	child_wait(&c, &end);
	leap_ms = 0;
	assert_true(end.killed);
	assert_int_equal(end.status, -1);
	assert_int_equal(kill(c.pid, 0), -1);
	assert_string_equal(logged, "the test does not end and has done nothing for 10 s: it is killed after 60 s\n");
	return now_ms() - begin;
}

static void a_child_that_hangs_is_killed_after_a_minute_or_by_a_cancellation(void **state)
{
	(void)state;
	assert_true(wait_for_one_that_hangs(false) >= CHILD_IDLE_MAX_MS);
	leapt_ms = 0;
	wait_for_one_that_hangs(true);
	assert_in_range(leapt_ms, CHILD_IDLE_WARN_MS, CHILD_IDLE_WARN_MS + 3 * MOMENT_MS);
}

static void a_child_that_is_still_at_work_when_the_time_is_over_is_waited_for(void **state)
{
	struct transport *t;
	struct exchange e;
	struct ctx ctx;

	(void)state;
	if (open_virtual(&t, &ctx, "virtual:slow"))
		fail_msg("%s", ctx.errmsg);
	assert_int_equal(run_exchange(&e, t, 1), 0);
	assert_memory_equal(e.reply, version_reply, REPLY_LEN);
	transport_close(t);
}

static unsigned int count_descriptors(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 100; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void no_descriptor_is_left_behind(void **state)
{
	const unsigned int before = count_descriptors();
	struct transport *t;
	struct ctx ctx;

	(void)state;
	assert_int_equal(open_virtual(&t, &ctx, "virtual"), 0);
	assert_in_range(count_descriptors(), before + 1, before + 3);
	transport_close(t);
	assert_int_equal(count_descriptors(), before);
	assert_int_equal(open_virtual(&t, &ctx, "virtual:unknown"), STFLASH_E_ARG);
	assert_int_equal(open_virtual(&t, &ctx, "virtual:dies"), STFLASH_E_PROBE);
	assert_int_equal(count_descriptors(), before);
}

/* Under every limit that is too small for the sockets, the pipe and their safe copies. */
static void a_start_without_enough_descriptors_leaves_none_behind(void **state)
{
	const unsigned int before = count_descriptors();
	struct rlimit old, limit;
	unsigned int failures = 0;
	struct transport *t;
	struct ctx ctx;
	int err;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	limit = old;
	for (limit.rlim_cur = 3; limit.rlim_cur < 40; limit.rlim_cur++) {
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		err = open_virtual(&t, &ctx, "virtual");
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
		if (!err)
			break;
		failures++;
		assert_int_equal(err, STFLASH_E_NO_PROBE);
		assert_non_null(strstr(ctx.errmsg, "the virtual probe cannot be started ("));
		assert_int_equal(count_descriptors(), before);
	}
	assert_in_range(failures, 5, 30);
	transport_close(t);
	assert_int_equal(count_descriptors(), before);
}

/* This program alone in a folder, where no virtual probe is beside it, with the stand-in in a folder of PATH. */
static void a_virtual_probe_that_is_nowhere_else_is_looked_for_in_path(void **state)
{
	char dir[] = "/tmp/stflash-test-XXXXXX", command[2200], script[64];
	int status;

	(void)state;
	if (!access(INSTALLED_VPROBE, X_OK))
		skip(); /* it goes before PATH */
	assert_non_null(mkdtemp(dir));
	snprintf(script, sizeof(script), "%s/%s", dir, emulator ? "starter" : "alone");
	if (emulator) {
		snprintf(command, sizeof(command), "%s/alone", dir);
		write_starter(script, command);
	}
	snprintf(command, sizeof(command),
		 "mkdir %s/bin && cp '%s' %s/alone && ln -s %s %s/bin/stflash-vprobe && "
		 "env -u STFLASH_VPROBE PATH=%s/bin %s --once",
		 dir, program, dir, script, dir, dir, script);
	status = system(command);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(status, 0);
}

/*
 * The build puts programs and tests into one folder; where the virtual probe is not built this counts as not run. Under
 * emulation no program finds one that can be started without help.
 */
static void the_virtual_probe_beside_us_is_found_and_answers(void **state)
{
	char path[sizeof(program) + 32], script[64];
	struct transport *t;
	struct exchange e;
	struct ctx ctx;
	const char *slash = strrchr(program, '/');
	int err;

	(void)state;
	snprintf(path, sizeof(path), "%.*s/stflash-vprobe", slash ? (int)(slash - program) : 0, program);
	if (!slash || access(path, X_OK))
		skip();

	unsetenv("STFLASH_VPROBE");
	if (emulator) {
		snprintf(script, sizeof(script), "%s/vprobe", folder);
		write_starter(script, path);
		setenv("STFLASH_VPROBE", script, 1);
	}
	err = open_virtual(&t, &ctx, "virtual:stm32f103c8,rawserial=1,fault=stall@4");
	setenv("STFLASH_VPROBE", self, 1);
	if (err)
		fail_msg("%s", ctx.errmsg);
	assert_string_equal(t->serial, "57FF72067265575742132067");
	assert_int_equal(t->ep_out, 0x02);
	assert_int_equal(t->ep_in, 0x81);

	/* GET_VERSION of a V2: bits 15:12 of the big-endian word are 2, then 0483:3748 */
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	assert_int_equal(e.x[1].actual, REPLY_LEN);
	assert_int_equal(e.reply[0] >> 4, 2);
	assert_memory_equal(e.reply + 2, version_reply + 2, 4);

	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), STFLASH_E_STALL); /* the 4th transfer is the second reply */
	assert_int_equal(transport_transfer(t, &e.x[1], 1, 50), STFLASH_E_TIMEOUT);
	assert_int_equal(transport_reset(t), 0);
	assert_int_equal(run_exchange(&e, t, PATIENCE_MS), 0);
	transport_close(t);
}

static int choose_starter(void **state)
{
	(void)state;
	snprintf(self, sizeof(self), "%s", program);
	if (emulator) {
		assert_non_null(mkdtemp(folder));
		snprintf(self, sizeof(self), "%s/starter", folder);
		write_starter(self, program);
	}
	return setenv("STFLASH_VPROBE", self, 1);
}

static int remove_starters(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return emulator ? system(command) : 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plain_word_starts_a_probe_with_an_f103c8),
		cmocka_unit_test(closing_waits_for_what_the_child_saves),
		cmocka_unit_test(the_words_of_a_child_that_does_not_start_reach_the_user),
		cmocka_unit_test(a_child_that_dies_without_a_word_is_a_fault_of_the_probe),
		cmocka_unit_test(a_child_that_ends_at_once_is_unplugged),
		cmocka_unit_test(a_talkative_child_is_not_held_up_and_its_words_are_logged),
		cmocka_unit_test(a_program_that_is_missing_is_named),
		cmocka_unit_test(a_child_that_hangs_is_killed_after_a_minute_or_by_a_cancellation),
		cmocka_unit_test(a_child_that_is_still_at_work_when_the_time_is_over_is_waited_for),
		cmocka_unit_test(no_descriptor_is_left_behind),
		cmocka_unit_test(the_virtual_probe_beside_us_is_found_and_answers),
		cmocka_unit_test(a_child_that_ends_badly_or_not_at_all_is_warned_of),
		cmocka_unit_test(a_start_without_enough_descriptors_leaves_none_behind),
		cmocka_unit_test(a_virtual_probe_that_is_nowhere_else_is_looked_for_in_path),
	};

	if (argc == 2 && !strcmp(argv[1], "--once")) {
		use_once("virtual", 0);
		return 0;
	}
	if (argc > 1)
		return stand_in(argc, argv);
	emulator = getenv("STFLASH_TEST_EMULATOR");
	snprintf(program, sizeof(program), "%s", argv[0]);
	return cmocka_run_group_tests(tests, choose_starter, remove_starters);
}
