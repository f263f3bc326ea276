/* SPDX-License-Identifier: MIT */
/*
 * The sockets of Windows, tested where there is no Windows: winsock.c over
 * winsock/winsock2.h, whose functions are here and do what the test says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "usb/winsock.c"

/* After the house's headers: cmocka makes a macro of fail. */
#include <cmocka.h>

#define S 0x1234u

static struct ctx ctx;

static struct {
	int startup_error, resolve_error, adopt_error;
	unsigned int without_socket; /* for the first so many addresses */
	int connect_error;           /* what connect() says at once */
	int late_error;              /* what SO_ERROR says later */
	bool select_fails;
	unsigned int blocked; /* so many calls would block */
	int io_error;
	size_t takes; /* most bytes of one send() or recv() */
	uint8_t sent[64];
	size_t n_sent, n_to_read, largest;
	int last_error, started, resolved, open;
	unsigned int addresses, tried;
	bool no_delay;
	uint64_t now;
} win;

uint64_t now_ms(void)
{
	return win.now;
}

static int failing(int error)
{
	win.last_error = error;
	return SOCKET_ERROR;
}

int WSAStartup(uint16_t version, WSADATA *data)
{
	assert_int_equal(version, 0x0202);
	data->wVersion = version;
	win.started += !win.startup_error;
	return win.startup_error;
}

int WSACleanup(void)
{
	win.started--;
	return 0;
}

int WSAGetLastError(void)
{
	return win.last_error;
}

int win_getaddrinfo(const char *host, const char *port, const struct win_addrinfo *hints, struct win_addrinfo **all)
{
	static struct win_sockaddr addr;
	static struct win_addrinfo list[2];

	assert_string_equal(host, "bench");
	assert_string_equal(port, "3240");
	assert_int_equal(hints->ai_socktype, SOCK_STREAM);
	if (win.resolve_error)
		return win.resolve_error;
	for (size_t i = 0; i < 2; i++)
		list[i] = (struct win_addrinfo){ .ai_addr = &addr,
						 .ai_next = i + 1 < win.addresses ? &list[i + 1] : NULL };
	win.resolved++;
	*all = list;
	return 0;
}

void win_freeaddrinfo(struct win_addrinfo *all)
{
	assert_non_null(all);
	win.resolved--;
}

SOCKET win_socket(int family, int type, int protocol)
{
	(void)family;
	(void)type;
	(void)protocol;
	if (win.tried++ < win.without_socket) {
		win.last_error = WSAEMFILE;
		return INVALID_SOCKET;
	}
	win.open++;
	return S;
}

int win_closesocket(SOCKET s)
{
	assert_int_equal(s, S);
	win.open--;
	return 0;
}

int win_shutdown(SOCKET s, int how)
{
	assert_int_equal(s, S);
	assert_int_equal(how, SD_BOTH);
	return 0;
}

int win_ioctlsocket(SOCKET s, long command, win_u_long *value)
{
	assert_int_equal(s, S);
	assert_int_equal(command, (long)FIONBIO);
	assert_int_equal(*value, 1);
	return win.adopt_error ? failing(win.adopt_error) : 0;
}

int win_connect(SOCKET s, const struct win_sockaddr *addr, int len)
{
	(void)len;
	assert_int_equal(s, S);
	assert_non_null(addr);
	return win.connect_error ? failing(win.connect_error) : 0;
}

int win_getsockopt(SOCKET s, int level, int name, char *value, int *len)
{
	assert_int_equal(s, S);
	assert_int_equal(level, SOL_SOCKET);
	assert_int_equal(name, SO_ERROR);
	assert_int_equal(*len, sizeof(int));
	memcpy(value, &win.late_error, sizeof(int));
	return 0;
}

int win_setsockopt(SOCKET s, int level, int name, const char *value, int len)
{
	(void)value;
	assert_int_equal(s, S);
	assert_int_equal(len, sizeof(BOOL));
	win.no_delay = level == IPPROTO_TCP && name == TCP_NODELAY;
	return 0;
}

/* Ready after one millisecond, or, with much to wait for, at the end of the time. */
int win_select(int n, win_fd_set *read, win_fd_set *write, win_fd_set *failed, const struct win_timeval *tv)
{
	const win_fd_set *set = read ? read : write;

	(void)n;
	assert_true(!read != !write);
	assert_int_equal(set->fd_count, 1);
	assert_int_equal(set->fd_array[0], S);
	assert_int_equal(failed->fd_array[0], S); /* a refused connection shows there alone */
	if (win.select_fails)
		return failing(WSAECONNRESET);
	if (win.blocked > 100) {
		win.now += (uint64_t)tv->tv_sec * 1000u + (uint64_t)tv->tv_usec / 1000u;
		return 0;
	}
	win.now++;
	return 1;
}

/* How much of len bytes goes through now. */
static int moved(int len)
{
	if ((size_t)len > win.largest)
		win.largest = (size_t)len;
	if (win.blocked) {
		win.blocked--;
		return failing(WSAEWOULDBLOCK);
	}
	if (win.io_error)
		return failing(win.io_error);
	return (int)min_size((size_t)len, win.takes);
}

int win_send(SOCKET s, const char *data, int len, int flags)
{
	const int n = moved(len);

	assert_int_equal(s, S);
	assert_int_equal(flags, 0);
	for (int i = 0; i < n && win.n_sent < sizeof(win.sent); i++)
		win.sent[win.n_sent++] = (uint8_t)data[i];
	return n;
}

int win_recv(SOCKET s, char *data, int len, int flags)
{
	int n = moved(len);

	assert_int_equal(s, S);
	assert_int_equal(flags, 0);
	if (n > 0 && (size_t)n > win.n_to_read)
		n = (int)win.n_to_read;
	for (int i = 0; i < n; i++)
		data[i] = (char)win.n_to_read--;
	return n;
}

/* ------------------------------------------------------------------- tests */

static void begin(void)
{
	memset(&win, 0, sizeof(win));
	memset(&ctx, 0, sizeof(ctx));
	win.takes = 1000;
	win.addresses = 1;
	win.now = 5000;
}

static int connect_now(void)
{
	int fd = -1;
	const int err = stream_connect_tcp(&fd, &ctx, "bench", "3240", win.now + 100);

	if (!err)
		assert_int_equal(fd, S);
	return err;
}

/* Every WSAStartup() of a failure has its WSACleanup(). */
static void fails(int expected, const char *sentence)
{
	assert_int_equal(connect_now(), expected);
	assert_ptr_equal(strstr(ctx.errmsg, sentence), ctx.errmsg);
	assert_int_equal(win.started, 0);
	assert_int_equal(win.resolved, 0);
	assert_int_equal(win.open, 0);
}

static void a_connection_is_made_at_once_or_waited_for(void **state)
{
	static const int at_once[] = { 0, WSAEWOULDBLOCK };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(at_once); i++) {
		begin();
		win.connect_error = at_once[i];
		assert_int_equal(connect_now(), 0);
		assert_true(win.no_delay);
		assert_int_equal(win.resolved, 0);
		stream_close((int)S);
		assert_int_equal(win.started, 0);
		assert_int_equal(win.open, 0);
	}
}

static void what_windows_refuses_is_said_with_its_number(void **state)
{
	(void)state;
	begin();
	win.startup_error = WSASYSNOTREADY;
	fails(STFLASH_E_OTHER, "Windows has no sockets to offer (error 10091)");
	begin();
	win.resolve_error = WSAHOST_NOT_FOUND;
	fails(STFLASH_E_NO_PROBE,
	      "the host 'bench' is not known (Windows socket error 11001): check the name after usbip://");
	begin();
	win.without_socket = 1;
	fails(STFLASH_E_OTHER, "no socket can be opened (Windows socket error 10024)");
	begin();
	win.adopt_error = WSAECONNRESET;
	fails(STFLASH_E_OTHER, "a socket cannot be set up (Windows socket error 10054)");
}

static void a_server_that_does_not_answer_is_no_probe(void **state)
{
	(void)state;
	begin();
	win.connect_error = WSAECONNREFUSED;
	fails(STFLASH_E_NO_PROBE, "no USB/IP server answers at bench port 3240 (Windows socket error 10061)");
	begin();
	win.connect_error = WSAEWOULDBLOCK;
	win.late_error = WSAECONNREFUSED;
	fails(STFLASH_E_NO_PROBE, "no USB/IP server answers at bench port 3240 (Windows socket error 10061)");
	begin();
	win.connect_error = WSAEWOULDBLOCK;
	win.blocked = 1000;
	fails(STFLASH_E_NO_PROBE, "no USB/IP server answers at bench port 3240 (Windows socket error 10060)");
	assert_int_equal(win.now, 5100);
}

static void every_address_of_a_host_is_tried(void **state)
{
	(void)state;
	begin();
	win.addresses = 2;
	win.without_socket = 1; /* of a family that this machine does not have */
	assert_int_equal(connect_now(), 0);
	assert_int_equal(win.tried, 2);
	stream_close((int)S);
}

static void there_are_no_unix_sockets(void **state)
{
	int fd;

	(void)state;
	begin();
	assert_int_equal(stream_connect_unix(&fd, &ctx, "/run/probe", 9000), STFLASH_E_UNSUPPORTED);
	assert_string_equal(ctx.errmsg, "/run/probe: stflash knows no UNIX sockets on Windows; use usbip://HOST/BUSID");
}

static void parts_go_out_in_order_however_little_is_taken_at_once(void **state)
{
	const struct stream_part parts[] = { { (const uint8_t *)"abcd", 4 },
					     { NULL, 0 },
					     { (const uint8_t *)"efg", 3 } };

	(void)state;
	begin();
	win.takes = 3;
	win.blocked = 2;
	assert_int_equal(stream_send((int)S, parts, ARRAY_SIZE(parts), win.now + 100), 0);
	assert_int_equal(win.n_sent, 7);
	assert_memory_equal(win.sent, "abcdefg", 7);
}

static void a_megabyte_is_the_most_that_is_given_at_once(void **state)
{
	static uint8_t block[0x180000];
	const struct stream_part part = { block, sizeof(block) };

	(void)state;
	begin();
	win.takes = sizeof(block);
	assert_int_equal(stream_send((int)S, &part, 1, win.now + 100), 0);
	assert_int_equal(win.largest, 0x100000);
}

static void a_receive_that_timed_out_can_be_continued(void **state)
{
	uint8_t buf[4] = { 0 };
	size_t got = 0;

	(void)state;
	begin();
	win.takes = 1;
	win.n_to_read = 4;
	assert_int_equal(stream_recv((int)S, buf, 3, &got, win.now + 100), 0);
	assert_int_equal(got, 3);
	win.blocked = 1000;
	assert_int_equal(stream_recv((int)S, buf, 4, &got, win.now + 100), STFLASH_E_TIMEOUT);
	assert_int_equal(got, 3);
	win.blocked = 1;
	assert_int_equal(stream_recv((int)S, buf, 4, &got, win.now + 100), 0);
	assert_memory_equal(buf, "\x04\x03\x02\x01", 4);
}

static void a_connection_that_ends_is_an_unplugged_probe(void **state)
{
	const struct stream_part part = { (const uint8_t *)"x", 1 };
	uint8_t buf[1];
	size_t got = 0;

	(void)state;
	begin();
	assert_int_equal(stream_recv((int)S, buf, 1, &got, win.now + 100), STFLASH_E_UNPLUGGED);
	win.io_error = WSAECONNRESET;
	assert_int_equal(stream_recv((int)S, buf, 1, &got, win.now + 100), STFLASH_E_UNPLUGGED);
	assert_int_equal(stream_send((int)S, &part, 1, win.now + 100), STFLASH_E_UNPLUGGED);
	win.blocked = 1;
	win.select_fails = true;
	assert_int_equal(stream_recv((int)S, buf, 1, &got, win.now + 100), STFLASH_E_UNPLUGGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_is_made_at_once_or_waited_for),
		cmocka_unit_test(what_windows_refuses_is_said_with_its_number),
		cmocka_unit_test(a_server_that_does_not_answer_is_no_probe),
		cmocka_unit_test(every_address_of_a_host_is_tried),
		cmocka_unit_test(there_are_no_unix_sockets),
		cmocka_unit_test(parts_go_out_in_order_however_little_is_taken_at_once),
		cmocka_unit_test(a_megabyte_is_the_most_that_is_given_at_once),
		cmocka_unit_test(a_receive_that_timed_out_can_be_continued),
		cmocka_unit_test(a_connection_that_ends_is_an_unplugged_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
