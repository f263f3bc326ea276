/* SPDX-License-Identifier: MIT */
/* What sentences advise to use, in the library's words and in those of a front end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the library has a function of that name */

#include "base/bytes.h"
#include "base/failure.h"
#include "session/session.h"

static const char *const marks[] = {
	HINT_SPEED,    HINT_FLASH_SIZE,   HINT_PSIZE,         HINT_UNDER_RESET, HINT_ATTACH,      HINT_NO_RESET,
	HINT_NO_AGENT, HINT_SKIP_OUTSIDE, HINT_OTP_PERMANENT, HINT_LEVEL_2,     HINT_PROBE,       HINT_LIST,
	HINT_READ,     HINT_WRITE,        HINT_RESET,         HINT_MAP,         HINT_FIND_EXTENT, HINT_DOCTOR_RESET,
	HINT_OPTIONS,  HINT_OPTIONS_SET,  HINT_PROTECT,       HINT_UNPROTECT,   HINT_BOOT_LOCK,
};

static const char *const front_end[] = {
	[STFLASH_HINT_SPEED] = "--speed",
	[STFLASH_HINT_UNDER_RESET] = "--connect under-reset",
};

static void each_mark_is_the_hint_at_its_place(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(ARRAY_SIZE(marks), STFLASH_N_HINTS);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const struct hint_words none = { NULL, 0 };

		assert_int_equal(hints_of(marks[i]), UINT32_C(1) << i);
		hint_expand(&none, text, sizeof(text), marks[i]);
		assert_non_null(strpbrk(text, "_abcdefghijklmnopqrstuvwxyz"));
	}
}

static void a_sentence_names_it_in_the_words_of_the_front_end(void **state)
{
	struct stflash *s = stflash_new();

	(void)state;
	fail(&s->ctx, STFLASH_E_PROBE, "%u errors: lower " HINT_SPEED ", or use " HINT_LIST, 3u);
	assert_string_equal(stflash_errmsg(s), "3 errors: lower stflash_set_speed(), or use stflash_find_probes()");
	stflash_set_hint_words(s, front_end, ARRAY_SIZE(front_end));
	assert_string_equal(stflash_errmsg(s), "3 errors: lower --speed, or use stflash_find_probes()");
	assert_int_equal(stflash_hints(s), 1u << STFLASH_HINT_SPEED | 1u << STFLASH_HINT_LIST);
	ctx_clear_error(&s->ctx);
	assert_int_equal(stflash_hints(s), 0);
	stflash_free(s);
}

/* Composed anew, put aside and put in front of: a hint stays one. */
static void a_hint_survives_what_becomes_of_its_sentence(void **state)
{
	struct stflash *s = stflash_new();
	struct failure kept = { .err = 0 };

	(void)state;
	stflash_set_hint_words(s, front_end, ARRAY_SIZE(front_end));
	fail(&s->ctx, STFLASH_E_PROBE, "try " HINT_UNDER_RESET);
	failure_keep(&kept, &s->ctx, s->ctx.err);
	fail(&s->ctx, STFLASH_E_FLASH, "%s; and %s", kept.text, "more");
	fail_prefix(&s->ctx, "connecting");
	assert_string_equal(stflash_errmsg(s), "connecting: try --connect under-reset; and more");
	assert_int_equal(stflash_hints(s), 1u << STFLASH_HINT_UNDER_RESET);
	stflash_free(s);
}

static char logged[128];

static void note_line(enum stflash_log_level level, const char *line, void *user)
{
	(void)level;
	(void)user;
	snprintf(logged, sizeof(logged), "%s", line);
}

static void the_log_has_the_same_words(void **state)
{
	struct stflash *s = stflash_new();

	(void)state;
	stflash_set_log(s, STFLASH_LOG_WARN, note_line, NULL);
	stflash_set_hint_words(s, front_end, ARRAY_SIZE(front_end));
	log_warn(&s->ctx, "errors: lower " HINT_SPEED);
	assert_string_equal(logged, "errors: lower --speed");
	stflash_free(s);
}

/* What a user typed may look like a mark, and a place too short cuts off. */
static void nothing_is_read_or_written_beyond_an_end(void **state)
{
	const struct hint_words words = { front_end, ARRAY_SIZE(front_end) };
	char text[8];

	(void)state;
	hint_expand(&words, text, sizeof(text), "file " HINT_MARK);
	assert_string_equal(text, "file " HINT_MARK);
	hint_expand(&words, text, sizeof(text), HINT_MARK "z" HINT_MARK "@");
	assert_string_equal(text, HINT_MARK "z" HINT_MARK "@");
	hint_expand(&words, text, sizeof(text), "or " HINT_SPEED " 950");
	assert_string_equal(text, "or --sp");
	assert_int_equal(hints_of(HINT_MARK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mark_is_the_hint_at_its_place),
		cmocka_unit_test(a_sentence_names_it_in_the_words_of_the_front_end),
		cmocka_unit_test(a_hint_survives_what_becomes_of_its_sentence),
		cmocka_unit_test(the_log_has_the_same_words),
		cmocka_unit_test(nothing_is_read_or_written_beyond_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
