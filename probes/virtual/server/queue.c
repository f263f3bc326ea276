/* SPDX-License-Identifier: MIT */
#include "server/queue.h"

#include <stdlib.h>
#include <string.h>

struct urb *queue_add(struct urb_queue *q, const struct usbip_request *request, const uint8_t *data)
{
	struct urb **end = &q->first[request->in][request->ep];
	struct urb *urb;

	if (q->n >= QUEUE_MAX_TRANSFERS || q->bytes + request->length > QUEUE_MAX_BYTES)
		return NULL;
	urb = calloc(1, sizeof(*urb) + request->length);
	if (!urb)
		return NULL;

	urb->request = *request;
	urb->bulk.ep = (uint8_t)request->ep;
	urb->bulk.in = request->in;
	urb->bulk.data = urb->data;
	urb->bulk.len = request->length;
	if (!request->in && request->length)
		memcpy(urb->data, data, request->length);

	while (*end)
		end = &(*end)->next;
	*end = urb;
	q->n++;
	q->bytes += request->length;
	return urb;
}

static void remove_at(struct urb_queue *q, struct urb **at)
{
	struct urb *urb = *at;

	*at = urb->next;
	q->n--;
	q->n_counted -= urb->counts;
	q->bytes -= urb->bulk.len;
	free(urb);
}

void queue_drop_first(struct urb_queue *q, bool in, unsigned int ep)
{
	if (q->first[in][ep])
		remove_at(q, &q->first[in][ep]);
}

bool queue_unlink(struct urb_queue *q, uint32_t seqnum)
{
	for (unsigned int in = 0; in < 2; in++) {
		for (unsigned int ep = 0; ep < 16; ep++) {
			struct urb **at = &q->first[in][ep];

			while (*at && (*at)->request.seqnum != seqnum)
				at = &(*at)->next;
			if (!*at)
				continue;
			remove_at(q, at);
			return true;
		}
	}
	return false;
}

void queue_clear(struct urb_queue *q)
{
	for (unsigned int in = 0; in < 2; in++)
		for (unsigned int ep = 0; ep < 16; ep++)
			while (q->first[in][ep])
				queue_drop_first(q, in, ep);
}
