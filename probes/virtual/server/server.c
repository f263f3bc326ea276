/* SPDX-License-Identifier: MIT */
#include "server/server.h"

#include <errno.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

struct watch {
	fd_set readable;
	fd_set writable;
	int highest;
};

static void watch_fd(struct watch *w, int fd, bool in, bool out)
{
	if (in)
		FD_SET(fd, &w->readable);
	if (out)
		FD_SET(fd, &w->writable);
	if (fd > w->highest)
		w->highest = fd;
}

static void watch_all(const struct server *s, struct watch *w)
{
	FD_ZERO(&w->readable);
	FD_ZERO(&w->writable);
	w->highest = -1;
	for (unsigned int i = 0; i < s->n_listeners; i++)
		watch_fd(w, s->listeners[i].fd, true, false);
	for (unsigned int i = 0; i < MAX_CLIENTS; i++) {
		const struct client *c = s->clients[i];

		if (c)
			watch_fd(w, client_fd(c), client_wants_input(c), client_wants_output(c));
	}
}

/* Until a socket has something, a held answer is due (next_ns), or a signal arrives. */
static bool wait_for(struct watch *w, uint64_t next_ns, const sigset_t *while_waiting)
{
	const uint64_t now = server_now_ns();
	const uint64_t left = next_ns > now ? next_ns - now : 0;
	const struct timespec timeout = {
		.tv_sec = (time_t)(left / 1000000000u),
		.tv_nsec = (long)(left % 1000000000u),
	};
	const bool forever = next_ns == UINT64_MAX;

	return pselect(w->highest + 1, &w->readable, &w->writable, NULL, forever ? NULL : &timeout, while_waiting) >= 0;
}

static void serve(struct server *s, const struct watch *w)
{
	for (unsigned int i = 0; i < MAX_CLIENTS; i++) {
		struct client *c = s->clients[i];

		if (c && FD_ISSET(client_fd(c), &w->writable))
			client_output(c);
		if (c && FD_ISSET(client_fd(c), &w->readable))
			client_input(c);
	}
	for (unsigned int i = 0; i < s->n_listeners; i++)
		if (FD_ISSET(s->listeners[i].fd, &w->readable))
			server_accept(s, &s->listeners[i]);
}

static void bury(struct server *s)
{
	for (unsigned int i = 0; i < MAX_CLIENTS; i++) {
		if (!s->clients[i] || !client_done(s->clients[i]))
			continue;
		client_free(s->clients[i]);
		s->clients[i] = NULL;
	}
}

static uint64_t tick(struct server *s)
{
	const uint64_t now = server_now_ns();
	uint64_t next = UINT64_MAX;

	for (unsigned int i = 0; i < MAX_CLIENTS; i++)
		if (s->clients[i])
			client_tick(s->clients[i], now, &next);
	return next;
}

struct slot *server_slot(struct server *s, const char *busid, unsigned int *port)
{
	for (unsigned int i = 0; i < s->n_slots; i++) {
		char name[USBIP_BUSID_LEN];

		usbip_busid(name, i + 1);
		if (strcmp(name, busid))
			continue;
		if (port)
			*port = i + 1;
		return &s->slots[i];
	}
	return NULL;
}

static bool has_client(const struct server *s)
{
	for (unsigned int i = 0; i < MAX_CLIENTS; i++)
		if (s->clients[i])
			return true;
	return false;
}

bool server_run(struct server *s, const volatile sig_atomic_t *stop, const sigset_t *while_waiting)
{
	bool kept = true;

	while (!*stop) {
		struct watch w;
		const uint64_t next = tick(s);

		bury(s);
		if (s->one_client && !has_client(s))
			break;
		watch_all(s, &w);
		if (wait_for(&w, next, while_waiting))
			serve(s, &w);
	}

	for (unsigned int i = 0; i < s->n_slots; i++)
		kept = probe_save(s->slots[i].probe) && kept;
	return kept;
}

void server_close(struct server *s)
{
	for (unsigned int i = 0; i < MAX_CLIENTS; i++)
		client_free(s->clients[i]);
	for (unsigned int i = 0; i < s->n_listeners; i++)
		close(s->listeners[i].fd);
	if (s->unix_path)
		unlink(s->unix_path);
	for (unsigned int i = 0; i < s->n_slots; i++)
		probe_free(s->slots[i].probe);
	*s = (struct server){ 0 };
}
