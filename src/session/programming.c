/* SPDX-License-Identifier: MIT */
/* What a connected session does with flash: write, verify, erase; and with the bytes of an image that belong in RAM. */
#include <stdlib.h>
#include <string.h>

#include "flash/engine/vectors.h"
#include "flash/engine/write.h"
#include "image/image.h"
#include "session/kept.h"

static const struct stflash_write_options defaults;

/* An image cut in two: what goes to flash, and, behind it in the same array, what goes to RAM. */
struct parts {
	struct flash_segment *seg; /* owned */
	size_t n_flash;
	size_t n;
};

static int cut_image(struct stflash *s, const struct stflash_image *image, struct parts *parts)
{
	size_t n = 0;

	*parts = (struct parts){ .n = image->n };
	if (image->n == 0)
		return fail(&s->ctx, STFLASH_E_ARG, "the image is empty");
	parts->seg = calloc(image->n, sizeof(*parts->seg));
	if (!parts->seg)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	for (int ram = 0; ram <= 1; ram++) {
		for (size_t i = 0; i < image->n; i++) {
			const struct image_segment *seg = &image->seg[i];

			if (chip_is_ram(s->flash.chip, seg->addr, seg->len) == (ram != 0))
				parts->seg[n++] = (struct flash_segment){ seg->addr, seg->len, seg->data };
		}
		if (!ram)
			parts->n_flash = n;
	}
	return 0;
}

static int prepare(struct stflash *s, enum stflash_hold hold)
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

	err = prepare(s, hold);
	if (!err) {
		chip_remarks(s->flash.chip, s->dap.dpidr, s->core.cpuid, s->flash.idcode, remarks, sizeof(remarks));
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

static int compare_ram(struct stflash *s, const struct flash_segment *seg, struct stflash_verify_report *r)
{
	uint8_t *got = malloc(seg->len);
	int err;

	if (!got)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	err = dap_read(&s->dap, seg->addr, got, seg->len);
	for (size_t i = 0; !err && i < seg->len; i++) {
		if (got[i] == seg->data[i])
			continue;
		if (r->differing++ == 0) {
			r->first_addr = seg->addr + (uint32_t)i;
			r->expected = seg->data[i];
			r->found = got[i];
		}
	}
	free(got);
	return err;
}

/* RAM is written with the core halted, and read back. */
static int write_ram_parts(struct stflash *s, const struct parts *parts, const struct stflash_write_options *o,
			   struct stflash_write_report *r)
{
	int err;

	err = core_halt(&s->core);
	for (size_t i = parts->n_flash; !err && i < parts->n; i++) {
		const struct flash_segment *seg = &parts->seg[i];
		struct stflash_verify_report back = { 0 };

		err = dap_write(&s->dap, seg->addr, seg->data, seg->len);
		if (!err)
			err = compare_ram(s, seg, &back);
		if (!err && back.differing)
			err = fail(&s->ctx, STFLASH_E_MISMATCH,
				   "0x%08x in RAM holds 0x%02x after 0x%02x was written: is it in use by DMA?",
				   (unsigned int)back.first_addr, back.found, back.expected);
		r->ram_bytes += seg->len;
	}
	if (!err && o->then == STFLASH_THEN_RUN)
		return core_run(&s->core);
	s->core.leave_halted = !err;
	return err;
}

/* Said once the work is done, where the summary is read. */
static void warn_of_vectors(struct stflash *s, const struct parts *parts)
{
	char sentence[256];

	vectors_judge(&s->flash, parts->seg, parts->n_flash, sentence, sizeof(sentence));
	if (*sentence)
		log_warn(&s->ctx, "%s", sentence);
}

int stflash_write(struct stflash *s, const struct stflash_image *image, const struct stflash_write_options *options,
		  struct stflash_write_report *report)
{
	const struct stflash_write_options *o = options ? options : &defaults;
	struct stflash_write_report r = { 0 };
	struct kept_job kept = { s, o };
	const struct kept_owner owner = session_kept_owner(&kept);
	struct parts parts = { 0 };
	int err;

	session_forget_kept(s);
	err = prepare_to_write(s, o->dry_run && !o->may_reset ? STFLASH_HOLD_NONE : STFLASH_HOLD_RESET);
	if (!err)
		err = stflash_image_check(s, image);
	if (!err)
		err = cut_image(s, image, &parts);
	if (!err && parts.n_flash)
		err = flash_write(&s->flash, parts.seg, parts.n_flash, o, &owner, &r);
	if (!err)
		session_forget_kept(s);
	if (!err && parts.n > parts.n_flash && !o->dry_run)
		err = write_ram_parts(s, &parts, o, &r);
	if (!err)
		warn_of_vectors(s, &parts);
	free(parts.seg);
	if (!err && report)
		*report = r;
	return err;
}

int stflash_verify(struct stflash *s, const struct stflash_image *image, const struct stflash_read_options *options,
		   struct stflash_verify_report *report)
{
	const struct stflash_read_options *o = options ? options : &session_read_defaults;
	struct stflash_verify_report r = { 0 };
	struct parts parts = { 0 };
	int err;

	err = prepare(s, o->hold);
	if (!err)
		err = stflash_image_check(s, image);
	if (!err)
		err = cut_image(s, image, &parts);
	if (!err && parts.n_flash)
		err = flash_verify(&s->flash, parts.seg, parts.n_flash, o, &r);
	for (size_t i = parts.n_flash; !err && i < parts.n; i++) {
		r.bytes += parts.seg[i].len;
		err = compare_ram(s, &parts.seg[i], &r);
	}
	free(parts.seg);
	if (!err && r.differing)
		err = fail(&s->ctx, STFLASH_E_MISMATCH,
			   "%llu of %llu bytes differ, the first at 0x%08x: expected 0x%02x, found 0x%02x",
			   (unsigned long long)r.differing, (unsigned long long)r.bytes, (unsigned int)r.first_addr,
			   r.expected, r.found);
	if (report && (!err || err == STFLASH_E_MISMATCH))
		*report = r;
	return err;
}

int stflash_erase(struct stflash *s, uint32_t addr, uint32_t len, const struct stflash_write_options *options,
		  struct stflash_write_report *report)
{
	struct stflash_write_report r = { 0 };
	int err;

	err = session_prepare_to_change(s);
	if (!err && len == 0)
		err = fail(&s->ctx, STFLASH_E_ARG, "nothing to erase: the range is empty");
	if (!err)
		err = flash_erase(&s->flash, addr, len, options ? options : &defaults, &r);
	if (!err && report)
		*report = r;
	return err;
}

int stflash_erase_all(struct stflash *s, const struct stflash_write_options *options,
		      struct stflash_write_report *report)
{
	struct stflash_write_report r = { 0 };
	int err;

	err = session_prepare_to_change(s);
	if (!err)
		err = flash_erase(&s->flash, 0, 0, options ? options : &defaults, &r);
	if (!err && report)
		*report = r;
	return err;
}

int stflash_map(struct stflash *s, bool may_reset, struct stflash_map_cell **cells, size_t *n)
{
	int err;

	*cells = NULL;
	*n = 0;
	err = prepare(s, may_reset ? STFLASH_HOLD_RESET : STFLASH_HOLD_NONE);
	return err ? err : flash_look(&s->flash, may_reset, cells, n);
}

void stflash_free_map(struct stflash_map_cell *cells)
{
	free(cells);
}
