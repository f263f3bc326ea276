/* SPDX-License-Identifier: MIT */
/* The state of a chip as members of a JSON object, for tests that look at what a tool left behind. */
#include "chip/contents/demo_firmware.h"
#include "chip/internal.h"

static uint64_t hash(const uint8_t *p, size_t len)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 1099511628211u;
	return h;
}

static void member(FILE *out, const char *name, uint64_t value)
{
	fprintf(out, "\"%s\": %llu, ", name, (unsigned long long)value);
}

static void flag(FILE *out, const char *name, bool value)
{
	fprintf(out, "\"%s\": %s, ", name, value ? "true" : "false");
}

static void report_core(const struct chip *c, FILE *out)
{
	member(out, "dhcsr", debug_dhcsr(c));
	member(out, "demcr", c->core.demcr);
	member(out, "dfsr", c->core.dfsr);
	member(out, "dbgmcu_cr", c->dbgmcu.cr);
	member(out, "apb1_fz", c->dbgmcu.apb1_fz);
	member(out, "fp_ctrl", c->scs.fpb[0]);
	flag(out, "breakpoints", c->scs.breakpoints);
	flag(out, "watchpoints", c->scs.watchpoints);
	flag(out, "halted", c->core.halted);
	flag(out, "running", c->powered && !c->core.halted && !c->core.lockup && !c->nrst_low);
	flag(out, "nrst_low", c->nrst_low);
	flag(out, "lockup", c->core.lockup);
	flag(out, "sleeping", c->core.sleeping);
	member(out, "pc", c->core.pc);
	member(out, "hclk_hz", c->hclk_hz);
}

static void report_flash(struct chip *c, FILE *out)
{
	const struct flash_contents *contents = c->ctl->contents;
	struct flash_report r;

	flash_poll(c);
	contents->report(c, &r);
	flag(out, "flash_busy", flash_busy(c, BANK_1 | BANK_2));
	flag(out, "flash_locked", r.locked);
	flag(out, "options_locked", r.options_locked);
	member(out, "flash_sr", r.sr);
	member(out, "flash_cr", r.cr);
	member(out, "rdp_level", c->ctl->rdp_level(c));
	contents->report_more(c, out);
}

/* Null: there is no power, or what is in RAM was not put there by the demo or by a habit. */
static void report_firmware(const struct chip *c, FILE *out)
{
	static const struct {
		const char *name;
		enum counter counter;
	} rows[] = {
		{ "firmware_boots", COUNTER_BOOTS },   { "firmware_faults", COUNTER_FAULTS },
		{ "firmware_ms", COUNTER_MS },         { "firmware_loops", COUNTER_LOOPS },
		{ "firmware_damage", COUNTER_DAMAGE },
	};
	const uint8_t *counters = c->ram + (COUNTERS_ADDR - RAM_BASE);
	const bool valid = c->powered && get_le32(counters) == COUNTERS_MAGIC;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (valid)
			member(out, rows[i].name, get_le32(counters + 4 * rows[i].counter));
		else
			fprintf(out, "\"%s\": null, ", rows[i].name);
	}
	member(out, "firmware_starts", c->n_starts);
}

void chip_report(struct chip *c, FILE *out)
{
	fprintf(out, "\"chip\": \"%s\", ", c->part->name);
	flag(out, "powered", c->powered);
	report_core(c, out);
	report_flash(c, out);
	report_firmware(c, out);
	member(out, "chip_resets", c->n_resets);
	member(out, "flash_operations", c->n_operations);
	fprintf(out, "\"sram_hash\": \"%016llx\", ", (unsigned long long)hash(c->ram, c->part->ram_size));
	fprintf(out, "\"flash_hash\": \"%016llx\"", (unsigned long long)hash(c->flash, c->part->flash_size));
}
