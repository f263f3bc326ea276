/* SPDX-License-Identifier: MIT */
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

void image_init(struct stflash_image *img)
{
	memset(img, 0, sizeof(*img));
}

void image_free(struct stflash_image *img)
{
	for (size_t i = 0; i < img->n; i++)
		free(img->seg[i].data);
	free(img->seg);
	for (unsigned int i = 0; i < img->n_sources; i++)
		free(img->sources[i]);
	free(img->sources);
	image_init(img);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A record of text, damaged perhaps; or a firmware whose first bytes happen to look like the beginning of one? */
static bool is_text(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_space(data[i]) && (data[i] < ' ' || data[i] > '~'))
			return false;
	return true;
}

enum stflash_format image_detect(const uint8_t *data, size_t len)
{
	static const uint8_t elf_magic[4] = { 0x7f, 'E', 'L', 'F' };
	size_t i = 0;

	if (len >= sizeof(elf_magic) && memcmp(data, elf_magic, sizeof(elf_magic)) == 0)
		return STFLASH_FORMAT_ELF;
	while (i < len && is_space(data[i]))
		i++;
	if (i + 10 > len || !is_text(data + i, 10))
		return STFLASH_FORMAT_BIN;
	if (i + 11 <= len && data[i] == ':' && strchr("0123456789ABCDEFabcdef", data[i + 1]) && data[i + 1])
		return STFLASH_FORMAT_IHEX;
	if (data[i] == 'S' && data[i + 1] >= '0' && data[i + 1] <= '9' && data[i + 2] >= '0')
		return STFLASH_FORMAT_SREC;
	return STFLASH_FORMAT_BIN;
}

static int out_of_memory(struct ctx *ctx)
{
	return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory while reading an image");
}

/* Room for len more bytes behind seg's data; doubling keeps long files linear. */
static int grow_segment(struct ctx *ctx, struct image_segment *seg, size_t len)
{
	size_t cap = seg->cap ? seg->cap : 64;
	uint8_t *data;

	while (cap < seg->len + len)
		cap *= 2;
	if (cap == seg->cap)
		return 0;
	data = realloc(seg->data, cap);
	if (!data)
		return out_of_memory(ctx);
	seg->data = data;
	seg->cap = cap;
	return 0;
}

static int new_segment(struct ctx *ctx, struct stflash_image *img, uint32_t addr)
{
	if (img->n == img->cap) {
		const size_t cap = img->cap ? img->cap * 2 : 16;
		struct image_segment *seg = realloc(img->seg, cap * sizeof(*seg));

		if (!seg)
			return out_of_memory(ctx);
		img->seg = seg;
		img->cap = cap;
	}
	img->seg[img->n] = (struct image_segment){ .addr = addr, .source = img->n_sources - 1 };
	img->n++;
	return 0;
}

int image_add(struct ctx *ctx, struct stflash_image *img, uint32_t addr, const uint8_t *data, size_t len)
{
	struct image_segment *last = img->n ? &img->seg[img->n - 1] : NULL;
	int err;

	if (len == 0)
		return 0;
	if (len - 1 > UINT32_MAX - addr)
		return fail(ctx, STFLASH_E_FILE, "data at 0x%08x runs past the end of the address space",
			    (unsigned int)addr);
	if (img->bytes + len > IMAGE_MAX_BYTES)
		return fail(ctx, STFLASH_E_FILE, "more than %u MiB of data: this is no firmware for a microcontroller",
			    IMAGE_MAX_BYTES / 1024 / 1024);

	if (!last || last->source != img->n_sources - 1 || (uint64_t)last->addr + last->len != addr) {
		err = new_segment(ctx, img, addr);
		if (err)
			return err;
		last = &img->seg[img->n - 1];
	}
	err = grow_segment(ctx, last, len);
	if (err)
		return err;
	memcpy(last->data + last->len, data, len);
	last->len += len;
	img->bytes += len;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct image_segment *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

static int refuse_overlap(struct ctx *ctx, const struct stflash_image *img, const struct image_segment *x,
			  const struct image_segment *y)
{
	if (x->source == y->source)
		return fail(ctx, STFLASH_E_FILE, "%s has two contents for address 0x%08x", img->sources[x->source],
			    (unsigned int)y->addr);
	return fail(ctx, STFLASH_E_FILE, "%s and %s both have bytes at 0x%08x; write one of them, or move one",
		    img->sources[x->source], img->sources[y->source], (unsigned int)y->addr);
}

int image_finish(struct ctx *ctx, struct stflash_image *img)
{
	size_t out = 0;
	int err;

	if (img->n == 0)
		return 0;
	qsort(img->seg, img->n, sizeof(*img->seg), by_address);
	for (size_t i = 1; i < img->n; i++) {
		struct image_segment *prev = &img->seg[out], *seg = &img->seg[i];
		const uint64_t end = (uint64_t)prev->addr + prev->len;

		if (end > seg->addr) {
			err = refuse_overlap(ctx, img, prev, seg);
			img->n = img->n - i + out + 1;
			memmove(&img->seg[out + 1], seg, (img->n - out - 1) * sizeof(*seg));
			return err;
		}
		if (end < seg->addr) {
			img->seg[++out] = *seg;
			continue;
		}
		err = grow_segment(ctx, prev, seg->len);
		if (err) {
			img->n = img->n - i + out + 1;
			memmove(&img->seg[out + 1], seg, (img->n - out - 1) * sizeof(*seg));
			return err;
		}
		memcpy(prev->data + prev->len, seg->data, seg->len);
		prev->len += seg->len;
		free(seg->data);
	}
	img->n = out + 1;
	return 0;
}

static int add_source(struct ctx *ctx, struct stflash_image *img, const char *name)
{
	char **sources = realloc(img->sources, (img->n_sources + 1) * sizeof(*sources));
	const size_t len = strlen(name) + 1;

	if (!sources)
		return out_of_memory(ctx);
	img->sources = sources;
	sources[img->n_sources] = malloc(len);
	if (!sources[img->n_sources])
		return out_of_memory(ctx);
	memcpy(sources[img->n_sources], name, len);
	img->n_sources++;
	return 0;
}

static int parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len,
		 enum stflash_format format, const uint32_t *base)
{
	if (len == 0)
		return fail(ctx, STFLASH_E_FILE, "the file is empty");
	if (format == STFLASH_FORMAT_BIN) {
		if (!base)
			return fail(ctx, STFLASH_E_ARG,
				    "a binary file does not say where it belongs: give the address");
		return image_add(ctx, img, *base, data, len);
	}
	if (base)
		return fail(ctx, STFLASH_E_ARG,
			    "the file carries its own addresses: leave the address out, or say --format bin");
	switch (format) {
	case STFLASH_FORMAT_IHEX:
		return ihex_parse(ctx, img, data, len);
	case STFLASH_FORMAT_SREC:
		return srec_parse(ctx, img, data, len);
	default:
		return elf_parse(ctx, img, data, len);
	}
}

int image_load(struct ctx *ctx, struct stflash_image *img, const char *name, const uint8_t *data, size_t len,
	       enum stflash_format format, const uint32_t *base)
{
	const size_t before = img->bytes;
	int err;

	err = add_source(ctx, img, name);
	if (err)
		return err;
	if (format == STFLASH_FORMAT_AUTO)
		format = image_detect(data, len);
	err = parse(ctx, img, data, len, format, base);
	if (!err && img->bytes == before)
		err = fail(ctx, STFLASH_E_FILE, "there is no data in it");
	if (err) {
		fail_prefix(ctx, "%s", name);
		return err;
	}
	return image_finish(ctx, img);
}
