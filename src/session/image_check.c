/* SPDX-License-Identifier: MIT */
/* Is an image for the connected chip? */
#include <string.h>

#include "image/families.h"
#include "image/image.h"
#include "session/parts.h"
#include "session/sized.h"

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
