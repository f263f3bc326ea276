/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "fuzz.h"
#include "probe/device.h"
#include "usb/usbip_proto.h"

#define NS_PER_MS 1000000u

struct model {
	struct probe *probe;
	struct probe_spec spec;
	struct usb_identity id;
};

static void control(struct model *m, uint8_t type, uint8_t request, uint8_t value, uint8_t index)
{
	const uint8_t setup[SETUP_LEN] = { type, request, value, 0, index };
	uint8_t data[CONTROL_IN_MAX];
	size_t actual;

	(void)device_control(m->probe, setup, data, 0, &actual);
}

struct model *model_new(const char *spec)
{
	struct model *m = calloc(1, sizeof(*m));
	char why[256];

	HOLDS(m && !spec_parse(&m->spec, spec, why, sizeof(why)));
	m->probe = probe_new(&m->spec, why, sizeof(why));
	HOLDS(m->probe);
	device_identify(m->probe, &m->id);
	probe_plug(m->probe);
	control(m, 0x00, 0x09, 1, 0); /* SET_CONFIGURATION */
	return m;
}

void model_free(struct model *m)
{
	probe_free(m->probe);
	free(m);
}

uint16_t model_pid(const struct model *m)
{
	return m->id.pid;
}

uint8_t model_ep(const struct model *m, bool in)
{
	return in ? m->spec.model->ep_in | 0x80u : m->spec.model->ep_out;
}

enum model_result model_transfer(struct model *m, bool in, uint8_t *buf, size_t len, size_t *actual)
{
	struct bulk b = {
		.ep = in ? m->spec.model->ep_in : m->spec.model->ep_out,
		.in = in,
		.data = buf,
		.len = len,
	};
	int status;

	device_submit(m->probe, &b, in);
	status = device_bulk(m->probe, &b);
	*actual = status == DEVICE_PENDING ? 0 : b.actual;
	switch (status) {
	case USBIP_OK:
		return MODEL_DONE;
	case DEVICE_PENDING:
		return MODEL_PENDING;
	case DEVICE_UNPLUGGED:
		return MODEL_GONE;
	case USBIP_EPIPE:
		return MODEL_STALLED;
	default:
		return MODEL_BROKEN;
	}
}

void model_clear_halt(struct model *m, uint8_t ep)
{
	control(m, 0x02, 0x01, 0, ep);
}

uint8_t *model_flash(struct model *m, size_t *size)
{
	chip_sync(probe_chip(m->probe));
	*size = m->spec.part->flash_size;
	return chip_flash(probe_chip(m->probe));
}

uint32_t model_word(struct model *m, uint32_t addr)
{
	uint32_t value;

	chip_sync(probe_chip(m->probe));
	HOLDS(chip_ahb_read(probe_chip(m->probe), addr, 4, &value) == AHB_OK);
	return value;
}

uint64_t model_now_ms(struct model *m)
{
	return probe_monitor(m->probe)->now_ns / NS_PER_MS;
}
