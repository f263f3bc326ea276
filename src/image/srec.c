/* SPDX-License-Identifier: MIT */
/* Motorola S-record: S0 header, S1 S2 S3 data, S5 S6 count, S7 S8 S9 end. One of the last two kinds completes a file.
 */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "image/text.h"

#define WRITE_BYTES 32u

struct srec {
	struct ctx *ctx;
	struct stflash_image *img;
	unsigned int line;
	uint32_t n_data; /* data records so far, for S5 and S6 */
	bool counted; /* a right count came last: with it the file is complete, though some tools write no end record */
	bool ended;
};

/* Bytes of address in each type of record; 0: there is no such type. */
static const uint8_t address_bytes[10] = { 2, 2, 3, 4, 0, 2, 3, 4, 3, 2 };

static int check_srec(struct srec *s, const uint8_t *rec, size_t n)
{
	uint8_t sum = 0;

	if (n == 0)
		return fail(s->ctx, STFLASH_E_FILE, "line %u is cut off after its type", s->line);
	if (n != rec[0] + 1u)
		return fail(s->ctx, STFLASH_E_FILE,
			    "line %u has the wrong length: its count promises %u bytes, there are %zu", s->line, rec[0],
			    n - 1);
	for (size_t i = 0; i < n; i++)
		sum = (uint8_t)(sum + rec[i]);
	if (sum != 0xff)
		return fail(s->ctx, STFLASH_E_FILE, "line %u has a wrong checksum (0x%02x, should be 0x%02x)", s->line,
			    rec[n - 1], (uint8_t)(rec[n - 1] + 0xff - sum));
	return 0;
}

static int take_srec(struct srec *s, unsigned int type, const uint8_t *rec)
{
	const size_t n_addr = address_bytes[type];
	uint32_t addr = 0;
	int err;

	if (n_addr == 0 || rec[0] < n_addr + 1)
		return fail(s->ctx, STFLASH_E_FILE, "line %u is no S-record: S%u with %u bytes", s->line, type, rec[0]);
	for (size_t i = 0; i < n_addr; i++)
		addr = addr << 8 | rec[1 + i];

	switch (type) {
	case 0:
		return 0;
	case 1:
	case 2:
	case 3:
		s->n_data++;
		s->counted = false;
		err = image_add(s->ctx, s->img, addr, rec + 1 + n_addr, rec[0] - n_addr - 1);
		if (err)
			fail_prefix(s->ctx, "line %u", s->line);
		return err;
	case 5:
	case 6:
		if (addr != (s->n_data & (type == 5 ? 0xffffu : 0xffffffu)))
			return fail(s->ctx, STFLASH_E_FILE,
				    "line %u says there are %u data records, but there are %u: lines are missing",
				    s->line, (unsigned int)addr, (unsigned int)s->n_data);
		s->counted = true;
		return 0;
	default:
		s->ended = true;
		s->img->has_entry = addr != 0;
		s->img->entry = addr;
		return 0;
	}
}

int srec_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len)
{
	struct srec s = { .ctx = ctx, .img = img };
	struct text_lines lines;
	uint8_t rec[RECORD_MAX_BYTES];
	const uint8_t *line;
	size_t n;
	int err;

	text_begin(&lines, data, len);
	while (text_next(&lines, &line, &n)) {
		const bool is_record = n >= 2 && (line[0] == 'S' || line[0] == 's') && line[1] >= '0' && line[1] <= '9';

		s.line = lines.number;
		if (s.ended && is_record)
			return fail(ctx, STFLASH_E_FILE, "line %u comes after the end record: are these two files?",
				    s.line);
		if (s.ended)
			return text_ignore_rest(ctx, img, s.line);
		if (!is_record)
			return fail(ctx, STFLASH_E_FILE, "line %u does not start with 'S' and a digit", s.line);
		err = text_bytes(ctx, s.line, line + 2, n - 2, rec, &n);
		if (!err)
			err = check_srec(&s, rec, n);
		if (!err)
			err = take_srec(&s, (unsigned int)(line[1] - '0'), rec);
		if (err)
			return err;
	}
	if (!s.ended && !s.counted)
		return fail(ctx, STFLASH_E_FILE, "the end record is missing: the file is cut off after line %u",
			    lines.number);
	return 0;
}

static int put_srec(struct ctx *ctx, struct image_text *out, unsigned int type, uint32_t addr, const uint8_t *data,
		    size_t len)
{
	const char prefix[3] = { 'S', (char)('0' + type), '\0' };
	uint8_t rec[6 + WRITE_BYTES];
	uint8_t sum = 0;
	const size_t n_addr = address_bytes[type];

	rec[0] = (uint8_t)(n_addr + len + 1);
	for (size_t i = 0; i < n_addr; i++)
		rec[1 + i] = (uint8_t)(addr >> (8 * (n_addr - 1 - i)));
	if (len)
		memcpy(rec + 1 + n_addr, data, len);
	for (size_t i = 0; i < 1 + n_addr + len; i++)
		sum = (uint8_t)(sum + rec[i]);
	rec[1 + n_addr + len] = (uint8_t)~sum;
	return text_put_record(ctx, out, prefix, rec, 2 + n_addr + len);
}

static int put_srec_data(struct ctx *ctx, struct image_text *out, uint32_t addr, const uint8_t *data, size_t len)
{
	int err = 0;

	for (size_t done = 0; !err && done < len; done += WRITE_BYTES)
		err = put_srec(ctx, out, 3, addr + (uint32_t)done, data + done, min_size(len - done, WRITE_BYTES));
	return err;
}

static int begin_srec(struct ctx *ctx, struct image_text *out)
{
	return put_srec(ctx, out, 0, 0, (const uint8_t *)"stflash", 7);
}

static int end_srec(struct ctx *ctx, struct image_text *out, int err)
{
	return err ? err : put_srec(ctx, out, 7, 0, NULL, 0);
}

int srec_write(struct ctx *ctx, struct image_text *out, uint32_t addr, const uint8_t *data, size_t len)
{
	int err;

	err = begin_srec(ctx, out);
	if (!err)
		err = put_srec_data(ctx, out, addr, data, len);
	return end_srec(ctx, out, err);
}

int srec_write_image(struct ctx *ctx, struct image_text *out, const struct stflash_image *img)
{
	int err;

	err = begin_srec(ctx, out);
	for (size_t i = 0; !err && i < img->n; i++)
		err = put_srec_data(ctx, out, img->seg[i].addr, img->seg[i].data, img->seg[i].len);
	return end_srec(ctx, out, err);
}
