/* SPDX-License-Identifier: MIT */
/* A connection, as its files see it: client.c (bytes, management), transfers.c (what an importer asks), bench.c. */
#ifndef VIRTUAL_SERVER_CLIENT_H
#define VIRTUAL_SERVER_CLIENT_H

#include "server/server.h"

struct bytes {
	uint8_t *data;
	size_t len;
	size_t used; /* from the front */
	size_t room;
};

struct client {
	struct server *server;
	int fd;
	struct slot *slot; /* imported */
	unsigned int port;
	struct bytes in;
	struct bytes out;
	unsigned int unsent_counted; /* transfers that have ended, but the host cannot know it yet */
	uint64_t last_due_ns;        /* of the answer that was held back last */
	struct urb_queue queue;
	struct urb *at_work; /* the device is working on it, and lets us look up now and then */
	bool at_work_unlinked;
	bool bench;   /* it does not speak USB/IP */
	bool closing; /* when the output has gone */
	bool gone;
};

/* client.c */
void client_send(struct client *c, const void *data, size_t len);
void client_refuse(struct client *c, const char *why); /* it does not follow the protocol: the end of it */
bool client_has_room(const struct client *c);
bool client_receive(struct client *c); /* a piece of what has come in; false: no more now */

/* transfers.c: true when a whole request was there and was taken */
bool transfers_take(struct client *c);

/* bench.c: the same for a line of text */
bool bench_take(struct client *c);

/* While the device works: unlinks are answered, the rest waits. */
void transfers_look_up(void *client);

#endif
