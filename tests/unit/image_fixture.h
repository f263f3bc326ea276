/* SPDX-License-Identifier: MIT */
/* What the tests of image files share: a context, an image, and files that are loaded or refused. */
#ifndef UNIT_IMAGE_FIXTURE_H
#define UNIT_IMAGE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "image/content.h"
#include "image/image.h"

#include <cmocka.h> /* last: its fail() is a macro */

static struct ctx ctx;
static struct stflash_image img;
static char warning[256]; /* the last one */

static inline void note_warning(enum stflash_log_level level, const char *text, void *user)
{
	(void)user;
	if (level <= STFLASH_LOG_WARN)
		snprintf(warning, sizeof(warning), "%s", text);
}

static inline int fresh(void **state)
{
	(void)state;
	memset(&ctx, 0, sizeof(ctx));
	ctx.log = note_warning;
	ctx.log_level = STFLASH_LOG_WARN;
	warning[0] = '\0';
	image_init(&img);
	return 0;
}

static inline int done(void **state)
{
	(void)state;
	image_free(&img);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, done)

/* In memory of exactly that size, so that a sanitizer sees a read past the end. */
static inline int load(const char *name, const void *data, size_t len, const uint32_t *base)
{
	uint8_t *exact = malloc(len ? len : 1);
	int err;

	assert_non_null(exact);
	memcpy(exact, data, len);
	err = image_load(&ctx, &img, name, exact, len, STFLASH_FORMAT_AUTO, base);
	free(exact);
	return err;
}

static inline void refused_file(const char *name, const void *data, size_t len, const char *why)
{
	assert_int_equal(load(name, data, len, NULL), STFLASH_E_FILE);
	assert_non_null(strstr(ctx.errmsg, name));
	if (!strstr(ctx.errmsg, why))
		fail_msg("'%s' does not say '%s'", ctx.errmsg, why);
	assert_int_equal(img.n, 0);
}

#endif
