/* SPDX-License-Identifier: MIT */
/*
 * F2 and F7 around their flash: memories, the debug unit and the L1 caches of a
 * Cortex-M7 (flash-f0f3f2f7 fact sheet sections 1.3, 1.4, 3.1, 3.4, 6.2 and 7).
 */
#include "sectors_bench.h"

#include "chip/internal.h"

#define ITCM_ROM   0x00100000u
#define ITCM_FLASH 0x00200000u

#define IDCODE   0xe0042000u
#define FP_CTRL  0xe0002000u
#define FP_COMP0 0xe0002008u
#define CCR      0xe000ed14u
#define CLIDR    0xe000ed78u
#define CCSIDR   0xe000ed80u
#define ICIALLU  0xe000ef50u
#define DCISW    0xe000ef60u
#define DCCMVAC  0xe000ef68u
#define DCCIMVAC 0xe000ef70u
#define CCR_DC   (1u << 16)
#define CCR_IC   (1u << 17)

#define CSW_CACHEABLE (1u << 27)

#define RCC_CR      0x40023800u
#define RCC_PLLCFGR 0x40023804u
#define RCC_CFGR    0x40023808u
#define PLLON       (1u << 24)

static const char *const f7s[] = { "stm32f722re", "stm32f746zg", "stm32f767zi" };

static void begin(const char *name)
{
	bench(name);
	halt();
}

/* --- memories ------------------------------------------------------------------------ */

static void ram_of_an_f2_has_a_hole_on_the_small_parts(void **state)
{
	(void)state;
	begin("stm32f205rb");
	assert_int_equal(rd(0xe000ed00), 0x412fc230);
	wr(RAM + 0xbffc, 1);
	read_faults(RAM + 0xc000, 4);
	read_faults(0x2001bffc, 4);
	wr(0x2001c000, 2);
	wr(0x2001fffc, 3);
	assert_int_equal(rd(0x2001c000), 2);
	read_faults(0x20020000, 4);
	wr(0x22000004, 1); /* bit-band */
	assert_int_equal(rd(RAM) & 2, 2);
	no_anomaly();
}

static void what_hangs_on_the_itcm_bus_is_the_same_flash_and_rom(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(f7s); i++) {
		uint32_t size;

		begin(f7s[i]);
		size = chip_part(chip)->flash_size;
		memset(chip_flash(chip) + size - 4, 0xa5, 4);
		assert_int_equal(rd(ITCM_FLASH + 4), rd(FLASH + 4));
		assert_int_equal(rd(ITCM_FLASH + size - 4), 0xa5a5a5a5);
		read_faults(ITCM_FLASH + size, 4);
		assert_int_equal(rd(ITCM_ROM + 4), rd(0x1ff00004));
		read_faults(ITCM_ROM - 4, 4);
		wr(0x3ffc, 0x12345678); /* ITCM-RAM */
		assert_int_equal(rd(0x3ffc), 0x12345678);
		read_faults(0x4000, 4);
		read_faults(0x22000000, 4); /* no bit-band */
		no_anomaly();
		wr(ITCM_FLASH, 0);
		one_anomaly("ITCM");
		assert_int_not_equal(rd(FLASH), 0);
	}
}

static void code_runs_from_itcm_ram(void **state)
{
	(void)state;
	begin("stm32f746zg");
	wr(0x100, 0xbe00be00);
	set_core_reg(15, 0x100);
	set_core_reg(16, 0x01000000);
	wr(DFSR, 0x1f);
	wr(DHCSR, 0xa05f000b);
	wr(DHCSR, 0xa05f0009);
	sleep_us(10);
	assert_int_equal(rd(DFSR), 2);
	assert_int_equal(get_core_reg(15), 0x100);
	no_anomaly();
}

/* --- debug ----------------------------------------------------------------------------- */

static void identities_are_those_of_the_sheet(void **state)
{
	static const struct {
		const char *part;
		uint32_t cpuid, idcode, rom_table, tar;
	} cases[] = {
		{ "stm32f207zg", 0x412fc230, 0x20036411, 0xe00ff000, 0xfff },
		{ "stm32f722re", 0x411fc270, 0x10006452, 0xe00fd000, 0x3ff },
		{ "stm32f746zg", 0x410fc271, 0x10016449, 0xe00fd000, 0x3ff },
		{ "stm32f767zi", 0x411fc270, 0x10016451, 0xe00fd000, 0x3ff },
		{ "stm32f407vg-a", 0x410fc241, 0x20006411, 0xe00ff000, 0xfff },
		{ "stm32f051r8", 0x410cc200, 0, 0xe00ff000, 0x3ff },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(cases[i].part);
		assert_int_equal(rd(0xe000ed00), cases[i].cpuid);
		if (cases[i].idcode)
			assert_int_equal(rd(IDCODE), cases[i].idcode);
		assert_int_equal(chip_rom_table(chip), cases[i].rom_table);
		assert_int_equal(chip_tar_bits(chip), cases[i].tar);
		no_anomaly();
	}
}

/* Of an F7 the last table says who made it: parts of Arm's designer, ST's on top. */
static void rom_tables_of_an_f7_lead_to_the_debug_registers(void **state)
{
	uint32_t arm, core;

	(void)state;
	begin("stm32f746zg");
	assert_int_equal(rd(0xe00fdfe0) | (rd(0xe00fdfe4) & 15) << 8, 0x449);
	arm = 0xe00fd000 + (rd(0xe00fd000) & ~0xfffu);
	assert_int_equal(arm, 0xe00fe000);
	core = arm + (rd(arm) & ~0xfffu);
	assert_int_equal(core, 0xe00ff000);
	assert_int_equal(core + (rd(core) & ~0xfffu), 0xe000e000);
	no_anomaly();
}

static void dbgmcu_of_an_f7_is_dead_while_nrst_is_low_or_the_core_sleeps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(f7s); i++) {
		uint32_t id;

		begin(f7s[i]);
		id = rd(IDCODE);
		wr(DHCSR, GO);
		sleep_ms(3);
		sleep_us(500); /* in WFI */
		read_faults(IDCODE, 4);
		halt();
		assert_int_equal(rd(IDCODE), id);
		wr(DBGMCU_CR, 7);
		wr(DHCSR, GO);
		sleep_ms(3);
		sleep_us(500);
		assert_int_equal(rd(IDCODE), id);
		chip_nrst(chip, true);
		assert_int_equal(rd(IDCODE), 0);
		read_faults(0xe000ed28, 4);
		wr(DEMCR, 1);
		wr(DHCSR, HALT);
		chip_nrst(chip, false);
		assert_true(rd(DHCSR) & S_HALT);
		assert_int_equal(rd(IDCODE), id);
		no_anomaly();
	}
}

static void breakpoints_of_a_cortex_m7_hold_any_address(void **state)
{
	static const uint16_t code[] = { 0xbf00, 0xbf00, 0xbf00, 0xe7fe };

	(void)state;
	begin("stm32f767zi");
	assert_int_equal(rd(FP_CTRL), 0x10000080);
	wr(FP_COMP0 + 28, (CODE_AT + 4) | 1);
	assert_int_equal(rd(FP_COMP0 + 28), (CODE_AT + 4) | 1);
	wr(FP_COMP0 + 32, 1);
	assert_int_equal(rd(FP_COMP0 + 32), 0);
	wr(FP_CTRL, 3);
	run_code(code, 4, 10);
	assert_int_equal(get_core_reg(15), CODE_AT + 4);
	no_anomaly();
}

/* --- DSB behind what goes to flash -------------------------------------------------------- */

#define OP_DSB 0xf3bf, 0x8f4f

/* r0 the flash, r1 what goes there, r2 FLASH_SR or FLASH_CR */
static void run_against_flash(const uint16_t *code, size_t n, uint32_t r1, uint32_t r2)
{
	set_core_reg(0, FLASH + 0x8000);
	set_core_reg(1, r1);
	set_core_reg(2, r2);
	run_code(code, n, 1000);
}

static void a_store_to_flash_wants_a_dsb_on_an_f7(void **state)
{
	static const uint16_t without[] = { 0x6001, 0x6041, OP_DSB, 0xbe00 };  /* STR, STR */
	static const uint16_t reads_sr[] = { 0x6001, 0x6813, OP_DSB, 0xbe00 }; /* STR, LDR r3, [r2] */
	static const uint16_t with[] = { 0x6001, OP_DSB, 0x6813, 0xbe00, 0xbe00 };

	(void)state;
	ready("stm32f746zg");
	wr(CR, PG | X32);
	memset(at(FLASH + 0x8000), 0xff, 16);
	run_against_flash(with, 5, 0x11111111, SR);
	no_anomaly();
	run_against_flash(reads_sr, 5, 0x11111111, SR);
	one_anomaly("without a DSB");
	run_against_flash(without, 5, 0x11111111, SR);
	assert_int_equal(mon.n_anomalies, 2); /* and the flash was busy */
	assert_true(strstr(mon.anomaly[0], "without a DSB") || strstr(mon.anomaly[1], "without a DSB"));
}

static void strt_wants_a_dsb_on_an_f7_and_not_on_an_f2(void **state)
{
	static const uint16_t without[] = { 0x6011, 0x6813, OP_DSB, 0xbe00 }; /* STR r1, [r2]; LDR r3, [r2] */
	static const uint16_t with[] = { 0x6011, OP_DSB, 0x6813, 0xbe00 };

	(void)state;
	ready("stm32f722re");
	run_against_flash(with, 5, SER | STRT | X32, CR);
	wait_ready_ms(300);
	no_anomaly();
	run_against_flash(without, 5, SER | STRT | X32, CR);
	one_anomaly("without a DSB");
	ready("stm32f207zg");
	run_against_flash(without, 5, SER | STRT | X32, CR);
	no_anomaly();
}

/* --- caches --------------------------------------------------------------------------------- */

static void invalidate_all(void)
{
	const uint32_t sets = (rd(CCSIDR) >> 13 & 0x7fff) + 1;

	for (uint32_t way = 0; way < 4; way++)
		for (uint32_t set = 0; set < sets; set++)
			wr(DCISW, way << 30 | set << 5);
	wr(ICIALLU, 0);
}

/* SRAM1, behind the DTCM */
static uint32_t sram1(void)
{
	return RAM + chip_part(chip)->traits->tcm_size;
}

static void begin_with_caches(const char *name)
{
	ready(name);
	invalidate_all();
	wr(CCR, rd(CCR) | CCR_DC | CCR_IC);
}

/* LDR r0, [r1] or STR r0, [r1], by code in the DTCM */
static uint32_t load(uint32_t addr)
{
	static const uint16_t code[] = { 0x6808, 0xbe00 };

	set_core_reg(1, addr);
	run_code(code, 2, 1000);
	return get_core_reg(0);
}

static void store(uint32_t addr, uint32_t value)
{
	static const uint16_t code[] = { 0x6008, 0xbe00 };

	set_core_reg(0, value);
	set_core_reg(1, addr);
	run_code(code, 2, 1000);
}

static void caches_are_as_large_as_the_sheet_says(void **state)
{
	static const uint32_t sets[] = { 8192 / 32 / 4, 4096 / 32 / 4, 16384 / 32 / 4 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(f7s); i++) {
		begin(f7s[i]);
		assert_int_equal(rd(CLIDR), 0x09000003);
		assert_int_equal((rd(CCSIDR) >> 13 & 0x7fff) + 1, sets[i]);
		assert_int_equal(rd(CCR) & (CCR_DC | CCR_IC), 0);
		no_anomaly();
	}
	begin("stm32f407vg");
	wr(CCR, CCR_DC | CCR_IC);
	assert_int_equal(rd(CCR) & (CCR_DC | CCR_IC), 0);
}

static void a_cache_is_invalidated_before_it_is_switched_on(void **state)
{
	(void)state;
	begin("stm32f746zg");
	wr(CCR, rd(CCR) | CCR_IC);
	one_anomaly("CCR.IC");
	begin("stm32f746zg");
	wr(CCR, rd(CCR) | CCR_DC);
	one_anomaly("CCR.DC");
	for (size_t i = 0; i < ARRAY_SIZE(f7s); i++) {
		begin_with_caches(f7s[i]);
		no_anomaly();
		reset_halt();
		assert_int_equal(rd(CCR) & (CCR_DC | CCR_IC), 0);
		wr(CCR, rd(CCR) | CCR_DC);
		one_anomaly("CCR.DC");
	}
}

static void program_word(uint32_t addr, uint32_t value)
{
	wr(CR, PG | X32);
	wr(addr, value);
	sleep_us(20);
	wr(CR, 0);
}

static void flash_programmed_below_a_cached_line_is_not_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(f7s); i++) {
		begin_with_caches(f7s[i]);
		memset(at(FLASH + 0x8000), 0xff, 64);
		assert_int_equal(load(FLASH + 0x8000), 0xffffffff);
		no_anomaly();
		program_word(FLASH + 0x8004, 0x12345678);
		assert_int_equal(load(FLASH + 0x8004), 0xffffffff);
		one_anomaly("older than the memory");
		wr(DCCIMVAC, FLASH + 0x8004);
		assert_int_equal(load(FLASH + 0x8004), 0x12345678);
		assert_int_equal(load(FLASH + 0x8020), 0xffffffff);
		no_anomaly();
	}
}

static void without_caches_or_after_a_reset_nothing_is_stale(void **state)
{
	(void)state;
	ready("stm32f746zg");
	memset(at(FLASH + 0x8000), 0xff, 64);
	assert_int_equal(load(FLASH + 0x8000), 0xffffffff);
	program_word(FLASH + 0x8000, 0x12345678);
	assert_int_equal(load(FLASH + 0x8000), 0x12345678);
	begin_with_caches("stm32f746zg");
	(void)load(FLASH + 0x8000);
	reset_halt();
	unlock();
	memset(at(FLASH + 0x8000), 0xff, 64);
	program_word(FLASH + 0x8000, 0x12345678);
	assert_int_equal(load(FLASH + 0x8000), 0x12345678);
	no_anomaly();
}

static void what_code_wrote_is_in_the_cache_until_it_is_cleaned(void **state)
{
	(void)state;
	begin_with_caches("stm32f746zg");
	wr(sram1() + 0x100, 1);
	store(sram1() + 0x100, 2);
	no_anomaly();
	assert_int_equal(rd(sram1() + 0x100), 1);
	one_anomaly("something newer");
	chip_ahb_prot(chip, CSW_CACHEABLE);
	assert_int_equal(rd(sram1() + 0x100), 2);
	chip_ahb_prot(chip, 0);
	wr(DCCMVAC, sram1() + 0x100);
	assert_int_equal(rd(sram1() + 0x100), 2);
	no_anomaly();
}

static void switched_off_without_being_cleaned_it_hides_what_code_wrote(void **state)
{
	(void)state;
	begin_with_caches("stm32f767zi");
	wr(sram1() + 0x100, 1);
	store(sram1() + 0x100, 2);
	wr(CCR, rd(CCR) & ~(CCR_DC | CCR_IC));
	assert_int_equal(load(sram1() + 0x100), 1);
	one_anomaly("something newer");
	wr(DCCIMVAC, sram1() + 0x100);
	assert_int_equal(load(sram1() + 0x100), 2);
	no_anomaly();
}

static void what_a_debugger_writes_code_does_not_see_in_a_cached_line(void **state)
{
	(void)state;
	begin_with_caches("stm32f722re");
	wr(sram1(), 1);
	assert_int_equal(load(sram1()), 1);
	wr(sram1(), 2);
	assert_int_equal(load(sram1()), 1);
	one_anomaly("older than the memory");
	chip_ahb_prot(chip, CSW_CACHEABLE);
	wr(sram1(), 3);
	chip_ahb_prot(chip, 0);
	assert_int_equal(load(sram1()), 3);
	store(sram1(), 4);
	wr(sram1(), 5);
	one_anomaly("something newer");
}

static void the_dtcm_is_never_cached(void **state)
{
	(void)state;
	begin_with_caches("stm32f746zg");
	wr(RAM + 0x400, 1);
	assert_int_equal(load(RAM + 0x400), 1);
	wr(RAM + 0x400, 2);
	assert_int_equal(load(RAM + 0x400), 2);
	store(RAM + 0x400, 3);
	assert_int_equal(rd(RAM + 0x400), 3);
	assert_int_equal(load(ITCM_FLASH + 0x8000), 0x5a5a5a5a);
	memset(at(FLASH + 0x8000), 0x11, 4);
	assert_int_equal(load(ITCM_FLASH + 0x8000), 0x11111111);
	no_anomaly();
}

static void run_at(uint32_t addr)
{
	set_core_reg(15, addr);
	set_core_reg(16, 0x01000000);
	wr(DFSR, 0x1f);
	wr(DHCSR, 0xa05f000b);
	wr(DHCSR, 0xa05f0009);
	sleep_us(100);
	assert_true(rd(DHCSR) & S_HALT);
}

/* Sheet section 3.4: new code in SRAM1 needs ICIALLU. */
static void new_code_wants_the_instruction_cache_invalidated(void **state)
{
	(void)state;
	begin_with_caches("stm32f746zg");
	wr(sram1(), 0xbe002001); /* MOVS r0, #1; BKPT */
	run_at(sram1());
	assert_int_equal(get_core_reg(0), 1);
	wr(sram1(), 0xbe002002);
	run_at(sram1());
	assert_int_equal(get_core_reg(0), 1);
	one_anomaly("fetched");
	wr(ICIALLU, 0);
	run_at(sram1());
	assert_int_equal(get_core_reg(0), 2);
	no_anomaly();
}

/* ACR: ARTEN 9, ARTRST 11 */
static void the_art_accelerator_holds_what_came_over_the_itcm_bus(void **state)
{
	(void)state;
	ready("stm32f746zg");
	memset(at(FLASH + 0x8000), 0xff, 64);
	wr(ACR, 1u << 9);
	program_word(FLASH + 0x8000, 0x12345678);
	(void)load(FLASH + 0x8000);
	no_anomaly();
	(void)load(ITCM_FLASH + 0x8000);
	one_anomaly("cache older");
	program_word(FLASH + 0x8004, 0x12345678);
	wr(ACR, 0);
	wr(ACR, 1u << 11);
	wr(ACR, 1u << 9);
	(void)load(ITCM_FLASH + 0x8000);
	no_anomaly();
	wr(ACR, 1u << 11 | 1u << 9);
	one_anomaly("ARTRST");
}

/* --- clocks ----------------------------------------------------------------------------------- */

static void run_from_pll(uint32_t pllcfgr, uint32_t cfgr, uint32_t acr)
{
	halt();
	wr(ACR, acr);
	wr(RCC_PLLCFGR, pllcfgr);
	wr(RCC_CFGR, cfgr);
	wr(RCC_CR, rd(RCC_CR) | PLLON);
	sleep_ms(1);
	wr(RCC_CFGR, cfgr | 2);
	assert_int_equal(rd(RCC_CFGR) >> 2 & 3, 2);
}

#define PLL(m, n, p) (0x24000000u | (m) | (n) << 6 | ((p) / 2 - 1) << 16)

static void an_agent_may_run_f2_and_f7_faster(void **state)
{
	static const struct {
		const char *part;
		uint32_t pllcfgr, cfgr, acr, hz;
	} cases[] = {
		{ "stm32f207zg", PLL(8, 96, 4), 0x1000, 2, 48000000 },
		{ "stm32f207zg", PLL(8, 120, 2), 0x1400, 3, 120000000 },
		{ "stm32f746zg", PLL(8, 96, 4), 0x1000, 2, 48000000 },
		{ "stm32f722re", PLL(8, 96, 4), 0x1000, 2, 48000000 },
		{ "stm32f767zi", PLL(8, 216, 2), 0x1400, 7, 216000000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(cases[i].part);
		run_from_pll(cases[i].pllcfgr, cases[i].cfgr, cases[i].acr);
		assert_int_equal(chip->hclk_hz, cases[i].hz);
		no_anomaly();
	}
}

static void reserved_bits_of_pllcfgr_must_stay(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(f7s); i++) {
		begin(f7s[i]);
		wr(RCC_PLLCFGR, PLL(8, 96, 4) & 0x0fffffff);
		if (strcmp(f7s[i], "stm32f767zi") != 0)
			one_anomaly("reserved here");
		no_anomaly();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(ram_of_an_f2_has_a_hole_on_the_small_parts, leave_bench),
		cmocka_unit_test_teardown(what_hangs_on_the_itcm_bus_is_the_same_flash_and_rom, leave_bench),
		cmocka_unit_test_teardown(code_runs_from_itcm_ram, leave_bench),
		cmocka_unit_test_teardown(identities_are_those_of_the_sheet, leave_bench),
		cmocka_unit_test_teardown(rom_tables_of_an_f7_lead_to_the_debug_registers, leave_bench),
		cmocka_unit_test_teardown(dbgmcu_of_an_f7_is_dead_while_nrst_is_low_or_the_core_sleeps, leave_bench),
		cmocka_unit_test_teardown(breakpoints_of_a_cortex_m7_hold_any_address, leave_bench),
		cmocka_unit_test_teardown(a_store_to_flash_wants_a_dsb_on_an_f7, leave_bench),
		cmocka_unit_test_teardown(strt_wants_a_dsb_on_an_f7_and_not_on_an_f2, leave_bench),
		cmocka_unit_test_teardown(caches_are_as_large_as_the_sheet_says, leave_bench),
		cmocka_unit_test_teardown(a_cache_is_invalidated_before_it_is_switched_on, leave_bench),
		cmocka_unit_test_teardown(flash_programmed_below_a_cached_line_is_not_seen, leave_bench),
		cmocka_unit_test_teardown(without_caches_or_after_a_reset_nothing_is_stale, leave_bench),
		cmocka_unit_test_teardown(what_code_wrote_is_in_the_cache_until_it_is_cleaned, leave_bench),
		cmocka_unit_test_teardown(switched_off_without_being_cleaned_it_hides_what_code_wrote, leave_bench),
		cmocka_unit_test_teardown(what_a_debugger_writes_code_does_not_see_in_a_cached_line, leave_bench),
		cmocka_unit_test_teardown(the_dtcm_is_never_cached, leave_bench),
		cmocka_unit_test_teardown(new_code_wants_the_instruction_cache_invalidated, leave_bench),
		cmocka_unit_test_teardown(the_art_accelerator_holds_what_came_over_the_itcm_bus, leave_bench),
		cmocka_unit_test_teardown(an_agent_may_run_f2_and_f7_faster, leave_bench),
		cmocka_unit_test_teardown(reserved_bits_of_pllcfgr_must_stay, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
