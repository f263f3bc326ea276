/* SPDX-License-Identifier: MIT */
/* One file into an image: what it is, whether that can be right, and the parser for it. */
#include "base/bytes.h"
#include "image/content.h"
#include "image/dfuse.h"
#include "image/image.h"
#include "image/uf2.h"

static bool is_records(enum stflash_format format)
{
	return format == STFLASH_FORMAT_IHEX || format == STFLASH_FORMAT_SREC;
}

/* The contents decide; a name that says something else is a reason to stop, unless it is only the other text format. */
static int decide(struct ctx *ctx, const char *name, const uint8_t *data, size_t len, enum stflash_format *format)
{
	const struct content c = content_judge(data, len);
	const enum stflash_format named = content_of_name(name);

	if (c.foreign)
		return fail(ctx, STFLASH_E_FILE, "this is %s, not firmware: %s", c.foreign, c.advice);
	*format = c.format;
	if (named == STFLASH_FORMAT_AUTO || named == STFLASH_FORMAT_BIN || named == c.format)
		return 0;
	if (is_records(named) && is_records(c.format)) {
		log_warn(ctx, "%s is named like %s, but holds %s: read as that", name, content_format_name(named),
			 content_format_name(c.format));
		return 0;
	}
	if (c.format == STFLASH_FORMAT_BIN)
		return fail(ctx, STFLASH_E_FILE,
			    "the name says %s, but the contents are binary data of no known format: the file is "
			    "damaged or has the wrong name",
			    content_format_name(named));
	return fail(ctx, STFLASH_E_FILE,
		    "the name says %s, but this is %s: give it the right name, or take the right file",
		    content_format_name(named), content_format_name(c.format));
}

static int parse(struct ctx *ctx, struct stflash_image *part, const uint8_t *data, size_t len,
		 enum stflash_format format, const uint32_t *base)
{
	switch (format) {
	case STFLASH_FORMAT_IHEX:
		return ihex_parse(ctx, part, data, len);
	case STFLASH_FORMAT_SREC:
		return srec_parse(ctx, part, data, len);
	case STFLASH_FORMAT_ELF:
		return elf_parse(ctx, part, data, len);
	case STFLASH_FORMAT_DFUSE:
		return dfuse_parse(ctx, part, data, len, base);
	case STFLASH_FORMAT_UF2:
		return uf2_parse(ctx, part, data, len);
	case STFLASH_FORMAT_AUTO:
	case STFLASH_FORMAT_BIN:
		break;
	}
	if (!base)
		return fail(ctx, STFLASH_E_ARG, "a binary file does not say where it belongs: give the address");
	return image_add(ctx, part, *base, data, len);
}

/* People give the address by habit: fine where it says what the file says. */
static int check_base(struct ctx *ctx, const struct stflash_image *part, const uint32_t *base)
{
	if (!base || part->seg[0].addr == *base)
		return 0;
	return fail(ctx, STFLASH_E_ARG,
		    "the file carries its own addresses and the lowest is 0x%08x, not 0x%08x: leave the address out",
		    (unsigned int)part->seg[0].addr, (unsigned int)*base);
}

static int load_part(struct ctx *ctx, struct stflash_image *part, const char *name, const uint8_t *data, size_t len,
		     enum stflash_format format, const uint32_t *base)
{
	int err = 0;

	if (len == 0)
		return fail(ctx, STFLASH_E_FILE, "the file is empty");
	if (format == STFLASH_FORMAT_AUTO)
		err = decide(ctx, name, data, len, &format);
	if (!err)
		err = parse(ctx, part, data, len, format, base);
	if (!err)
		err = image_finish(ctx, part);
	if (!err && part->n == 0)
		return fail(ctx, STFLASH_E_FILE, "there is no data in it");
	return err ? err : check_base(ctx, part, base);
}

int image_load(struct ctx *ctx, struct stflash_image *img, const char *name, const uint8_t *data, size_t len,
	       enum stflash_format format, const uint32_t *base)
{
	struct stflash_image part;
	int err;

	image_init(&part);
	part.name = name;
	err = load_part(ctx, &part, name, data, len, format, base);
	if (err)
		fail_prefix(ctx, "%s", name);
	else
		err = image_join(ctx, img, &part, name);
	image_free(&part);
	return err;
}
