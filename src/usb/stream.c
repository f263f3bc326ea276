/* SPDX-License-Identifier: MIT */
#include "usb/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"

#ifdef MSG_NOSIGNAL
#define SEND_FLAGS MSG_NOSIGNAL
#else
#define SEND_FLAGS 0 /* SO_NOSIGPIPE on the socket does it there */
#endif

/* Wait for events; 0, or STFLASH_E_TIMEOUT. Errors of the socket show in the call that follows. */
static int stream_wait_for(int fd, short events, uint64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do {
		const uint64_t now = now_ms();

		if (now >= deadline)
			return STFLASH_E_TIMEOUT;
		n = poll(&p, 1, deadline - now > INT_MAX ? INT_MAX : (int)(deadline - now));
	} while (n == 0 || (n < 0 && errno == EINTR));
	return n < 0 ? STFLASH_E_UNPLUGGED : 0;
}

int stream_adopt(struct ctx *ctx, int fd)
{
	const int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return fail(ctx, STFLASH_E_OTHER, "a socket cannot be set up: %s", strerror(errno));
#ifdef SO_NOSIGPIPE
	const int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
#endif
	return 0;
}

static int open_socket(int *fd, struct ctx *ctx, int family, int protocol)
{
	int err;

#ifdef SOCK_CLOEXEC
	*fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
#else
	*fd = socket(family, SOCK_STREAM, protocol);
#endif
	if (*fd < 0)
		return fail(ctx, STFLASH_E_OTHER, "no socket can be opened: %s", strerror(errno));
	err = stream_adopt(ctx, *fd);
	if (err)
		close(*fd);
	return err;
}

/* 0, or the errno of the attempt. */
static int stream_connect_by(int fd, const struct sockaddr *addr, socklen_t len, uint64_t deadline)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (!connect(fd, addr, len))
		return 0;
	if (errno != EINPROGRESS && errno != EINTR)
		return errno;
	if (stream_wait_for(fd, POLLOUT, deadline))
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

/* *error: the errno of the attempt, untouched when there was no socket to make it with. */
static int stream_connect_one(int *fd, struct ctx *ctx, const struct addrinfo *a, uint64_t deadline, int *error)
{
	const int on = 1;
	int err;

	err = open_socket(fd, ctx, a->ai_family, a->ai_protocol);
	if (err)
		return err;
	*error = stream_connect_by(*fd, a->ai_addr, a->ai_addrlen, deadline);
	if (*error) {
		close(*fd);
		return STFLASH_E_NO_PROBE;
	}
	/* A command is two or three small messages: without this each costs up to 40 ms of Nagle and delayed ACK. */
	(void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return 0;
}

int stream_connect_tcp(int *fd, struct ctx *ctx, const char *host, const char *port, uint64_t deadline)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *all;
	int error = 0, err = STFLASH_E_NO_PROBE;

	error = getaddrinfo(host, port, &hints, &all);
	if (error)
		return fail(ctx, STFLASH_E_NO_PROBE, "the host '%s' is not known (%s): check the name after usbip://",
			    host, gai_strerror(error));
	for (const struct addrinfo *a = all; a && err; a = a->ai_next)
		err = stream_connect_one(fd, ctx, a, deadline, &error);
	freeaddrinfo(all);
	if (err && error)
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "no USB/IP server answers at %s port %s (%s): check that usbipd or stflash-vprobe runs "
			    "there and that no firewall is in between",
			    host, port, strerror(error));
	return err;
}

int stream_connect_unix(int *fd, struct ctx *ctx, const char *path, uint64_t deadline)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int error, err;

	if (strlen(path) >= sizeof(addr.sun_path))
		return fail(ctx, STFLASH_E_ARG,
			    "the path of the socket %s is longer than the %zu characters a socket may have", path,
			    sizeof(addr.sun_path) - 1);
	memcpy(addr.sun_path, path, strlen(path) + 1);

	err = open_socket(fd, ctx, AF_UNIX, 0);
	if (err)
		return err;
	error = stream_connect_by(*fd, (const struct sockaddr *)&addr, sizeof(addr), deadline);
	if (error) {
		close(*fd);
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "no USB/IP server answers at the socket %s (%s): check that it runs", path,
			    strerror(error));
	}
	return 0;
}

/* Take sent bytes off the front of the vector. */
static void advance(struct msghdr *msg, size_t sent)
{
	while (msg->msg_iovlen && sent >= msg->msg_iov->iov_len) {
		sent -= msg->msg_iov->iov_len;
		msg->msg_iov++;
		msg->msg_iovlen--;
	}
	if (msg->msg_iovlen) {
		msg->msg_iov->iov_base = (uint8_t *)msg->msg_iov->iov_base + sent;
		msg->msg_iov->iov_len -= sent;
	}
}

int stream_send(int fd, const struct stream_part *parts, size_t n, uint64_t deadline)
{
	struct iovec iov[STREAM_PARTS_MAX];
	struct msghdr msg = { .msg_iov = iov };
	ssize_t sent;
	int err;

	for (size_t i = 0; i < n && i < STREAM_PARTS_MAX; i++) {
		/* An iovec has no const; sendmsg() only reads. */
		memcpy(&iov[i].iov_base, &parts[i].data, sizeof(iov[i].iov_base));
		iov[i].iov_len = parts[i].len;
		msg.msg_iovlen++;
	}
	for (advance(&msg, 0); msg.msg_iovlen; advance(&msg, (size_t)sent)) {
		sent = sendmsg(fd, &msg, SEND_FLAGS);
		if (sent >= 0)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			return STFLASH_E_UNPLUGGED;
		err = stream_wait_for(fd, POLLOUT, deadline);
		if (err)
			return err;
		sent = 0;
	}
	return 0;
}

int stream_recv(int fd, uint8_t *buf, size_t len, size_t *got, uint64_t deadline)
{
	int err;

	while (*got < len) {
		const ssize_t n = recv(fd, buf + *got, len - *got, 0);

		if (n > 0) {
			*got += (size_t)n;
			continue;
		}
		if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
			return STFLASH_E_UNPLUGGED;
		err = stream_wait_for(fd, POLLIN, deadline);
		if (err)
			return err;
	}
	return 0;
}

void stream_close(int fd)
{
	(void)shutdown(fd, SHUT_RDWR);
	close(fd);
}
