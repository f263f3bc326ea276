/* SPDX-License-Identifier: MIT */
/* Real sockets: a server that a selector reaches over TCP and UNIX, and all that can be in the way of one. */
#include "usbip_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>

static void script_enumerate(struct server *s)
{
	serve_enumeration(s);
}

static void open_by_selector(const char *selector, struct server *s)
{
	struct ctx ctx = { .err = 0 };
	struct transport *t;
	const int err = transport_open(&t, &ctx, selector, 0x0483, test_pids, ARRAY_SIZE(test_pids));

	if (err)
		fail_msg("%s: %d %s", selector, err, ctx.errmsg);
	assert_string_equal(t->path, selector);
	transport_close(t);
	end_server(s);
}

static void a_selector_reaches_a_server_over_tcp(void **state)
{
	char selector[64];
	struct server s;

	(void)state;
	snprintf(selector, sizeof(selector), "usbip://127.0.0.1:%u/1-1", listen_tcp(&s, script_enumerate));
	open_by_selector(selector, &s);
}

static void a_selector_reaches_a_server_over_a_unix_socket(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/stflash-test-XXXXXX";
	char selector[128];
	struct server s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/s", dir);
	listen_at(&s, script_enumerate, AF_UNIX, (struct sockaddr *)&addr, sizeof(addr));
	snprintf(selector, sizeof(selector), "usbip://%s?1-1", addr.sun_path);
	open_by_selector(selector, &s);
	unlink(addr.sun_path);
	rmdir(dir);
}

/* A server over a UNIX socket that says to its clients, one after the other, these statuses; 0 serves the device. */
struct answers {
	struct server s;
	int listener;
	const uint32_t *statuses;
	size_t n;
	size_t asked;
	char dir[32];
	struct sockaddr_un addr;
};

static void refuse(struct server *s, uint32_t status)
{
	uint8_t request[40], reply[8] = { 0x01, 0x11, 0x00, 0x03 };

	put_be32(reply + 4, status);
	if (take(s, request, sizeof(request)))
		give(s, reply, sizeof(reply));
}

static void *answer_each(void *arg)
{
	struct answers *a = arg;

	for (a->asked = 0; a->asked < a->n; a->asked++) {
		a->s.fd = accept(a->listener, NULL, NULL);
		if (a->s.fd < 0)
			return NULL;
		if (a->statuses[a->asked])
			refuse(&a->s, a->statuses[a->asked]);
		else
			serve_enumeration(&a->s);
		close(a->s.fd);
	}
	return NULL;
}

/* transport_open() of what says the statuses; every one of them must have been said. */
static int open_what_answers(struct transport **t, struct ctx *ctx, const uint32_t *statuses, size_t n)
{
	struct answers a = { .statuses = statuses, .n = n, .dir = "/tmp/stflash-test-XXXXXX" };
	char selector[160];
	int err;

	a.addr.sun_family = AF_UNIX;
	assert_non_null(mkdtemp(a.dir));
	snprintf(a.addr.sun_path, sizeof(a.addr.sun_path), "%s/s", a.dir);
	a.listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(a.listener, (struct sockaddr *)&a.addr, sizeof(a.addr)), 0);
	assert_int_equal(listen(a.listener, 4), 0);
	assert_int_equal(pthread_create(&a.s.thread, NULL, answer_each, &a), 0);

	snprintf(selector, sizeof(selector), "usbip://%s?1-1", a.addr.sun_path);
	memset(ctx, 0, sizeof(*ctx));
	*t = NULL;
	err = transport_open(t, ctx, selector, 0x0483, test_pids, ARRAY_SIZE(test_pids));
	if (!err)
		transport_close(*t);
	shutdown(a.listener, SHUT_RDWR); /* ends the wait of a server that was asked too seldom */
	assert_int_equal(pthread_join(a.s.thread, NULL), 0);
	close(a.listener);
	unlink(a.addr.sun_path);
	rmdir(a.dir);
	assert_int_equal(a.asked, n);
	return err;
}

/* usbipd says 1, "not available", to the client that lost a race, and 2, "busy", to who asks a moment later. */
static void who_loses_the_race_for_a_device_is_told_that_it_is_in_use(void **state)
{
	static const uint32_t statuses[] = { 1, 2 };
	struct transport *t;
	struct ctx ctx;

	(void)state;
	assert_int_equal(open_what_answers(&t, &ctx, statuses, 2), STFLASH_E_BUSY);
	assert_non_null(strstr(ctx.errmsg, "is in use by another USB/IP client: end that one first"));
}

static void a_device_that_is_free_again_after_a_lost_race_is_imported(void **state)
{
	static const uint32_t statuses[] = { 1, 1, 0 };
	struct transport *t;
	struct ctx ctx;

	(void)state;
	assert_int_equal(open_what_answers(&t, &ctx, statuses, 3), 0);
	assert_int_equal(ctx.err, 0);
}

/* Servers that know no other refusal say so of a device in use, and of one that is not there. */
static void a_device_that_stays_unavailable_is_no_probe(void **state)
{
	static const uint32_t statuses[] = { 1, 1, 1 };
	struct transport *t;
	struct ctx ctx;

	(void)state;
	assert_int_equal(open_what_answers(&t, &ctx, statuses, 3), STFLASH_E_NO_PROBE);
	assert_non_null(strstr(ctx.errmsg, "it is not there, or another client has it, see 'usbip list -r HOST'"));
}

/* A listener that is full lets a SYN lie: no refusal comes, and no connection. */
static void a_host_that_does_not_answer_is_given_up_at_the_deadline(void **state)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(addr);
	struct ctx ctx = { .err = 0 };
	int fds[8], err = 0;
	char port[8], why[128];
	uint64_t begin;
	size_t n = 0;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&addr, &len), 0);
	snprintf(port, sizeof(port), "%u", ntohs(addr.sin_port));
	begin = now_ms();
	while (!err && n < ARRAY_SIZE(fds)) {
		begin = now_ms();
		err = stream_connect_tcp(&fds[n], &ctx, "127.0.0.1", port, begin + 60);
		n += !err;
	}
	assert_int_equal(err, STFLASH_E_NO_PROBE);
	snprintf(why, sizeof(why), "(%s): check that", strerror(ETIMEDOUT));
	assert_non_null(strstr(ctx.errmsg, why));
	assert_in_range(now_ms() - begin, 60, 60000); /* the kernel itself tries for two minutes */
	while (n--)
		stream_close(fds[n]);
	close(listener);
}

/* What this process lacks is not put down to the server. */
static void without_a_free_file_descriptor_no_socket_can_be_opened(void **state)
{
	struct ctx ctx = { .err = 0 };
	struct rlimit limit, none;
	char why[128];
	struct transport *t;
	int err[2];

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	err[0] = transport_open(&t, &ctx, "usbip:///nonexistent/socket?1-1", 0x0483, test_pids, 2);
	err[1] = transport_open(&t, &ctx, "usbip://127.0.0.1:1/1-1", 0x0483, test_pids, 2);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(err[0], STFLASH_E_OTHER);
	assert_int_equal(err[1], STFLASH_E_OTHER);
	snprintf(why, sizeof(why), "no socket can be opened: %s", strerror(EMFILE));
	assert_string_equal(ctx.errmsg, why);
}

static void what_is_no_open_descriptor_is_no_socket_to_adopt(void **state)
{
	struct ctx ctx = { .err = 0 };

	(void)state;
	assert_int_equal(stream_adopt(&ctx, -1), STFLASH_E_OTHER);
	assert_string_equal(ctx.errmsg, "a socket cannot be set up: Bad file descriptor");
}

static void no_server_is_no_probe_with_what_to_check(void **state)
{
	struct ctx ctx = { .err = 0 };
	struct transport *t;

	(void)state;
	/* port 1 (tcpmux) has no server on a machine of this century */
	assert_int_equal(transport_open(&t, &ctx, "usbip://127.0.0.1:1/1-1", 0x0483, test_pids, 2), STFLASH_E_NO_PROBE);
	assert_non_null(strstr(ctx.errmsg, "check that"));
	assert_null(t);
	assert_int_equal(transport_open(&t, &ctx, "usbip:///nonexistent/socket?1-1", 0x0483, test_pids, 2),
			 STFLASH_E_NO_PROBE);
	assert_non_null(
		strstr(ctx.errmsg, "at the socket /nonexistent/socket (No such file or directory): check that"));
}

static void a_path_that_no_socket_can_have_is_refused(void **state)
{
	struct ctx ctx = { .err = 0 };
	char selector[256] = "usbip:///";
	struct transport *t;

	(void)state;
	memset(selector + 9, 'd', 150);
	memcpy(selector + 159, "?1-1", 5);
	assert_int_equal(transport_open(&t, &ctx, selector, 0x0483, test_pids, 2), STFLASH_E_ARG);
	assert_non_null(strstr(ctx.errmsg, "is longer than the 107 characters a socket may have"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_selector_reaches_a_server_over_tcp),
		cmocka_unit_test(a_selector_reaches_a_server_over_a_unix_socket),
		cmocka_unit_test(who_loses_the_race_for_a_device_is_told_that_it_is_in_use),
		cmocka_unit_test(a_device_that_is_free_again_after_a_lost_race_is_imported),
		cmocka_unit_test(a_device_that_stays_unavailable_is_no_probe),
		cmocka_unit_test(no_server_is_no_probe_with_what_to_check),
		cmocka_unit_test(a_path_that_no_socket_can_have_is_refused),
		cmocka_unit_test(a_host_that_does_not_answer_is_given_up_at_the_deadline),
		cmocka_unit_test(without_a_free_file_descriptor_no_socket_can_be_opened),
		cmocka_unit_test(what_is_no_open_descriptor_is_no_socket_to_adopt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
