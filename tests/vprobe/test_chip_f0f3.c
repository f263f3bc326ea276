/* SPDX-License-Identifier: MIT */
/* F0 and F3 around their flash: the debug unit of a Cortex-M0, DBGMCU, clocks (flash-f0f3f2f7 fact sheet sections 1.5,
 * 6, 7). */
#include "chip_fixture.h"

#define CPUID 0xe000ed00u
#define VTOR  0xe000ed08u
#define CCR   0xe000ed14u
#define CFSR  0xe000ed28u
#define SHPR3 0xe000ed20u

#define BP_CTRL  0xe0002000u
#define BP_COMP0 0xe0002008u
#define DWT_CTRL 0xe0001000u
#define DWT_PCSR 0xe000101cu

#define F0_IDCODE    0x40015800u
#define F0_DBGMCU_CR 0x40015804u
#define F0_APB1_FZ   0x40015808u
#define APB2ENR      0x40021018u
#define DBGMCUEN     (1u << 22)

#define RCC_CR    0x40021000u
#define RCC_CFGR  0x40021004u
#define RCC_CFGR2 0x4002102cu
#define FLASH_ACR 0x40022000u
#define PLLON     (1u << 24)

/* --- the core ---------------------------------------------------------------------------- */

static void a_cortex_m0_lacks_what_armv6m_lacks(void **state)
{
	static const uint32_t zero[] = { VTOR,       CFSR,       CFSR + 4,   0xe000ed34,
					 0xe000ed38, 0xe000ed88, 0xe000e004, 0xe000ed90 };

	(void)state;
	bench("stm32f051r8");
	halt();
	assert_int_equal(rd(CPUID), 0x410cc200);
	for (size_t i = 0; i < ARRAY_SIZE(zero); i++) {
		wr(zero[i], 0xffffffff);
		assert_int_equal(rd(zero[i]), 0);
	}
	assert_int_equal(rd(CCR), 0x208);
	wr(CCR, 0);
	assert_int_equal(rd(CCR), 0x208);
	wr(SHPR3, 0xffffffff);
	assert_int_equal(rd(SHPR3), 0xc0c00000);
	wr(DEMCR, 0xffffffff);
	assert_int_equal(rd(DEMCR), 0x01000401);
	read_faults(0xe0000000, 4); /* ITM */
	read_faults(0xe0042000, 4); /* DBGMCU of the others */
	read_faults(0x22000000, 4); /* bit-band */
	read_faults(0x42000000, 4);
	no_anomaly();
}

static void vectreset_is_an_anomaly_on_a_cortex_m0(void **state)
{
	(void)state;
	bench("stm32f072rb");
	halt();
	wr(AIRCR, 0x05fa0001);
	one_anomaly("VECTRESET");
	wr_size(SHPR3 + 3, 1, 0xc0);
	one_anomaly("written in 1 bytes");
}

static void a_cortex_m0_has_four_breakpoints_and_two_watchpoints(void **state)
{
	(void)state;
	bench("stm32f091rc");
	halt();
	assert_int_equal(rd(BP_CTRL), 0x40);
	wr(BP_COMP0 + 12, 0xc8000101);
	assert_int_equal(rd(BP_COMP0 + 12), 0xc8000101);
	wr(BP_COMP0 + 16, 0xc8000101);
	assert_int_equal(rd(BP_COMP0 + 16), 0);
	wr(DEMCR, 1u << 24);
	assert_int_equal(rd(DWT_CTRL), 0x20000000);
	wr(DWT_CTRL, 1);
	assert_int_equal(rd(DWT_CTRL), 0x20000000);
	sleep_us(10);
	assert_int_equal(rd(DWT_CTRL + 4), 0); /* no CYCCNT */
	assert_int_equal(rd(DWT_PCSR), 0xffffffff);
	wr(DHCSR, GO);
	sleep_ms(1);
	assert_in_range(rd(DWT_PCSR), FLASH, FLASH + 0x400);
	no_anomaly();
}

static void a_breakpoint_of_a_cortex_m0_halts_it(void **state)
{
	(void)state;
	bench("stm32f042k6");
	halt();
	wr(BP_COMP0, 0x48000241);
	wr(BP_CTRL, 3);
	wr(DHCSR, GO);
	sleep_ms(3);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(get_core_reg(15), 0x08000240);
	assert_int_equal(rd(DFSR) & 2, 2);
}

static void every_fault_of_a_cortex_m0_is_a_hard_fault(void **state)
{
	static const uint16_t faults[][3] = {
		{ 0xde00, 0xbe00, 0 },      /* UDF */
		{ 0xb100, 0xbe00, 0 },      /* CBZ */
		{ 0xbf08, 0xbe00, 0 },      /* IT EQ */
		{ 0xf241, 0x2034, 0xbe00 }, /* MOVW */
		{ 0xfb90, 0xf0f0, 0xbe00 }, /* SDIV */
		{ 0x6849, 0xbe00, 0 },      /* LDR r1, [r1, #4] with r1 odd */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		bench("stm32f030r8");
		sleep_ms(1);
		halt();
		set_core_reg(1, RAM + 1);
		start_code(faults[i], 3);
		sleep_us(100);
		assert_int_equal(rd(FW_FAULTS), 1);
		assert_int_equal(rd(CFSR), 0);
		halt();
		assert_int_equal(get_core_reg(16) & 0x3f, 3);
		no_anomaly();
	}
}

/* The debugger's registers are not the program's (Cortex-M0 TRM). */
static void a_program_of_a_cortex_m0_does_not_see_debug(void **state)
{
	static const uint16_t read_r1[] = { 0x6808, 0xbe00 };

	(void)state;
	bench("stm32f072rb");
	sleep_ms(1);
	halt();
	set_core_reg(1, DHCSR);
	set_core_reg(0, 1);
	run_code(read_r1, 2, 100);
	assert_int_equal(get_core_reg(0), 0);
	set_core_reg(1, DWT_CTRL);
	start_code(read_r1, 2);
	sleep_us(100);
	assert_int_equal(rd(FW_FAULTS), 1);
	no_anomaly();
}

static void a_fault_in_the_handler_locks_a_cortex_m0_up(void **state)
{
	static const uint16_t udf[] = { 0xde00 };

	(void)state;
	bench_without_power("stm32f051r8");
	memset(chip_flash(chip) + 12, 0xff, 4); /* HardFault's vector leads nowhere */
	chip_power(chip, true);
	halt();
	start_code(udf, 1);
	sleep_us(100);
	assert_true(rd(DHCSR) & S_LOCKUP);
	no_anomaly();
}

static void an_f3_has_a_cortex_m4(void **state)
{
	(void)state;
	bench("stm32f303vc");
	halt();
	assert_int_equal(rd(CPUID), 0x410fc241);
	assert_int_equal(rd(BP_CTRL), 0x260);
	wr(0x10000000, 0x12345678); /* CCM, of which code may run here */
	assert_int_equal(rd(0x10000000), 0x12345678);
	wr_size(0x10000000, 2, 0xbe00);
	set_core_reg(15, 0x10000000);
	wr(DHCSR, 0xa05f000b);
	wr(DHCSR, 0xa05f0009);
	sleep_us(10);
	assert_int_equal(rd(DFSR) & 2, 2);
	assert_int_equal(get_core_reg(15), 0x10000000);
	wr(0x22000004, 1);
	assert_int_equal(rd(RAM) & 2, 2);
	no_anomaly();
}

/* --- DBGMCU -------------------------------------------------------------------------------- */

static void dbgmcu_of_an_f0_takes_nothing_without_its_clock(void **state)
{
	(void)state;
	bench("stm32f072rb");
	halt();
	assert_int_equal(rd(F0_IDCODE), 0x20016448);
	wr(F0_DBGMCU_CR, 6);
	wr(F0_APB1_FZ, 0x1800);
	assert_int_equal(rd(F0_DBGMCU_CR), 0);
	assert_int_equal(rd(F0_APB1_FZ), 0);
	wr(APB2ENR, DBGMCUEN);
	wr(F0_DBGMCU_CR, 7);
	wr(F0_APB1_FZ, 0x1800);
	assert_int_equal(rd(F0_DBGMCU_CR), 6);
	assert_int_equal(rd(F0_APB1_FZ), 0x1800);
	wr(APB2ENR, 0);
	wr(F0_DBGMCU_CR, 0);
	assert_int_equal(rd(F0_DBGMCU_CR), 6);
	reset_halt();
	assert_int_equal(rd(F0_DBGMCU_CR), 6);
	no_anomaly();
}

static void the_watchdog_stands_still_where_dbgmcu_says_so(void **state)
{
	static const struct {
		const char *part;
		uint32_t enr, fz;
	} cases[] = { { "stm32f051r8", APB2ENR, F0_APB1_FZ }, { "stm32f303re", 0, APB1_FZ } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned int frozen = 0; frozen < 2; frozen++) {
			bench(cases[i].part);
			halt();
			if (cases[i].enr)
				wr(cases[i].enr, DBGMCUEN);
			wr(cases[i].fz, frozen ? 0x1800 : 0);
			wr(0x40003000, 0xcccc);
			(void)rd(DHCSR);
			sleep_ms(600);
			assert_int_equal(!(rd(DHCSR) & S_RESET), frozen);
			no_anomaly();
		}
	}
}

/* --- clocks ----------------------------------------------------------------------------------- */

static uint32_t hclk(void)
{
	static const uint16_t loop[] = { 0xe7fe };
	uint32_t before, after;

	wr(0xe000e014, 0xffffff); /* SysTick counts the core's cycles while it runs */
	wr(0xe000e018, 0);
	wr(0xe000e010, 5);
	start_code(loop, 1);
	sleep_us(10);
	before = rd(0xe000e018);
	sleep_us(1000);
	after = rd(0xe000e018);
	return (before - after + 500) / 1000;
}

static void run_from_pll(uint32_t cfgr, uint32_t acr)
{
	halt();
	wr(FLASH_ACR, acr);
	wr(RCC_CFGR, cfgr);
	wr(RCC_CR, rd(RCC_CR) | PLLON);
	sleep_ms(1);
	wr(RCC_CFGR, cfgr | 2);
	assert_int_equal(rd(RCC_CFGR) >> 2 & 3, 2);
}

static void an_agent_may_run_f0_and_f3_faster(void **state)
{
	static const struct {
		const char *part;
		uint32_t cfgr, cfgr2, acr;
		uint32_t mhz;
	} cases[] = {
		{ "stm32f051r8", 0x00100000, 0, 0x30, 24 }, { "stm32f072rb", 0x00100000, 0, 0x30, 24 },
		{ "stm32f091rc", 0x00100000, 0, 0x30, 24 }, { "stm32f303vc", 0x00100000, 0, 0x30, 24 },
		{ "stm32f334r8", 0x00100000, 0, 0x30, 24 }, { "stm32f373cc", 0x00100000, 0, 0x30, 24 },
		{ "stm32f303re", 0x00108000, 1, 0x30, 24 }, { "stm32f072rb", 0x00280000, 0, 0x31, 48 },
		{ "stm32f303vc", 0x00380400, 0, 0x32, 64 }, { "stm32f303re", 0x001c8400, 0, 0x32, 72 },
		{ "stm32f091rc", 0x00108000, 1, 0x30, 24 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench(cases[i].part);
		halt();
		wr(RCC_CFGR2, cases[i].cfgr2);
		run_from_pll(cases[i].cfgr, cases[i].acr);
		assert_int_equal(hclk(), cases[i].mhz);
		no_anomaly();
	}
}

static void what_the_sheet_forbids_of_clocks_is_an_anomaly(void **state)
{
	(void)state;
	bench("stm32f072rb");
	run_from_pll(0x00280000, 0x30); /* 48 MHz without a wait state */
	one_anomaly("latency");
	bench("stm32f303re");
	run_from_pll(0x00100000, 0x30); /* PLLSRC 00 */
	assert_true(mon.n_anomalies > 0);
	assert_non_null(strstr(mon.anomaly[0], "PLLSRC"));
	bench("stm32f303vc");
	run_from_pll(0x00380000, 0x32); /* PCLK1 of 64 MHz */
	one_anomaly("PCLK1");
}

static void bits_of_pllsrc_follow_the_line(void **state)
{
	(void)state;
	bench("stm32f051r8"); /* has the upper bit only */
	halt();
	run_from_pll(0x00108000, 0x30);
	assert_int_equal(hclk(), 24);
	no_anomaly();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_cortex_m0_lacks_what_armv6m_lacks, leave_bench),
		cmocka_unit_test_teardown(vectreset_is_an_anomaly_on_a_cortex_m0, leave_bench),
		cmocka_unit_test_teardown(a_cortex_m0_has_four_breakpoints_and_two_watchpoints, leave_bench),
		cmocka_unit_test_teardown(a_breakpoint_of_a_cortex_m0_halts_it, leave_bench),
		cmocka_unit_test_teardown(every_fault_of_a_cortex_m0_is_a_hard_fault, leave_bench),
		cmocka_unit_test_teardown(a_program_of_a_cortex_m0_does_not_see_debug, leave_bench),
		cmocka_unit_test_teardown(a_fault_in_the_handler_locks_a_cortex_m0_up, leave_bench),
		cmocka_unit_test_teardown(an_f3_has_a_cortex_m4, leave_bench),
		cmocka_unit_test_teardown(dbgmcu_of_an_f0_takes_nothing_without_its_clock, leave_bench),
		cmocka_unit_test_teardown(the_watchdog_stands_still_where_dbgmcu_says_so, leave_bench),
		cmocka_unit_test_teardown(an_agent_may_run_f0_and_f3_faster, leave_bench),
		cmocka_unit_test_teardown(what_the_sheet_forbids_of_clocks_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(bits_of_pllsrc_follow_the_line, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
