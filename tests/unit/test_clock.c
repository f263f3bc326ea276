/* SPDX-License-Identifier: MIT */
/* When a wait is over: by the clock, by the looks at the target, or for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

/* A clock of our own, for a busy machine lets any time pass between two lines: each look at it takes look_ns. */
static uint64_t fake_ns, look_ns;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	assert_int_equal(clock, CLOCK_MONOTONIC);
	fake_ns += look_ns;
	now->tv_sec = (time_t)(fake_ns / 1000000000u);
	now->tv_nsec = (long)(fake_ns % 1000000000u);
	return 0;
}

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)left;
	fake_ns += (uint64_t)wanted->tv_sec * 1000000000u + (uint64_t)wanted->tv_nsec;
	return 0;
}

static int begin_of_time(void **state)
{
	(void)state;
	fake_ns = 5000000000u;
	look_ns = 1000;
	return 0;
}

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

static void twice_the_time_and_a_little_ends_it(void **state)
{
	struct wait wait = wait_begin(2);

	(void)state;
	sleep_ms(4005);
	assert_true(wait_over(&wait));
}

/* The pauses fill what the operation takes at least, and then there are looks alone. */
static void pauses_grow_and_end(void **state)
{
	struct wait wait = wait_begin(10000);
	uint64_t longest = 0;

	(void)state;
	while (now_ms() - wait.begin < 400) {
		const uint64_t before = wait.slept;

		wait_pause(&wait, 200);
		longest = wait.slept - before > longest ? wait.slept - before : longest;
	}
	assert_in_range(wait.slept, 150, 200);
	assert_in_range(longest, 10, 50);
	assert_true(wait.looks >= 4 * wait.slept);
	assert_false(wait_over(&wait));
}

static void short_waits_have_no_pauses(void **state)
{
	struct wait wait = wait_begin(10);

	(void)state;
	for (unsigned int i = 0; i < 100; i++)
		wait_pause(&wait, 1000);
	assert_true(wait.slept == 0 || now_ms() - wait.begin >= 8);
}

static void pauses_do_not_prolong_a_wait(void **state)
{
	struct wait wait = wait_begin(100);

	(void)state;
	do
		wait_pause(&wait, 1000);
	while (!wait_over(&wait));
	assert_in_range(now_ms() - wait.begin, 100, 113); /* the last pause is an eighth of the time at most */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_wait_behind_a_slow_link_gives_the_target_its_looks, begin_of_time),
		cmocka_unit_test_setup(looks_alone_do_not_end_a_wait, begin_of_time),
		cmocka_unit_test_setup(twice_the_time_and_a_little_ends_it, begin_of_time),
		cmocka_unit_test_setup(pauses_grow_and_end, begin_of_time),
		cmocka_unit_test_setup(short_waits_have_no_pauses, begin_of_time),
		cmocka_unit_test_setup(pauses_do_not_prolong_a_wait, begin_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
