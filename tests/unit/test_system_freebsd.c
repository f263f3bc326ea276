/* SPDX-License-Identifier: MIT */
/* What FreeBSD tells of programs, tested where there is no FreeBSD: freebsd.c over freebsd/sys, whose sysctl() is here.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "usb/system/freebsd.c"

#include <cmocka.h>

static struct {
	int error;
	struct kinfo_proc info;
	size_t len; /* of info; 0: all of it */
} kernel;

int sysctl(const int *name, unsigned int name_len, void *old, size_t *old_len, const void *value, size_t value_len)
{
	static const char own[] = "/usr/local/bin/stflash";

	assert_int_equal(name_len, 4);
	assert_int_equal(name[0], CTL_KERN);
	assert_int_equal(name[1], KERN_PROC);
	assert_null(value);
	assert_int_equal(value_len, 0);
	if (kernel.error) {
		errno = kernel.error;
		return -1;
	}
	if (name[2] == KERN_PROC_PATHNAME) {
		assert_int_equal(name[3], -1);
		if (*old_len < sizeof(own)) {
			errno = ENOMEM;
			return -1;
		}
		memcpy(old, own, sizeof(own));
		*old_len = sizeof(own);
		return 0;
	}
	assert_int_equal(name[2], KERN_PROC_PID);
	assert_int_equal(name[3], 4711);
	assert_int_equal(*old_len, sizeof(kernel.info));
	memcpy(old, &kernel.info, sizeof(kernel.info));
	*old_len = kernel.len ? kernel.len : sizeof(kernel.info);
	return 0;
}

static void test_the_kernel_names_the_program(void **state)
{
	char path[64], small[8];

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	assert_true(process_own_path(path, sizeof(path)));
	assert_string_equal(path, "/usr/local/bin/stflash");
	assert_false(process_own_path(small, sizeof(small)));
	kernel.error = EPERM;
	assert_false(process_own_path(path, sizeof(path)));
}

static void test_a_process_is_seen_at_work(void **state)
{
	static const struct {
		char stat;
		bool waits;
	} states[] = { { SIDL, false }, { SRUN, false }, { SSLEEP, true }, { SSTOP, true }, { SZOMB, false } };
	uint64_t used;
	bool waits;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		kernel.info = (struct kinfo_proc){ .ki_stat = states[i].stat, .ki_runtime = 123456789012u + i };
		assert_true(process_look(4711, &used, &waits));
		assert_true(used == 123456789012u + i);
		assert_int_equal(waits, states[i].waits);
	}
	kernel.len = 1; /* a kernel of another version */
	assert_false(process_look(4711, &used, &waits));
	kernel.error = ESRCH;
	assert_false(process_look(4711, &used, &waits));
}

static void test_the_advice_names_the_files(void **state)
{
	char text[256];

	(void)state;
	holder_access_cure(NULL, "", text, sizeof(text));
	assert_non_null(strstr(text, "/etc/devfs.rules"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_kernel_names_the_program),
		cmocka_unit_test(test_a_process_is_seen_at_work),
		cmocka_unit_test(test_the_advice_names_the_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
