/* SPDX-License-Identifier: MIT */
/*
 * The flash controller of L4, G0, G4, WB, WL, C0 and U0: double words, their ECC,
 * erase, and what a wrong order does. Expectations are written out from the
 * manuals and the flash-l4g0g4 fact sheet.
 */
#include "dword_bench.h"

static const char *const one_of_each[] = { "stm32l476rg", "stm32l432kc", "stm32l4r5zi", "stm32g071rb",
					   "stm32g0b1re", "stm32g431rb", "stm32g474re", "stm32wb55rg",
					   "stm32wl55jc", "stm32c031c6", "stm32u073rc" };

#define FOR_EACH(name)                                                                  \
	for (size_t part_index = 0; part_index < ARRAY_SIZE(one_of_each); part_index++) \
		for (const char *name = one_of_each[part_index]; name; name = NULL)

static void two_words_in_order_program_a_double_word(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		program(FLASH + 0x100, 0x11223344, 0x55667788);
		flags(0);
		assert_int_equal(rd(FLASH + 0x100), 0x11223344);
		assert_int_equal(rd(FLASH + 0x104), 0x55667788);
		assert_int_equal(mon.programs, 1);
		no_anomaly();
	}
}

static void a_double_word_takes_as_long_as_the_datasheets_say(void **state)
{
	static const struct {
		const char *name;
		unsigned int us;
	} cases[] = { { "stm32l476rg", 82 }, { "stm32g071rb", 85 }, { "stm32g474re", 82 }, { "stm32wb55rg", 82 },
		      { "stm32wle5cc", 82 }, { "stm32c031c6", 85 }, { "stm32u031k8", 85 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		wr(base + CR, PG);
		write_unit(FLASH, 1, 2);
		takes_us(cases[i].us);
		no_anomaly();
	}
}

static void page_and_mass_erase_take_22_ms_each(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		const bool is_wb = !strcmp(name, "stm32wb55rg");

		ready(name);
		wr(base + CR, PER);
		wr(base + CR, PER | STRT);
		takes_us(22000);
		wr(base + CR, 0);
		if (is_wb)
			continue;
		wr(base + CR, MER1);
		wr(base + CR, MER1 | STRT);
		takes_us(22100);
	}
}

static void one_write_of_cr_may_start_an_erase_too(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		memset(at(FLASH), 0, 0x4000);
		wr(base + CR, PER | PNB(1) | STRT);
		wait_ready();
		wr(base + CR, 0);
		assert_int_equal(mon.page_erases, 1);
		assert_int_equal(*at(FLASH), 0);
		no_anomaly();
	}
}

static void a_double_word_is_programmed_once(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		program(FLASH, 0xfffffffe, 0xffffffff);
		flags(0);
		program(FLASH, 0xfffffffc, 0xffffffff);
		flags(PROGERR);
		assert_int_equal(rd(FLASH), 0xfffffffe);
		program(FLASH, 0xfffffffe, 0xffffffff);
		flags(PROGERR);
		no_anomaly();
	}
}

static void only_zeros_go_over_what_was_programmed(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		program(FLASH, 0x12345678, 0x9abcdef0);
		program(FLASH, 0, 0);
		flags(0);
		assert_int_equal(rd(FLASH + 4), 0);
		no_anomaly();
	}
}

/* Errata of G071 and WB: section 5 */
static void ones_look_blank_and_take_nothing_not_even_zeros(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		program(FLASH + 8, 0xffffffff, 0xffffffff);
		flags(0);
		assert_int_equal(rd(FLASH + 8), 0xffffffff);
		program(FLASH + 8, 1, 2);
		flags(PROGERR);
		program(FLASH + 8, 0, 0);
		flags(PROGERR);
		erase(PER);
		program(FLASH + 8, 1, 2);
		flags(0);
		assert_int_equal(rd(FLASH + 12), 2);
		no_anomaly();
	}
}

static void bytes_and_half_words_are_refused(void **state)
{
	static const unsigned int sizes[] = { 1, 2 };

	(void)state;
	FOR_EACH(name)
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		ready(name);
		wr(base + CR, PG);
		wr_size(FLASH, sizes[i], 0x12);
		flags(SIZERR);
		one_anomaly("other units than words");
		assert_true(is_all(FLASH, 8, 0xff));
	}
}

static void the_upper_word_does_not_come_first(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		wr(base + CR, PG);
		wr(FLASH + 4, 1);
		flags(PGAERR);
		one_anomaly("came first");
	}
}

static void the_second_word_is_of_the_same_double_word(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		wr(base + CR, PG);
		wr(FLASH, 1);
		wr(FLASH + 8, 2);
		flags(PGAERR);
		one_anomaly("then a word of another");
		assert_true(is_all(FLASH, 16, 0xff));
	}
}

static void without_pg_nothing_is_programmed(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		wr(FLASH, 1);
		flags(PGSERR);
		one_anomaly("without PG");
		wr(base + CR, PG | PER);
		wr(FLASH, 1);
		flags(PGSERR);
		one_anomaly("or with more than that");
	}
}

/* Section 4.4 */
static void half_a_double_word_keeps_the_controller_waiting(void **state)
{
	static const char *const shows[] = { "stm32g071rb", "stm32g0b1re", "stm32wb55rg",
					     "stm32wl55jc", "stm32c011f6", "stm32u073rc" };
	static const char *const hides[] = { "stm32l476rg", "stm32l4r5zi", "stm32g431rb" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shows); i++) {
		ready(shows[i]);
		wr(base + CR, PG);
		wr(FLASH, 1);
		assert_int_equal(rd(base + SR) & (BSY | CFGBSY), CFGBSY);
		assert_int_equal(rd(FLASH), 0xffffffff);
		no_anomaly();
		wr(base + CR, 0);
		one_anomaly("after half a double word");
		assert_int_equal(rd(base + CR), PG | OPTLOCK);
		wr(FLASH + 4, 2);
		sleep_ms(1);
		assert_int_equal(rd(FLASH), 1);
		wr(base + CR, 0);
		no_anomaly();
	}
	for (size_t i = 0; i < ARRAY_SIZE(hides); i++) {
		ready(hides[i]);
		wr(base + CR, PG);
		wr(FLASH, 1);
		assert_int_equal(rd(base + SR) & (BSY | CFGBSY), 0);
		wr(base + CR, PER);
		wr(base + CR, PER | STRT);
		flags(PGSERR);
		one_anomaly("after half a double word");
		assert_int_equal(mon.page_erases, 0);
	}
}

static void flags_of_before_keep_the_next_from_starting(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		program(FLASH, 1, 2);
		program(FLASH, 3, 4);
		wr(base + CR, PER);
		wr(base + CR, PER | STRT);
		flags(PROGERR | PGSERR);
		one_anomaly("not cleared");
		assert_int_equal(mon.page_erases, 0);
		/* What comes behind the failure in one stream is lost without a word. */
		wr(base + CR, PG);
		write_unit(FLASH, 3, 4);
		write_unit(FLASH + 8, 5, 6);
		flags(PROGERR | PGSERR);
		assert_true(is_all(FLASH + 8, 8, 0xff));
		no_anomaly();
	}
}

static void bits_of_erases_exclude_each_other(void **state)
{
	static const uint32_t wrong[] = { STRT, PG | PER | STRT, PER | MER1 | STRT, FSTPG | MER1 | STRT };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		ready("stm32l432kc");
		wr(base + CR, wrong[i]);
		flags(PGSERR);
		one_anomaly("FLASH_CR.STRT");
		assert_int_equal(mon.page_erases + mon.mass_erases, 0);
	}
}

static void eop_is_set_only_with_its_interrupt(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		program(FLASH, 1, 2);
		flags(0);
		wr(base + CR, PG | EOPIE);
		write_unit(FLASH + 8, 1, 2);
		wait_ready();
		flags(EOP);
	}
}

static void cr_is_not_written_while_busy(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		wr(base + CR, PG);
		write_unit(FLASH, 1, 2);
		wr(base + CR, 0);
		one_anomaly("while the flash is busy");
	}
}

static void a_stream_of_the_debugger_waits_for_each_double_word(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		ready(name);
		wr(base + CR, PG);
		for (uint32_t i = 0; i < 64; i++)
			write_unit(FLASH + 8 * i, i, ~i);
		wait_ready();
		flags(0);
		for (uint32_t i = 0; i < 64; i++)
			assert_int_equal(rd(FLASH + 8 * i + 4), ~i);
		assert_true(mon.spent_ns[SPENT_STALL] > 60 * 70000);
		no_anomaly();
	}
}

static void a_wrong_key_locks_until_reset(void **state)
{
	(void)state;
	FOR_EACH(name)
	{
		bench(name);
		base = !strncmp(name, "stm32w", 6) ? 0x58004000u : 0x40022000u;
		halt();
		wr(base + KEYR, KEY1);
		write_faults(base + KEYR, 4, KEY1);
		write_faults(base + KEYR, 4, KEY1);
		assert_int_equal(rd(base + CR), LOCK | OPTLOCK);
		reset_halt();
		unlock();
	}
}

static void busy_flags_are_each_lines_own(void **state)
{
	static const struct {
		const char *name;
		uint32_t cr, busy;
	} cases[] = {
		{ "stm32l476rg", PER, BSY },          { "stm32l476rg", PER | BKER_L4, BSY },
		{ "stm32g431rb", PER, BSY },          { "stm32g071rb", PER, BSY | CFGBSY },
		{ "stm32g0b1re", PER, BSY | CFGBSY }, { "stm32g0b1re", PER | BKER_G0, BIT17 | CFGBSY },
		{ "stm32wb55rg", PER, BSY | CFGBSY }, { "stm32c031c6", PER, BSY | CFGBSY },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		wr(base + CR, cases[i].cr | STRT);
		assert_int_equal(rd(base + SR) & (BSY | BIT17 | CFGBSY), cases[i].busy);
		wait_ready();
		assert_int_equal(rd(base + SR) & (BSY | BIT17 | CFGBSY), 0);
		no_anomaly();
	}
}

/* --- ECC --------------------------------------------------------------------------------- */

/* The next operation is cut short in its middle by the supply; the chip comes back. */
static void cut_power_in(uint32_t cr, uint32_t addr)
{
	chip_faults(chip)->power_lost_at = 1;
	wr(base + CR, cr);
	if (cr & PG)
		write_unit(addr, 0x12345678, 0x9abcdef0);
	sleep_ms(50);
	assert_false(chip_powered(chip));
	chip_faults(chip)->power_lost_at = 0;
	chip_power(chip, true);
	after_reset();
}

static void a_torn_double_word_is_told_by_eccd_and_an_nmi(void **state)
{
	static const struct {
		const char *name;
		uint32_t addr, where; /* in FLASH_ECCR */
	} cases[] = { { "stm32l476rg", 0x08001238, 0x1238 },
		      { "stm32l476rg", 0x08081238, 0x1238 | 1u << 19 },
		      { "stm32g474re", 0x08041238, 0x1238 | 1u << 21 },
		      { "stm32g071rb", 0x08001238, 0x1238 / 8 },
		      { "stm32wb55rg", 0x08001238, 0x1238 / 8 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		cut_power_in(PG, cases[i].addr);
		assert_int_equal(rd(base + ECCR), 0);
		(void)rd(cases[i].addr);
		assert_int_equal(rd(base + ECCR), ECCD | cases[i].where);
		assert_int_equal(rd(0xe000ed04) >> 31, 1);
		wr(base + ECCR, ECCD);
		assert_int_equal(rd(base + ECCR), 0);
		no_anomaly();
	}
}

static void bank_2_of_a_g0_has_an_eccr_of_its_own(void **state)
{
	(void)state;
	ready("stm32g0b1re");
	cut_power_in(PG, 0x08041238);
	(void)rd(0x08041238);
	assert_int_equal(rd(base + ECCR), 0);
	assert_int_equal(rd(base + 0x1c), ECCD | 0x1238 / 8);
	no_anomaly();
}

static void a_torn_double_word_may_be_a_bus_error_too(void **state)
{
	(void)state;
	ready("stm32l476rg");
	chip_faults(chip)->torn_faults = true;
	cut_power_in(PG, FLASH + 0x800);
	read_faults(FLASH + 0x800, 4);
	read_faults(FLASH + 0x804, 4);
	(void)rd(FLASH + 0x808);
	assert_int_equal(rd(base + ECCR), ECCD | 0x800);
}

static void an_erase_heals_what_was_torn_and_so_do_zeros(void **state)
{
	(void)state;
	ready("stm32l432kc");
	cut_power_in(PG, FLASH + 0x800);
	program(FLASH + 0x800, 1, 2);
	flags(PROGERR);
	program(FLASH + 0x800, 0, 0);
	flags(0);
	(void)rd(FLASH + 0x800);
	assert_int_equal(rd(base + ECCR), 0);

	ready("stm32l432kc");
	cut_power_in(PG, FLASH + 0x800);
	erase(PER | PNB(1));
	(void)rd(FLASH + 0x800);
	assert_int_equal(rd(base + ECCR), 0);
	program(FLASH + 0x800, 1, 2);
	flags(0);
}

static void an_erase_cut_short_leaves_what_looks_erased_and_is_not(void **state)
{
	(void)state;
	ready("stm32g071rb");
	cut_power_in(PER | STRT, 0);
	assert_true(is_all(FLASH, 0x800, 0xff));
	program(FLASH + 0x400, 1, 2);
	flags(PROGERR);
	(void)rd(FLASH + 0x400);
	assert_int_equal(rd(base + ECCR), ECCD | 0x400 / 8);
}

/* Of the core such a read is an NMI, whatever it masks. */
static void a_core_that_reads_what_is_torn_takes_an_nmi(void **state)
{
	static const uint16_t load[] = { 0x6801, 0xbf00, 0xbe00 }; /* ldr r1, [r0]; nop; bkpt */
	static const char *const names[] = { "stm32l476rg", "stm32g071rb", "stm32wb55rg" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ready(names[i]);
		cut_power_in(PG, FLASH + 0x800);
		wr(RAM + 0x100 + 8, RAM + 0x301); /* the vector of NMI */
		wr16(RAM + 0x300, 0xbe01);        /* bkpt 1 */
		wr(0xe000ed08, RAM + 0x100);
		set_core_reg(0, FLASH + 0x800);
		run_code(load, ARRAY_SIZE(load), 1000);
		assert_int_equal(get_core_reg(15), RAM + 0x300);
		assert_int_equal(get_core_reg(16) & 0x1ff, 2);
		assert_int_equal(rd(base + ECCR), ECCD | (i ? 0x800 / 8 : 0x800));
		no_anomaly();
	}
}

/* RM0444 3.3.1, RM0461: not even zeros go over it. */
static void otp_takes_each_double_word_once(void **state)
{
	static const struct {
		const char *name;
		uint32_t otp;
	} cases[] = { { "stm32l476rg", 0x1fff7000 },
		      { "stm32g071rb", 0x1fff7000 },
		      { "stm32wle5cc", 0x1fff7000 },
		      { "stm32u073rc", 0x1fff6800 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		program(cases[i].otp + 0x3f8, 0xffffffff, 0xfffffffe);
		flags(0);
		assert_int_equal(rd(cases[i].otp + 0x3fc), 0xfffffffe);
		program(cases[i].otp + 0x3f8, 0, 0);
		flags(PROGERR);
		program(0x1fff0000, 1, 2);
		flags(WRPERR);
		no_anomaly();
	}
}

/* Errata of the WB, ES0394 2.2.9: it means nothing, and keeps nothing from starting. */
static void optverr_is_set_after_each_reset_of_a_wb(void **state)
{
	(void)state;
	ready("stm32wb55rg");
	reset_halt();
	assert_int_equal(rd(base + SR) & ERRORS, OPTVERR);
	unlock();
	program(FLASH, 1, 2);
	flags(OPTVERR);
	no_anomaly();
}

/* --- the data cache ------------------------------------------------------------------------- */

/* r0 flash */
static const uint16_t load_word[] = {
	0x6801, /* ldr r1, [r0] */
	0xbe00, /* bkpt */
};

static uint32_t core_reads(uint32_t addr)
{
	set_core_reg(0, addr);
	run_code(load_word, ARRAY_SIZE(load_word), 1000);
	return get_core_reg(1);
}

static void what_the_data_cache_holds_is_older_than_the_next_operation(void **state)
{
	(void)state;
	ready("stm32l476rg");
	assert_int_equal(core_reads(FLASH + 0x100), 0xffffffff);
	program(FLASH + 0x200, 1, 2);
	assert_int_equal(core_reads(FLASH + 0x200), 1); /* was in no cache */
	no_anomaly();
	program(FLASH + 0x108, 1, 2);
	(void)core_reads(FLASH + 0x108); /* of the line at 0x100 */
	one_anomaly("through a data cache older");

	program(FLASH + 0x300, 1, 2);
	(void)core_reads(FLASH + 0x300);
	erase(PER);
	wr(base + ACR, 0);
	wr(base + ACR, 0x1800); /* ICRST, DCRST */
	wr(base + ACR, 0x600);
	assert_int_equal(core_reads(FLASH + 0x300), 0xffffffff);
	no_anomaly();
}

static void a_cache_is_not_reset_while_it_is_on(void **state)
{
	(void)state;
	ready("stm32l476rg");
	wr(base + ACR, 0x1600);
	one_anomaly("DCRST while");
	wr(base + ACR, 0xe00);
	one_anomaly("ICRST while");
}

/* --- fast programming ----------------------------------------------------------------------- */

/* A row, written by the core: r0 flash, r1 words left, r2 the value */
static const uint16_t fill_row[] = {
	0xc004, /* 0: stmia r0!, {r2} */
	0x3901, /* subs r1, #1 */
	0xd1fc, /* bne 0b */
	0xbe00, /* bkpt */
};

static void run_row(uint32_t addr, uint32_t words)
{
	set_core_reg(0, addr);
	set_core_reg(1, words);
	set_core_reg(2, 0x13572468);
	run_code(fill_row, ARRAY_SIZE(fill_row), 20000);
}

static void run_fast(uint32_t clock)
{
	if (clock == 16)
		return;
	/* MSI 24 MHz with three wait states */
	wr(base + ACR, 0x603);
	wr(0x40021000, 0x9b);
}

static void a_fast_row_is_quicker_after_a_mass_erase(void **state)
{
	static const struct {
		const char *name;
		uint32_t erases, clock, row;
	} cases[] = { { "stm32l476rg", MER1 | MER2, 24, 256 },
		      { "stm32g431rb", MER1, 16, 256 },
		      { "stm32g071rb", PER, 16, 256 },
		      { "stm32l4r5zi", MER1 | MER2, 24, 512 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ready(cases[i].name);
		run_fast(cases[i].clock);
		erase(cases[i].erases);
		wr(base + CR, FSTPG);
		mon.flash_busy_ns = 0;
		run_row(FLASH, cases[i].row / 4);
		flags(0);
		wr(base + CR, 0);
		assert_int_equal(rd(FLASH + cases[i].row - 4), 0x13572468);
		assert_in_range(mon.flash_busy_ns, cases[i].row / 8 * 53000, cases[i].row / 8 * 60000);
		no_anomaly();
	}
}

static void a_fast_row_needs_an_erase_just_before_and_its_alignment(void **state)
{
	(void)state;
	ready("stm32g431rb");
	wr(base + CR, FSTPG);
	write_unit(FLASH, 1, 2);
	flags(PGSERR);
	one_anomaly("cannot begin");

	ready("stm32g431rb");
	erase(MER1);
	wr(base + CR, FSTPG);
	write_unit(FLASH + 8, 1, 2);
	flags(PGSERR);
	one_anomaly("cannot begin");
}

static void a_debugger_is_too_slow_for_a_fast_row(void **state)
{
	(void)state;
	ready("stm32g431rb");
	erase(MER1);
	wr(base + CR, FSTPG);
	write_unit(FLASH, 1, 2);
	sleep_us(100);
	write_unit(FLASH + 8, 1, 2);
	flags(MISERR | PGSERR);
	one_anomaly("too late");

	/* Nor does it wait: whoever looks sees that the row ended. */
	ready("stm32g431rb");
	erase(MER1);
	wr(base + CR, FSTPG);
	write_unit(FLASH, 1, 2);
	assert_int_equal(rd(base + SR) & BSY, BSY);
	sleep_us(200);
	assert_int_equal(rd(base + SR) & (BSY | MISERR), MISERR);
	one_anomaly("too late");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(two_words_in_order_program_a_double_word, leave_bench),
		cmocka_unit_test_teardown(a_double_word_takes_as_long_as_the_datasheets_say, leave_bench),
		cmocka_unit_test_teardown(page_and_mass_erase_take_22_ms_each, leave_bench),
		cmocka_unit_test_teardown(one_write_of_cr_may_start_an_erase_too, leave_bench),
		cmocka_unit_test_teardown(a_double_word_is_programmed_once, leave_bench),
		cmocka_unit_test_teardown(only_zeros_go_over_what_was_programmed, leave_bench),
		cmocka_unit_test_teardown(ones_look_blank_and_take_nothing_not_even_zeros, leave_bench),
		cmocka_unit_test_teardown(bytes_and_half_words_are_refused, leave_bench),
		cmocka_unit_test_teardown(the_upper_word_does_not_come_first, leave_bench),
		cmocka_unit_test_teardown(the_second_word_is_of_the_same_double_word, leave_bench),
		cmocka_unit_test_teardown(without_pg_nothing_is_programmed, leave_bench),
		cmocka_unit_test_teardown(half_a_double_word_keeps_the_controller_waiting, leave_bench),
		cmocka_unit_test_teardown(flags_of_before_keep_the_next_from_starting, leave_bench),
		cmocka_unit_test_teardown(bits_of_erases_exclude_each_other, leave_bench),
		cmocka_unit_test_teardown(eop_is_set_only_with_its_interrupt, leave_bench),
		cmocka_unit_test_teardown(cr_is_not_written_while_busy, leave_bench),
		cmocka_unit_test_teardown(a_stream_of_the_debugger_waits_for_each_double_word, leave_bench),
		cmocka_unit_test_teardown(a_wrong_key_locks_until_reset, leave_bench),
		cmocka_unit_test_teardown(busy_flags_are_each_lines_own, leave_bench),
		cmocka_unit_test_teardown(a_torn_double_word_is_told_by_eccd_and_an_nmi, leave_bench),
		cmocka_unit_test_teardown(bank_2_of_a_g0_has_an_eccr_of_its_own, leave_bench),
		cmocka_unit_test_teardown(a_torn_double_word_may_be_a_bus_error_too, leave_bench),
		cmocka_unit_test_teardown(an_erase_heals_what_was_torn_and_so_do_zeros, leave_bench),
		cmocka_unit_test_teardown(an_erase_cut_short_leaves_what_looks_erased_and_is_not, leave_bench),
		cmocka_unit_test_teardown(a_core_that_reads_what_is_torn_takes_an_nmi, leave_bench),
		cmocka_unit_test_teardown(otp_takes_each_double_word_once, leave_bench),
		cmocka_unit_test_teardown(optverr_is_set_after_each_reset_of_a_wb, leave_bench),
		cmocka_unit_test_teardown(what_the_data_cache_holds_is_older_than_the_next_operation, leave_bench),
		cmocka_unit_test_teardown(a_cache_is_not_reset_while_it_is_on, leave_bench),
		cmocka_unit_test_teardown(a_fast_row_is_quicker_after_a_mass_erase, leave_bench),
		cmocka_unit_test_teardown(a_fast_row_needs_an_erase_just_before_and_its_alignment, leave_bench),
		cmocka_unit_test_teardown(a_debugger_is_too_slow_for_a_fast_row, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
