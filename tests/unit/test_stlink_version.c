/* SPDX-License-Identifier: MIT */
/* What a probe's version says, and what follows from it. */
#include <limits.h>

#include "stlink/command.h"

/* Behind the library's headers: cmocka makes a macro of fail. */
#include "scripted.h"

#define V2   0x3748
#define V2_1 0x374b

static struct bench b;

static void a_probe_that_may_have_no_swd_is_tried_with_a_warning(void **state)
{
	/* An STM8 board's V2-1: x = 18 is M there, y = 7 is S. Or else it is J18, and works. */
	const struct exchange script[] = {
		SILENCE, OUT(0xf1), IN(0x24, 0x87, 0x83, 0x04, 0x4b, 0x37), ASK_MODE(0x01), END,
	};

	(void)state;
	bench_init(&b, V2_1, script);
	watch_warnings(&b);
	assert_int_equal(stlink_open(&b.probe, &b.ctx, &b.tr.base), 0);
	warned_of("V2M18S7 looks like one for the STM8");
	warned_of("if no chip answers, use another probe");
	assert_int_equal(b.probe.version.jtag, 18);
	script_finished(&b);
}

static void a_probe_that_says_it_is_a_v1_is_refused(void **state)
{
	/* With the product id of a V2: a clone, or a converted board. */
	const struct exchange script[] = { SILENCE, OUT(0xf1), IN(0x13, 0x40, 0x83, 0x04, 0x48, 0x37), END };

	(void)state;
	assert_int_equal(bench_try_open(&b, V2, script), STFLASH_E_UNSUPPORTED);
	text_has(&b, "the probe says it is an ST-LINK/V1, which is not supported: use a V2 or newer");
	assert_null(b.probe.tr);
	script_finished(&b);
}

static void a_v2_1_names_mass_storage_instead_of_swim(void **state)
{
	const struct exchange script[] = {
		SILENCE, OUT(0xf1), IN(0x29, 0x5a, 0x83, 0x04, 0x4b, 0x37), ASK_MODE(0x01), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, V2_1, script), 0);
	assert_string_equal(b.probe.firmware, "V2J37M26");
	script_finished(&b);
}

static void a_v3_is_asked_with_the_long_form(void **state)
{
	(void)state;
	bench_open(&b, 0x374f, v3j7m2, NULL);
	assert_string_equal(b.probe.firmware, "V3J7M2S1");
	assert_true(b.probe.features & STLINK_HAS_COM_FREQ);
	assert_false(b.probe.features & STLINK_HAS_SWD_FREQ);
	assert_true(b.probe.features & STLINK_HAS_MEM8_512);
}

static void a_v3_of_the_first_firmware_is_warned_of(void **state)
{
	static const struct {
		uint8_t j;
		const char *warning;
	} rows[] = {
		{ 2, "probe firmware V3J2M2S1 is known for trouble: update it to V3J3 or newer" },
		{ 3, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct exchange script[] = {
			SILENCE,
			OUT(0xf1),
			IN(V3),
			OUT(0xfb),
			IN(0x03, 0x01, rows[i].j, 0x02, 0x00, 0x00, 0x00, 0x00, 0x83, 0x04, 0x4f, 0x37),
			ASK_MODE(0x01),
			END,
		};

		bench_init(&b, 0x374f, script);
		watch_warnings(&b);
		assert_int_equal(stlink_open(&b.probe, &b.ctx, &b.tr.base), 0);
		assert_string_equal(warnings, rows[i].warning);
		script_finished(&b);
	}
}

/* stlink issue 373 */
static void firmware_below_j24_is_warned_of(void **state)
{
	const struct exchange script[] = { SILENCE, OUT(0xf1), IN(V2J17S4), ASK_MODE(0x01), END };

	(void)state;
	bench_init(&b, V2, script);
	watch_warnings(&b);
	assert_int_equal(stlink_open(&b.probe, &b.ctx, &b.tr.base), 0);
	warned_of(
		"probe firmware V2J17S4 is older than V2J24, which may lose data of long reads: reading 64 bytes at a "
		"time, which is slow");
	script_finished(&b);
}

static void a_v3_whose_long_version_does_not_come_is_not_opened(void **state)
{
	const struct exchange script[] = {
		SILENCE, OUT(0xf1), IN(V3), OUT(0xfb), IN_ERR(STFLASH_E_UNPLUGGED), END,
	};

	(void)state;
	assert_int_equal(bench_try_open(&b, 0x374f, script), STFLASH_E_UNPLUGGED);
	script_finished(&b);
}

static void features_follow_the_j_number(void **state)
{
	static const struct {
		unsigned int j;
		uint32_t features;
	} rows[] = {
		{ 12, 0 },
		{ 13, STLINK_HAS_VOLTAGE },
		{ 15, STLINK_HAS_VOLTAGE | STLINK_HAS_RWSTATUS2 | STLINK_HAS_FPU_REGS },
		{ 22, STLINK_HAS_VOLTAGE | STLINK_HAS_RWSTATUS2 | STLINK_HAS_FPU_REGS | STLINK_HAS_SWD_FREQ },
		{ 24, 0x020f },
		{ 26, 0x021f },
		{ 28, 0x023f },
		{ 29, 0x027f },
		{ 32, 0x02ff },
		{ 45, 0x02ff },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t version[6] = { V2J29S7 };

		put_be16(version, (uint16_t)(2u << 12 | rows[i].j << 6 | 7));
		bench_open(&b, V2, version, NULL);
		assert_int_equal(b.probe.features, rows[i].features);
	}
}

/* No firmware makes up for what a kind of probe does not have: no update is asked for. */
static void what_only_other_probes_have_is_refused_by_the_model(void **state)
{
	(void)state;
	bench_open(&b, V2, v2j29s7, NULL);
	assert_int_equal(version_require(&b.probe, STLINK_HAS_CSW, "a CSW of one's own"), STFLASH_E_UNSUPPORTED);
	text_has(&b, "needs V2J32 or newer; this probe has V2J29S7");
	assert_int_equal(version_require(&b.probe, STLINK_HAS_MEM8_512, "a block of 512 bytes"), STFLASH_E_UNSUPPORTED);
	assert_string_equal(b.ctx.errmsg, "a block of 512 bytes is not possible with an ST-LINK/V2");
	bench_open(&b, 0x374f, v3j7m2, NULL);
	assert_int_equal(version_require(&b.probe, STLINK_HAS_MEM8_512, "a block of 512 bytes"), 0);
	assert_int_equal(version_require(&b.probe, STLINK_HAS_SWD_FREQ, "a divisor"), STFLASH_E_UNSUPPORTED);
	text_has(&b, "a divisor is not possible with an STLINK-V3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_that_may_have_no_swd_is_tried_with_a_warning),
		cmocka_unit_test(a_probe_that_says_it_is_a_v1_is_refused),
		cmocka_unit_test(a_v2_1_names_mass_storage_instead_of_swim),
		cmocka_unit_test(a_v3_is_asked_with_the_long_form),
		cmocka_unit_test(a_v3_of_the_first_firmware_is_warned_of),
		cmocka_unit_test(firmware_below_j24_is_warned_of),
		cmocka_unit_test(a_v3_whose_long_version_does_not_come_is_not_opened),
		cmocka_unit_test(features_follow_the_j_number),
		cmocka_unit_test(what_only_other_probes_have_is_refused_by_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
