/* SPDX-License-Identifier: MIT */
/*
 * What is to be in the target's memory: bytes by address, from files of four
 * formats. Works on memory only; who opens files is somebody else's business.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/ctx.h"

/* Larger files are refused: no part of any family comes near. */
#define IMAGE_MAX_BYTES (64u * 1024u * 1024u)

struct image_segment {
	uint32_t addr;
	size_t len;
	uint8_t *data;       /* owned */
	unsigned int source; /* which image_load() it came from, from 0 */
	size_t cap;
};

struct stflash_image {
	struct image_segment *seg; /* after image_finish(): ascending, not touching, not overlapping */
	size_t n;
	size_t cap;
	size_t bytes;   /* of all segments */
	char **sources; /* names of the files, for messages; owned */
	unsigned int n_sources;
	bool has_entry;
	uint32_t entry; /* start address, where the file has one */
};

void image_init(struct stflash_image *img);
void image_free(struct stflash_image *img);

/* By content: ELF magic, ':' records, 'S' records, else binary. Never STFLASH_FORMAT_AUTO. */
enum stflash_format image_detect(const uint8_t *data, size_t len);

/*
 * Add the contents of one file. base is where a binary goes; the other formats
 * carry their addresses and refuse a base. name is for messages. Every failure
 * is one STFLASH_E_FILE sentence that starts with the name; the image is then
 * to be freed.
 */
int image_load(struct ctx *ctx, struct stflash_image *img, const char *name, const uint8_t *data, size_t len,
	       enum stflash_format format, const uint32_t *base) MUST_CHECK;

/* Add bytes; appends to the last segment when they follow it. For the parsers. */
int image_add(struct ctx *ctx, struct stflash_image *img, uint32_t addr, const uint8_t *data, size_t len) MUST_CHECK;

/* Sort, refuse overlaps, join what touches. */
int image_finish(struct ctx *ctx, struct stflash_image *img) MUST_CHECK;

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

#endif
