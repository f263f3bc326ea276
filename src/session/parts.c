/* SPDX-License-Identifier: MIT */
#include "session/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flash/places.h"

#define N_KINDS (PLACE_OTHER + 1)

/* A stretch of the image that is all in one place. */
struct piece {
	uint32_t addr; /* as the image has it */
	struct flash_segment seg;
	struct place place;
};

static struct place parts_place_of(const struct stflash *s, uint32_t addr)
{
	return place_at(&s->flash, addr);
}

/* The piece of the image at segment *i, offset *at, and step behind it. False: there are no more. */
static bool parts_next_piece(const struct stflash *s, const struct stflash_image *image, size_t *i, size_t *at,
			     struct piece *piece)
{
	const struct image_segment *seg;
	uint32_t addr;

	if (*i == image->n)
		return false;
	seg = &image->seg[*i];
	addr = seg->addr + (uint32_t)*at;
	piece->place = parts_place_of(s, addr);
	piece->addr = addr;
	piece->seg = (struct flash_segment){
		piece->place.kind == PLACE_FLASH ? place_written(&s->flash, addr) : addr,
		min_size(seg->len - *at, (size_t)(piece->place.last - addr) + 1),
		seg->data + *at,
	};
	*at += piece->seg.len;
	if (*at == seg->len) {
		*at = 0;
		++*i;
	}
	return true;
}

/* With the rest of its segment, where that is flash at its beginning: where flash ends the engine knows best. */
static bool next_part(const struct stflash *s, const struct stflash_image *image, size_t *i, size_t *at,
		      struct piece *piece)
{
	const size_t first = *i;

	if (!parts_next_piece(s, image, i, at, piece))
		return false;
	if (piece->place.kind != PLACE_FLASH || *i != first)
		return true;
	piece->seg.len += image->seg[first].len - *at;
	*at = 0;
	++*i;
	return true;
}

static bool is_refused(const struct piece *piece, bool with_otp)
{
	return piece->place.kind == PLACE_OTHER || piece->place.kind == PLACE_RADIO ||
	       (piece->place.kind == PLACE_OTP && !with_otp);
}

static int refuse(struct stflash *s, const struct stflash_image *image, const struct piece *first, unsigned int n,
		  bool some_flash)
{
	char others[64] = "";

	if (n > 1)
		snprintf(others, sizeof(others), " (and %u more stretch%s elsewhere outside)", n - 1,
			 n == 2 ? "" : "es");
	return fail(&s->ctx, first->place.kind == PLACE_RADIO ? STFLASH_E_PROTECTED : STFLASH_E_ARG,
		    "%s: 0x%08x is neither in flash nor in RAM of this chip but %s%s: %s; nothing was changed%s",
		    image_source_at(image, first->addr), (unsigned int)first->addr, first->place.where, others,
		    first->place.advice, some_flash ? "; " HINT_SKIP_OUTSIDE " takes only what is in flash" : "");
}

/* Everything that goes nowhere is counted before the first of it is named. */
static int check_places(struct stflash *s, const struct stflash_image *image, bool with_otp, size_t count[N_KINDS])
{
	struct piece piece, first = { .seg.len = 0 };
	unsigned int refused = 0;
	size_t i = 0, at = 0;

	memset(count, 0, N_KINDS * sizeof(*count));
	while (next_part(s, image, &i, &at, &piece)) {
		count[piece.place.kind]++;
		if (!is_refused(&piece, with_otp))
			continue;
		if (refused++ == 0)
			first = piece;
	}
	return refused ? refuse(s, image, &first, refused, count[PLACE_FLASH]) : 0;
}

int parts_check(struct stflash *s, const struct stflash_image *image, bool with_otp)
{
	size_t count[N_KINDS];

	return check_places(s, image, with_otp, count);
}

static void parts_fill(struct part *part, struct flash_segment **free_seg, const struct stflash *s,
		       const struct stflash_image *image, enum place_kind kind)
{
	struct piece piece;
	size_t i = 0, at = 0;

	part->seg = *free_seg;
	while (next_part(s, image, &i, &at, &piece)) {
		if (piece.place.kind != kind)
			continue;
		*(*free_seg)++ = piece.seg;
		part->n++;
		part->bytes += piece.seg.len;
	}
}

void parts_free(struct parts *parts)
{
	free(parts->seg);
	*parts = (struct parts){ .seg = NULL };
}

static int compare_segments(const void *a, const void *b)
{
	const struct flash_segment *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

/* What was moved from where flash is seen too is out of order, and may meet what was there. */
static int put_in_order(struct stflash *s, const struct parts *parts)
{
	struct flash_segment *seg = parts->seg; /* those of flash come first */

	qsort(seg, parts->flash.n, sizeof(*seg), compare_segments);
	for (size_t i = 1; i < parts->flash.n; i++)
		if (seg[i].addr - seg[i - 1].addr < seg[i - 1].len)
			return fail(&s->ctx, STFLASH_E_FILE,
				    "the image has 0x%08x of flash twice: at that address, and where the chip shows "
				    "flash too (0x%08x); nothing was changed",
				    (unsigned int)seg[i].addr,
				    (unsigned int)(seg[i].addr - flash_first(&s->flash) + s->flash.chip->alias));
	return 0;
}

int parts_cut(struct parts *parts, struct stflash *s, const struct stflash_image *image, bool with_otp)
{
	struct flash_segment *free_seg;
	size_t count[N_KINDS];
	int err;

	*parts = (struct parts){ .seg = NULL };
	if (image->n == 0)
		return fail(&s->ctx, STFLASH_E_ARG, "the image is empty");
	err = check_places(s, image, with_otp, count);
	if (err)
		return err;
	parts->seg = calloc(count[PLACE_FLASH] + count[PLACE_OTP] + count[PLACE_RAM], sizeof(*parts->seg));
	if (!parts->seg)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	free_seg = parts->seg;
	parts_fill(&parts->flash, &free_seg, s, image, PLACE_FLASH);
	parts_fill(&parts->otp, &free_seg, s, image, PLACE_OTP);
	parts_fill(&parts->ram, &free_seg, s, image, PLACE_RAM);
	err = put_in_order(s, parts);
	if (err)
		parts_free(parts);
	return err;
}

int parts_in_flash(struct parts *parts, struct stflash *s, const struct stflash_image *image)
{
	struct flash_segment *seg;
	struct piece piece;
	size_t i = 0, at = 0, n = 0;

	while (parts_next_piece(s, image, &i, &at, &piece))
		n++;
	seg = calloc(n ? n : 1, sizeof(*seg));
	*parts = (struct parts){ .seg = seg, .flash.seg = seg };
	if (!seg)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	i = at = 0;
	while (parts_next_piece(s, image, &i, &at, &piece))
		if (piece.place.kind == PLACE_FLASH)
			seg[parts->flash.n++] = piece.seg;
	return 0;
}

/* -------------------------------------------------------- --skip-outside */

/* A copy, with memory of its own. */
static int keep_piece(struct stflash *s, struct stflash_image *kept, const struct piece *piece)
{
	struct image_segment *seg = &kept->seg[kept->n];

	seg->data = malloc(piece->seg.len);
	if (!seg->data)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	memcpy(seg->data, piece->seg.data, piece->seg.len);
	seg->addr = piece->addr;
	seg->len = seg->cap = piece->seg.len;
	kept->n++;
	kept->bytes += piece->seg.len;
	return 0;
}

static void tell_skipped(const struct piece *piece, stflash_skipped_fn skipped, void *user)
{
	const struct stflash_skipped what = { .addr = piece->addr,
					      .bytes = piece->seg.len,
					      .where = piece->place.where };

	if (skipped)
		skipped(&what, user);
}

/* The segments of the image that stay, in kept. */
static int keep_flash(struct stflash *s, const struct stflash_image *image, struct stflash_image *kept, bool with_otp,
		      stflash_skipped_fn skipped, void *user)
{
	struct piece piece;
	size_t i = 0, at = 0, n = 0;
	int err = 0;

	while (parts_next_piece(s, image, &i, &at, &piece))
		n++;
	kept->seg = calloc(n ? n : 1, sizeof(*kept->seg));
	kept->cap = n;
	if (!kept->seg)
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	i = at = 0;
	while (!err && parts_next_piece(s, image, &i, &at, &piece)) {
		if (piece.place.kind == PLACE_FLASH || (piece.place.kind == PLACE_OTP && with_otp))
			err = keep_piece(s, kept, &piece);
		else
			tell_skipped(&piece, skipped, user);
	}
	if (!err && kept->n == 0)
		err = fail(&s->ctx, STFLASH_E_ARG,
			   "%s: nothing of it is in the flash of this chip; nothing was changed",
			   image->n ? image_source_at(image, image->seg[0].addr) : "the image");
	return err;
}

int stflash_image_skip_outside(struct stflash *s, struct stflash_image *image, bool with_otp,
			       stflash_skipped_fn skipped, void *user)
{
	struct stflash_image kept;
	struct image_segment *old;
	size_t n_old;
	int err;

	err = session_require(s);
	if (err)
		return err;
	image_init(&kept);
	err = keep_flash(s, image, &kept, with_otp, skipped, user);
	if (err) {
		image_free(&kept);
		return err;
	}
	old = image->seg;
	n_old = image->n;
	image->seg = kept.seg;
	image->n = kept.n;
	image->cap = kept.cap;
	image->bytes = kept.bytes;
	for (size_t i = 0; i < n_old; i++)
		free(old[i].data);
	free(old);
	return 0;
}
