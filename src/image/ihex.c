/* SPDX-License-Identifier: MIT */
/* Intel HEX: "Hexadecimal Object File Format Specification", revision A, 1988. */
#include <string.h>

#include "base/bytes.h"
#include "image/text.h"

#define DATA                  0x00u
#define END_OF_FILE           0x01u
#define EXTENDED_SEGMENT_ADDR 0x02u
#define START_SEGMENT_ADDR    0x03u
#define EXTENDED_LINEAR_ADDR  0x04u
#define START_LINEAR_ADDR     0x05u
#define NO_ADDRESS            0x06u /* not of the specification; some tools put notes into it */

#define WRITE_BYTES 16u

struct ihex {
	struct ctx *ctx;
	struct stflash_image *img;
	unsigned int line;
	uint32_t base;
	bool segmented; /* base is of EXTENDED_SEGMENT_ADDR: offsets wrap at 64 KiB */
	bool ended;
};

static int check_ihex(struct ihex *h, const uint8_t *rec, size_t n)
{
	uint8_t sum = 0;

	if (n < 5)
		return fail(h->ctx, STFLASH_E_FILE, "line %u is cut off: a record has five bytes or more, not %zu",
			    h->line, n);
	if (n != rec[0] + 5u)
		return fail(h->ctx, STFLASH_E_FILE,
			    "line %u has the wrong length: its length byte promises %u bytes of data, there are %zu",
			    h->line, rec[0], n - 5);
	for (size_t i = 0; i < n; i++)
		sum = (uint8_t)(sum + rec[i]);
	if (sum)
		return fail(h->ctx, STFLASH_E_FILE, "line %u has a wrong checksum (0x%02x, should be 0x%02x)", h->line,
			    rec[n - 1], (uint8_t)(rec[n - 1] - sum));
	return 0;
}

static int add_data(struct ihex *h, uint16_t offset, const uint8_t *data, size_t len)
{
	/* Segmented addresses wrap inside their 64 KiB, linear ones at 4 GiB. */
	const size_t before_wrap = min_size(len, h->segmented ? 0x10000u - offset : len);
	int err;

	err = image_add(h->ctx, h->img, h->base + offset, data, before_wrap);
	if (!err && before_wrap < len)
		err = image_add(h->ctx, h->img, h->base, data + before_wrap, len - before_wrap);
	if (err)
		fail_prefix(h->ctx, "line %u", h->line);
	return err;
}

static int set_base(struct ihex *h, const uint8_t *data, size_t len, bool segmented)
{
	if (len != 2)
		return fail(h->ctx, STFLASH_E_FILE, "line %u: an address record has two bytes of data, not %zu",
			    h->line, len);
	h->segmented = segmented;
	h->base = (uint32_t)get_be16(data) << (segmented ? 4 : 16);
	return 0;
}

static int take_ihex(struct ihex *h, const uint8_t *rec)
{
	const uint8_t *data = rec + 4;
	const size_t len = rec[0];

	switch (rec[3]) {
	case DATA:
		return add_data(h, get_be16(rec + 1), data, len);
	case END_OF_FILE:
		h->ended = true;
		return 0;
	case EXTENDED_SEGMENT_ADDR:
		return set_base(h, data, len, true);
	case EXTENDED_LINEAR_ADDR:
		return set_base(h, data, len, false);
	case START_SEGMENT_ADDR: /* CS:IP of an 8086: nothing a Cortex-M has */
		return 0;
	case START_LINEAR_ADDR:
		if (len != 4)
			return fail(h->ctx, STFLASH_E_FILE, "line %u: a start address has four bytes, not %zu", h->line,
				    len);
		h->img->has_entry = true;
		h->img->entry = get_be32(data);
		return 0;
	case NO_ADDRESS:
		log_info(h->ctx, "line %u has a record of type 06, which holds nothing for memory", h->line);
		return 0;
	default:
		return fail(h->ctx, STFLASH_E_FILE, "line %u has a record of the unknown type %02X", h->line, rec[3]);
	}
}

int ihex_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len)
{
	struct ihex h = { .ctx = ctx, .img = img };
	struct text_lines lines;
	uint8_t rec[RECORD_MAX_BYTES];
	const uint8_t *line;
	size_t n;
	int err;

	text_begin(&lines, data, len);
	while (text_next(&lines, &line, &n)) {
		h.line = lines.number;
		if (h.ended && line[0] == ':')
			return fail(ctx, STFLASH_E_FILE, "line %u comes after the end record: are these two files?",
				    h.line);
		if (h.ended)
			return text_ignore_rest(ctx, img, h.line);
		if (line[0] != ':')
			return fail(ctx, STFLASH_E_FILE, "line %u does not start with ':' as Intel HEX does", h.line);
		err = text_bytes(ctx, h.line, line + 1, n - 1, rec, &n);
		if (!err)
			err = check_ihex(&h, rec, n);
		if (!err)
			err = take_ihex(&h, rec);
		if (err)
			return err;
	}
	if (!h.ended)
		return fail(ctx, STFLASH_E_FILE, "the end record is missing: the file is cut off after line %u",
			    lines.number);
	return 0;
}

static int put_ihex(struct ctx *ctx, struct image_text *out, uint8_t type, uint16_t offset, const uint8_t *data,
		    uint8_t len)
{
	uint8_t rec[5 + WRITE_BYTES];
	uint8_t sum = 0;

	rec[0] = len;
	put_be16(rec + 1, offset);
	rec[3] = type;
	if (len)
		memcpy(rec + 4, data, len);
	for (size_t i = 0; i < 4u + len; i++)
		sum = (uint8_t)(sum + rec[i]);
	rec[4 + len] = (uint8_t)-sum;
	return text_put_record(ctx, out, ":", rec, 5u + len);
}

static int put_segment(struct ctx *ctx, struct image_text *out, uint32_t addr, const uint8_t *data, size_t len)
{
	uint32_t upper = 0;
	int err;

	for (size_t done = 0; done < len;) {
		const uint32_t at = addr + (uint32_t)done;
		/* A record must not cross 64 KiB, where its offset would wrap. */
		const size_t n = min_size(min_size(len - done, WRITE_BYTES), 0x10000u - (at & 0xffffu));

		if (at >> 16 != upper) {
			uint8_t base[2];

			upper = at >> 16;
			put_be16(base, (uint16_t)upper);
			err = put_ihex(ctx, out, EXTENDED_LINEAR_ADDR, 0, base, sizeof(base));
			if (err)
				return err;
		}
		err = put_ihex(ctx, out, DATA, (uint16_t)at, data + done, (uint8_t)n);
		if (err)
			return err;
		done += n;
	}
	return 0;
}

int ihex_write(struct ctx *ctx, struct image_text *out, uint32_t addr, const uint8_t *data, size_t len)
{
	const int err = put_segment(ctx, out, addr, data, len);

	return err ? err : put_ihex(ctx, out, END_OF_FILE, 0, NULL, 0);
}

int ihex_write_image(struct ctx *ctx, struct image_text *out, const struct stflash_image *img)
{
	int err = 0;

	/* Segments ascend: none that needs no base follows one that has set it. */
	for (size_t i = 0; !err && i < img->n; i++)
		err = put_segment(ctx, out, img->seg[i].addr, img->seg[i].data, img->seg[i].len);
	return err ? err : put_ihex(ctx, out, END_OF_FILE, 0, NULL, 0);
}
