/* SPDX-License-Identifier: MIT */
/* stream.c for Windows. A SOCKET is a handle, whose upper half Windows leaves zero: it fits the int of stream.h. */
#include <winsock2.h>
#include <ws2tcpip.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "usb/stream.h"

/* A socket takes at most this much at once without complaint, whatever its length argument could say. */
#define PIECE_MAX 0x100000u

static SOCKET socket_of(int fd)
{
	return (SOCKET)(unsigned int)fd;
}

/*
 * Until the socket can be read (or written), or has failed, which the call that
 * follows will tell. select(), because WSAPoll() is silent about a connection
 * that was refused on Windows before 10 2004.
 */
static int winsock_wait_for(int fd, bool to_write, uint64_t deadline)
{
	for (;;) {
		const uint64_t now = now_ms();
		const uint64_t left = deadline - now;
		struct timeval tv = { .tv_sec = (long)(left / 1000u), .tv_usec = (long)(left % 1000u) * 1000L };
		fd_set ready = { .fd_count = 1, .fd_array = { socket_of(fd) } };
		fd_set failed = ready;
		int n;

		if (now >= deadline)
			return STFLASH_E_TIMEOUT;
		n = select(0, to_write ? NULL : &ready, to_write ? &ready : NULL, &failed, &tv);
		if (n == SOCKET_ERROR)
			return STFLASH_E_UNPLUGGED;
		if (n)
			return 0;
	}
}

int stream_adopt(struct ctx *ctx, int fd)
{
	u_long on = 1;

	if (ioctlsocket(socket_of(fd), (long)FIONBIO, &on))
		return fail(ctx, STFLASH_E_OTHER, "a socket cannot be set up (Windows socket error %d)",
			    WSAGetLastError());
	return 0;
}

/* 0, or the Windows socket error of the attempt. */
static int winsock_connect_by(int fd, const struct addrinfo *a, uint64_t deadline)
{
	int error = 0;
	int size = sizeof(error);

	if (!connect(socket_of(fd), a->ai_addr, (int)a->ai_addrlen))
		return 0;
	error = WSAGetLastError();
	if (error != WSAEWOULDBLOCK)
		return error;
	if (winsock_wait_for(fd, true, deadline))
		return WSAETIMEDOUT;
	if (getsockopt(socket_of(fd), SOL_SOCKET, SO_ERROR, (char *)&error, &size))
		return WSAGetLastError();
	return error;
}

/* *error: of the attempt, untouched when there was no socket to make it with. */
static int winsock_connect_one(int *fd, struct ctx *ctx, const struct addrinfo *a, uint64_t deadline, int *error)
{
	const SOCKET s = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
	const BOOL on = TRUE;
	int err;

	if (s == INVALID_SOCKET)
		return fail(ctx, STFLASH_E_OTHER, "no socket can be opened (Windows socket error %d)",
			    WSAGetLastError());
	*fd = (int)s;
	err = stream_adopt(ctx, *fd);
	if (!err) {
		*error = winsock_connect_by(*fd, a, deadline);
		err = *error ? STFLASH_E_NO_PROBE : 0;
	}
	if (err) {
		closesocket(s);
		return err;
	}
	/* As in stream.c: no waiting for more to send. */
	(void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof(on));
	return 0;
}

int stream_connect_tcp(int *fd, struct ctx *ctx, const char *host, const char *port, uint64_t deadline)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *all;
	int error, err = STFLASH_E_NO_PROBE;
	WSADATA data;

	/* Counted by Windows: each connection takes one and stream_close() gives it back. */
	error = WSAStartup(MAKEWORD(2, 2), &data);
	if (error)
		return fail(ctx, STFLASH_E_OTHER, "Windows has no sockets to offer (error %d)", error);

	error = getaddrinfo(host, port, &hints, &all);
	if (error) {
		WSACleanup();
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "the host '%s' is not known (Windows socket error %d): check the name after usbip://", host,
			    error);
	}
	for (const struct addrinfo *a = all; a && err; a = a->ai_next)
		err = winsock_connect_one(fd, ctx, a, deadline, &error);
	freeaddrinfo(all);
	if (err)
		WSACleanup();
	if (err && error)
		return fail(ctx, STFLASH_E_NO_PROBE,
			    "no USB/IP server answers at %s port %s (Windows socket error %d): check that usbipd or "
			    "stflash-vprobe runs there and that no firewall is in between",
			    host, port, error);
	return err;
}

int stream_connect_unix(int *fd, struct ctx *ctx, const char *path, uint64_t deadline)
{
	(void)fd;
	(void)deadline;
	return fail(ctx, STFLASH_E_UNSUPPORTED, "%s: stflash knows no UNIX sockets on Windows; use usbip://HOST/BUSID",
		    path);
}

/* One part of a message, or what the socket takes of it. */
static int send_some(int fd, const struct stream_part *part, size_t *sent, uint64_t deadline)
{
	const int n =
		send(socket_of(fd), (const char *)part->data + *sent, (int)min_size(part->len - *sent, PIECE_MAX), 0);

	if (n != SOCKET_ERROR) {
		*sent += (size_t)n;
		return 0;
	}
	if (WSAGetLastError() != WSAEWOULDBLOCK)
		return STFLASH_E_UNPLUGGED;
	return winsock_wait_for(fd, true, deadline);
}

int stream_send(int fd, const struct stream_part *parts, size_t n, uint64_t deadline)
{
	for (size_t i = 0; i < n && i < STREAM_PARTS_MAX; i++) {
		size_t sent = 0;
		int err;

		while (sent < parts[i].len) {
			err = send_some(fd, &parts[i], &sent, deadline);
			if (err)
				return err;
		}
	}
	return 0;
}

int stream_recv(int fd, uint8_t *buf, size_t len, size_t *got, uint64_t deadline)
{
	int err;

	while (*got < len) {
		const int n = recv(socket_of(fd), (char *)buf + *got, (int)min_size(len - *got, PIECE_MAX), 0);

		if (n > 0) {
			*got += (size_t)n;
			continue;
		}
		if (n == 0 || WSAGetLastError() != WSAEWOULDBLOCK)
			return STFLASH_E_UNPLUGGED;
		err = winsock_wait_for(fd, false, deadline);
		if (err)
			return err;
	}
	return 0;
}

void stream_close(int fd)
{
	(void)shutdown(socket_of(fd), SD_BOTH);
	closesocket(socket_of(fd));
	WSACleanup();
}
