/* SPDX-License-Identifier: MIT */
/*
 * The transfers of one importer that are not answered yet: a queue for every
 * endpoint and direction. Order is kept within a queue and nowhere else.
 */
#ifndef VIRTUAL_SERVER_QUEUE_H
#define VIRTUAL_SERVER_QUEUE_H

#include "server/usbip.h"

/* More than any driver queues; what goes beyond is no driver. */
#define QUEUE_MAX_TRANSFERS 256u
#define QUEUE_MAX_BYTES     (4u * TRANSFER_MAX)

struct urb {
	struct urb *next;
	struct usbip_request request;
	struct bulk bulk;
	bool counts; /* on the debug endpoints */
	bool ended;  /* by the device; held back until due */
	int status;
	uint64_t due_ns; /* monotonic time */
	uint8_t data[];
};

struct urb_queue {
	struct urb *first[2][16]; /* OUT, IN; by endpoint */
	unsigned int n;
	unsigned int n_counted;
	size_t bytes;
};

/* At the end of its queue; data holds what an output carries. NULL: too many, too much, or no memory. */
struct urb *queue_add(struct urb_queue *q, const struct usbip_request *request, const uint8_t *data);

/* The oldest of a queue, removed and freed. */
void queue_drop_first(struct urb_queue *q, bool in, unsigned int ep);

/* Remove and free the one with this number. False: it is not here. */
bool queue_unlink(struct urb_queue *q, uint32_t seqnum);

void queue_clear(struct urb_queue *q);

#endif
