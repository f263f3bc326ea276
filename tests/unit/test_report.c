/* SPDX-License-Identifier: MIT */
/*
 * Reports of stflash_report(), played again as a probe: the library must do the
 * same with it, byte for byte, as it did when the report was written. A report
 * from a real board that is put into the folder is one more test.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "stflash.h"
#include "usb/transport.h"

/* Behind the library's headers: cmocka makes a macro of fail. */
#include <cmocka.h>

#define LINES_MAX 4096u
#define LINE_MAX  4096u

/* A file in lines, and a transport that says what they say. */
static struct {
	struct transport base;
	char *line[LINES_MAX];
	size_t n;
	size_t next; /* to be played */
	bool off;    /* the library did something else: from here on nothing answers */
	char why[256];
} played;

static void load(const char *name)
{
	static char text[LINE_MAX];
	FILE *f = fopen(name, "r");

	assert_non_null(f);
	memset(&played, 0, sizeof(played));
	while (fgets(text, sizeof(text), f)) {
		assert_true(played.n < LINES_MAX);
		text[strcspn(text, "\r\n")] = '\0';
		played.line[played.n] = malloc(strlen(text) + 1);
		assert_non_null(played.line[played.n]);
		strcpy(played.line[played.n++], text);
	}
	fclose(f);
}

static void unload(void)
{
	for (size_t i = 0; i < played.n; i++)
		free(played.line[i]);
}

/* A line with a mark and a time, not one of the form name = value. */
static bool has_mark(const char *line, const char *marks)
{
	return line[0] && line[1] == ' ' && strchr(marks, line[0]);
}

/* The next line about a transfer; NULL when there is none. */
static const char *peek(void)
{
	while (played.next < played.n && !has_mark(played.line[played.next], "><!cr"))
		played.next++;
	return played.next < played.n ? played.line[played.next] : NULL;
}

/* What stands behind mark and time. */
static const char *body(const char *line)
{
	const char *space = strchr(line + 2, ' ');

	return space ? space + 1 : "";
}

static bool is_hidden(const char *text)
{
	return strstr(text, " bytes ") != NULL;
}

/* The bytes of a line, or as many zeros as it hides; returns how many. */
static size_t bytes_of(const char *text, uint8_t *buf, size_t size)
{
	size_t n = 0;

	if (is_hidden(text)) {
		n = strtoul(text, NULL, 10);
		assert_true(n <= size);
		memset(buf, 0, n);
		return n;
	}
	for (const char *at = text; *at && n < size; at += strcspn(at, " "), at += *at == ' ')
		buf[n++] = (uint8_t)strtoul(at, NULL, 16);
	return n;
}

static int lose_track(const char *what)
{
	if (!played.off)
		snprintf(played.why, sizeof(played.why), "line %zu: %s", played.next + 1, what);
	played.off = true;
	return (fail)(played.base.ctx, STFLASH_E_UNPLUGGED, "not as in the report");
}

static int take_output(const struct usb_xfer *xfer)
{
	uint8_t expected[8192] = { 0 };
	const char *line = peek();
	size_t len;

	if (!line || line[0] != '>')
		return lose_track("the library sends something");
	len = bytes_of(body(line), expected, sizeof(expected));
	if (!is_hidden(body(line)) && memcmp(expected, xfer->buf, xfer->len))
		return lose_track("the library sends something else");
	if (is_hidden(body(line)) && len != xfer->len)
		return lose_track("the library sends data of another length");
	played.next++;
	return 0;
}

static int give_input(struct usb_xfer *xfer)
{
	const char *line = peek();

	if (!line || line[0] != '<')
		return 0; /* a failure follows */
	xfer->actual = bytes_of(body(line), xfer->buf, xfer->len);
	played.next++;
	return 0;
}

static int play_transfer(struct transport *t, struct usb_xfer *xfers, size_t n, unsigned int timeout_ms)
{
	const char *line;
	int err = 0;

	(void)timeout_ms;
	for (size_t i = 0; !err && i < n; i++) {
		if (!(xfers[i].ep & USB_DIR_IN))
			xfers[i].actual = xfers[i].len;
		err = xfers[i].ep & USB_DIR_IN ? give_input(&xfers[i]) : take_output(&xfers[i]);
	}
	line = peek();
	if (err || !line || line[0] != '!')
		return err;
	played.next++;
	err = (int)strtol(body(line), NULL, 10);
	return (fail)(t->ctx, err, "as in the report");
}

static int play_clear_halt(struct transport *t, uint8_t ep)
{
	const char *line = peek();

	(void)t;
	(void)ep;
	if (!line || line[0] != 'c')
		return lose_track("the library clears a halt");
	played.next++;
	return 0;
}

static int play_reset(struct transport *t)
{
	const char *line = peek();

	(void)t;
	if (!line || line[0] != 'r')
		return lose_track("the library resets the device");
	played.next++;
	return 0;
}

static void play_close(struct transport *t)
{
	(void)t;
}

static const char *value_of(const char *name)
{
	for (size_t i = 0; i < played.n; i++)
		if (!strncmp(played.line[i], name, strlen(name)) && !strncmp(played.line[i] + strlen(name), " = ", 3))
			return played.line[i] + strlen(name) + 3;
	return "";
}

static size_t play_descriptor(struct transport *t, uint8_t type, uint8_t *buf, size_t size)
{
	(void)t;
	return bytes_of(value_of(type == 1 ? "device descriptor" : "configuration descriptor"), buf, size);
}

static const struct transport_ops play_ops = {
	.transfer = play_transfer,
	.clear_halt = play_clear_halt,
	.reset = play_reset,
	.descriptor = play_descriptor,
	.close = play_close,
};

int __wrap_transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid,
			  const uint16_t *pids, size_t n_pids);

int __wrap_transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid,
			  const uint16_t *pids, size_t n_pids)
{
	unsigned int ids[4];

	(void)selector;
	(void)vid;
	(void)pids;
	(void)n_pids;
	assert_int_equal(sscanf(value_of("device"), "%x:%x, endpoints %x %x", &ids[0], &ids[1], &ids[2], &ids[3]), 4);
	played.base = (struct transport){
		.ops = &play_ops,
		.ctx = ctx,
		.vid = (uint16_t)ids[0],
		.pid = (uint16_t)ids[1],
		.ep_out = (uint8_t)ids[2],
		.ep_in = (uint8_t)ids[3],
	};
	*t = &played.base;
	return 0;
}

/* Lines of the same job differ in their times, in what is hidden, and in what tells one run from another. */
static bool same(const char *was, const char *is)
{
	if (!strncmp(was, "version = ", 10) || !strncmp(was, "probe = ", 8))
		return !strncmp(was, is, 8);
	if (!has_mark(was, "><!cr="))
		return !strcmp(was, is);
	if (was[0] != is[0])
		return false;
	if (is_hidden(was))
		return strtoul(body(was), NULL, 10) == strtoul(body(is), NULL, 10);
	return !strcmp(body(was), body(is));
}

static size_t written;

static void compare_line(const char *line, void *user)
{
	const char *name = user;

	if (written >= played.n)
		fail_msg("%s: a line too many: %s", name, line);
	if (!same(played.line[written], line))
		fail_msg("%s:%zu: was '%s', is '%s' (%s)", name, written + 1, played.line[written], line, played.why);
	written++;
}

static void play(const char *folder, const char *name)
{
	struct stflash *s = stflash_new();
	char path[1024];

	assert_non_null(s);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	load(path);
	written = 0;
	assert_int_equal(stflash_report(s, NULL, compare_line, path), 0);
	if (written != played.n || peek())
		fail_msg("%s: the report goes on at line %zu", path, written + 1);
	stflash_free(s);
	unload();
}

static void every_report_is_written_again_as_it_was(void **state)
{
	DIR *folder = opendir(REPORTS);
	unsigned int n = 0;

	(void)state;
	assert_non_null(folder);
	for (const struct dirent *e; (e = readdir(folder)) != NULL;) {
		if (!strstr(e->d_name, ".txt"))
			continue;
		play(REPORTS, e->d_name);
		n++;
	}
	closedir(folder);
	assert_true(n >= 5);
}

/* So that the test above can fail: one bit of one reply. */
static void a_reply_that_was_another_one_is_noticed(void **state)
{
	struct stflash *s = stflash_new();
	char *reply;

	(void)state;
	load(REPORTS "/f103-v2.txt");
	while (strcmp(body(peek()), "f5"))
		played.next++;
	reply = strrchr(played.line[played.next + 1], ' ');
	assert_string_equal(reply - 3, " 00 00");
	reply[-1] = '1'; /* not in DFU mode, so there is none to leave */
	played.next = 0;
	written = played.n;
	assert_int_equal(stflash_connect(s, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_UNPLUGGED);
	assert_true(played.off);
	stflash_free(s);
	unload();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_report_is_written_again_as_it_was),
		cmocka_unit_test(a_reply_that_was_another_one_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
