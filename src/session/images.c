/* SPDX-License-Identifier: MIT */
/* Images as the public header has them: handles around src/image, and whether one is for the connected chip. */
#include <stdlib.h>
#include <string.h>

#include "image/content.h"
#include "image/families.h"
#include "image/image.h"
#include "session/parts.h"
#include "session/sized.h"

struct stflash_image *stflash_image_new(void)
{
	struct stflash_image *image = malloc(sizeof(*image));

	if (image)
		image_init(image);
	return image;
}

void stflash_image_free(struct stflash_image *image)
{
	if (!image)
		return;
	image_free(image);
	free(image);
}

int stflash_image_load(struct stflash *s, struct stflash_image *image, const char *name, const void *data, size_t len,
		       enum stflash_format format, const uint32_t *base)
{
	return image_load(&s->ctx, image, name, data, len, format, base);
}

/* A family's name is the beginning of its chips' names; a part's family has the device id. */
static bool fits(const struct uf2_family *family, const struct chip *chip)
{
	if (!family)
		return false;
	if (family->dev_id)
		return chip_has_id(chip, family->dev_id);
	return !strncmp(family->name, "STM32", 5) && !strncmp(chip->name, family->name, strlen(family->name));
}

static int check_family(struct stflash *s, const struct stflash_image *image)
{
	for (size_t i = 0; i < image->n_sources; i++) {
		const struct image_source *source = &image->sources[i];

		if (source->has_family && !fits(uf2_family_find(source->family), s->flash.chip))
			return fail(&s->ctx, STFLASH_E_FILE, "%s is for %s (UF2 family 0x%08x), and this chip is an %s",
				    source->name, uf2_family_name(source->family), (unsigned int)source->family,
				    s->flash.chip->name);
	}
	return 0;
}

int session_check_image(struct stflash *s, const struct stflash_image *image, bool with_otp)
{
	int err;

	err = session_require(s);
	if (!err)
		err = check_family(s, image);
	return err ? err : parts_check(s, image, with_otp);
}

int stflash_image_check(struct stflash *s, const struct stflash_image *image,
			const struct stflash_write_options *options)
{
	struct stflash_write_options o;
	const int err = sized_in(&s->ctx, "stflash_write_options", &o, sizeof(o), options);

	return err ? err : session_check_image(s, image, !options || o.otp_permanent);
}

int stflash_image_put(struct stflash *s, struct stflash_image *image, const char *name, uint32_t addr, const void *data,
		      size_t len, bool over)
{
	return image_put(&s->ctx, image, name, addr, data, len, over);
}

size_t stflash_image_bytes(const struct stflash_image *image)
{
	return image->bytes;
}

bool stflash_image_segment(const struct stflash_image *image, size_t n, uint32_t *addr, const uint8_t **data,
			   size_t *len)
{
	if (n >= image->n)
		return false;
	*addr = image->seg[n].addr;
	*data = image->seg[n].data;
	*len = image->seg[n].len;
	return true;
}

enum stflash_format stflash_image_detect(const void *data, size_t len)
{
	return content_judge(data, len).format;
}

enum stflash_format stflash_format_of_name(const char *name)
{
	return content_of_name(name);
}

int stflash_format_text(struct stflash *s, enum stflash_format format, uint32_t addr, const void *data, size_t len,
			char **text, size_t *text_len)
{
	struct image_text out = { 0 };
	int err;

	if (format == STFLASH_FORMAT_IHEX)
		err = ihex_write(&s->ctx, &out, addr, data, len);
	else if (format == STFLASH_FORMAT_SREC)
		err = srec_write(&s->ctx, &out, addr, data, len);
	else
		err = fail(&s->ctx, STFLASH_E_ARG, "memory can be written as Intel HEX or S-record text, nothing else");
	if (err) {
		free(out.text);
		return err;
	}
	*text = out.text;
	*text_len = out.len;
	return 0;
}

int stflash_image_text(struct stflash *s, const struct stflash_image *image, char **text, size_t *text_len)
{
	struct image_text out = { 0 };
	const int err = ihex_write_image(&s->ctx, &out, image);

	if (err) {
		free(out.text);
		return err;
	}
	*text = out.text;
	*text_len = out.len;
	return 0;
}

void stflash_free_text(char *text)
{
	free(text);
}
