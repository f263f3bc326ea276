/* SPDX-License-Identifier: MIT */
/* The bulk endpoints: packets, halts, and the replies that wait to be fetched. */
#include "probe/device.h"

#include <string.h>

#include "base/bytes.h"
#include "probe/firmware.h"
#include "usb/usbip_proto.h"

#define SLEEP_PIECE_NS 2000000u

/* Of the composite probes: numbers as in their descriptors */
#define EP_MASS_STORAGE 3u
#define EP_SERIAL       4u
#define EP_SERIAL_EVENT 5u

bool device_counts(const struct probe *p, const struct bulk *b)
{
	return b->ep == (b->in ? p->model->ep_in : p->model->ep_out);
}

/* In pieces: the target runs on meanwhile, and others are to be answered. */
static void sleep_until(struct probe *p, uint64_t moment)
{
	while (p->mon.now_ns < moment) {
		const uint64_t left = moment - p->mon.now_ns;

		monitor_spend(&p->mon, SPENT_SLEEP, left < SLEEP_PIECE_NS ? left : SLEEP_PIECE_NS);
		chip_sync(p->chip);
		if (p->dap.look_up)
			p->dap.look_up(p->dap.look_up_user);
	}
}

/* A host that knows how long an erase takes asks again when it is over. */
static void be_patient(struct probe *p)
{
	const uint64_t left = chip_flash_left_ns(p->chip);

	if (p->spec.patience_ms && left > (uint64_t)p->spec.patience_ms * 1000000u)
		sleep_until(p, p->mon.now_ns + left);
}

void device_submit(struct probe *p, struct bulk *b, bool in_flight)
{
	b->actual = 0;
	b->admitted = false;
	b->number = 0;
	if (!device_counts(p, b))
		return;

	if (!in_flight) {
		sleep_until(p, timing_wake(&p->timing));
		be_patient(p);
		timing_submit(&p->timing);
	}
	p->mon.usb_transfers++;
	b->number = ++p->transfers;
	faults_usb(&p->faults, b->number);
}

/* Faults that befall a transfer in either direction. USBIP_OK: none. */
static int befall(struct probe *p, struct bulk *b)
{
	if (faults_take(&p->faults, FAULT_UNPLUG))
		return DEVICE_UNPLUGGED;
	if (faults_take(&p->faults, FAULT_TIMEOUT))
		p->parked = b->number;
	if (p->parked == b->number)
		return DEVICE_PENDING;

	if (faults_take(&p->faults, FAULT_RESET)) {
		firmware_plug(p);
		return USBIP_EPROTO;
	}
	if (faults_take(&p->faults, FAULT_STALL)) {
		firmware_reinit(p);
		if (b->in)
			p->halted_in = true;
		else
			p->halted_out = true;
		return USBIP_EPIPE;
	}
	return USBIP_OK;
}

/* Packet by packet: what is in one is worked on while the next is on its way. */
static int command_out(struct probe *p, struct bulk *b)
{
	int err;

	if (p->halted_out)
		return USBIP_EPIPE;
	if (!b->admitted) {
		if (!firmware_ready(p))
			return DEVICE_PENDING;
		err = befall(p, b);
		if (err)
			return err;
		b->admitted = true;
	}

	do {
		const size_t len = min_size(b->len - b->actual, p->model->mps);
		const uint8_t *packet = b->data + b->actual;

		/* Each packet may be a command where none is expected: the device answers NAK until there is room. */
		if (!firmware_ready(p))
			return DEVICE_PENDING;
		timing_out_packet(&p->timing);
		b->actual += len;
		if (b->actual == b->len)
			timing_out_done(&p->timing);
		firmware_packet(p, packet, len);
	} while (b->actual < b->len);

	firmware_transfer_end(p, b->len);
	p->mon.usb_bytes_out += b->len;
	return USBIP_OK;
}

/* Do the replies that wait end this transfer: by filling it, or by a packet that is not full? */
static bool would_end(const struct probe *p, size_t len)
{
	size_t total = 0;

	for (unsigned int i = 0; i < p->fw.n_replies; i++) {
		const size_t left = p->fw.replies[i].len - p->fw.replies[i].sent;

		total += left;
		if (total >= len || left % p->model->mps)
			return true;
	}
	return false;
}

static void drop_first_reply(struct probe *p)
{
	p->fw.n_replies--;
	memmove(&p->fw.replies[0], &p->fw.replies[1], p->fw.n_replies * sizeof(p->fw.replies[0]));
}

/* One packet of the oldest reply into the transfer. False: it was the last of this transfer. */
static bool send_packet(struct probe *p, struct bulk *b, int *err)
{
	struct reply *reply = &p->fw.replies[0];
	const size_t len = min_size(reply->len - reply->sent, p->model->mps);
	const size_t room = b->len - b->actual;
	const size_t part = min_size(len, room);
	bool more = len == p->model->mps;

	memcpy(b->data + b->actual, reply->data + reply->sent, part);
	b->actual += part;
	reply->sent += len;
	if (part < len) {
		monitor_anomaly(&p->mon, "an IN request of %zu bytes for a reply of %zu", b->len, reply->len);
		*err = USBIP_EOVERFLOW;
		more = false;
	}
	if (reply->sent == reply->len)
		drop_first_reply(p);
	return more && b->actual < b->len;
}

/* An older reply that was never fetched comes first; this one has to be fetched with the next request. */
static void prepend_stale(struct probe *p)
{
	struct firmware *fw = &p->fw;

	if (fw->n_replies == REPLIES_MAX)
		return;
	memmove(&fw->replies[1], &fw->replies[0], fw->n_replies * sizeof(fw->replies[0]));
	fw->n_replies++;
	memset(fw->replies[0].data, 0, 2);
	fw->replies[0].data[0] = 0x80; /* the most deceiving one: OK */
	fw->replies[0].len = 2;
	fw->replies[0].sent = 0;
}

static void spoil_reply(struct probe *p)
{
	struct reply *reply = &p->fw.replies[0];

	if (faults_take(&p->faults, FAULT_SHORT))
		reply->len = reply->len / 2;
	if (faults_take(&p->faults, FAULT_GARBAGE))
		for (size_t i = 0; i < reply->len; i++)
			reply->data[i] = (uint8_t)(reply->data[i] * 5u + 0x3bu + i * 7u);
	if (faults_take(&p->faults, FAULT_STALE))
		prepend_stale(p);
}

static int reply_in(struct probe *p, struct bulk *b)
{
	int err;

	if (p->halted_in)
		return USBIP_EPIPE;
	err = befall(p, b);
	if (err)
		return err;
	if (!p->fw.n_replies)
		return DEVICE_PENDING;
	spoil_reply(p);
	if (!would_end(p, b->len))
		return DEVICE_PENDING;

	while (send_packet(p, b, &err))
		;
	timing_in(&p->timing, b->actual);
	p->mon.usb_bytes_in += b->actual;
	return err;
}

/* Beside the debug interface: SWO and the serial port are silent, what is sent to the port is taken. */
static int other_bulk(struct probe *p, struct bulk *b)
{
	const bool composite = p->model->composite;

	if (b->in && b->ep == p->model->ep_swo)
		return DEVICE_PENDING;
	if (composite && b->in && (b->ep == EP_SERIAL || b->ep == EP_SERIAL_EVENT))
		return DEVICE_PENDING;
	if (composite && !b->in && b->ep == EP_SERIAL) {
		b->actual = b->len;
		return USBIP_OK;
	}
	if (composite && b->ep == EP_MASS_STORAGE)
		return USBIP_EPIPE; /* no medium is modelled */

	monitor_anomaly(&p->mon, "a transfer on endpoint %u %s, which does not exist", b->ep, b->in ? "IN" : "OUT");
	return USBIP_EPIPE;
}

int device_bulk(struct probe *p, struct bulk *b)
{
	if (!p->configuration) {
		monitor_anomaly(&p->mon, "a transfer on endpoint %u before SET_CONFIGURATION", b->ep);
		return USBIP_EPIPE;
	}
	if (!device_counts(p, b))
		return other_bulk(p, b);
	return b->in ? reply_in(p, b) : command_out(p, b);
}

uint64_t device_hold(const struct probe *p)
{
	return timing_hold(&p->timing);
}

void device_answered(struct probe *p)
{
	timing_answered(&p->timing);
}

void device_look_up(struct probe *p, void (*look_up)(void *user), void *user)
{
	p->dap.look_up = look_up;
	p->dap.look_up_user = user;
}
