/* SPDX-License-Identifier: MIT */
/* What an answer of libusb means on Windows and elsewhere, both on whatever system the tests run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define answer_means         windows_means
#define answer_driver_advice windows_driver_advice
#include "usb/system/windows_answer.c"
#undef answer_means
#undef answer_driver_advice

enum obstacle unix_means(int error);
int unix_driver_advice(char *text, size_t size);
#define answer_means         unix_means
#define answer_driver_advice unix_driver_advice
#include "usb/system/unix_answer.c"
#undef answer_means
#undef answer_driver_advice

#include <cmocka.h>

static void an_answer_means_what_the_system_means_by_it(void **state)
{
	static const struct {
		int error;
		enum obstacle on_windows, elsewhere;
	} answers[] = {
		{ LIBUSB_ERROR_ACCESS, OBSTACLE_IN_USE, OBSTACLE_PERMISSION },
		{ LIBUSB_ERROR_NOT_FOUND, OBSTACLE_DRIVER, OBSTACLE_GONE },
		{ LIBUSB_ERROR_NOT_SUPPORTED, OBSTACLE_DRIVER, OBSTACLE_DRIVER },
		{ LIBUSB_ERROR_IO, OBSTACLE_OTHER, OBSTACLE_OTHER },
		{ LIBUSB_ERROR_OTHER, OBSTACLE_OTHER, OBSTACLE_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		assert_int_equal(windows_means(answers[i].error), answers[i].on_windows);
		assert_int_equal(unix_means(answers[i].error), answers[i].elsewhere);
	}
}

static void only_windows_wants_a_driver_of_windows(void **state)
{
	char text[256];

	(void)state;
	assert_int_equal(windows_driver_advice(text, sizeof(text)), STFLASH_E_ACCESS);
	assert_non_null(strstr(text, "Windows has no driver for its interface 0"));
	assert_non_null(strstr(text, "WinUSB driver with Zadig"));
	assert_int_equal(unix_driver_advice(text, sizeof(text)), STFLASH_E_PROBE);
	assert_null(strstr(text, "Windows"));
	assert_null(strstr(text, "Zadig"));
	assert_non_null(strstr(text, "update libusb and the system"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_means_what_the_system_means_by_it),
		cmocka_unit_test(only_windows_wants_a_driver_of_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
