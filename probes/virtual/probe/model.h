/* SPDX-License-Identifier: MIT */
/*
 * The probes that can be plugged in, one row each: identity, descriptors,
 * clock steps, and what each step of their work costs (timing model).
 */
#ifndef VIRTUAL_PROBE_MODEL_H
#define VIRTUAL_PROBE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What GET_VERSION says of the firmware: V2J29S7, V2J37M26, V3J7M2. */
struct fw_version {
	unsigned int jtag;
	unsigned int swim;
	unsigned int msd;
	unsigned int bridge;
};

/* A clock the firmware can make; divisor is the argument of SWD_SET_FREQ (V2 only). */
struct swd_step {
	uint16_t divisor;
	uint32_t khz;
};

struct probe_model {
	const char *name; /* the word in a SPEC */
	uint16_t pid;
	unsigned int major;
	bool high_speed;
	bool composite; /* mass storage and a serial port beside the debug interface */
	uint16_t mps;   /* max packet size of the bulk endpoints */
	uint8_t ep_out;
	uint8_t ep_in; /* endpoint numbers, without the direction bit */
	uint8_t ep_swo;
	uint8_t start_mode; /* STLINK_MODE_* after plugging in */
	uint32_t start_khz;
	const struct swd_step *steps; /* fastest first, ends with khz 0 */
	struct fw_version firmware;   /* when the SPEC names none */

	const uint8_t *device;
	const uint8_t *config;
	size_t config_len;
	const char *const *strings; /* from index 1; the serial number's place is NULL */
	size_t n_strings;

	/* timing-model: nanoseconds */
	uint32_t packet_ns;       /* one bulk packet on the wire */
	uint32_t turnaround_ns;   /* the host's, when nothing is in flight */
	uint32_t dispatch_ns;     /* firmware, one command */
	uint32_t swd_firmware_ns; /* firmware, one SWD transfer */
};

#define STRING_SERIAL 3u /* iSerial of every model */

/* By the word of a SPEC: v2, v2-1, v3, newer. NULL when unknown. */
const struct probe_model *probe_model_find(const char *name);

#endif
