/* SPDX-License-Identifier: MIT */
/* Structs of the caller's, from older and newer headers than the library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the library has a function of that name */

#include "session/sized.h"

struct today {
	size_t struct_size;
	uint32_t a, b;
};

struct tomorrow {
	struct today today;
	uint32_t c, d;
};

static struct ctx ctx;
static struct today taken;

static int take(const void *from)
{
	memset(&taken, 0xa5, sizeof(taken));
	return sized_in(&ctx, "today", &taken, sizeof(taken), from);
}

static void what_the_caller_does_not_know_is_0(void **state)
{
	const struct today old = { .struct_size = offsetof(struct today, b), .a = 1, .b = 2 };

	(void)state;
	assert_int_equal(take(&old), 0);
	assert_int_equal(taken.a, 1);
	assert_int_equal(taken.b, 0);
	assert_int_equal(take(NULL), 0);
	assert_int_equal(taken.a, 0);
}

static void what_the_library_does_not_know_is_refused_when_it_is_asked_for(void **state)
{
	struct tomorrow newer = { .today = { .struct_size = sizeof(newer), .a = 1, .b = 2 } };

	(void)state;
	assert_int_equal(take(&newer), 0);
	assert_int_equal(taken.b, 2);
	newer.d = 1;
	assert_int_equal(take(&newer), STFLASH_E_UNSUPPORTED);
	assert_string_equal(ctx.errmsg, "struct today asks for something that this version of the library does not "
					"know: use a newer one");
}

static void without_a_size_nothing_is_done(void **state)
{
	const struct today none = { .a = 1 }, garbage = { .struct_size = SIZE_MAX };

	(void)state;
	assert_int_equal(take(&none), STFLASH_E_ARG);
	assert_string_equal(ctx.errmsg,
			    "struct today says that its size is 0: set struct_size to sizeof(struct today)");
	assert_int_equal(take(&garbage), STFLASH_E_ARG);
	assert_int_equal(sized_check(&ctx, "today", &none), STFLASH_E_ARG);
	assert_int_equal(sized_check(&ctx, "today", NULL), 0);
}

static void a_report_fills_what_the_caller_has(void **state)
{
	const struct today report = { .a = 1, .b = 2 };
	struct today old = { .struct_size = offsetof(struct today, b), .b = 77 };
	struct tomorrow newer = { .today.struct_size = sizeof(newer), .c = 77, .d = 77 };

	(void)state;
	sized_out(&old, &report, sizeof(report));
	assert_int_equal(old.struct_size, offsetof(struct today, b));
	assert_int_equal(old.a, 1);
	assert_int_equal(old.b, 77);
	sized_out(&newer, &report, sizeof(report));
	assert_int_equal(newer.today.struct_size, sizeof(newer));
	assert_int_equal(newer.today.b, 2);
	assert_int_equal(newer.c, 0);
	assert_int_equal(newer.d, 0);
	sized_out(NULL, &report, sizeof(report));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_caller_does_not_know_is_0),
		cmocka_unit_test(what_the_library_does_not_know_is_refused_when_it_is_asked_for),
		cmocka_unit_test(without_a_size_nothing_is_done),
		cmocka_unit_test(a_report_fills_what_the_caller_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
