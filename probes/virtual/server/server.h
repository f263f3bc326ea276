/* SPDX-License-Identifier: MIT */
/*
 * The USB/IP server: sockets, clients, and the probes they import. One thread
 * that never waits for anything but a socket, so that an unlink is answered
 * whatever the device is doing.
 */
#ifndef VIRTUAL_SERVER_SERVER_H
#define VIRTUAL_SERVER_SERVER_H

#include <signal.h>

#include "server/queue.h"

#define MAX_PROBES    8u
#define MAX_CLIENTS   16u
#define MAX_LISTENERS 3u

struct client;

/* A port of the virtual hub, with a probe in it. */
struct slot {
	struct probe *probe;
	struct client *importer; /* NULL: free */
};

/* Where clients come from: they speak USB/IP, or they are at the bench (bench.c). */
struct listener {
	int fd;
	bool bench;
};

struct server {
	struct slot slots[MAX_PROBES];
	unsigned int n_slots;
	struct client *clients[MAX_CLIENTS];
	struct listener listeners[MAX_LISTENERS];
	unsigned int n_listeners;
	const char *unix_path; /* removed at the end */
	bool one_client;       /* --fd: the end of that client is the end */
	bool quiet;
};

/* listen.c: 0, or -1 after a sentence on standard error */
int server_listen_tcp(struct server *s, const char *address, unsigned int port, bool bench);
int server_listen_unix(struct server *s, const char *path);
int server_inherit(struct server *s, int fd);
void server_accept(struct server *s, const struct listener *listener);

/* server.c: serve until a signal sets *stop or the one client has gone; then save. False: something was not kept. */
bool server_run(struct server *s, const volatile sig_atomic_t *stop, const sigset_t *while_waiting);
void server_close(struct server *s);

/* NULL: no such bus id. *port, if wanted, is the number at its end. */
struct slot *server_slot(struct server *s, const char *busid, unsigned int *port);

/* client.c */
struct client *client_new(struct server *s, int fd, bool bench);
void client_free(struct client *c);
int client_fd(const struct client *c);
bool client_imported(const struct client *c);
bool client_done(const struct client *c);
bool client_wants_input(const struct client *c);
bool client_wants_output(const struct client *c);

/* Take what has come in, carry out what can be, answer. */
void client_input(struct client *c);
void client_output(struct client *c);

/* Answers that were held back and are due now; *next_ns becomes the time of the next one if that is earlier. */
void client_tick(struct client *c, uint64_t now_ns, uint64_t *next_ns);

uint64_t server_now_ns(void);

#endif
