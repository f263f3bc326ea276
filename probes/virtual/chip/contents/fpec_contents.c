/* SPDX-License-Identifier: MIT */
/*
 * Option bytes of F0, F1 and F3 from outside: as lines of a file, as somebody
 * else has left them, and in the report. Lines ob0 to ob7: the half-words from
 * 0x1ffff800 as stored (RDP, USER, Data0, Data1, WRP0 to WRP3, each with its
 * complement in the high byte).
 */
#include "chip/flash/fpec.h"

#include <string.h>

/* FPEC: offsets of the half-words, a value and its complement each (PM0075 2.5) */
#define FPEC_RDP  0u
#define FPEC_USER 2u
#define FPEC_WRP0 8u

static bool set(struct chip *c, const char *name, uint32_t value)
{
	if (strncmp(name, "ob", 2) != 0 || name[2] < '0' || name[2] > '7' || name[3] || value > 0xffff)
		return false;
	put_le16(fpec_options(c) + 2 * (name[2] - '0'), (uint16_t)value);
	return true;
}

static uint16_t stored(const struct chip *c, unsigned int i)
{
	return get_le16(c->info + (FPEC_OPTIONS_BASE - c->info_area.base) + 2 * i);
}

static void print(const struct chip *c, FILE *out)
{
	for (unsigned int i = 0; i < FPEC_OPTIONS_SIZE / 2; i++)
		fprintf(out, "ob%u = 0x%04x\n", i, stored(c, i));
}

static void put_fpec(struct chip *c, unsigned int offset, uint8_t value)
{
	put_le16(fpec_options(c) + offset, (uint16_t)((~value & 0xff) << 8 | value));
}

/* A bit of USER that is active when it is 0. */
static void put_fpec_user(struct chip *c, uint8_t bit, bool active)
{
	const uint8_t user = fpec_options(c)[FPEC_USER];

	put_fpec(c, FPEC_USER, (uint8_t)(active ? user & ~bit : user | bit));
}

static bool preset(struct chip *c, enum chip_preset what, uint32_t value)
{
	switch (what) {
	case PRESET_RDP_LEVEL:
		put_fpec(c, FPEC_RDP, value == 0 ? c->family->fpec->rdp_open : value == 1 ? 0 : RDP_BYTE_LEVEL_2);
		return value <= (c->family->fpec->launches ? 2 : 1);
	case PRESET_WRP:
		for (unsigned int i = 0; i < c->line->wrp_bytes; i++)
			put_fpec(c, FPEC_WRP0 + 2 * i, (uint8_t) ~(value >> (8 * i)));
		return true;
	case PRESET_PCROP:
		break;
	case PRESET_HARDWARE_WATCHDOG:
		put_fpec_user(c, USER_WDG_SW, value);
		return true;
	case PRESET_BOOT_BANK_2:
		put_fpec_user(c, USER_BFB2, value);
		return c->line->traits & LINE_XL;
	case PRESET_BANKS:
		return value == (c->line->traits & LINE_XL ? 2 : 1);
	}
	return false;
}

static void report(const struct chip *c, struct flash_report *r)
{
	const struct fpec_bank *bank = c->fpec.bank;

	r->locked = !bank[0].lock.open && !bank[1].lock.open;
	r->options_locked = !c->fpec.option_lock.open;
	r->sr = bank[0].sr | bank[1].sr;
	r->cr = bank[0].cr;
}

static void report_more(const struct chip *c, FILE *out)
{
	fprintf(out, "\"obr\": %u, \"wrpr\": %u, \"options\": [", (unsigned int)c->fpec.obr,
		(unsigned int)c->fpec.wrpr);
	for (unsigned int i = 0; i < FPEC_OPTIONS_SIZE / 2; i++)
		fprintf(out, "%s%u", i ? ", " : "", stored(c, i));
	fprintf(out, "], ");
}

const struct flash_contents fpec_contents = {
	.factory = fpec_factory_options,
	.set = set,
	.print = print,
	.preset = preset,
	.report = report,
	.report_more = report_more,
};
