/* SPDX-License-Identifier: MIT */
/* Parts of the command line that stand alone: words, JSON, output files. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <errno.h>
#include <fcntl.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/system/posix.h"
#include "cli/words.h"

/* --------------------------------------------------------------- words */

static void numbers_are_decimal_or_hex_with_a_suffix(void **state)
{
	static const struct {
		const char *word;
		uint64_t value;
	} rows[] = {
		{ "0", 0 },
		{ "65536", 65536 },
		{ "010", 10 },
		{ "0x08000000", 0x08000000 },
		{ "0XfF", 255 },
		{ "64k", 65536 },
		{ "64K", 65536 },
		{ "1M", 1048576 },
		{ "0x40k", 65536 },
		{ "18446744073709551600", 18446744073709551600u },
		{ "0xffffffffffffffff", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 1;

		assert_true(parse_number(rows[i].word, &value));
		assert_true(value == rows[i].value);
		assert_true(looks_like_number(rows[i].word));
	}
}

static void a_number_is_parsed_whole_or_not_at_all(void **state)
{
	static const char *const rows[] = {
		"",
		"-1",
		"+1",
		" 1",
		"1 ",
		"0x",
		"0x8000zz",
		"64kB",
		"1Mi",
		"1m",
		"k",
		"0xk",
		"1.5",
		"12ab",
		"18446744073709551616",
		"0x10000000000000000",
		"99999999999999999k",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 7;

		assert_false(parse_number(rows[i], &value));
		assert_true(value == 7);
	}
}

static void a_flash_size_is_kib_unless_it_says_otherwise(void **state)
{
	static const struct {
		const char *word;
		uint64_t kib; /* 0: refused */
	} rows[] = {
		{ "128", 128 },     { "128k", 128 },  { "128K", 128 },  { "128KiB", 128 },
		{ "128kb", 128 },   { "1M", 1024 },   { "1MiB", 1024 }, { "2m", 2048 },
		{ "0x20000", 128 }, { "0x80k", 128 }, { "0x1M", 1024 }, { "0X400", 1 },
		{ "0x401", 0 },     { "128x", 0 },    { "k", 0 },       { "", 0 },
		{ "0x", 0 },        { "-1", 0 },      { "128 k", 0 },   { "1.5M", 0 },
		{ "128kk", 0 },     { "128ki", 0 },   { "1g", 0 },      { "99999999999999999", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t kib = 0;

		assert_int_equal(parse_flash_kib(rows[i].word, &kib), rows[i].kib != 0);
		assert_true(kib == rows[i].kib);
	}
}

static void a_clock_is_khz_unless_it_says_otherwise(void **state)
{
	static const struct {
		const char *word;
		uint64_t khz; /* 0: refused */
	} rows[] = {
		{ "1800", 1800 },    { "1800k", 1800 }, { "1800kHz", 1800 },
		{ "4M", 4000 },      { "4MHz", 4000 },  { "1.8M", 1800 },
		{ "1.8mhz", 1800 },  { "0.95M", 950 },  { "4000000Hz", 4000 },
		{ "1.9999M", 1999 }, { "2.5k", 2 },     { "0x384", 900 },
		{ "1.8", 0 },        { "1.M", 0 },      { "fast", 0 },
		{ "4000zz", 0 },     { "", 0 },         { "M", 0 },
		{ ".5M", 0 },        { "1..8M", 0 },    { "99999999999999999", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t khz = 0;

		assert_int_equal(parse_clock_khz(rows[i].word, &khz), rows[i].khz != 0);
		assert_true(khz == rows[i].khz);
	}
}

static void what_begins_like_a_number_may_be_a_file(void **state)
{
	(void)state;
	assert_true(looks_like_number("0x8000zz"));
	assert_false(looks_like_number("2024.bin"));
	assert_false(looks_like_number("./64k"));
	assert_false(looks_like_number("-"));
}

static void sizes_are_exact(void **state)
{
	char text[SIZE_TEXT_MAX];

	(void)state;
	assert_string_equal(size_text(text, 65536), "64 KiB");
	assert_string_equal(size_text(text, 1048576), "1 MiB");
	assert_string_equal(size_text(text, 1536 * 1024), "1536 KiB");
	assert_string_equal(size_text(text, 1025), "1025 bytes");
	assert_string_equal(size_text(text, 1), "1 byte");
	assert_string_equal(size_text(text, 0), "0 bytes");
	assert_string_equal(rate_text(text, 65536, 500), "128 KiB/s");
	assert_string_equal(rate_text(text, 65536, 0), "");
}

static const char *near(const char *word)
{
	static const char *const names[] = { "list", "info", "read", "reset", "no-progress" };
	struct nearest n = nearest_start(word);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		nearest_offer(&n, names[i], true);
	return n.name;
}

static void what_may_be_regretted_is_not_offered(void **state)
{
	struct nearest n = nearest_start("restor");

	(void)state;
	nearest_offer(&n, "reset", true);
	assert_string_equal(n.name, "reset");
	nearest_offer(&n, "restore", false);
	assert_null(n.name); /* nearer, and so most likely meant */
	nearest_offer(&n, "reset", true);
	assert_null(n.name);

	n = nearest_start("lead");
	nearest_offer(&n, "read", false);
	nearest_offer(&n, "load", true);
	assert_null(n.name); /* as near as the one that is not offered */
}

static void the_nearest_name_is_found(void **state)
{
	(void)state;
	assert_string_equal(near("raed"), "read");
	assert_string_equal(near("red"), "read");
	assert_string_equal(near("restet"), "reset");
	assert_string_equal(near("lst"), "list");
	assert_string_equal(near("noprogress"), "no-progress");
	assert_null(near("xyzzy"));
	assert_null(near("a-word-that-is-longer-than-any-name-of-ours"));
	assert_null(near(""));
}

/* ---------------------------------------------------------------- JSON */

static void json_escapes_what_it_must(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct json j;

	(void)state;
	assert_non_null(out);
	json_open(&j, out);
	json_string(&j, "a", "q\" b\\ n\n t\t \x01 \x7f");
	json_string(&j, "utf8", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
	json_string(&j, "bad", "\xff|\xc0\x80|\xed\xa0\x80|\xe2\x82");
	json_begin(&j, "in");
	json_uint(&j, "n", UINT64_MAX);
	json_bool(&j, "t", true);
	json_end(&j);
	json_hex(&j, "h", 0x1ba01477, 8);
	json_null(&j, "z");
	json_close(&j);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "{\"a\":\"q\\\" b\\\\ n\\u000a t\\u0009 \\u0001 \\u007f\","
				  "\"utf8\":\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\","
				  "\"bad\":\"\\ufffd|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\","
				  "\"in\":{\"n\":18446744073709551615,\"t\":true},"
				  "\"h\":\"0x1ba01477\",\"z\":null}\n");
	free(text);
}

/* --------------------------------------------------------- output files */

struct room {
	struct cli cli;
	char dir[32];
};

static int enter_room(void **state)
{
	static struct room room;

	memset(&room, 0, sizeof(room));
	snprintf(room.dir, sizeof(room.dir), "test_cli.XXXXXX");
	if (!mkdtemp(room.dir) || chdir(room.dir))
		return -1;
	*state = &room;
	return 0;
}

static int leave_room(void **state)
{
	const struct room *room = *state;
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", room->dir);
	return chdir("..") || system(command);
}

static void put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void file_holds(const char *name, const char *text)
{
	char buf[64] = { 0 };
	FILE *f = fopen(name, "r");

	assert_non_null(f);
	assert_int_equal(fread(buf, 1, sizeof(buf) - 1, f), strlen(text));
	fclose(f);
	assert_string_equal(buf, text);
}

static void nothing_else_is_here(int expected)
{
	char command[64];

	snprintf(command, sizeof(command), "test $(ls -A | wc -l) -eq %d", expected);
	assert_int_equal(system(command), 0);
}

static void a_file_appears_only_when_committed(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;

	assert_int_equal(output_open(cli, &out, "a.bin", OUTPUT_REPLACES), 0);
	assert_int_equal(output_write(cli, &out, "new", 3), 0);
	assert_int_equal(access("a.bin", F_OK), -1);
	assert_int_equal(output_commit(cli, &out), 0);
	file_holds("a.bin", "new");
	nothing_else_is_here(1);
}

static void an_abandoned_file_leaves_the_old_one(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;

	put_file("a.bin", "old");
	assert_int_equal(output_open(cli, &out, "a.bin", OUTPUT_REPLACES), 0);
	assert_int_equal(output_write(cli, &out, "new", 3), 0);
	output_abandon(&out);
	file_holds("a.bin", "old");
	nothing_else_is_here(1);
}

static void a_replaced_file_keeps_its_mode_and_a_new_one_obeys_umask(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;
	struct stat st;

	put_file("old.bin", "old");
	assert_int_equal(chmod("old.bin", 0640), 0);
	assert_int_equal(output_open(cli, &out, "old.bin", OUTPUT_REPLACES), 0);
	assert_int_equal(output_commit(cli, &out), 0);
	assert_int_equal(stat("old.bin", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);

	umask(027);
	posix_learn_umask();
	assert_int_equal(output_open(cli, &out, "new.bin", OUTPUT_REPLACES), 0);
	umask(022);
	posix_learn_umask();
	assert_int_equal(output_commit(cli, &out), 0);
	assert_int_equal(stat("new.bin", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

/* In the place of the C library's: some file systems have no hard links. */
static bool no_hard_links;

int link(const char *from, const char *to)
{
	if (!no_hard_links)
		return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
	errno = EPERM;
	return -1;
}

static void what_keeps_something_old_replaces_nothing(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;

	for (int i = 0; i < 2; i++) {
		no_hard_links = i;
		assert_int_equal(output_open(cli, &out, "new.bin", OUTPUT_KEEPS), 0);
		assert_int_equal(output_write(cli, &out, "new", 3), 0);
		assert_int_equal(output_commit(cli, &out), 0);
		file_holds("new.bin", "new");
		assert_int_equal(output_open(cli, &out, "new.bin", OUTPUT_KEEPS), STFLASH_E_FILE);
		assert_true(out.taken);
		assert_non_null(strstr(cli->message, "exists already"));
		nothing_else_is_here(1);
		assert_int_equal(unlink("new.bin"), 0);

		assert_int_equal(output_open(cli, &out, "late.bin", OUTPUT_KEEPS), 0);
		put_file("late.bin", "old");
		assert_int_equal(output_write(cli, &out, "new", 3), 0);
		assert_int_equal(output_commit(cli, &out), STFLASH_E_FILE);
		assert_true(out.taken);
		file_holds("late.bin", "old");
		nothing_else_is_here(1);
		assert_int_equal(unlink("late.bin"), 0);
	}
	no_hard_links = false;
}

static void a_link_stays_a_link(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;
	struct stat st;

	assert_int_equal(mkdir("far", 0777), 0);
	put_file("far/a.bin", "old");
	assert_int_equal(symlink("far/a.bin", "link.bin"), 0);
	assert_int_equal(output_open(cli, &out, "link.bin", OUTPUT_REPLACES), 0);
	assert_int_equal(output_write(cli, &out, "new", 3), 0);
	assert_int_equal(output_commit(cli, &out), 0);
	assert_int_equal(lstat("link.bin", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	file_holds("far/a.bin", "new");
}

static void a_strangers_link_in_a_shared_folder_is_not_followed(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;

	put_file("victim.bin", "mine");
	assert_int_equal(mkdir("shared", 0777), 0);
	assert_int_equal(chmod("shared", 01777), 0);
	assert_int_equal(symlink("../victim.bin", "shared/dump.bin"), 0);
	assert_false(system_is_trap("shared/dump.bin"));
	if (lchown("shared/dump.bin", 65534, 65534)) /* only root may play the stranger */
		skip();
	assert_true(system_is_trap("shared/dump.bin"));
	assert_int_equal(output_open(cli, &out, "shared/dump.bin", OUTPUT_REPLACES), STFLASH_E_FILE);
	assert_non_null(strstr(cli->message, "another user"));
	assert_int_equal(chmod("shared", 0755), 0);
	assert_false(system_is_trap("shared/dump.bin"));
}

static void weird_places_are_refused(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;

	assert_int_equal(mkdir("dir", 0777), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(output_open(cli, &out, "dir", OUTPUT_REPLACES), STFLASH_E_FILE);
	assert_non_null(strstr(cli->message, "cannot write dir: it is a directory"));
	assert_int_equal(output_open(cli, &out, "dangling", OUTPUT_REPLACES), STFLASH_E_FILE);
	assert_non_null(strstr(cli->message, "leads nowhere"));
	assert_int_equal(output_open(cli, &out, "no/such/dir", OUTPUT_REPLACES), STFLASH_E_FILE);
	assert_int_equal(output_open(cli, &out, "", OUTPUT_REPLACES), STFLASH_E_FILE);
	nothing_else_is_here(2);
}

static void a_full_device_is_told_and_still_there(void **state)
{
	struct cli *cli = &((struct room *)*state)->cli;
	struct output out;
	struct stat st;

	if (access("/dev/full", W_OK))
		skip();
	assert_int_equal(output_open(cli, &out, "/dev/full", OUTPUT_REPLACES), 0);
	assert_int_equal(output_write(cli, &out, "new", 3), STFLASH_E_FILE);
	assert_non_null(strstr(cli->message, "cannot write /dev/full: No space left on device"));
	output_abandon(&out);
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

/* ------------------------------------------------------------- signals */

static void take_note(int number)
{
	(void)number;
}

/* In a process of its own: a signal that comes just before a call that waits. */
static void wait_after_a_signal(void)
{
	int ends[2];
	char byte;

	if (pipe(ends))
		_exit(2);
	system_catch_signals(take_note);
	raise(SIGTERM);
	_exit(read(ends[0], &byte, 1) < 0 && errno == EINTR ? 0 : 1);
}

static void a_signal_just_before_a_wait_ends_it(void **state)
{
	const unsigned int hang_s = 120;
	int status = -1;
	pid_t child;

	(void)state;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		wait_after_a_signal();
	for (unsigned int ms = 0; waitpid(child, &status, WNOHANG) == 0; ms += 10) {
		if (ms > hang_s * 1000)
			kill(child, SIGKILL);
		system_sleep(10);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define IN_ROOM(name) cmocka_unit_test_setup_teardown(name, enter_room, leave_room)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_decimal_or_hex_with_a_suffix),
		cmocka_unit_test(a_number_is_parsed_whole_or_not_at_all),
		cmocka_unit_test(a_flash_size_is_kib_unless_it_says_otherwise),
		cmocka_unit_test(a_clock_is_khz_unless_it_says_otherwise),
		cmocka_unit_test(what_begins_like_a_number_may_be_a_file),
		cmocka_unit_test(sizes_are_exact),
		cmocka_unit_test(the_nearest_name_is_found),
		cmocka_unit_test(what_may_be_regretted_is_not_offered),
		cmocka_unit_test(json_escapes_what_it_must),
		cmocka_unit_test(a_signal_just_before_a_wait_ends_it),
		IN_ROOM(a_file_appears_only_when_committed),
		IN_ROOM(an_abandoned_file_leaves_the_old_one),
		IN_ROOM(a_replaced_file_keeps_its_mode_and_a_new_one_obeys_umask),
		IN_ROOM(what_keeps_something_old_replaces_nothing),
		IN_ROOM(a_link_stays_a_link),
		IN_ROOM(a_strangers_link_in_a_shared_folder_is_not_followed),
		IN_ROOM(weird_places_are_refused),
		IN_ROOM(a_full_device_is_told_and_still_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
