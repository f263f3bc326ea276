/* SPDX-License-Identifier: MIT */
/* The table of probe models, and the udev rule that must agree with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "stlink/models.h"

#define MAX_PIDS 64u

/* ctest runs us anywhere below the source tree: the rule is found from this file's own name. */
static FILE *open_rule(void)
{
	static const char here[] = "tests/unit/test_models.c";
	char path[1024];
	const size_t len = strlen(__FILE__);
	FILE *f;

	assert_true(len >= sizeof(here) - 1 && len < sizeof(path) - 64);
	snprintf(path, sizeof(path), "%.*sprobes/udev/70-stflash.rules", (int)(len - (sizeof(here) - 1)), __FILE__);
	f = fopen(path, "r");
	if (!f)
		fail_msg("cannot open %s", path);
	return f;
}

static void every_pid_is_there_once_and_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < stlink_n_models; i++) {
		assert_ptr_equal(stlink_model_find(stlink_models[i].pid), &stlink_models[i]);
		assert_non_null(stlink_models[i].name);
		assert_in_range(strlen(stlink_models[i].name), 1, 31); /* stflash_probe_info.model */
	}
	assert_null(stlink_model_find(0x5740));
}

static void kinds_are_those_of_the_fact_sheet(void **state)
{
	static const struct {
		uint16_t pid;
		enum stlink_kind kind;
	} sheet[] = {
		{ 0x3744, STLINK_V1 },     { 0x3748, STLINK_V2 },   { 0x374a, STLINK_V2_1 }, { 0x374b, STLINK_V2_1 },
		{ 0x3752, STLINK_V2_1 },   { 0x3742, STLINK_V2_1 }, { 0x374e, STLINK_V3 },   { 0x374f, STLINK_V3 },
		{ 0x3753, STLINK_V3 },     { 0x3754, STLINK_V3 },   { 0x3757, STLINK_V3 },   { 0x374d, STLINK_LOADER },
		{ 0x3755, STLINK_LOADER },
	};

	(void)state;
	assert_int_equal(stlink_n_models, ARRAY_SIZE(sheet));
	for (size_t i = 0; i < ARRAY_SIZE(sheet); i++) {
		const struct stlink_model *m = stlink_model_find(sheet[i].pid);

		assert_non_null(m);
		assert_int_equal(m->kind, sheet[i].kind);
	}
}

static void pids_tells_the_number_and_stores_no_more_than_asked(void **state)
{
	uint16_t pids[MAX_PIDS] = { 0 };

	(void)state;
	assert_int_equal(stlink_model_pids(pids, 2), stlink_n_models);
	assert_int_equal(pids[1], stlink_models[1].pid);
	assert_int_equal(pids[2], 0);
	assert_int_equal(stlink_model_pids(pids, MAX_PIDS), stlink_n_models);
	assert_int_equal(pids[stlink_n_models - 1], stlink_models[stlink_n_models - 1].pid);
}

static void the_udev_rule_has_exactly_the_pids_of_the_table(void **state)
{
	static const char frame[] =
		"SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ATTR{idVendor}==\"0483\", "
		"ATTR{idProduct}==\"%4x\", MODE=\"0660\", TAG+=\"uaccess\", ENV{ID_STFLASH}=\"1\"\n";
	static const char group[] = "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ENV{ID_STFLASH}==\"1\", "
				    "GROUP=\"plugdev\"\n";
	bool seen[MAX_PIDS] = { false };
	bool has_group = false;
	size_t lines = 0;
	char line[512];
	FILE *f = open_rule();

	(void)state;
	while (fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "ATTR{idProduct}==\"");
		const struct stlink_model *m;
		char expected[512];
		unsigned long pid;

		if (line[0] == '#' || line[0] == '\n')
			continue;
		/* Where nobody has made the group, udev drops this line and no other. */
		assert_false(has_group);
		if (!at) {
			assert_string_equal(line, group);
			has_group = true;
			continue;
		}
		pid = strtoul(at + strlen("ATTR{idProduct}==\""), NULL, 16);
		snprintf(expected, sizeof(expected), frame, (unsigned int)pid);
		assert_string_equal(line, expected);
		m = stlink_model_find((uint16_t)pid);
		if (!m)
			fail_msg("%04lx is in the rule, not in the table", pid);
		assert_false(seen[m - stlink_models]);
		seen[m - stlink_models] = true;
		lines++;
	}
	fclose(f);
	assert_int_equal(lines, stlink_n_models);
	assert_true(has_group);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pid_is_there_once_and_found),
		cmocka_unit_test(kinds_are_those_of_the_fact_sheet),
		cmocka_unit_test(pids_tells_the_number_and_stores_no_more_than_asked),
		cmocka_unit_test(the_udev_rule_has_exactly_the_pids_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
