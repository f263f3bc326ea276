/* SPDX-License-Identifier: MIT */
/*
 * Real conversations: the whole stack below the session against the virtual
 * probe, over the same USB/IP that a remote probe is reached by.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "stlink/stlink_proto.h"
#include "swd/cortexm.h"

#include <cmocka.h>

#define MAX_PIDS 32u
#define RAM      0x20000000u
#define NOWHERE  0x30000000u

#define DEMCR 0xe000edfcu
#define DHCSR 0xe000edf0u
#define VTOR  0xe000ed08u

/* Where the virtual probe leaves its statistics when we hang up */
static char stats_path[] = "virtual-stats-XXXXXX";

static struct ctx ctx;
static struct transport *tr;
static struct stlink probe;
static struct dap dap;
static struct core core;

static void ok(int err)
{
	if (err)
		fail_msg("%d: %s", err, ctx.errmsg);
}

static void open_probe(const char *spec)
{
	char selector[256];
	uint16_t pids[MAX_PIDS];
	const size_t n = min_size(stlink_model_pids(pids, MAX_PIDS), MAX_PIDS);
	int err;

	memset(&ctx, 0, sizeof(ctx));
	snprintf(selector, sizeof(selector), "%s,stats=%s", spec, stats_path);
	err = transport_open(&tr, &ctx, selector, STLINK_VID, pids, n);
	if (err == STFLASH_E_NO_PROBE || err == STFLASH_E_UNSUPPORTED) {
		print_error("NOT RUN, there is no virtual probe here: %s\n", ctx.errmsg);
		skip();
	}
	ok(err);
	ok(stlink_open(&probe, &ctx, tr));
}

static void attach(const char *selector, enum stflash_connect how)
{
	open_probe(selector);
	ok(how == STFLASH_CONNECT_UNDER_RESET ? dap_connect_under_reset(&dap, &probe, 0)
					      : dap_connect(&dap, &probe, 0));
	ok(core_attach(&core, &dap, how));
}

/* Hang up; nothing undefined may have happened on the other side. */
static void hang_up(void)
{
	char stats[8192];
	FILE *f;
	size_t n;

	ok(stlink_close(&probe));
	transport_close(tr);

	f = fopen(stats_path, "r");
	assert_non_null(f);
	n = fread(stats, 1, sizeof(stats) - 1, f);
	fclose(f);
	stats[n] = '\0';
	if (!strstr(stats, "\"anomalies\": 0,") || !strstr(stats, "\"in_debug\": false"))
		fail_msg("the virtual probe complains: %s", stats);
}

static void leave(void)
{
	ok(core_detach(&core));
	ok(dap_disconnect(&dap));
	hang_up();
}

static void every_firmware_reaches_the_core(void **state)
{
	static const char *const selectors[] = {
		"virtual:stm32f103c8,fw=J12S1,strict=1",
		"virtual:stm32f103c8,fw=J17S4,strict=1",
		"virtual:stm32f103c8,fw=J23S1,strict=1",
		"virtual:stm32f103c8,fw=J26S1,strict=1",
		"virtual:stm32f103c8,fw=J28S1,strict=1",
		"virtual:stm32f103c8,fw=J29S7,mode=debug,strict=1",
		"virtual:stm32f407vg,probe=v2-1,mode=mass,strict=1",
		"virtual:stm32f407vg,probe=v3,strict=1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(selectors); i++) {
		uint32_t mv;

		attach(selectors[i], STFLASH_CONNECT_NORMAL);
		assert_int_equal(dap.dpidr & 0xfff, 0x477);
		assert_int_equal(core.cpuid >> 24, 0x41);
		ok(stlink_read_voltage(&probe, &mv));
		assert_true(mv > 3000 || !(probe.features & STLINK_HAS_VOLTAGE));
		leave();
	}
}

static void memory_of_every_shape_comes_back(const char *selector)
{
	enum { SPAN = 7000, ROUNDS = 150 };
	static uint8_t mirror[SPAN], back[SPAN];
	uint32_t random = 1;

	attach(selector, STFLASH_CONNECT_NORMAL);
	ok(core_halt(&core));
	ok(dap_write(&dap, RAM, mirror, SPAN));
	for (unsigned int round = 0; round < ROUNDS; round++) {
		const size_t at = (random = random * 1664525u + 1013904223u) >> 16 & 0x3ff;
		const size_t len = 1 + ((random = random * 1664525u + 1013904223u) >> 20) % (round % 10 ? 40 : 5900);

		for (size_t i = 0; i < len; i++)
			mirror[at + i] = (uint8_t)((random = random * 1664525u + 1013904223u) >> 24);
		ok(dap_write(&dap, RAM + (uint32_t)at, mirror + at, len));
		ok(dap_read(&dap, RAM + (uint32_t)at, back, len));
		assert_memory_equal(back, mirror + at, len);
	}
	ok(dap_read(&dap, RAM, back, SPAN));
	assert_memory_equal(back, mirror, SPAN);
	leave();
}

static void memory_round_trips_on_old_and_new_firmware(void **state)
{
	(void)state;
	memory_of_every_shape_comes_back("virtual:stm32f103c8,fw=J14S1,strict=1");
	memory_of_every_shape_comes_back("virtual:stm32f103c8,fw=J29S7,strict=1");
	memory_of_every_shape_comes_back("virtual:stm32f407vg,probe=v3,strict=1");
}

static void a_fault_is_named_and_leaves_the_port_usable(const char *selector)
{
	uint32_t value;

	attach(selector, STFLASH_CONNECT_NORMAL);
	assert_int_equal(dap_read32(&dap, NOWHERE, &value), STFLASH_E_FAULT);
	assert_non_null(strstr(ctx.errmsg, "0x30000000"));
	ok(core_halt(&core)); /* a firmware that runs uses its RAM */
	ok(dap_write32(&dap, RAM, 0x12345678));
	ok(dap_read32(&dap, RAM, &value));
	assert_int_equal(value, 0x12345678);
	leave();
}

static void faults_are_recovered_on_old_and_new_firmware(void **state)
{
	(void)state;
	a_fault_is_named_and_leaves_the_port_usable("virtual:stm32f103c8,fw=J17S4");
	a_fault_is_named_and_leaves_the_port_usable("virtual:stm32f103c8,fw=J29S7");
	a_fault_is_named_and_leaves_the_port_usable("virtual:stm32f407vg,probe=v3");
}

static void a_halted_core_steps_and_resets(void **state)
{
	enum stflash_core_state found;
	uint32_t pc, vector, sp, value;

	(void)state;
	attach("virtual:stm32f103c8,strict=1", STFLASH_CONNECT_NORMAL);
	ok(core_reset_halt(&core));
	ok(dap_read32(&dap, 0x08000000, &sp));
	ok(dap_read32(&dap, 0x08000004, &vector));
	ok(core_state(&core, &found, &pc));
	assert_int_equal(found, STFLASH_CORE_HALTED);
	assert_int_equal(pc, vector & ~1u);
	ok(core_read_reg(&core, CORE_SP, &value));
	assert_int_equal(value, sp & ~3u);

	ok(core_step(&core));
	ok(core_read_reg(&core, CORE_PC, &value));
	assert_int_not_equal(value, pc);

	ok(core_reset_run(&core));
	ok(core_state(&core, &found, &pc));
	assert_int_not_equal(found, STFLASH_CORE_HALTED);
	assert_int_equal(pc, 0);
	leave();
}

/* movs r4, #42; adds r4, r4, r0; bkpt #0 */
static const uint8_t program[] = { 0x2a, 0x24, 0x24, 0x18, 0x00, 0xbe };

static void after_a_program_in_ram_the_firmware_starts_anew(void **state)
{
	const uint32_t args[4] = { 100, 0, 0, 0 };
	enum stflash_core_state state_after;
	uint32_t value, demcr;
	bool stopped = false;

	(void)state;
	attach("virtual:stm32f407vg,strict=1", STFLASH_CONNECT_NORMAL);
	ok(dap_read32(&dap, DEMCR, &demcr));
	ok(core_reset_halt(&core));
	ok(dap_write(&dap, RAM, program, sizeof(program)));
	ok(core_start(&core, RAM, args, 4));
	for (unsigned int i = 0; i < 100 && !stopped; i++)
		ok(core_poll_stopped(&core, &stopped));
	assert_true(stopped);
	ok(core_read_reg(&core, (enum core_reg)4, &value));
	assert_int_equal(value, 142);
	ok(core_read_reg(&core, CORE_PC, &value));
	assert_int_equal(value, RAM + 4);

	ok(core_detach(&core));
	ok(core_state(&core, &state_after, NULL));
	assert_int_not_equal(state_after, STFLASH_CORE_HALTED);
	ok(dap_read32(&dap, DHCSR, &value));
	assert_int_equal(value & 0xf, 0);
	ok(dap_read32(&dap, DEMCR, &value));
	assert_int_equal(value, demcr);
	leave();
}

static void a_program_that_crashes_is_told(void **state)
{
	const uint32_t args[4] = { 0 };
	bool stopped = false;
	int err = 0;

	(void)state;
	attach("virtual:stm32f103c8", STFLASH_CONNECT_NORMAL);
	ok(core_reset_halt(&core));
	/* Nothing to fetch there, and the vector of HardFault is 0, which is no Thumb code: lockup */
	ok(dap_write32(&dap, VTOR, RAM + 0x400));
	ok(dap_write32(&dap, RAM + 0x40c, 0));
	ok(core_start(&core, NOWHERE, args, 4));
	for (unsigned int i = 0; i < 100 && !err; i++)
		err = core_poll_stopped(&core, &stopped);
	assert_int_equal(err, STFLASH_E_NO_TARGET);
	assert_non_null(strstr(ctx.errmsg, "crashed (PC 0x"));
	assert_false(stopped);
	ok(core_reset_halt(&core));
	leave();
}

static void the_reset_wire_is_found_out(void **state)
{
	bool wired;

	(void)state;
	attach("virtual:stm32f103c8", STFLASH_CONNECT_NORMAL);
	ok(core_check_nrst(&core, &wired));
	assert_true(wired);
	ok(core_reset_pin(&core, true));
	assert_true(core.halted);
	leave();

	attach("virtual:stm32f103c8,nrst=0", STFLASH_CONNECT_NORMAL);
	ok(core_check_nrst(&core, &wired));
	assert_false(wired);
	assert_int_equal(core_reset_pin(&core, false), STFLASH_E_UNSUPPORTED);
	leave();
}

static void connect_under_reset_beats_firmware_that_turns_swd_off(void **state)
{
	(void)state;
	open_probe("virtual:stm32f103c8,swdoff=50");
	assert_int_equal(dap_connect(&dap, &probe, 0), STFLASH_E_NO_TARGET);
	ok(dap_connect_under_reset(&dap, &probe, 0));
	ok(core_attach(&core, &dap, STFLASH_CONNECT_UNDER_RESET));
	assert_true(core.halted);
	assert_true(core.nrst_wired);
	leave();
}

static void a_noisy_link_is_read_at_a_lower_clock(void **state)
{
	static uint8_t first[2048], second[2048];

	(void)state;
	attach("virtual:stm32f103c8,noisy=1000", STFLASH_CONNECT_NORMAL);
	ok(dap_read(&dap, 0x08000000, first, sizeof(first)));
	ok(dap_read(&dap, 0x08000000, second, sizeof(second)));
	assert_memory_equal(first, second, sizeof(first));
	assert_true(probe.speed_khz <= 1800);
	leave();
}

static uint8_t known[16384];

/* What flash holds, read at the clock that a V3 begins with. */
static void attach_v3(const char *spec)
{
	attach(spec, STFLASH_CONNECT_NORMAL);
	assert_int_equal(probe.speed_khz, 8000);
	ok(dap_read(&dap, 0x08000000, known, sizeof(known)));
}

static void a_v3_goes_faster_where_known_bytes_arrive_right(void **state)
{
	(void)state;
	attach_v3("virtual:stm32f407vg,probe=v3");
	ok(dap_go_faster(&dap, 0x08000000, known, sizeof(known)));
	assert_int_equal(probe.speed_khz, 24000);
	assert_int_equal(dap.link_errors, 0);

	/* Something arrives wrong later on, though no access failed. */
	ok(dap_doubt_clock(&dap));
	assert_int_equal(probe.speed_khz, 8000);
	ok(dap_doubt_clock(&dap));
	assert_int_equal(probe.speed_khz, 8000);
	ok(dap_go_faster(&dap, 0x08000000, known, sizeof(known)));
	assert_int_equal(probe.speed_khz, 8000);
	leave();
}

static void a_v3_goes_back_where_known_bytes_arrive_wrong(void **state)
{
	(void)state;
	attach_v3("virtual:stm32f407vg,probe=v3");
	known[9000] ^= 1;
	ok(dap_go_faster(&dap, 0x08000000, known, sizeof(known)));
	assert_int_equal(probe.speed_khz, 8000);
	leave();
}

static void a_v3_goes_back_where_the_wires_make_errors(void **state)
{
	uint8_t again[2048];

	(void)state;
	attach_v3("virtual:stm32f407vg,probe=v3,noisy=8000");
	ok(dap_go_faster(&dap, 0x08000000, known, sizeof(known)));
	assert_int_equal(probe.speed_khz, 8000);
	assert_int_equal(dap.link_errors, 0);
	ok(dap_read(&dap, 0x08000000, again, sizeof(again)));
	assert_memory_equal(known, again, sizeof(again));
	leave();
}

static void no_clock_is_tried_above_the_one_that_was_asked_for(void **state)
{
	(void)state;
	open_probe("virtual:stm32f407vg,probe=v3");
	ok(dap_connect(&dap, &probe, 3300));
	assert_int_equal(probe.speed_khz, 3300);
	ok(dap_read(&dap, 0x08000000, known, sizeof(known)));
	ok(dap_go_faster(&dap, 0x08000000, known, sizeof(known)));
	assert_int_equal(probe.speed_khz, 3300);
	ok(dap_disconnect(&dap));
	hang_up();
}

static void a_target_without_power_is_named(void **state)
{
	(void)state;
	open_probe("virtual:stm32f103c8,power=0");
	assert_int_equal(dap_connect(&dap, &probe, 0), STFLASH_E_NO_TARGET);
	assert_non_null(strstr(ctx.errmsg, "power the board"));
	hang_up();
}

static int make_stats_file(void **state)
{
	const int fd = mkstemp(stats_path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_stats_file(void **state)
{
	(void)state;
	return remove(stats_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_firmware_reaches_the_core),
		cmocka_unit_test(memory_round_trips_on_old_and_new_firmware),
		cmocka_unit_test(faults_are_recovered_on_old_and_new_firmware),
		cmocka_unit_test(a_halted_core_steps_and_resets),
		cmocka_unit_test(after_a_program_in_ram_the_firmware_starts_anew),
		cmocka_unit_test(a_program_that_crashes_is_told),
		cmocka_unit_test(the_reset_wire_is_found_out),
		cmocka_unit_test(connect_under_reset_beats_firmware_that_turns_swd_off),
		cmocka_unit_test(a_noisy_link_is_read_at_a_lower_clock),
		cmocka_unit_test(a_v3_goes_faster_where_known_bytes_arrive_right),
		cmocka_unit_test(a_v3_goes_back_where_known_bytes_arrive_wrong),
		cmocka_unit_test(a_v3_goes_back_where_the_wires_make_errors),
		cmocka_unit_test(no_clock_is_tried_above_the_one_that_was_asked_for),
		cmocka_unit_test(a_target_without_power_is_named),
	};

	return cmocka_run_group_tests(tests, make_stats_file, remove_stats_file);
}
