/* SPDX-License-Identifier: MIT */
/* Reading: flash proven by its hash, or read twice where no agent runs; anything else as it comes. */
#include "flash/engine/dump.h"

#include <string.h>

#include "base/bytes.h"
#include "base/failure.h"
#include "flash/engine/areas.h"
#include "flash/engine/torn.h"
#include "flash/map.h"

/* Anything but flash: nothing there can be proven. */
static int read_plain(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, struct stflash_dump_report *report)
{
	size_t done = 0;
	int err = 0;

	report->proof = STFLASH_PROOF_NONE;
	while (!err && done < len) {
		const size_t n = min_size(len - done, WORKER_CHUNK);

		err = dump_fetch(f, addr + (uint32_t)done, buf + done, n, report);
		if (err)
			return err;
		done += n;
		err = progress(f->ctx, STFLASH_READING, done, len);
	}
	return err;
}

static int read_flash(struct engine *e, uint32_t addr, uint8_t *buf, size_t len, const struct like *like,
		      struct stflash_dump_report *report)
{
	int err = 0;

	if (worker_is_agent(&e->worker))
		err = dump_hashed(e, addr, buf, len, like, report);
	if (err == STFLASH_E_MISMATCH) {
		log_warn(e->flash->ctx, "%s; once more from the start, with the agent loaded afresh",
			 e->flash->ctx->errmsg);
		ctx_clear_error(e->flash->ctx);
		err = engine_begin_again(e, false);
		if (!err && worker_is_agent(&e->worker))
			err = dump_hashed(e, addr, buf, len, like, report);
	}
	if (err)
		err = engine_without_agent(e, err);
	if (err || worker_is_agent(&e->worker))
		return err;
	return dump_twice(e->flash, addr, buf, len, like, report);
}

/*
 * What a radio core has of a range reads as 0, and is not asked for: a chip may answer with a bus error (RM0434 7.2).
 * The rest is flash as any other.
 */
static int read_to_radio(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, const struct stflash_read_options *o,
			 const struct like *like, struct stflash_dump_report *report)
{
	const size_t before = addr < f->radio ? f->radio - addr : 0;
	int err = 0;

	if (len - before > f->radio + f->radio_size - (before ? f->radio : addr))
		return area_check(f, addr, len);
	if (before)
		err = flash_dump(f, addr, buf, before, o, like, report);
	if (err && !report->unreadable)
		return err;
	memset(buf + before, 0, len - before);
	report->bytes = len;
	log_doubt(f->ctx,
		  "flash from 0x%08x on belongs to the radio core and reads as 0: what is there cannot be saved",
		  (unsigned int)f->radio);
	return err;
}

static void warn_of_torn(struct flash *f)
{
	char text[TORN_TEXT_MAX];

	if (f->torn.n_runs)
		log_doubt(
			f->ctx,
			"a write or an erase was cut off at %s: the ECC does not fit there, and firmware that reads it "
			"fails; the copy holds what was read there, and " HINT_WRITE " of the firmware mends it",
			torn_text(f, text));
}

/* All else is in the buffer, and worth to be saved: the report tells it from a dump that failed. */
static int fail_unreadable(struct flash *f, struct stflash_dump_report *report)
{
	char text[TORN_TEXT_MAX];

	for (size_t i = 0; i < f->torn.n_runs; i++)
		report->unreadable += f->torn.run[i].end - f->torn.run[i].addr;
	return fail(
		f->ctx, STFLASH_E_FLASH,
		"a write or an erase was cut off at %s: the chip gives nothing there (its ECC does not fit); the copy "
		"holds 0xff in place of that and is right everywhere else; " HINT_WRITE
		" of the firmware mends the chip",
		torn_text(f, text));
}

int flash_dump(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, const struct stflash_read_options *o,
	       const struct like *like, struct stflash_dump_report *report)
{
	struct engine e;
	int err;

	*report = (struct stflash_dump_report){ .bytes = len };
	if (f->chip->alias) /* where flash is seen too; what is at 0 hangs on the BOOT pins and is no flash to prove */
		addr = chip_unalias(f->chip, addr);
	if (flash_has_radio(f, addr, len))
		return read_to_radio(f, addr, buf, len, o, like, report);
	err = area_check(f, addr, len);
	if (err)
		return err;
	if (!map_holds(f, addr, len))
		return read_plain(f, addr, buf, len, report);

	err = flash_check_readable(f);
	if (!err)
		err = flash_check_pcrop(f, addr, len, true);
	if (err)
		return err;
	err = engine_begin_read(&e, f, o->hold, true);
	report->was_reset = e.hold == STFLASH_HOLD_RESET;
	if (!err)
		err = read_flash(&e, addr, buf, len, like, report);
	if (!err && !f->torn.refused)
		warn_of_torn(f);
	err = engine_end(&e, err, o->then);
	return !err && f->torn.refused ? fail_unreadable(f, report) : err;
}
