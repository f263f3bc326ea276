/* SPDX-License-Identifier: MIT */
/* A virtual probe on the bench, without sockets: what the server would do, one call each. */
#ifndef TESTS_PROBE_RIG_H
#define TESTS_PROBE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "chip/chip.h"
#include "probe/device.h"
#include "stlink/stlink_proto.h"
#include "usb/usbip_proto.h"

#define SRAM 0x20000000u

/* A command block; what is not named is zero. */
#define CMD(...) ((const uint8_t[STLINK_CMD_LEN]){ __VA_ARGS__ })

/* Bytes of a little-endian field */
#define LE16_OF(v) (uint8_t)((v)&0xff), (uint8_t)((v) >> 8 & 0xff)
#define LE32_OF(v) (uint8_t)((v)&0xff), (uint8_t)((v) >> 8 & 0xff), (uint8_t)((v) >> 16 & 0xff), (uint8_t)((v) >> 24)

struct rig {
	struct probe *probe;
	struct monitor *mon;
	struct chip *chip;
	uint8_t ep_out, ep_in;
};

static inline int rig_control(struct rig *r, const uint8_t setup[SETUP_LEN], uint8_t *data, size_t len, size_t *actual)
{
	return device_control(r->probe, setup, data, len, actual);
}

static inline void rig_configure(struct rig *r)
{
	static const uint8_t set_configuration[] = { 0x00, 0x09, 1, 0, 0, 0, 0, 0 };
	uint8_t none[CONTROL_IN_MAX];
	size_t actual;

	assert_int_equal(rig_control(r, set_configuration, none, 0, &actual), USBIP_OK);
}

static inline struct rig rig_new(const char *text)
{
	struct probe_spec spec;
	struct rig r = { NULL, NULL, NULL, 0, 0 };
	char why[256];

	if (spec_parse(&spec, text, why, sizeof(why)))
		fail_msg("%s", why);
	r.probe = probe_new(&spec, why, sizeof(why));
	if (!r.probe)
		fail_msg("%s", why);
	r.mon = probe_monitor(r.probe);
	r.chip = probe_chip(r.probe);
	r.ep_out = spec.model->ep_out;
	r.ep_in = spec.model->ep_in;
	probe_plug(r.probe);
	rig_configure(&r);
	return r;
}

/* The end of a test in which nothing was ill-formed. */
static inline void rig_free(struct rig *r)
{
	if (r->mon->n_anomalies)
		fail_msg("anomaly: %s", r->mon->anomaly[0]);
	probe_free(r->probe);
}

/* The end of one in which something was: how often, and words of the first. */
static inline void rig_free_anomalies(struct rig *r, unsigned int n, const char *words)
{
	assert_int_equal(r->mon->n_anomalies, n);
	if (!strstr(r->mon->anomaly[0], words))
		fail_msg("not the anomaly that was expected: %s", r->mon->anomaly[0]);
	probe_free(r->probe);
}

static inline int rig_out(struct rig *r, const void *data, size_t len)
{
	uint8_t copy[70000];
	struct bulk b = { .ep = r->ep_out, .in = false, .data = copy, .len = len };

	memcpy(copy, data, len);
	device_submit(r->probe, &b, false);
	return device_bulk(r->probe, &b);
}

/* Queued together with the transfer before it, as a driver should. */
static inline int rig_in(struct rig *r, uint8_t *data, size_t len, size_t *actual)
{
	struct bulk b = { .ep = r->ep_in, .in = true, .data = data, .len = len };
	int status;

	device_submit(r->probe, &b, true);
	status = device_bulk(r->probe, &b);
	*actual = b.actual;
	return status;
}

static inline void rig_send(struct rig *r, const uint8_t *cmd)
{
	assert_int_equal(rig_out(r, cmd, STLINK_CMD_LEN), USBIP_OK);
}

/* A command with a reply of exactly len bytes. */
static inline void rig_ask(struct rig *r, const uint8_t *cmd, uint8_t *reply, size_t len)
{
	size_t actual;

	rig_send(r, cmd);
	assert_int_equal(rig_in(r, reply, len, &actual), USBIP_OK);
	assert_int_equal(actual, len);
}

/* A command that answers with two bytes: the status. */
static inline uint8_t rig_status(struct rig *r, const uint8_t *cmd)
{
	uint8_t reply[2];

	rig_ask(r, cmd, reply, sizeof(reply));
	assert_int_equal(reply[1], 0);
	return reply[0];
}

static inline uint8_t rig_enter(struct rig *r)
{
	rig_send(r, CMD(STLINK_DFU, STLINK_DFU_EXIT));
	return rig_status(r, CMD(STLINK_DEBUG, STLINK_ENTER, STLINK_ENTER_SWD));
}

/* In debug mode, the core halted. */
static inline struct rig rig_debug(const char *text)
{
	struct rig r = rig_new(text);

	assert_int_equal(rig_enter(&r), STLINK_ST_OK);
	assert_int_equal(
		rig_status(&r, CMD(STLINK_DEBUG, STLINK_WRITEDEBUGREG, LE32_OF(0xe000edf0u), LE32_OF(0xa05f0003u))),
		STLINK_ST_OK);
	return r;
}

static inline uint8_t rig_rw_status(struct rig *r)
{
	return rig_status(r, CMD(STLINK_DEBUG, STLINK_GETLASTRWSTATUS));
}

static inline uint8_t rig_read(struct rig *r, uint8_t op, uint32_t addr, uint8_t *buf, size_t len)
{
	rig_ask(r, CMD(STLINK_DEBUG, op, LE32_OF(addr), LE16_OF(len)), buf, len);
	return rig_rw_status(r);
}

static inline uint8_t rig_write(struct rig *r, uint8_t op, uint32_t addr, const void *data, size_t len)
{
	rig_send(r, CMD(STLINK_DEBUG, op, LE32_OF(addr), LE16_OF(len)));
	assert_int_equal(rig_out(r, data, len), USBIP_OK);
	return rig_rw_status(r);
}

static inline uint8_t rig_read_word(struct rig *r, uint32_t addr, uint32_t *value)
{
	uint8_t reply[8];

	rig_ask(r, CMD(STLINK_DEBUG, STLINK_READDEBUGREG, LE32_OF(addr)), reply, sizeof(reply));
	*value = get_le32(reply + 4);
	return reply[0];
}

static inline uint8_t rig_mode(struct rig *r)
{
	uint8_t reply[2];

	rig_ask(r, CMD(STLINK_GET_CURRENT_MODE), reply, sizeof(reply));
	return reply[0];
}

#endif
