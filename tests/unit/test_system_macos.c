/* SPDX-License-Identifier: MIT */
/* What macOS tells of programs, tested where there is no macOS: macos.c over the headers of macos/, whose functions are
 * here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "usb/system/macos.c"

#include <cmocka.h>

static struct {
	int refused; /* a flavor that fails */
	struct proc_bsdinfo state;
	struct proc_taskinfo task;
} kernel;

int _NSGetExecutablePath(char *path, uint32_t *size)
{
	static const char own[] = "/opt/local/bin/stflash";
	const uint32_t has = *size;

	*size = sizeof(own);
	if (has < sizeof(own))
		return -1;
	memcpy(path, own, sizeof(own));
	return 0;
}

int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size)
{
	assert_int_equal(pid, 4711);
	assert_int_equal(arg, 0);
	if (flavor == kernel.refused)
		return 0;
	if (flavor == PROC_PIDTBSDINFO) {
		assert_int_equal(size, sizeof(kernel.state));
		memcpy(buffer, &kernel.state, sizeof(kernel.state));
	} else {
		assert_int_equal(flavor, PROC_PIDTASKINFO);
		assert_int_equal(size, sizeof(kernel.task));
		memcpy(buffer, &kernel.task, sizeof(kernel.task));
	}
	return size;
}

static void test_the_loader_names_the_program(void **state)
{
	char path[64], small[8];

	(void)state;
	assert_true(process_own_path(path, sizeof(path)));
	assert_string_equal(path, "/opt/local/bin/stflash");
	assert_false(process_own_path(small, sizeof(small)));
}

static void test_a_process_is_seen_at_work(void **state)
{
	static const struct {
		uint32_t status;
		int32_t running; /* threads */
		bool waits;
	} states[] = { { SRUN, 1, false }, { SRUN, 0, true }, { SSTOP, 1, true }, { SSTOP, 0, true } };
	uint64_t used;
	bool waits;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		kernel.state.pbi_status = states[i].status;
		kernel.task = (struct proc_taskinfo){ .pti_total_user = 1000000000000u,
						      .pti_total_system = i,
						      .pti_numrunning = states[i].running };
		assert_true(process_look(4711, &used, &waits));
		assert_true(used == 1000000000000u + i);
		assert_int_equal(waits, states[i].waits);
	}
	kernel.refused = PROC_PIDTBSDINFO;
	assert_false(process_look(4711, &used, &waits));
	kernel.refused = PROC_PIDTASKINFO; /* it has ended, or is another user's */
	assert_false(process_look(4711, &used, &waits));
}

static void test_the_advice_asks_for_no_permission(void **state)
{
	char text[256];

	(void)state;
	holder_access_cure(NULL, "", text, sizeof(text));
	assert_string_equal(text, "end the other program that uses it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_loader_names_the_program),
		cmocka_unit_test(test_a_process_is_seen_at_work),
		cmocka_unit_test(test_the_advice_asks_for_no_permission),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
