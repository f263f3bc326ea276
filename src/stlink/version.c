/* SPDX-License-Identifier: MIT */
/* The firmware's version and what follows from it: stlink-protocol fact sheet section 7. */
#include <limits.h>
#include <stdio.h>

#include "base/bytes.h"
#include "stlink/command.h"

#define VERSION_LEN    6u
#define VERSION_VID    2u
#define VERSION_EX_LEN 12u
#define VERSION_EX_VID 8u
#define NEVER          UINT_MAX

/* From which J on a V2 (V2-1 too) and a V3 has it. A V3PWR, major 4, has all that any V3 has. */
static const struct feature {
	uint32_t bit;
	unsigned int v2;
	unsigned int v3;
} features[] = {
	{ STLINK_HAS_VOLTAGE, 13, 0 },      { STLINK_HAS_RWSTATUS2, 15, 0 },   { STLINK_HAS_FPU_REGS, 15, 0 },
	{ STLINK_HAS_SWD_FREQ, 22, NEVER }, { STLINK_HAS_DAP_REG, 24, 0 },     { STLINK_HAS_MEM16, 26, 0 },
	{ STLINK_HAS_AP_INIT, 28, 0 },      { STLINK_HAS_AP_CLOSE_ST, 29, 0 }, { STLINK_HAS_CSW, 32, 2 },
	{ STLINK_HAS_COM_FREQ, NEVER, 0 },  { STLINK_HAS_MEM8_512, NEVER, 6 },
};

/* Below V3J3 probe-rs met trouble with the change of the protocol; Black Magic refuses those. */
#define V3_GOOD_FROM_J 3u

static uint32_t features_of(const struct stlink_version *v)
{
	uint32_t found = 0;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		const unsigned int from = v->major >= 3 ? features[i].v3 : features[i].v2;

		if (from != NEVER && (v->major >= 4 || v->jtag >= from))
			found |= features[i].bit;
	}
	return found;
}

int version_require(struct stlink *p, uint32_t feature, const char *what)
{
	if (p->features & feature)
		return 0;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		const unsigned int major = p->version.major >= 3 ? 3 : 2;
		const unsigned int from = major == 3 ? features[i].v3 : features[i].v2;

		if (features[i].bit == feature && from != NEVER)
			return fail(p->ctx, STFLASH_E_UNSUPPORTED,
				    "%s needs V%uJ%u or newer; this probe has %s; update it with ST's ST-LINK "
				    "upgrade tool",
				    what, major, from, p->firmware);
	}
	return fail(p->ctx, STFLASH_E_UNSUPPORTED, "%s is not possible with an %s", what, p->model->name);
}

/* The probe of an STM8 board says in the same two fields M and S instead of J and M (openocd). */
static bool is_stm8_board(unsigned int x, unsigned int y)
{
	return (x <= 22 && y == 7) || (x >= 25 && y >= 7 && y <= 12);
}

static void decode(const struct stlink *p, const uint8_t *reply, struct stlink_version *v)
{
	const unsigned int word = get_be16(reply);
	const unsigned int x = word >> 6 & 0x3f;
	const unsigned int y = word & 0x3f;

	*v = (struct stlink_version){ .major = word >> 12 };
	if (p->model->kind != STLINK_V2_1) {
		v->jtag = x;
		v->swim = y;
	} else if (is_stm8_board(x, y)) {
		v->msd = x;
		v->swim = y;
	} else {
		v->jtag = x;
		v->msd = y;
	}
}

static void decode_ex(const uint8_t *reply, struct stlink_version *v)
{
	*v = (struct stlink_version){
		.major = reply[0],
		.swim = reply[1],
		.jtag = reply[2],
		.msd = reply[3],
		.bridge = reply[4],
		.power = reply[5],
	};
}

/* "V2J29S7", "V2J37M26", "V3J7M2B4S1": what ST's own tools print. */
static void name_version(struct stlink *p)
{
	const struct stlink_version *v = &p->version;
	const struct {
		char letter;
		unsigned int number;
	} parts[] = { { 'J', v->jtag }, { 'M', v->msd }, { 'B', v->bridge }, { 'S', v->swim }, { 'P', v->power } };
	size_t at;

	at = (size_t)snprintf(p->firmware, sizeof(p->firmware), "V%u", v->major);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].number && at < sizeof(p->firmware))
			at += (size_t)snprintf(p->firmware + at, sizeof(p->firmware) - at, "%c%u", parts[i].letter,
					       parts[i].number);
}

/* A version command, again when the reply does not hold ST's vendor id where it should: then it was garbage. */
static int version_ask(struct stlink *p, uint8_t op, uint8_t *reply, size_t len, size_t vid_offset)
{
	const struct command c = { .bytes = { op }, .in = reply, .len = len };
	int err;

	err = command_run(p, &c);
	if (err || get_le16(reply + vid_offset) == STLINK_VID)
		return err;
	err = command_resync(p, 0);
	return err ? err : command_run(p, &c);
}

static int get_version(struct stlink *p, struct stlink_version *v)
{
	uint8_t reply[VERSION_EX_LEN];
	int err;

	err = version_ask(p, STLINK_GET_VERSION, reply, VERSION_LEN, VERSION_VID);
	if (err)
		return err;
	decode(p, reply, v);

	/* A V3 has no room for its numbers there. */
	if (v->major < 3 || get_be16(reply) & 0x0fff)
		return 0;
	err = version_ask(p, STLINK_GET_VERSION_EX, reply, VERSION_EX_LEN, VERSION_EX_VID);
	if (!err)
		decode_ex(reply, v);
	return err;
}

int version_read(struct stlink *p)
{
	int err;

	err = get_version(p, &p->version);
	if (err)
		return err;

	name_version(p);
	if (p->version.major < 2)
		return fail(p->ctx, STFLASH_E_UNSUPPORTED,
			    "the probe says it is an ST-LINK/V%u, which is not supported: use a V2 or newer",
			    p->version.major);
	if (!p->version.jtag) {
		log_warn(p->ctx,
			 "the probe's firmware %s looks like one for the STM8, which has no SWD: if no chip answers, "
			 "use another probe, or update it with ST's ST-LINK upgrade tool",
			 p->firmware);
		p->version.jtag = p->version.msd;
	}
	if (p->version.major == 3 && p->version.jtag < V3_GOOD_FROM_J)
		log_warn(p->ctx, "probe firmware %s is known for trouble: update it to V3J3 or newer", p->firmware);

	if (p->version.major == 2 && p->version.jtag < STLINK_WHOLE_READS_FROM_J)
		log_warn(
			p->ctx,
			"probe firmware %s is older than V2J%u, which may lose data of long reads: reading 64 bytes at "
			"a time, which is slow; update it with ST's ST-LINK upgrade tool",
			p->firmware, STLINK_WHOLE_READS_FROM_J);

	p->features = features_of(&p->version);
	log_info(p->ctx, "%s, firmware %s", p->model->name, p->firmware);
	return 0;
}
