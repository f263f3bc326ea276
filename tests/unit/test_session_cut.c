/* SPDX-License-Identifier: MIT */
/* The cable is pulled: see session_cuts.h. */
#include "session_cuts.h"

/* Places of a job: of all of them with STFLASH_TEST_ALL twice as many. */
#define MOST_PULLED 40u

static void a_cable_pulled_anywhere_is_told(void **state)
{
	(void)state;
	cut_everywhere(STFLASH_E_UNPLUGGED, getenv("STFLASH_TEST_ALL") ? 2 * MOST_PULLED : MOST_PULLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cable_pulled_anywhere_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
