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
	for (size_t i = 0; i < img->n_sources; i++) {
		free(img->sources[i].name);
		free(img->sources[i].spans);
	}
	free(img->sources);
	image_init(img);
}

static int out_of_memory(struct ctx *ctx)
{
	return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory while reading an image");
}

/* Space for len more bytes behind seg's data; doubling keeps long files linear. */
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

static int reserve_segments(struct ctx *ctx, struct stflash_image *img, size_t n)
{
	size_t cap = img->cap ? img->cap : 16;
	struct image_segment *seg;

	while (cap < n)
		cap *= 2;
	if (cap == img->cap)
		return 0;
	seg = realloc(img->seg, cap * sizeof(*seg));
	if (!seg)
		return out_of_memory(ctx);
	img->seg = seg;
	img->cap = cap;
	return 0;
}

static int check_bytes(struct ctx *ctx, size_t bytes)
{
	if (bytes > IMAGE_MAX_BYTES)
		return fail(ctx, STFLASH_E_FILE, "more than %u MiB of data: this is no firmware for a microcontroller",
			    IMAGE_MAX_BYTES / 1024 / 1024);
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
	err = check_bytes(ctx, img->bytes + len);
	if (err)
		return err;

	if (!last || (uint64_t)last->addr + last->len != addr) {
		err = reserve_segments(ctx, img, img->n + 1);
		if (err)
			return err;
		last = &img->seg[img->n++];
		*last = (struct image_segment){ .addr = addr };
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

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static uint64_t end_of(const struct image_segment *seg)
{
	return (uint64_t)seg->addr + seg->len;
}

/* Append seg, which begins inside prev or right behind it; what both have must be the same. */
static int absorb(struct ctx *ctx, struct stflash_image *img, struct image_segment *prev, struct image_segment *seg)
{
	const size_t offset = seg->addr - prev->addr;
	const size_t both = min_size(prev->len - offset, seg->len);
	int err;

	for (size_t i = 0; i < both; i++)
		if (prev->data[offset + i] != seg->data[i])
			return fail(ctx, STFLASH_E_FILE, "two contents for address 0x%08x",
				    (unsigned int)(seg->addr + i));
	err = grow_segment(ctx, prev, seg->len - both);
	if (err)
		return err;
	if (seg->len > both)
		memcpy(prev->data + prev->len, seg->data + both, seg->len - both);
	prev->len += seg->len - both;
	img->bytes -= both;
	free(seg->data);
	return 0;
}

int image_finish(struct ctx *ctx, struct stflash_image *img)
{
	size_t out = 0;

	if (img->n == 0)
		return 0;
	qsort(img->seg, img->n, sizeof(*img->seg), by_address);
	for (size_t i = 1; i < img->n; i++) {
		struct image_segment *prev = &img->seg[out], *seg = &img->seg[i];
		int err = 0;

		if (end_of(prev) < seg->addr)
			img->seg[++out] = *seg;
		else
			err = absorb(ctx, img, prev, seg);
		if (err) {
			/* What is left is one array again, to be freed. */
			memmove(&img->seg[out + 1], seg, (img->n - i) * sizeof(*seg));
			img->n = out + 1 + img->n - i;
			return err;
		}
	}
	img->n = out + 1;
	return 0;
}

/* ------------------------------------------------------- several files */

const char *image_source_at(const struct stflash_image *img, uint32_t addr)
{
	for (size_t i = 0; i < img->n_sources; i++) {
		const struct image_source *source = &img->sources[i];

		for (size_t k = 0; k < source->n_spans; k++)
			if (addr >= source->spans[k].addr && addr - source->spans[k].addr < source->spans[k].len)
				return source->name;
	}
	return "another file";
}

/* Both are ascending: one walk along the two. */
static int check_overlap(struct ctx *ctx, const struct stflash_image *img, const struct stflash_image *part,
			 const char *name)
{
	size_t i = 0, k = 0;

	while (i < img->n && k < part->n) {
		const struct image_segment *old = &img->seg[i], *new = &part->seg[k];

		if (end_of(old) <= new->addr) {
			i++;
		} else if (end_of(new) <= old->addr) {
			k++;
		} else {
			const uint32_t addr = old->addr > new->addr ? old->addr : new->addr;

			return fail(ctx, STFLASH_E_FILE,
				    "%s and %s both have bytes at 0x%08x; write one of them, or move one",
				    image_source_at(img, addr), name, (unsigned int)addr);
		}
	}
	return 0;
}

static int add_source(struct ctx *ctx, struct stflash_image *img, const struct stflash_image *part, const char *name)
{
	struct image_source *sources = realloc(img->sources, (img->n_sources + 1) * sizeof(*sources));
	struct image_source source = { .has_family = part->has_family, .family = part->family };
	const size_t len = strlen(name) + 1;

	if (!sources)
		return out_of_memory(ctx);
	img->sources = sources;
	source.name = malloc(len);
	source.spans = calloc(part->n ? part->n : 1, sizeof(*source.spans));
	if (!source.name || !source.spans) {
		free(source.name);
		free(source.spans);
		return out_of_memory(ctx);
	}
	memcpy(source.name, name, len);
	for (source.n_spans = 0; source.n_spans < part->n; source.n_spans++)
		source.spans[source.n_spans] =
			(struct image_span){ part->seg[source.n_spans].addr, part->seg[source.n_spans].len };
	img->sources[img->n_sources++] = source;
	return 0;
}

int image_join(struct ctx *ctx, struct stflash_image *img, struct stflash_image *part, const char *name)
{
	int err;

	err = check_overlap(ctx, img, part, name);
	if (!err)
		err = check_bytes(ctx, img->bytes + part->bytes);
	if (!err)
		err = reserve_segments(ctx, img, img->n + part->n);
	if (!err)
		err = add_source(ctx, img, part, name);
	if (err)
		return err;
	if (part->n)
		memcpy(img->seg + img->n, part->seg, part->n * sizeof(*part->seg));
	img->n += part->n;
	img->bytes += part->bytes;
	part->n = 0;
	if (part->has_entry) {
		img->has_entry = true;
		img->entry = part->entry;
	}
	return image_finish(ctx, img);
}

/* ------------------------------------------------------- single bytes */

/* What of the range the segment has: from *first on. */
static size_t shared_bytes(const struct image_segment *seg, uint32_t addr, size_t len, uint32_t *first)
{
	const uint64_t end = (uint64_t)addr + len, last = end_of(seg) < end ? end_of(seg) : end;

	*first = seg->addr > addr ? seg->addr : addr;
	return last > *first ? (size_t)(last - *first) : 0;
}

/* Those of the bytes that the image has nothing for. */
static int add_new_bytes(struct ctx *ctx, const struct stflash_image *img, struct stflash_image *part, uint32_t addr,
			 const uint8_t *data, size_t len)
{
	size_t at = 0;
	uint32_t first;
	int err = 0;

	for (size_t i = 0; !err && i < img->n; i++) {
		const size_t n = shared_bytes(&img->seg[i], addr, len, &first);

		if (!n)
			continue;
		err = image_add(ctx, part, addr + (uint32_t)at, data + at, first - addr - at);
		at = first - addr + n;
	}
	return err ? err : image_add(ctx, part, addr + (uint32_t)at, data + at, len - at);
}

static int check_free(struct ctx *ctx, const struct stflash_image *img, const char *name, uint32_t addr, size_t len)
{
	uint32_t first;

	for (size_t i = 0; i < img->n; i++)
		if (shared_bytes(&img->seg[i], addr, len, &first))
			return fail(ctx, STFLASH_E_ARG, "%s: %s has bytes at 0x%08x already", name,
				    image_source_at(img, first), (unsigned int)first);
	return 0;
}

int image_put(struct ctx *ctx, struct stflash_image *img, const char *name, uint32_t addr, const uint8_t *data,
	      size_t len, bool over)
{
	struct stflash_image part;
	uint32_t first;
	int err = 0;

	if (!over)
		err = check_free(ctx, img, name, addr, len);
	if (err || !len)
		return err;
	image_init(&part);
	err = add_new_bytes(ctx, img, &part, addr, data, len);
	if (!err && part.n)
		err = image_join(ctx, img, &part, name);
	for (size_t i = 0; !err && i < img->n; i++) {
		const size_t n = shared_bytes(&img->seg[i], addr, len, &first);

		if (n)
			memcpy(img->seg[i].data + (first - img->seg[i].addr), data + (first - addr), n);
	}
	image_free(&part);
	return err;
}
