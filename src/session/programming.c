/* SPDX-License-Identifier: MIT */
/* What a connected session does with flash: write, verify, erase; and with the parts of an image that are elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "flash/engine/otp.h"
#include "flash/engine/vectors.h"
#include "flash/engine/write.h"
#include "session/kept.h"
#include "session/parts.h"
#include "session/ram_image.h"
#include "session/sized.h"

static int prepare_job(struct stflash *s, enum stflash_hold hold)
{
	int err;

	err = session_require(s);
	if (!err)
		err = check_cancel(&s->ctx);
	if (!err)
		err = session_prepare_to_read(s, &(struct stflash_read_options){ .hold = hold });
	s->flash.speed_khz = s->probe.speed_khz;
	return err;
}

/* To program, the supply must be known: it decides how many bits go at a time. */
static int prepare_to_write(struct stflash *s, enum stflash_hold hold)
{
	char remarks[256];
	int err;

	err = prepare_job(s, hold);
	if (!err)
		err = flash_check_supported(&s->flash);
	if (!err)
		err = flash_check_mirror(&s->flash);
	if (!err) {
		chip_remarks(s->flash.chip, &s->flash.id, remarks, sizeof(remarks));
		if (*remarks)
			log_warn(&s->ctx, "%s", remarks);
	}
	if (!err && (s->probe.features & STLINK_HAS_VOLTAGE))
		err = stlink_read_voltage(&s->probe, &s->flash.target_mv);
	return err;
}

int session_prepare_to_change(struct stflash *s)
{
	return prepare_to_write(s, STFLASH_HOLD_RESET);
}

/* Said again once the work is done, where the summary is read. */
static void warn_of_vectors(struct stflash *s, const struct parts *parts)
{
	char sentence[400];

	vectors_judge(&s->flash, parts->flash.seg, parts->flash.n, sentence, sizeof(sentence));
	if (*sentence)
		log_warn(&s->ctx, "%s", sentence);
}

/* OTP and RAM come after flash, on a core that is halted after a reset, before its firmware runs. */
static int write_flash_part(struct stflash *s, const struct parts *parts, const struct stflash_write_options *o,
			    const struct kept_owner *kept, struct stflash_write_report *r)
{
	struct stflash_write_options then_halt = *o;
	int err;

	if (parts->flash.n == 0)
		return o->dry_run ? 0 : core_reset_halt(&s->core);
	if (parts->otp.n || parts->ram.n)
		then_halt.then = STFLASH_THEN_HALT;
	err = flash_write(&s->flash, parts->flash.seg, parts->flash.n, &then_halt, kept, r);
	if (!err)
		session_forget_kept(s);
	return err;
}

/* The core that the parts before left halted; after a failure it is let go as always. */
static int leave_core(struct stflash *s, const struct stflash_write_options *o, int err)
{
	s->core.leave_halted = !err && o->then != STFLASH_THEN_RUN;
	return !err && o->then == STFLASH_THEN_RUN ? core_let_run(&s->core) : err;
}

static int write_parts(struct stflash *s, const struct parts *parts, const struct stflash_write_options *o,
		       const struct kept_owner *kept, struct stflash_write_report *r)
{
	struct otp otp;
	int err = 0;

	if (parts->otp.n) {
		err = otp_plan(&otp, &s->flash, parts->otp.seg, parts->otp.n);
		r->otp_programmed_bytes = otp.to_program;
	}
	if (!err)
		err = write_flash_part(s, parts, o, kept, r);
	if (o->dry_run || (parts->otp.n == 0 && parts->ram.n == 0))
		return err;
	if (!err && parts->otp.n)
		err = otp_program(&otp);
	if (!err)
		err = ram_load(s, &parts->ram);
	return leave_core(s, o, err);
}

int stflash_judge_image(struct stflash *s, const struct stflash_image *image, const char **sentence)
{
	struct parts parts = { 0 };
	int err;

	err = session_require(s);
	if (!err)
		err = parts_cut(&parts, s, image, true);
	if (!err)
		vectors_judge(&s->flash, parts.flash.seg, parts.flash.n, s->words.doubt, sizeof(s->words.doubt));
	*sentence = s->words.doubt;
	parts_free(&parts);
	return err;
}

static int write_image(struct stflash *s, const struct stflash_image *image, const struct stflash_write_options *o,
		       struct stflash_write_report *report)
{
	struct stflash_write_report r = { .boot_remark = "" };
	struct kept_job kept = { s, o };
	const struct kept_owner owner = session_kept_owner(&kept);
	struct parts parts = { 0 };
	int err;

	session_forget_kept(s);
	err = prepare_to_write(s, o->dry_run && !o->may_reset ? STFLASH_HOLD_NONE : STFLASH_HOLD_RESET);
	if (!err)
		err = session_check_image(s, image, o->otp_permanent);
	if (!err)
		err = parts_cut(&parts, s, image, o->otp_permanent);
	if (!err)
		err = ram_check(s, image, &parts.ram);
	if (!err && parts.ram.n && parts.flash.n == 0 && parts.otp.n == 0)
		err = ram_write(s, image, &parts.ram, o, &r);
	else if (!err)
		err = write_parts(s, &parts, o, &owner, &r);
	if (!err)
		warn_of_vectors(s, &parts);
	r.ram_bytes = parts.ram.bytes;
	r.otp_bytes = parts.otp.bytes;
	parts_free(&parts);
	if (err)
		return err;
	ctx_put_words(&s->ctx, s->words.boot_written, sizeof(s->words.boot_written), r.boot_remark);
	r.boot_remark = s->words.boot_written;
	sized_out(report, &r, sizeof(r));
	return 0;
}

/* The caller's structs, before anything is done. */
static int take_options(struct stflash *s, struct stflash_write_options *o, const struct stflash_write_options *options,
			const struct stflash_write_report *report)
{
	const int err = sized_in(&s->ctx, "stflash_write_options", o, sizeof(*o), options);

	return err ? err : sized_check(&s->ctx, "stflash_write_report", report);
}

int stflash_write(struct stflash *s, const struct stflash_image *image, const struct stflash_write_options *options,
		  struct stflash_write_report *report)
{
	struct stflash_write_options o;
	int err;

	err = take_options(s, &o, options, report);
	if (err)
		return err;
	do
		err = write_image(s, image, &o, report);
	while (session_come_back(s, &err));
	return err;
}

/* Beside flash the RAM part is not compared: the firmware that was started changes it. */
static int verify_parts(struct stflash *s, const struct parts *parts, const struct stflash_read_options *o,
			struct stflash_verify_report *r)
{
	int err = 0;

	if (parts->flash.n)
		err = flash_verify(&s->flash, parts->flash.seg, parts->flash.n, o, r);
	if (!err && parts->otp.n) {
		r->bytes += parts->otp.bytes;
		r->proof = STFLASH_PROOF_NONE;
		err = compare_memory(s, &parts->otp, r);
	}
	if (parts->flash.n) {
		r->ram_bytes = parts->ram.bytes;
		return err;
	}
	r->bytes += parts->ram.bytes;
	return err ? err : compare_memory(s, &parts->ram, r);
}

static int verify_image(struct stflash *s, const struct stflash_image *image, const struct stflash_read_options *o,
			struct stflash_verify_report *report)
{
	struct stflash_verify_report r = { 0 };
	struct parts parts = { 0 };
	int err;

	err = prepare_job(s, o->hold);
	if (!err)
		err = session_check_image(s, image, true);
	if (!err)
		err = parts_cut(&parts, s, image, true);
	if (!err)
		err = verify_parts(s, &parts, o, &r);
	parts_free(&parts);
	if (!err && r.differing)
		err = fail(&s->ctx, STFLASH_E_MISMATCH,
			   "%llu of %llu byte%s, the first at 0x%08x: expected 0x%02x, found 0x%02x",
			   (unsigned long long)r.differing, (unsigned long long)r.bytes,
			   r.bytes == 1 ? " differs" : "s differ", (unsigned int)r.first_addr, r.expected, r.found);
	if (!err || err == STFLASH_E_MISMATCH)
		sized_out(report, &r, sizeof(r));
	return err;
}

int stflash_verify(struct stflash *s, const struct stflash_image *image, const struct stflash_read_options *options,
		   struct stflash_verify_report *report)
{
	struct stflash_read_options o;
	int err;

	err = sized_in(&s->ctx, "stflash_read_options", &o, sizeof(o), options);
	if (!err)
		err = sized_check(&s->ctx, "stflash_verify_report", report);
	if (err)
		return err;
	do
		err = verify_image(s, image, &o, report);
	while (session_come_back(s, &err));
	return err;
}

/* len 0: everything */
static int erase_range(struct stflash *s, uint32_t addr, uint32_t len, const struct stflash_write_options *options,
		       struct stflash_write_report *report)
{
	struct stflash_write_options o;
	struct stflash_write_report r;
	int err;

	err = take_options(s, &o, options, report);
	if (err)
		return err;
	do {
		r = (struct stflash_write_report){ 0 };
		err = session_prepare_to_change(s);
		if (!err)
			err = flash_erase(&s->flash, addr, len, &o, &r);
	} while (session_come_back(s, &err));
	r.boot_remark = "";
	if (!err)
		sized_out(report, &r, sizeof(r));
	return err;
}

int stflash_erase(struct stflash *s, uint32_t addr, uint32_t len, const struct stflash_write_options *options,
		  struct stflash_write_report *report)
{
	const int err = session_require(s);

	if (!err && len == 0)
		return fail(&s->ctx, STFLASH_E_ARG, "nothing to erase: the range is empty");
	return err ? err : erase_range(s, addr, len, options, report);
}

int stflash_erase_all(struct stflash *s, const struct stflash_write_options *options,
		      struct stflash_write_report *report)
{
	return erase_range(s, 0, 0, options, report);
}

struct stflash_cells {
	struct stflash_map_cell *cell; /* owned */
	size_t n;
};

int stflash_map(struct stflash *s, bool may_reset, struct stflash_cells **cells)
{
	struct stflash_cells *map = calloc(1, sizeof(*map));
	int err;

	*cells = NULL;
	if (!map)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	do {
		err = prepare_job(s, may_reset ? STFLASH_HOLD_RESET : STFLASH_HOLD_NONE);
		if (!err)
			err = flash_look(&s->flash, may_reset, &map->cell, &map->n);
	} while (session_come_back(s, &err));
	if (err)
		free(map);
	else
		*cells = map;
	return err;
}

const struct stflash_map_cell *stflash_get_cell(const struct stflash_cells *cells, size_t n)
{
	return cells && n < cells->n ? &cells->cell[n] : NULL;
}

void stflash_free_cells(struct stflash_cells *cells)
{
	if (!cells)
		return;
	free(cells->cell);
	free(cells);
}

int stflash_find_extent(struct stflash *s, uint32_t *answers, uint32_t *mirror)
{
	int err;

	do {
		err = session_require(s);
		if (!err)
			err = check_cancel(&s->ctx);
		if (!err)
			err = flash_find_extent(&s->flash, answers, mirror);
	} while (session_come_back(s, &err));
	return err;
}
