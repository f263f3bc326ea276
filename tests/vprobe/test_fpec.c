/* SPDX-License-Identifier: MIT */
/* FPEC, the flash controller of the F1: conversations at register level (PM0075). */
#include "chip_fixture.h"

#define BASE    0x40022000u
#define ACR     (BASE + 0x00)
#define KEYR    (BASE + 0x04)
#define OPTKEYR (BASE + 0x08)
#define SR      (BASE + 0x0c)
#define CR      (BASE + 0x10)
#define AR      (BASE + 0x14)
#define OBR     (BASE + 0x1c)
#define WRPR    (BASE + 0x20)
#define BANK2   0x40

#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

#define BSY      0x01u
#define PGERR    0x04u
#define WRPRTERR 0x10u
#define EOP      0x20u

#define PG     0x001u
#define PER    0x002u
#define MER    0x004u
#define OPTPG  0x010u
#define OPTER  0x020u
#define STRT   0x040u
#define LOCK   0x080u
#define OPTWRE 0x200u

#define OPTIONS 0x1ffff800u

static void unlock(void)
{
	wr(KEYR, KEY1);
	wr(KEYR, KEY2);
	assert_int_equal(rd(CR) & LOCK, 0);
}

static void unlock_options(void)
{
	unlock();
	wr(OPTKEYR, KEY1);
	wr(OPTKEYR, KEY2);
	assert_true(rd(CR) & OPTWRE);
}

static void wait_ready(uint64_t within_us)
{
	sleep_us(within_us);
	assert_int_equal(rd(SR) & BSY, 0);
}

/* A halted part, the controller unlocked, flash not 0xff anywhere. */
static void ready(const char *name)
{
	bench(name);
	halt();
	memset(chip_flash(chip), 0x5a, chip_part(chip)->flash_size);
	unlock();
}

static uint8_t *at(uint32_t addr)
{
	return chip_flash(chip) + (addr - FLASH);
}

static bool is_all(uint32_t addr, uint32_t len, uint8_t value)
{
	for (uint32_t i = 0; i < len; i++)
		if (at(addr)[i] != value)
			return false;
	return true;
}

static void erase_page(uint32_t addr)
{
	wr(CR, PER);
	wr(AR, addr);
	wr(CR, PER | STRT);
}

/* --- the lock ---------------------------------------------------------------------- */

static void it_is_locked_after_reset_and_keys_open_it(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	assert_int_equal(rd(CR), LOCK);
	unlock();
	assert_int_equal(rd(CR), 0);
	wr(CR, LOCK);
	assert_int_equal(rd(CR), LOCK);
	unlock(); /* again */
	no_anomaly();
}

static void a_wrong_key_is_a_bus_error_and_locks_until_reset(void **state)
{
	static const uint32_t wrong[][2] = { { 0x12345678, 0 }, { KEY1, 0xdeadbeef }, { KEY1, KEY1 }, { KEY2, KEY1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		bench("stm32f103c8");
		halt();
		if (wrong[i][0] == KEY1) {
			wr(KEYR, KEY1);
			write_faults(KEYR, 4, wrong[i][1]);
		} else {
			write_faults(KEYR, 4, wrong[i][0]);
		}
		write_faults(KEYR, 4, KEY1);
		write_faults(KEYR, 4, KEY2);
		assert_int_equal(rd(CR), LOCK);
		reset_halt();
		unlock();
		no_anomaly();
	}
}

static void cr_written_while_locked_changes_nothing(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	wr(CR, LOCK);
	no_anomaly();
	wr(CR, PER);
	assert_int_equal(rd(CR), LOCK);
	one_anomaly("while locked");
}

static void keys_while_unlocked_are_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	wr(KEYR, KEY1);
	one_anomaly("while unlocked");
}

/* --- erase --------------------------------------------------------------------------- */

static void page_erase_takes_20_ms_and_erases_that_page_only(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x1234); /* any address in it */
	assert_int_equal(rd(SR), BSY);
	sleep_us(19990);
	assert_int_equal(rd(SR), BSY);
	sleep_us(20);
	assert_int_equal(rd(SR), EOP);
	assert_true(is_all(FLASH + 0x1000, 0x400, 0xff));
	assert_true(is_all(FLASH, 0x1000, 0x5a));
	assert_true(is_all(FLASH + 0x1400, 0x10000 - 0x1400, 0x5a));
	assert_int_equal(mon.page_erases, 1);
	assert_int_equal(mon.flash_busy_ns, 20000000);
	wr(SR, EOP);
	assert_int_equal(rd(SR), 0);
	no_anomaly();
}

static void high_density_pages_are_2_kib(void **state)
{
	(void)state;
	ready("stm32f103ze");
	erase_page(FLASH + 0x7f800);
	wait_ready(20001);
	assert_true(is_all(FLASH + 0x7f800, 0x800, 0xff));
	assert_true(is_all(FLASH + 0x7f000, 0x800, 0x5a));
	no_anomaly();
}

static void mass_erase_takes_20_ms_and_everything(void **state)
{
	(void)state;
	ready("stm32f103cb");
	wr(CR, MER);
	wr(CR, MER | STRT);
	assert_int_equal(rd(SR), BSY);
	wait_ready(20001);
	assert_true(is_all(FLASH, 0x20000, 0xff));
	assert_int_equal(mon.mass_erases, 1);
	no_anomaly();
}

static void strt_without_exactly_one_kind_of_erase_is_an_anomaly(void **state)
{
	static const uint32_t crs[] = { 0, PG, PER | MER, PG | PER, PER | OPTER, OPTER, MER | OPTPG };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crs); i++) {
		ready("stm32f103c8");
		wr(CR, crs[i] | STRT);
		assert_int_equal(rd(SR) & BSY, 0);
		one_anomaly("STRT");
	}
}

static void page_erase_outside_of_flash_is_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x10000);
	assert_int_equal(rd(SR) & BSY, 0);
	one_anomaly("page erase");
}

static void registers_written_while_busy_are_an_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH);
	wr(CR, 0);
	one_anomaly("busy");
	wr(AR, FLASH);
	one_anomaly("busy");
	wait_ready(20001);
	assert_int_equal(rd(CR), PER);
}

/* --- programming ------------------------------------------------------------------------ */

static void a_half_word_takes_52_us(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	wr16(FLASH + 2, 0x1234);
	assert_int_equal(rd(SR), BSY);
	sleep_ns(52000); /* a cycle is 125 ns */
	assert_int_equal(rd(SR), BSY);
	sleep_ns(500);
	assert_int_equal(rd(SR), EOP);
	assert_int_equal(rd(FLASH), 0x1234ffff);
	assert_int_equal(mon.programs, 1);
	no_anomaly();
}

static void a_half_word_that_is_not_erased_gives_pgerr_except_for_zero(void **state)
{
	(void)state;
	ready("stm32f103c8");
	put_le16(at(FLASH), 0xfffe);
	wr(CR, PG);
	wr16(FLASH, 0x1234);
	assert_int_equal(rd(SR), PGERR);
	assert_int_equal(rd_size(FLASH, 2), 0xfffe);
	assert_int_equal(mon.programs, 0);
	wr(SR, PGERR);
	assert_int_equal(rd(SR), 0);
	wr16(FLASH, 0);
	wait_ready(53);
	assert_int_equal(rd(SR), EOP);
	assert_int_equal(rd_size(FLASH, 2), 0);
	no_anomaly();
}

static void bytes_and_words_are_bus_errors(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	write_faults(FLASH, 1, 0x12);
	one_anomaly("in 1 bytes");
	write_faults(FLASH, 4, 0x12345678);
	one_anomaly("in 4 bytes");
	assert_true(is_all(FLASH, 0x400, 0xff));
}

static void a_write_without_pg_is_an_anomaly(void **state)
{
	static const uint32_t crs[] = { 0, PER, PG | PER, LOCK };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crs); i++) {
		ready("stm32f103c8");
		wr(CR, crs[i]);
		write_faults(FLASH, 2, 0);
		one_anomaly("FLASH_CR");
		assert_int_equal(rd_size(FLASH, 2), 0x5a5a);
	}
}

static void system_memory_cannot_be_written(void **state)
{
	(void)state;
	ready("stm32f103c8");
	wr(CR, PG);
	write_faults(0x1ffff000, 2, 0);
	one_anomaly("system memory");
}

static void the_alias_at_zero_is_the_same_flash(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	wr16(0x10, 0xabcd);
	wait_ready(53);
	assert_int_equal(rd(FLASH + 0x10), 0xffffabcd);
	assert_int_equal(rd(0x10), 0xffffabcd);
	no_anomaly();
}

/* --- stalls -------------------------------------------------------------------------------- */

static void a_stream_of_half_words_stalls_the_debugger_and_is_no_anomaly(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	wr(CR, PG);
	for (uint32_t i = 0; i < 100; i++)
		wr16(FLASH + 2 * i, i);
	assert_in_range(mon.spent_ns[SPENT_STALL], 99 * 52500, 99 * 52500 + 99 * 200);
	wait_ready(53);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(get_le16(at(FLASH + 2 * i)), i);
	no_anomaly();
}

static void a_debugger_that_is_stalled_over_8_ms_is_told_to_wait(void **state)
{
	uint32_t value;

	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x1000);
	assert_int_equal(chip_ahb_read(chip, FLASH, 4, &value), AHB_WAIT);
	assert_in_range(mon.now_ns, 8000000, 8001000);
	assert_int_equal(chip_ahb_read(chip, FLASH, 4, &value), AHB_WAIT);
	assert_int_equal(chip_ahb_read(chip, FLASH, 4, &value), AHB_OK);
	assert_in_range(mon.now_ns, 19999000, 20002000);
	assert_int_equal(value, 0x5a5a5a5a);
	no_anomaly();
}

static void ram_and_registers_do_not_stall(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH);
	(void)rd(RAM);
	(void)rd(SR);
	assert_int_equal(mon.spent_ns[SPENT_STALL], 0);
}

/* movw r0 #0x2000; movt r0 #0x4002; movw r2 #0x42; str r2,[r0,#0x10]; (nop) ldr r3,[r0,#12]; ldr r4,[r0,#12]; bkpt */
#define SET_R0_FPEC     0xf242, 0x0000, 0xf2c4, 0x0002
#define SET_R2_PER_STRT 0xf04f, 0x0242
#define STR_R2_CR       0x6102
#define LDR_R3_SR       0x68c3
#define LDR_R4_SR       0x68c4
#define NOP             0xbf00
#define BKPT            0xbe00

static void bsy_rises_one_instruction_after_strt(void **state)
{
	static const uint16_t at_once[] = { SET_R0_FPEC, SET_R2_PER_STRT, STR_R2_CR, LDR_R3_SR, LDR_R4_SR, BKPT };
	static const uint16_t with_nop[] = { SET_R0_FPEC, SET_R2_PER_STRT, STR_R2_CR, NOP, LDR_R3_SR, LDR_R4_SR, BKPT };

	(void)state;
	ready("stm32f103c8");
	wr(CR, PER);
	wr(AR, FLASH + 0x400);
	run_code(at_once, ARRAY_SIZE(at_once), 1000);
	assert_int_equal(get_core_reg(3), 0);
	assert_int_equal(get_core_reg(4), BSY);
	wait_ready(20000);
	run_code(with_nop, ARRAY_SIZE(with_nop), 1000);
	assert_int_equal(get_core_reg(3) & BSY, BSY);
	no_anomaly();
}

static void code_that_reads_busy_flash_stands_still(void **state)
{
	/* ... str r2,[r0,#0x10]; mov.w r1,#0x08000000; ldr r3,[r1]; bkpt */
	static const uint16_t code[] = { SET_R0_FPEC, SET_R2_PER_STRT, STR_R2_CR, 0xf04f, 0x6100, 0x680b, BKPT };

	(void)state;
	ready("stm32f103c8");
	wr(CR, PER);
	wr(AR, FLASH);
	start_code(code, ARRAY_SIZE(code));
	sleep_us(19000);
	assert_false(rd(DHCSR) & S_HALT);
	assert_int_equal(rd(SR) & BSY, BSY);
	sleep_us(1010);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(get_core_reg(3), 0xffffffff);
	no_anomaly();
}

static void code_that_writes_to_busy_flash_is_an_anomaly(void **state)
{
	/* mov.w r1,#0x08000000; movs r2,#0; strh r2,[r1]; strh r2,[r1,#2]; bkpt */
	static const uint16_t code[] = { 0xf04f, 0x6100, 0x2200, 0x800a, 0x804a, BKPT };

	(void)state;
	ready("stm32f103c8");
	wr(CR, PG);
	run_code(code, ARRAY_SIZE(code), 200);
	assert_int_equal(rd(FLASH), 0);
	assert_int_equal(mon.programs, 2);
	one_anomaly("while the flash was busy");
}

/* --- XL density -------------------------------------------------------------------------------- */

static void xl_banks_have_their_own_locks_and_work_at_once(void **state)
{
	(void)state;
	bench("stm32f103zg");
	halt();
	memset(chip_flash(chip), 0x5a, 1024 * 1024);
	unlock();
	assert_int_equal(rd(CR + BANK2), LOCK);
	wr(KEYR + BANK2, KEY1);
	wr(KEYR + BANK2, KEY2);
	wr(CR, MER);
	wr(CR, MER | STRT);
	(void)rd(FLASH + 0x80000); /* the other bank answers */
	assert_int_equal(mon.spent_ns[SPENT_STALL], 0);
	wr(CR + BANK2, MER);
	wr(CR + BANK2, MER | STRT);
	assert_int_equal(rd(SR), BSY);
	assert_int_equal(rd(SR + BANK2), BSY);
	wait_ready(20010);
	assert_int_equal(rd(SR + BANK2), EOP);
	assert_true(is_all(FLASH, 1024 * 1024, 0xff));
	no_anomaly();
}

static void xl_bank_1_registers_do_not_reach_bank_2(void **state)
{
	(void)state;
	ready("stm32f103rf");
	erase_page(FLASH + 0x80000);
	one_anomaly("bank 1");
	wr(CR, PG);
	write_faults(FLASH + 0x80000, 2, 0);
	one_anomaly("FLASH_CR 0x80");
	wr(CR, MER);
	wr(CR, MER | STRT);
	wait_ready(20001);
	assert_true(is_all(FLASH, 0x80000, 0xff));
	assert_true(is_all(FLASH + 0x80000, 0x40000, 0x5a));
	no_anomaly();
}

static void other_lines_have_no_second_bank_of_registers(void **state)
{
	(void)state;
	ready("stm32f103ze");
	wr(KEYR + BANK2, KEY1);
	one_anomaly("reserved");
	assert_int_equal(rd(CR + BANK2), 0);
}

/* --- option bytes and protection ------------------------------------------------------------------ */

static void program_option(uint32_t addr, uint32_t value)
{
	wr(CR, OPTPG | OPTWRE);
	wr16(addr, value);
	wait_ready(60);
}

static void erase_options(void)
{
	wr(CR, OPTER | OPTWRE);
	wr(CR, OPTER | OPTWRE | STRT);
	wait_ready(20001);
}

/* RDP first, then the rest as from the factory but for WRP0. */
static void write_options(uint8_t rdp, uint8_t user, uint8_t wrp0)
{
	const uint8_t values[8] = { rdp, user, 0xff, 0xff, wrp0, 0xff, 0xff, 0xff };

	unlock_options();
	erase_options();
	for (uint32_t i = 0; i < 8; i++)
		program_option(OPTIONS + 2 * i, values[i]);
	wr(CR, LOCK);
	wr(SR, 0x34);
}

static void power_cycle(void)
{
	chip_power(chip, false);
	sleep_ms(10);
	chip_power(chip, true);
	halt();
}

static void factory_options_are_read_and_loaded(void **state)
{
	(void)state;
	bench("stm32f103c8");
	assert_int_equal(rd(OPTIONS), 0x00ff5aa5);
	assert_int_equal(rd(OPTIONS + 4), 0x00ff00ff);
	assert_int_equal(rd(OBR), 0x03fffffc);
	assert_int_equal(rd(WRPR), 0xffffffff);
	no_anomaly();
}

static void options_need_both_keys_and_optwre_goes_with_a_zero(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	write_faults(OPTKEYR, 4, KEY1);
	one_anomaly("OPTKEYR");
	unlock();
	wr(CR, OPTPG | OPTWRE); /* software cannot set it */
	assert_int_equal(rd(CR), OPTPG);
	write_faults(OPTIONS, 2, 0xa5);
	one_anomaly("option byte");
	wr(OPTKEYR, KEY1);
	wr(OPTKEYR, KEY2);
	assert_int_equal(rd(CR), OPTPG | OPTWRE);
	wr(CR, OPTPG);
	assert_int_equal(rd(CR), OPTPG);
	wr(CR, 0);
	wr(OPTKEYR, KEY1); /* and comes back with the keys */
	wr(OPTKEYR, KEY2);
	assert_int_equal(rd(CR), OPTWRE);
	write_faults(OPTIONS, 4, 0x00ff5aa5);
	one_anomaly("FLASH_CR");
	wr(CR, OPTPG | OPTWRE);
	write_faults(OPTIONS, 4, 0x00ff5aa5);
	one_anomaly("in 4 bytes");
}

static void wrong_option_keys_lock_until_reset(void **state)
{
	(void)state;
	ready("stm32f103c8");
	wr(OPTKEYR, KEY1);
	write_faults(OPTKEYR, 4, KEY1);
	write_faults(OPTKEYR, 4, KEY2);
	assert_int_equal(rd(CR) & OPTWRE, 0);
	no_anomaly();
}

static void options_are_erased_programmed_with_complement_and_loaded_by_reset(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	write_options(0xa5, 0xfe, 0xfd);
	assert_int_equal(rd(OPTIONS), 0x01fe5aa5);
	assert_int_equal(rd(OPTIONS + 8), 0x00ff02fd);
	assert_int_equal(rd(WRPR), 0xffffffff);
	reset_halt();
	assert_int_equal(rd(WRPR), 0xfffffffd);
	assert_int_equal(rd(OBR) & 0x3ff, 0xfe << 2);
	assert_int_equal(mon.page_erases + mon.mass_erases, 0);
	no_anomaly();
}

static void an_option_that_is_not_erased_gives_pgerr(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	unlock_options();
	wr(CR, OPTPG | OPTWRE);
	wr16(OPTIONS + 4, 0x12);
	assert_int_equal(rd(SR), PGERR);
	assert_int_equal(rd(OPTIONS + 4), 0x00ff00ff);
	no_anomaly();
}

static void a_wrong_complement_counts_as_ff_and_sets_opterr(void **state)
{
	(void)state;
	bench_without_power("stm32f103c8");
	chip_power(chip, true);
	chip_power(chip, false);
	assert_int_equal(chip_save(chip, "fpec_opterr.bin"), 0);
	FILE *f = fopen("fpec_opterr.bin.options", "a");

	assert_non_null(f);
	fputs("ob4 = 0x1234\n", f);
	fclose(f);
	assert_int_equal(chip_load(chip, "fpec_opterr.bin"), 0);
	remove("fpec_opterr.bin");
	remove("fpec_opterr.bin.options");
	chip_power(chip, true);
	assert_int_equal(rd(OBR) & 1, 1);
	assert_int_equal(rd(WRPR) & 0xff, 0xff);
}

static void protected_pages_refuse_program_page_and_mass_erase(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	write_options(0xa5, 0xff, 0xfd); /* pages 4 to 7 */
	reset_halt();
	memset(chip_flash(chip), 0xff, 0x10000);
	unlock();
	for (uint32_t page = 4; page < 8; page++) {
		erase_page(FLASH + 0x400 * page);
		assert_int_equal(rd(SR), WRPRTERR);
		wr(SR, WRPRTERR);
		wr(CR, PG);
		wr16(FLASH + 0x400 * page, 0);
		assert_int_equal(rd(SR), WRPRTERR);
		wr(SR, WRPRTERR);
	}
	wr(CR, MER);
	wr(CR, MER | STRT);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, WRPRTERR);
	wr(CR, PG);
	wr16(FLASH + 0xffe, 0x1111);
	wait_ready(60);
	wr16(FLASH + 0x2000, 0x1111);
	wait_ready(60);
	assert_int_equal(rd(SR), EOP);
	assert_true(is_all(FLASH + 0x1000, 0x1000, 0xff));
	no_anomaly();
}

static void the_last_wrp_bit_covers_the_rest(void **state)
{
	(void)state;
	bench("stm32f103ze");
	halt();
	unlock_options();
	erase_options();
	for (uint32_t i = 0; i < 8; i++)
		program_option(OPTIONS + 2 * i, i == 0 ? 0xa5 : i == 7 ? 0x7f : 0xff);
	reset_halt();
	assert_int_equal(rd(WRPR), 0x7fffffff);
	unlock();
	erase_page(FLASH + 0x1e800);
	assert_int_equal(rd(SR), BSY);
	wait_ready(20001);
	wr(SR, 0x34);
	erase_page(FLASH + 0x1f000);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, 0x34);
	erase_page(FLASH + 0x7f800);
	assert_int_equal(rd(SR), WRPRTERR);
	no_anomaly();
}

static void set_rdp(void)
{
	write_options(0x00, 0xff, 0xff);
	reset_halt();
}

static void read_protection_begins_with_the_next_power_on(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	assert_int_equal(rd(OBR) & 2, 0);
	(void)rd(FLASH);
	power_cycle();
	assert_int_equal(rd(OBR) & 2, 2);
	read_faults(FLASH, 4);
	read_faults(0, 4);
	read_faults(0x1ffff7e0, 2);
	(void)rd(RAM);
	(void)rd(0xe0042000);
	no_anomaly();
}

static void under_read_protection_code_runs_until_it_reads_data_from_flash(void **state)
{
	/* movs r0,#0; 1: adds r0,#1; cmp r0,#100; bne 1b; ldr r1,[pc,#0]; b . */
	static const uint16_t code[] = { 0x2000, 0x3001, 0x2864, 0xd1fc, 0x4900, 0xe7fe };

	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	power_cycle();
	put_le32(at(FLASH), RAM + 0x800);
	put_le32(at(FLASH + 4), FLASH + 0x401);
	for (uint32_t i = 0; i < ARRAY_SIZE(code); i++)
		put_le16(at(FLASH + 0x400 + 2 * i), code[i]);
	wr(DEMCR, 0x00000400); /* catch a HardFault */
	wr(DFSR, 0x1f);
	(void)rd(RAM);
	wr(AIRCR, SYSRESET);
	sleep_us(1000);
	assert_true(rd(DHCSR) & S_HALT);
	assert_int_equal(get_core_reg(0), 100);
	assert_int_equal(rd(0xe000ed38), FLASH + 0x40c); /* BFAR */
	no_anomaly();
}

static void under_read_protection_pages_are_shut_and_mass_erase_is_not(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	power_cycle();
	unlock();
	erase_page(FLASH + 0x8000);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, 0x34);
	wr(CR, PG);
	wr16(FLASH + 0x8000, 0);
	assert_int_equal(rd(SR), WRPRTERR);
	wr(SR, 0x34);
	wr(CR, MER);
	wr(CR, MER | STRT);
	wait_ready(20001);
	assert_true(is_all(FLASH, 0x10000, 0xff));
	no_anomaly();
}

static void removing_read_protection_erases_everything_first(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	set_rdp();
	power_cycle();
	unlock_options();
	erase_options();
	wr(CR, OPTPG | OPTWRE);
	wr16(OPTIONS, 0xa5);
	sleep_us(20000);
	assert_int_equal(rd(SR) & BSY, BSY);
	wait_ready(60);
	assert_true(is_all(FLASH, 0x10000, 0xff));
	read_faults(FLASH, 4);
	wr(CR, LOCK);
	power_cycle();
	assert_int_equal(rd(FLASH), 0xffffffff);
	no_anomaly();
}

static void erased_options_mean_protected(void **state)
{
	(void)state;
	bench("stm32f103c8");
	halt();
	unlock_options();
	erase_options();
	power_cycle();
	read_faults(FLASH, 4);
	assert_int_equal(rd(OBR) & 3, 2);
}

/* --- what goes wrong --------------------------------------------------------------------------------- */

static void a_reset_in_the_middle_leaves_half_a_page(void **state)
{
	(void)state;
	ready("stm32f103c8");
	erase_page(FLASH + 0x400);
	sleep_ms(10);
	wr(AIRCR, SYSRESET);
	assert_int_equal(rd(SR), 0);
	assert_int_equal(rd(CR), LOCK);
	assert_false(is_all(FLASH + 0x400, 0x400, 0xff));
	assert_false(is_all(FLASH + 0x400, 0x400, 0x5a));
	assert_true(is_all(FLASH + 0x800, 0x400, 0x5a));
	no_anomaly();
}

static void the_supply_fails_in_the_second_operation(void **state)
{
	uint32_t value;

	(void)state;
	ready("stm32f103c8");
	chip_faults(chip)->power_lost_at = 2;
	erase_page(FLASH);
	wait_ready(20001);
	erase_page(FLASH + 0x400);
	sleep_ms(30);
	assert_false(chip_powered(chip));
	assert_false(chip_swd_answers(chip));
	assert_int_equal(chip_ahb_read(chip, SR, 4, &value), AHB_FAULT);
	chip_power(chip, true);
	assert_true(is_all(FLASH, 0x400, 0xff));
	assert_false(is_all(FLASH + 0x400, 0x400, 0xff));
}

static void the_chip_is_reset_in_the_first_operation(void **state)
{
	(void)state;
	ready("stm32f103c8");
	(void)rd(DHCSR);
	chip_faults(chip)->reset_at = 1;
	erase_page(FLASH);
	sleep_ms(30);
	assert_true(rd(DHCSR) & S_RESET);
	assert_int_equal(rd(CR), LOCK);
	assert_false(is_all(FLASH, 0x400, 0xff));
}

static void a_bad_cell_programs_wrong(void **state)
{
	(void)state;
	ready("stm32f103c8");
	memset(at(FLASH), 0xff, 0x400);
	chip_faults(chip)->bad_cell = FLASH + 2;
	wr(CR, PG);
	wr16(FLASH, 0x1234);
	wr16(FLASH + 2, 0x1234);
	wr16(FLASH + 4, 0x1234);
	wait_ready(60);
	assert_int_equal(rd(SR), EOP);
	assert_int_equal(rd(FLASH), 0x12351234);
	assert_int_equal(rd_size(FLASH + 4, 2), 0x1234);
}

static void a_stuck_operation_never_ends(void **state)
{
	(void)state;
	ready("stm32f103c8");
	chip_faults(chip)->stuck_busy = true;
	erase_page(FLASH);
	sleep_ms(60000);
	assert_int_equal(rd(SR), BSY);
	reset_halt();
	unlock();
	erase_page(FLASH);
	wait_ready(20001);
}

static void flash_registers_take_words_only(void **state)
{
	(void)state;
	bench("stm32f103c8");
	write_faults(KEYR, 2, 0x0123);
	one_anomaly("in 2 bytes");
	assert_int_equal(rd_size(SR, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_is_locked_after_reset_and_keys_open_it, leave_bench),
		cmocka_unit_test_teardown(a_wrong_key_is_a_bus_error_and_locks_until_reset, leave_bench),
		cmocka_unit_test_teardown(cr_written_while_locked_changes_nothing, leave_bench),
		cmocka_unit_test_teardown(keys_while_unlocked_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(page_erase_takes_20_ms_and_erases_that_page_only, leave_bench),
		cmocka_unit_test_teardown(high_density_pages_are_2_kib, leave_bench),
		cmocka_unit_test_teardown(mass_erase_takes_20_ms_and_everything, leave_bench),
		cmocka_unit_test_teardown(strt_without_exactly_one_kind_of_erase_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(page_erase_outside_of_flash_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(registers_written_while_busy_are_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_half_word_takes_52_us, leave_bench),
		cmocka_unit_test_teardown(a_half_word_that_is_not_erased_gives_pgerr_except_for_zero, leave_bench),
		cmocka_unit_test_teardown(bytes_and_words_are_bus_errors, leave_bench),
		cmocka_unit_test_teardown(a_write_without_pg_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(system_memory_cannot_be_written, leave_bench),
		cmocka_unit_test_teardown(the_alias_at_zero_is_the_same_flash, leave_bench),
		cmocka_unit_test_teardown(a_stream_of_half_words_stalls_the_debugger_and_is_no_anomaly, leave_bench),
		cmocka_unit_test_teardown(a_debugger_that_is_stalled_over_8_ms_is_told_to_wait, leave_bench),
		cmocka_unit_test_teardown(ram_and_registers_do_not_stall, leave_bench),
		cmocka_unit_test_teardown(bsy_rises_one_instruction_after_strt, leave_bench),
		cmocka_unit_test_teardown(code_that_reads_busy_flash_stands_still, leave_bench),
		cmocka_unit_test_teardown(code_that_writes_to_busy_flash_is_an_anomaly, leave_bench),
		cmocka_unit_test_teardown(xl_banks_have_their_own_locks_and_work_at_once, leave_bench),
		cmocka_unit_test_teardown(xl_bank_1_registers_do_not_reach_bank_2, leave_bench),
		cmocka_unit_test_teardown(other_lines_have_no_second_bank_of_registers, leave_bench),
		cmocka_unit_test_teardown(factory_options_are_read_and_loaded, leave_bench),
		cmocka_unit_test_teardown(options_need_both_keys_and_optwre_goes_with_a_zero, leave_bench),
		cmocka_unit_test_teardown(wrong_option_keys_lock_until_reset, leave_bench),
		cmocka_unit_test_teardown(options_are_erased_programmed_with_complement_and_loaded_by_reset,
					  leave_bench),
		cmocka_unit_test_teardown(an_option_that_is_not_erased_gives_pgerr, leave_bench),
		cmocka_unit_test_teardown(a_wrong_complement_counts_as_ff_and_sets_opterr, leave_bench),
		cmocka_unit_test_teardown(protected_pages_refuse_program_page_and_mass_erase, leave_bench),
		cmocka_unit_test_teardown(the_last_wrp_bit_covers_the_rest, leave_bench),
		cmocka_unit_test_teardown(read_protection_begins_with_the_next_power_on, leave_bench),
		cmocka_unit_test_teardown(under_read_protection_code_runs_until_it_reads_data_from_flash, leave_bench),
		cmocka_unit_test_teardown(under_read_protection_pages_are_shut_and_mass_erase_is_not, leave_bench),
		cmocka_unit_test_teardown(removing_read_protection_erases_everything_first, leave_bench),
		cmocka_unit_test_teardown(erased_options_mean_protected, leave_bench),
		cmocka_unit_test_teardown(a_reset_in_the_middle_leaves_half_a_page, leave_bench),
		cmocka_unit_test_teardown(the_supply_fails_in_the_second_operation, leave_bench),
		cmocka_unit_test_teardown(the_chip_is_reset_in_the_first_operation, leave_bench),
		cmocka_unit_test_teardown(a_bad_cell_programs_wrong, leave_bench),
		cmocka_unit_test_teardown(a_stuck_operation_never_ends, leave_bench),
		cmocka_unit_test_teardown(flash_registers_take_words_only, leave_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
