/* SPDX-License-Identifier: MIT */
/* Where clients come from: TCP of both families, a UNIX socket, or one that was inherited. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/server.h"

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "stflash-vprobe: cannot listen on %s: %s\n", what, why);
	return -1;
}

static bool is_loopback(const struct sockaddr *addr)
{
	if (addr->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, addr, sizeof(in6));
		return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
	}
	if (addr->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, addr, sizeof(in));
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	return false;
}

/* usb-ip section 6: no authentication, no encryption, no integrity */
static void warn_open(const char *address)
{
	fprintf(stderr,
		"stflash-vprobe: WARNING: %s is not a loopback address. USB/IP knows no password and no encryption:\n"
		"stflash-vprobe: WARNING: anyone who reaches this port can take the probe and change its flash.\n"
		"stflash-vprobe: WARNING: use 127.0.0.1 and ssh -L 3240:127.0.0.1:3240 instead.\n",
		address);
}

/* "listening on 127.0.0.1:3240", for the scripts that wait for it */
static void announce(const char *what, int fd)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);
	char host[64], port[16];

	if (getsockname(fd, (struct sockaddr *)&addr, &len))
		return;
	if (getnameinfo((struct sockaddr *)&addr, len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		return;
	printf(addr.ss_family == AF_INET6 ? "%s [%s]:%s\n" : "%s %s:%s\n", what, host, port);
	fflush(stdout);
}

static int open_listener(const struct addrinfo *info)
{
	const int on = 1;
	int fd = socket(info->ai_family, info->ai_socktype, info->ai_protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (info->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, info->ai_addr, info->ai_addrlen) || listen(fd, (int)MAX_CLIENTS)) {
		const int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

int server_listen_tcp(struct server *s, const char *address, unsigned int port, bool bench)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	};
	struct addrinfo *info;
	char service[16];
	int err, fd;

	snprintf(service, sizeof(service), "%u", port);
	err = getaddrinfo(address, service, &hints, &info);
	if (err)
		return complain(address, gai_strerror(err));

	fd = open_listener(info);
	if (fd < 0) {
		err = errno;
		freeaddrinfo(info);
		return complain(address,
				err == EADDRINUSE ? "the port is taken, choose another with --port" : strerror(err));
	}
	if (!is_loopback(info->ai_addr))
		warn_open(address);
	freeaddrinfo(info);

	s->listeners[s->n_listeners++] = (struct listener){ .fd = fd, .bench = bench };
	announce(bench ? "bench on" : "listening on", fd);
	return 0;
}

/* A socket that a server before us has left behind: nobody answers on it. */
static void remove_stale(const struct sockaddr_un *addr)
{
	struct stat st;
	int fd;

	if (lstat(addr->sun_path, &st) || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) && errno == ECONNREFUSED)
		unlink(addr->sun_path);
	close(fd);
}

int server_listen_unix(struct server *s, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	mode_t before;
	int fd, err;

	if (strlen(path) >= sizeof(addr.sun_path))
		return complain(path, "the path is too long for a UNIX socket");
	strcpy(addr.sun_path, path);
	remove_stale(&addr);

	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return complain(path, strerror(errno));
	before = umask(0077);
	err = bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, (int)MAX_CLIENTS) ? errno : 0;
	umask(before);
	if (err) {
		close(fd);
		return complain(path, strerror(err));
	}

	s->listeners[s->n_listeners++] = (struct listener){ .fd = fd };
	s->unix_path = path;
	printf("listening on %s\n", path);
	fflush(stdout);
	return 0;
}

/* A place for one more: a free one, or that of a client that has not imported anything. */
static struct client **find_place(struct server *s)
{
	for (unsigned int i = 0; i < MAX_CLIENTS; i++)
		if (!s->clients[i])
			return &s->clients[i];
	for (unsigned int i = 0; i < MAX_CLIENTS; i++) {
		if (client_imported(s->clients[i]))
			continue;
		client_free(s->clients[i]);
		s->clients[i] = NULL;
		return &s->clients[i];
	}
	return NULL;
}

/* Takes fd over. */
static int add_client(struct server *s, int fd, bool bench)
{
	const int on = 1;
	struct client **place = fd < FD_SETSIZE ? find_place(s) : NULL;

	/* A command is two or three small messages: each has to go at once. Not for a UNIX socket; then this does
	 * nothing. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (place)
		*place = client_new(s, fd, bench);
	if (place && *place)
		return 0;
	close(fd);
	return -1;
}

void server_accept(struct server *s, const struct listener *listener)
{
	const int fd = accept(listener->fd, NULL, NULL);

	if (fd >= 0)
		add_client(s, fd, listener->bench);
}

int server_inherit(struct server *s, int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISSOCK(st.st_mode)) {
		fprintf(stderr, "stflash-vprobe: --fd %d is not an open socket\n", fd);
		return -1;
	}
	s->one_client = true;
	return add_client(s, fd, false);
}
