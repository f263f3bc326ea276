/* SPDX-License-Identifier: MIT */
/* When a wait is over: by the clock, by the looks at the target, or for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"

static void a_wait_behind_a_slow_link_gives_the_target_its_looks(void **state)
{
	struct wait wait = wait_begin(20);
	unsigned int looks = 0;

	(void)state;
	sleep_ms(25);
	do
		looks++;
	while (!wait_over(&wait));
	assert_int_equal(looks, 80);
}

static void looks_alone_do_not_end_a_wait(void **state)
{
	struct wait wait = wait_begin(10000);

	(void)state;
	for (unsigned int i = 0; i < 100000; i++)
		assert_false(wait_over(&wait));
}

static void ten_times_the_time_ends_it(void **state)
{
	struct wait wait = wait_begin(2);

	(void)state;
	sleep_ms(21);
	assert_true(wait_over(&wait));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_behind_a_slow_link_gives_the_target_its_looks),
		cmocka_unit_test(looks_alone_do_not_end_a_wait),
		cmocka_unit_test(ten_times_the_time_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
