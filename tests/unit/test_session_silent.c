/* SPDX-License-Identifier: MIT */
/* The probe falls silent, or the host's memory is at its end: see session_cuts.h. */
#include "session_cuts.h"

/* Places of a job: each is waited for. */
#define MOST_SILENT 12u

static void a_probe_that_falls_silent_anywhere_is_told(void **state)
{
	(void)state;
	cut_everywhere(STFLASH_E_TIMEOUT, MOST_SILENT);
}

static void the_end_of_memory_anywhere_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		unsigned int unused, n, step, at;

		count(&jobs[i], &unused, &n);
		step = choose(n, UINT_MAX, &at);
		for (; at <= n; at += step) {
			char text[256];
			int err;

			cut.no_memory_at = at;
			err = run(&jobs[i], text);
			if (err != STFLASH_E_NO_MEMORY)
				fail_msg("%s, without memory at allocation %u of %u, ended with %d: '%s'", jobs[i].name,
					 at, n, err, text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_that_falls_silent_anywhere_is_told),
		cmocka_unit_test(the_end_of_memory_anywhere_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
