/* SPDX-License-Identifier: MIT */
/* Images as the public header has them: handles around src/image. */
#include <stdlib.h>
#include <string.h>

#include "image/content.h"
#include "image/image.h"
#include "session/session.h"

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

static int no_text_format(struct stflash *s)
{
	return fail(&s->ctx, STFLASH_E_ARG, "memory can be written as Intel HEX or S-record text, nothing else");
}

/* What was made goes to the caller, or with a failure to nobody. */
static int give_text(struct image_text *out, int err, char **text, size_t *text_len)
{
	if (err) {
		free(out->text);
		return err;
	}
	*text = out->text;
	*text_len = out->len;
	return 0;
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
		err = no_text_format(s);
	return give_text(&out, err, text, text_len);
}

int stflash_image_format_text(struct stflash *s, enum stflash_format format, const struct stflash_image *image,
			      char **text, size_t *text_len)
{
	struct image_text out = { 0 };
	int err;

	if (format == STFLASH_FORMAT_IHEX)
		err = ihex_write_image(&s->ctx, &out, image);
	else if (format == STFLASH_FORMAT_SREC)
		err = srec_write_image(&s->ctx, &out, image);
	else
		err = no_text_format(s);
	return give_text(&out, err, text, text_len);
}

int stflash_image_text(struct stflash *s, const struct stflash_image *image, char **text, size_t *text_len)
{
	return stflash_image_format_text(s, STFLASH_FORMAT_IHEX, image, text, text_len);
}

void stflash_free_text(char *text)
{
	free(text);
}
