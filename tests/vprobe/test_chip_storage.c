/* SPDX-License-Identifier: MIT */
/* Contents kept in files, the demo firmware and its source, and the report. */
#include "chip_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chip/contents/demo_firmware.h"

#define F4_OPTCR 0x40023c14u

static char dir[] = "chip-storage-XXXXXX";
static char file[64], options[80];

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/flash.bin", dir);
	snprintf(options, sizeof(options), "%s.options", file);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static int leave(void **state)
{
	remove(file);
	remove(options);
	return leave_bench(state);
}

static void put_file(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void what_is_saved_is_loaded_again(void **state)
{
	static const char *const names[] = { "stm32f103c8", "stm32f429zi" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		bench_without_power(names[i]);
		chip_flash(chip)[12345] = 0x77;
		assert_true(chip_preset(chip, PRESET_WRP, 2));
		assert_int_equal(chip_save(chip, file), 0);
		bench_without_power(names[i]);
		assert_int_equal(chip_load(chip, file), 0);
		assert_int_equal(chip_flash(chip)[12345], 0x77);
		chip_power(chip, true);
		if (i == 0)
			assert_int_equal(rd(0x40022020), 0xfffffffd);
		else
			assert_int_equal(rd(F4_OPTCR), 0x0ffdaaed);
	}
}

/* Nobody saves: a program that was killed could not. */
static void a_live_file_holds_at_once_what_the_flash_does(void **state)
{
	static const uint8_t first[] = { 1, 2, 3, 4 };
	FILE *f;

	(void)state;
	put_file(file, first, sizeof(first));
	bench_without_power("stm32f103c8");
	assert_int_equal(chip_load(chip, file), 0);
	assert_int_equal(chip_live(chip, file), 0);
	assert_memory_equal(chip_flash(chip), first, sizeof(first));
	chip_flash(chip)[0xffff] = 0x77;

	f = fopen(file, "rb");
	assert_non_null(f);
	assert_int_equal(fgetc(f), 1);
	assert_int_equal(fseek(f, 0xfffe, SEEK_SET), 0);
	assert_int_equal(fgetc(f), 0xff);
	assert_int_equal(fgetc(f), 0x77);
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
	assert_int_equal(chip_save(chip, file), 0);
	assert_int_equal(chip_live(chip, "/nonexistent/flash"), -ENOENT);
}

static void otp_is_kept(void **state)
{
	(void)state;
	bench("stm32f407vg");
	halt();
	wr(0x40023c04, 0x45670123);
	wr(0x40023c04, 0xcdef89ab);
	wr(0x40023c10, 0x201);
	wr(0x1fff7804, 0xcafef00d);
	sleep_us(20);
	assert_int_equal(chip_save(chip, file), 0);
	bench_without_power("stm32f407vg");
	assert_int_equal(chip_load(chip, file), 0);
	chip_power(chip, true);
	assert_int_equal(rd(0x1fff7804), 0xcafef00d);
	assert_int_equal(rd(0x1fff7800), 0xffffffff);
}

/* What was set by registers is there again after the file was loaded. */
static void option_words_of_all_families_are_kept(void **state)
{
	static const struct {
		const char *part;
		enum chip_preset what;
		uint32_t value;
		uint32_t reg, mask, kept;
	} cases[] = {
		{ "stm32f072rb", PRESET_WRP, 1u << 31, 0x40022020, 0xffffffff, 0x7fffffff },
		{ "stm32f303vc", PRESET_HARDWARE_WATCHDOG, 1, 0x4002201c, 0xff00, 0xfe00 },
		{ "stm32f205rb", PRESET_WRP, 3, 0x40023c14, 0x0fff0000, 0x0ffc0000 },
		{ "stm32f722re", PRESET_PCROP, 5, 0x40023c1c, 0xff, 5 },
		{ "stm32f746zg", PRESET_WRP, 0xff, 0x40023c14, 0x00ff0000, 0 },
		{ "stm32f767zi", PRESET_BANKS, 2, 0x40023c14, 1u << 29, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench_without_power(cases[i].part);
		assert_true(chip_preset(chip, cases[i].what, cases[i].value));
		assert_int_equal(chip_save(chip, file), 0);
		bench_without_power(cases[i].part);
		assert_int_equal(chip_load(chip, file), 0);
		chip_power(chip, true);
		halt();
		assert_int_equal(rd(cases[i].reg) & cases[i].mask, cases[i].kept);
		no_anomaly();
	}
}

static void a_short_file_leaves_the_rest_erased(void **state)
{
	(void)state;
	put_file(file, "\x01\x02\x03", 3);
	bench_without_power("stm32f103c8");
	assert_int_equal(chip_load(chip, file), 0);
	assert_int_equal(get_le32(chip_flash(chip)), 0xff030201);
	assert_int_equal(chip_flash(chip)[65535], 0xff);
	chip_power(chip, true);
	assert_int_equal(rd(0x4002201c), 0x03fffffc); /* factory options */
}

static void a_file_longer_than_flash_is_refused(void **state)
{
	char *big = calloc(1, 65537);

	(void)state;
	assert_non_null(big);
	put_file(file, big, 65537);
	free(big);
	bench_without_power("stm32f103c8");
	assert_int_equal(chip_load(chip, file), -EFBIG);
}

static void a_missing_file_is_told(void **state)
{
	(void)state;
	bench_without_power("stm32f103c8");
	assert_int_equal(chip_load(chip, file), -ENOENT);
}

static void options_that_make_no_sense_are_refused(void **state)
{
	static const char *const bad[] = { "ob8 = 0x1\n",   "ob0 = 0x12345\n", "ob0 = zz\n", "ob0\n",
					   "optcr = 0x1\n", "ob0 = 1 2\n",     "= 3\n",      "ob0 = 0x\n" };

	(void)state;
	bench_without_power("stm32f103c8");
	put_file(file, "", 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		put_file(options, bad[i], strlen(bad[i]));
		assert_int_equal(chip_load(chip, file), -EINVAL);
	}
	put_file(options, "# words\n\n ob4 = 0xff00 # WRP0\r\n", 30);
	assert_int_equal(chip_load(chip, file), 0);
	chip_power(chip, true);
	assert_int_equal(rd(0x40022020), 0xffffff00);
}

static void a_directory_that_is_not_there_is_told_and_nothing_is_left(void **state)
{
	char path[80];

	(void)state;
	snprintf(path, sizeof(path), "%s/none/flash.bin", dir);
	bench_without_power("stm32f103c8");
	assert_int_equal(chip_save(chip, path), -ENOENT);
}

static void demo_firmware_counts_and_blinks(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_ms(600);
	assert_int_equal(rd(RAM), 0x600df00d);
	assert_in_range(rd(FW_MS), 598, 600);
	assert_int_equal(rd(FW_CHANGES), 1);
	assert_in_range(rd(FW_LOOPS), 598, 600);
	assert_int_equal(rd(0x4001100c), 1u << 13);
	sleep_ms(500);
	assert_int_equal(rd(FW_CHANGES), 2);
	assert_int_equal(rd(0x4001100c), 0);
	assert_int_equal(rd(FW_FAULTS), 0);
	no_anomaly();
}

static void demo_firmware_counts_its_starts_across_resets(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		bench(i ? "stm32f407vg" : "stm32f103c8");
		sleep_ms(10);
		assert_int_equal(rd(FW_BOOTS), 1);
		wr(AIRCR, SYSRESET);
		sleep_ms(5);
		assert_int_equal(rd(FW_BOOTS), 2);
		assert_in_range(rd(FW_MS), 4, 5);
		chip_power(chip, false);
		chip_power(chip, true);
		sleep_ms(5);
		assert_int_equal(rd(FW_BOOTS), 1);
		no_anomaly();
	}
}

static void demo_firmware_notices_that_its_data_was_changed(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_ms(10);
	for (uint32_t n = 0; n < 16; n++) {
		const uint32_t was = rd(RAM + 4 * n);

		wr(RAM + 4 * n, ~was);
		sleep_ms(2);
		assert_int_equal(rd(FW_DAMAGE), n + 1);
		assert_int_equal(rd(RAM + 4 * n), was);
	}
	sleep_ms(10);
	assert_int_equal(rd(FW_DAMAGE), 16);
}

static void demo_firmware_counts_its_faults_and_stays_there(void **state)
{
	(void)state;
	bench("stm32f103c8");
	sleep_ms(10);
	halt();
	set_core_reg(15, 0x40000000);
	wr(DHCSR, DETACH);
	sleep_ms(10);
	assert_int_equal(rd(FW_FAULTS), 1);
	assert_in_range(rd(FW_MS), 9, 11);
	wr(AIRCR, SYSRESET);
	sleep_ms(10);
	assert_int_equal(rd(FW_FAULTS), 1);
	assert_int_equal(rd(FW_BOOTS), 2);
	assert_in_range(rd(FW_MS), 9, 10);
}

/* The directory of the sources, from the name the compiler was given for this one. */
static void source_dir(char *path, size_t len)
{
	char *end;

	snprintf(path, len, "%s", __FILE__);
	end = strstr(path, "vprobe/test_chip_storage.c");
	assert_non_null(end);
	*end = '\0';
}

static void demo_firmware_is_what_its_source_makes(void **state)
{
	char path[1024], command[1200], made[200];
	FILE *out;
	size_t n = 0;

	(void)state;
	if (system("command -v arm-none-eabi-as >/dev/null 2>&1") != 0) {
		fprintf(stderr, "NOT RUN: demo firmware against its source: arm-none-eabi-as is not installed "
				"(package binutils-arm-none-eabi)\n");
		skip();
	}
	source_dir(path, sizeof(path));
	snprintf(command, sizeof(command), "'%sfirmware/build.sh'", path);
	out = popen(command, "r");
	assert_non_null(out);
	while (fgets(made, sizeof(made), out)) {
		unsigned int byte;
		int used;

		for (const char *s = made; sscanf(s, " 0x%x,%n", &byte, &used) == 1; s += used, n++) {
			assert_true(n < demo_firmware_size);
			assert_int_equal(byte, demo_firmware[n]);
		}
	}
	assert_int_equal(pclose(out), 0);
	assert_int_equal(n, demo_firmware_size);
}

static void report_has(const char *member)
{
	char text[2048];
	FILE *out = tmpfile();
	size_t len;

	assert_non_null(out);
	chip_report(chip, out);
	rewind(out);
	len = fread(text, 1, sizeof(text) - 1, out);
	fclose(out);
	text[len] = '\0';
	if (!strstr(text, member))
		fail_msg("no %s in %s", member, text);
}

static void the_report_has_what_the_firmware_counted(void **state)
{
	(void)state;
	bench("stm32f103c8");
	report_has("\"firmware_boots\": null, \"firmware_faults\": null, \"firmware_ms\": null, ");
	report_has("\"firmware_loops\": null, \"firmware_damage\": null, \"firmware_starts\": 0, ");
	sleep_ms(10);
	report_has("\"firmware_boots\": 1, \"firmware_faults\": 0, \"firmware_ms\": 9, ");
	report_has("\"firmware_loops\": 9, \"firmware_damage\": 0, \"firmware_starts\": 1, ");
	wr(DEMCR, 1);
	wr(DHCSR, GO);
	wr(AIRCR, SYSRESET);
	sleep_ms(10); /* caught: it does not run */
	report_has("\"firmware_starts\": 1, ");
	wr(DHCSR, GO);
	sleep_ms(10);
	report_has("\"firmware_starts\": 2, ");
	chip_power(chip, false);
	report_has("\"firmware_boots\": null, ");
}

static void the_report_is_json_members(void **state)
{
	static const char *const members[] = {
		"\"dhcsr\": ",        "\"demcr\": ",       "\"dfsr\": ",      "\"dbgmcu_cr\": ", "\"apb1_fz\": ",
		"\"fp_ctrl\": ",      "\"halted\": ",      "\"running\": ",   "\"pc\": ",        "\"flash_sr\": ",
		"\"flash_locked\": ", "\"chip_resets\": ", "\"sram_hash\": ", "\"options\": [",  "\"rdp_level\": "
	};
	char text[2048];
	FILE *out;
	size_t len;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		bench(i ? "stm32f103c8" : "stm32f407vg");
		out = tmpfile();
		assert_non_null(out);
		chip_report(chip, out);
		rewind(out);
		len = fread(text, 1, sizeof(text) - 1, out);
		fclose(out);
		text[len] = '\0';
		for (size_t k = 0; k < ARRAY_SIZE(members); k++)
			assert_non_null(strstr(text, members[k]));
		assert_int_equal(text[0], '"');
		assert_int_not_equal(text[len - 1], ' ');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_saved_is_loaded_again, leave),
		cmocka_unit_test_teardown(a_live_file_holds_at_once_what_the_flash_does, leave),
		cmocka_unit_test_teardown(otp_is_kept, leave),
		cmocka_unit_test_teardown(a_short_file_leaves_the_rest_erased, leave),
		cmocka_unit_test_teardown(a_file_longer_than_flash_is_refused, leave),
		cmocka_unit_test_teardown(a_missing_file_is_told, leave),
		cmocka_unit_test_teardown(option_words_of_all_families_are_kept, leave),
		cmocka_unit_test_teardown(options_that_make_no_sense_are_refused, leave),
		cmocka_unit_test_teardown(a_directory_that_is_not_there_is_told_and_nothing_is_left, leave),
		cmocka_unit_test_teardown(demo_firmware_counts_and_blinks, leave),
		cmocka_unit_test_teardown(demo_firmware_counts_its_starts_across_resets, leave),
		cmocka_unit_test_teardown(demo_firmware_notices_that_its_data_was_changed, leave),
		cmocka_unit_test_teardown(demo_firmware_counts_its_faults_and_stays_there, leave),
		cmocka_unit_test_teardown(the_report_has_what_the_firmware_counted, leave),
		cmocka_unit_test_teardown(demo_firmware_is_what_its_source_makes, leave),
		cmocka_unit_test_teardown(the_report_is_json_members, leave),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
