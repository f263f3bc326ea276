/* SPDX-License-Identifier: MIT */
/*
 * What is to be in the target's memory: bytes by address, from files of six
 * formats. Works on memory only; who opens files is somebody else's business.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/ctx.h"

/* Larger files are refused: no part of any family comes near. */
#define IMAGE_MAX_BYTES (64u * 1024u * 1024u)

struct image_span {
	uint32_t addr;
	size_t len;
};

struct image_segment {
	uint32_t addr;
	size_t len;
	uint8_t *data; /* owned */
	size_t cap;
};

/* A file that went into the image, for messages. */
struct image_source {
	char *name;               /* owned */
	struct image_span *spans; /* owned: what it holds, ascending */
	size_t n_spans;
	bool has_family;
	uint32_t family; /* UF2: the chips that it is for */
};

struct stflash_image {
	struct image_segment *seg; /* after image_finish(): ascending, not touching, not overlapping */
	size_t n;
	size_t cap;
	size_t bytes; /* of all segments */
	struct image_source *sources;
	size_t n_sources;
	bool has_entry;
	uint32_t entry; /* start address, where a file has one */
	/* While one file is parsed: */
	const char *name; /* for warnings; a failure gets it in front later */
	bool has_family;
	uint32_t family;
};

void image_init(struct stflash_image *img);
void image_free(struct stflash_image *img);

/*
 * Add the contents of one file. STFLASH_FORMAT_AUTO: what the contents are; what
 * is known to be no firmware, or not what the ending of name says, is refused.
 * base is where a binary goes; for the other formats, which carry their
 * addresses, NULL or their lowest one. Every failure is one sentence that starts
 * with the name; the image is as before then.
 */
int image_load(struct ctx *ctx, struct stflash_image *img, const char *name, const uint8_t *data, size_t len,
	       enum stflash_format format, const uint32_t *base) MUST_CHECK;

/* Add bytes; appends to the last segment when they follow it. For the parsers. */
int image_add(struct ctx *ctx, struct stflash_image *img, uint32_t addr, const uint8_t *data, size_t len) MUST_CHECK;

/* Sort and join what one file gave. The same bytes twice at an address are fine, two different ones are not. */
int image_finish(struct ctx *ctx, struct stflash_image *img) MUST_CHECK;

/* Move the finished segments of a file, part, into img, where nothing may be at their addresses. */
int image_join(struct ctx *ctx, struct stflash_image *img, struct stflash_image *part, const char *name) MUST_CHECK;

/*
 * Put bytes into a finished image; over: what it has there gives way, otherwise STFLASH_E_ARG. After a failure the
 * image is as before.
 */
int image_put(struct ctx *ctx, struct stflash_image *img, const char *name, uint32_t addr, const uint8_t *data,
	      size_t len, bool over) MUST_CHECK;

/* The name of the file that the byte at addr came from, for messages. */
const char *image_source_at(const struct stflash_image *img, uint32_t addr);

/* The parsers; each adds to img. */
int ihex_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len) MUST_CHECK;
int srec_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *data, size_t len) MUST_CHECK;
int elf_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *elf, size_t len) MUST_CHECK;

/* A text format's output, appended piece by piece. */
struct image_text {
	char *text; /* owned, free() it; not terminated */
	size_t len;
	size_t cap;
};

/* Write memory as Intel HEX or S-record. */
int ihex_write(struct ctx *ctx, struct image_text *out, uint32_t addr, const uint8_t *data, size_t len) MUST_CHECK;
int ihex_write_image(struct ctx *ctx, struct image_text *out, const struct stflash_image *img) MUST_CHECK;
int srec_write(struct ctx *ctx, struct image_text *out, uint32_t addr, const uint8_t *data, size_t len) MUST_CHECK;
int srec_write_image(struct ctx *ctx, struct image_text *out, const struct stflash_image *img) MUST_CHECK;

#endif
