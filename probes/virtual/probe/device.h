/* SPDX-License-Identifier: MIT */
/*
 * The virtual ST-LINK as a USB device: what the server plugs in and sends
 * transfers to. It never waits: what cannot be answered now is pending.
 */
#ifndef VIRTUAL_PROBE_DEVICE_H
#define VIRTUAL_PROBE_DEVICE_H

#include "probe/spec.h"

struct probe;

/* Results of a transfer besides USBIP_OK and the negative USBIP_E... */
#define DEVICE_PENDING   1 /* not now: the device answers NAK */
#define DEVICE_UNPLUGGED 2 /* the device is gone */

#define SETUP_LEN      8u
#define CONTROL_IN_MAX 4096u /* more than any reply of endpoint 0 */

/* What a list of devices shows. */
struct usb_identity {
	uint16_t vid, pid, bcd;
	uint8_t device_class[3];
	uint8_t configuration;
	uint8_t n_interfaces;
	uint8_t interface_class[4][3];
	bool high_speed;
};

/* A bulk transfer; the server keeps it until it has been answered. */
struct bulk {
	uint8_t ep; /* without the direction bit */
	bool in;
	uint8_t *data; /* of an input: room for len bytes */
	size_t len;
	size_t actual;
	uint64_t number; /* device_submit() counts them; 0: not on the debug endpoints */
	bool admitted;   /* private: an output on which packets have begun to arrive */
};

/*
 * A probe with its target, powered up, contents loaded. NULL with one sentence
 * in why when the flash file is of no use or memory is short.
 */
struct probe *probe_new(const struct probe_spec *spec, char *why, size_t why_size);

/* Save the flash, write the statistics; complains on standard error. False when something could not be kept. */
bool probe_save(struct probe *p);
void probe_free(struct probe *p);

/* Imported: the probe gets its USB supply. The target is as it was, unless its own supply was cut; then it is back. */
void probe_plug(struct probe *p);

/* Somebody switches the supply of the target off and on: it forgets all but its flash and option bytes. */
void probe_switch_supply(struct probe *p);

/* So much of the board's time passes while nobody does anything with the probe. */
void probe_pass_time(struct probe *p, uint32_t ms);

/* The importer has gone: NRST floats, the time of between= passes, contents and statistics are written. */
void probe_unplug(struct probe *p);

void device_identify(const struct probe *p, struct usb_identity *id);

/*
 * A control transfer on endpoint 0. data holds len bytes of an output, or has
 * room for CONTROL_IN_MAX bytes of an input; *actual is what was transferred.
 */
int device_control(struct probe *p, const uint8_t setup[SETUP_LEN], uint8_t *data, size_t len, size_t *actual);

/* A bulk transfer was submitted; in_flight: another one of device_counts() was under way. */
void device_submit(struct probe *p, struct bulk *b, bool in_flight);

/* Is it one of the debug interface, where time is counted? */
bool device_counts(const struct probe *p, const struct bulk *b);

/* Try to carry it out. Sets b->actual. */
int device_bulk(struct probe *p, struct bulk *b);

/* How long to hold back an answer, real ns, and that it was sent (pace=real, gaps=). */
uint64_t device_hold(const struct probe *p);
void device_answered(struct probe *p);

/* While a transfer is carried out, call this every few milliseconds; it must not come back here. NULL: nobody. */
void device_look_up(struct probe *p, void (*look_up)(void *user), void *user);

/* A JSON object: counts and times since the import, anomalies since the start. */
void probe_report(struct probe *p, FILE *out);

/* For the tests. */
struct monitor *probe_monitor(struct probe *p);
struct chip *probe_chip(struct probe *p);

#endif
