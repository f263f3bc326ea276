/* SPDX-License-Identifier: MIT */
/*
 * What a reset starts and what runs, on a bus that has nothing but vectors: also where the core gives no sample of its
 * program counter, where SYSCFG has no clock, and where protection refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/boot.h"
#include "row_of_id.h"

#include <cmocka.h>
#undef fail /* there is a function of that name */

#define M3     0x411fc231u
#define M4     0x410fc241u
#define M7     0x410fc271u
#define ROM_F7 0x1ff00000u
#define OPTCR1 0x40023c18u
#define FLASH  0x08000000u
#define RAM    0x20000000u
#define ROM_F1 0x1ffff000u
#define ROM_F4 0x1fff0000u
#define MEMRMP 0x40013800u

#define RUNS STFLASH_CORE_RUNNING
#define HALT STFLASH_CORE_HALTED
#define LOCK STFLASH_CORE_LOCKUP

static struct {
	uint32_t at_0; /* what is mapped there */
	uint32_t rom;  /* where the boot loader is */
	uint32_t rom_vector;
	uint32_t reset; /* of the firmware in flash */
	uint32_t memrmp;
	uint32_t optcr1;
	uint32_t pc, vtor;
	bool hides_flash;
	unsigned int reads;
} bus;

static struct ctx ctx;
static struct dap dap = { .ctx = &ctx };
static struct core core = { .ctx = &ctx, .dap = &dap };
static struct sector sectors[2] = { { .addr = FLASH, .size = 0x100000 }, { .addr = 0x08100000, .bank = 1 } };
static struct flash f;

/* Two words stand at the start of each memory. */
static int word_at(uint32_t addr, uint32_t *value)
{
	const uint32_t at = addr < 8 ? bus.at_0 + addr : addr;

	bus.reads++;
	if (addr == MEMRMP)
		*value = bus.memrmp;
	else if (addr == OPTCR1)
		*value = bus.optcr1;
	else if ((at & ~4u) == FLASH && !bus.hides_flash)
		*value = at & 4 ? bus.reset : 0x20001000;
	else if ((at & ~4u) == bus.rom)
		*value = at & 4 ? bus.rom_vector : 0x20000800;
	else if ((at & ~4u) == RAM)
		*value = at & 4 ? 0x20000201 : 0x20000900;
	else
		return fail(&ctx, STFLASH_E_FAULT, "nothing at 0x%08x", (unsigned int)addr);
	return 0;
}

int dap_read32(struct dap *d, uint32_t addr, uint32_t *value)
{
	(void)d;
	return word_at(addr, value);
}

int dap_read(struct dap *d, uint32_t addr, void *buf, size_t len)
{
	int err = 0;

	(void)d;
	for (size_t i = 0; !err && i < len; i += 4) {
		uint32_t word = 0;

		err = word_at(addr + (uint32_t)i, &word);
		put_le32((uint8_t *)buf + i, word);
	}
	return err;
}

/* Looking changes nothing. */
int dap_write(struct dap *d, uint32_t addr, const void *buf, size_t len)
{
	(void)d;
	(void)addr;
	(void)buf;
	(void)len;
	assert_null("looking writes nothing");
	return 0;
}

int dap_write32(struct dap *d, uint32_t addr, uint32_t value)
{
	return dap_write(d, addr, &value, sizeof(value));
}

int dap_write32_once(struct dap *d, uint32_t addr, uint32_t value)
{
	return dap_write32(d, addr, value);
}

int dap_write_width(struct dap *d, unsigned int width, uint32_t addr, const void *buf, size_t len)
{
	(void)width;
	return dap_write(d, addr, buf, len);
}

int dap_read16(struct dap *d, uint32_t addr, uint16_t *value)
{
	(void)d;
	(void)addr;
	*value = 0;
	return 0;
}

bool dap_has_width(const struct dap *d, unsigned int width)
{
	(void)d;
	return width == 4;
}

int core_read_vtor(struct core *c, uint32_t *vtor)
{
	(void)c;
	*vtor = bus.vtor;
	return 0;
}

int core_sample(struct core *c, uint32_t *pc, uint32_t *vtor)
{
	(void)c;
	*pc = bus.pc;
	*vtor = bus.vtor;
	return 0;
}

static void board(uint16_t dev_id)
{
	const bool f4 = dev_id == 0x413 || dev_id == 0x419, f7 = dev_id == 0x449;

	memset(&bus, 0, sizeof(bus));
	bus.rom = f7 ? ROM_F7 : f4 ? ROM_F4 : ROM_F1;
	bus.optcr1 = 0x00400080;
	bus.rom_vector = bus.rom + 0x101;
	bus.at_0 = FLASH;
	bus.reset = FLASH + 0x201;
	sectors[0].pcrop = false;
	f = (struct flash){ .ctx = &ctx,
			    .core = &core,
			    .chip = row_of_id(dev_id, f7   ? M7
						      : f4 ? M4
							   : M3),
			    .size = 0x10000 };
	f.options = f.chip->options;
	f.sectors = sectors;
	f.n_sectors = 1;
	f.n_banks = 1;
	f.bank[0] = (struct flash_bank){ FLASH, 0x10000, 0 };
	f.rdp = STFLASH_RDP_NONE;
	assert_non_null(f.chip);
}

/* Looks, and finds a remark with these words; NULL: none at all. */
static void says(enum stflash_core_state state, uint32_t pc, bool always, const char *words)
{
	struct boot b;

	assert_int_equal(boot_look(&f, state, pc, always, &b), 0);
	print_message("%s\n", b.remark);
	if (words)
		assert_non_null(strstr(b.remark, words));
	else
		assert_string_equal(b.remark, "");
	assert_string_equal(ctx.errmsg, "");
}

static void one_access_tells_of_firmware_in_flash(void **state)
{
	(void)state;
	for (int f4 = 0; f4 <= 1; f4++) {
		board(f4 ? 0x413 : 0x410);
		says(RUNS, 0, false, NULL);
		assert_int_equal(bus.reads, 1);
		bus.reset = 0x201; /* linked for 0 */
		says(RUNS, 0, false, NULL);
		assert_int_equal(bus.reads, 2);
		bus.reset = 0xffffffff;
		says(LOCK, 0, false, NULL);
		assert_int_equal(bus.reads, 3);
		says(LOCK, 0, true, NULL);
		says(HALT, FLASH + 0x200, false, NULL);
	}
}

/* Without a sample nobody can say that it runs there now. */
static void a_core_without_pcsr_is_judged_by_what_is_mapped_and_by_vtor(void **state)
{
	(void)state;
	board(0x410);
	bus.at_0 = ROM_F1;
	says(RUNS, 0, false,
	     "the ROM boot loader seems to run, and not the firmware: BOOT0 was high at the last reset; set");
	bus.pc = ROM_F1 + 0x200;
	says(RUNS, 0, false,
	     "the ROM boot loader runs, so the firmware does not: BOOT0 was high at the last reset; set");
	bus.pc = 0;
	bus.vtor = FLASH + 0x4000;
	says(RUNS, 0, false, "the next one starts the ROM boot loader instead of the firmware");

	board(0x413);
	bus.at_0 = ROM_F4; /* MEMRMP reads 0: SYSCFG has no clock */
	says(RUNS, 0, false,
	     "seems to run, and not the firmware: BOOT0 was high at the last reset, or the firmware went");
	bus.vtor = FLASH;
	says(RUNS, 0, false, "if BOOT0 is high, the next reset starts it instead of the firmware");
}

/* A boot loader's "go" starts it while BOOT0 is high; so does a debugger. */
/* Its vectors may be what they like, as long as they are those of system memory. */
static void a_boot_loader_with_odd_vectors_is_known_by_comparison(void **state)
{
	(void)state;
	for (int f4 = 0; f4 <= 1; f4++) {
		board(f4 ? 0x413 : 0x410);
		bus.rom_vector = 0x44332211;
		bus.at_0 = bus.rom;
		bus.pc = bus.rom + 0x200;
		says(RUNS, 0, false,
		     "the ROM boot loader runs, so the firmware does not: BOOT0 was high at the last reset");
	}
}

static void firmware_that_runs_is_not_said_to_stand_still(void **state)
{
	(void)state;
	board(0x410);
	bus.at_0 = ROM_F1;
	bus.pc = FLASH + 0x300;
	says(RUNS, 0, false, "BOOT0 was high at the last reset: the next one starts the ROM boot loader instead");
	says(HALT, FLASH + 0x300, false,
	     "BOOT0 was high at the last reset: the next one starts the ROM boot loader instead");
	bus.pc = RAM + 0x300;
	says(RUNS, 0, false, "BOOT0 was high at the last reset: the next one starts the ROM boot loader instead");
	bus.pc = 0;
	says(LOCK, 0, false, "BOOT0 was high at the last reset: the next one starts the ROM boot loader instead");
}

static void firmware_that_went_to_the_boot_loader_is_seen_where_the_core_is_looked_at(void **state)
{
	(void)state;
	for (int f4 = 0; f4 <= 1; f4++) {
		board(f4 ? 0x413 : 0x410);
		bus.pc = bus.rom + 0x200;
		bus.vtor = FLASH;
		says(RUNS, 0, true,
		     "so the firmware does not: the firmware went there itself, and a reset starts it again");
		says(RUNS, 0, false, NULL);
		says(HALT, bus.rom + 0x200, false,
		     "the core stands in the ROM boot loader, not in the firmware: the firmware "
		     "went there itself, and a reset starts it again");
	}
	/* An F4 that maps it first, as ST's examples do: its vectors tell. */
	bus.at_0 = ROM_F4;
	bus.memrmp = 1;
	says(RUNS, 0, false, "the firmware went there itself, and a reset starts it again unless BOOT0 is high");
}

static void protection_that_hides_the_vectors_is_no_failure(void **state)
{
	(void)state;
	board(0x410);
	bus.hides_flash = true;
	f.rdp = STFLASH_RDP_LEVEL_1;
	says(RUNS, 0, false, NULL);
	bus.at_0 = ROM_F1;
	bus.pc = ROM_F1 + 0x200;
	says(RUNS, 0, false, "BOOT0 was high at the last reset");

	/* an F4 is not asked for them at all, nor a sector under PCROP */
	for (int pcrop = 0; pcrop <= 1; pcrop++) {
		board(0x413);
		f.rdp = pcrop ? STFLASH_RDP_NONE : STFLASH_RDP_LEVEL_1;
		sectors[0].pcrop = pcrop;
		bus.at_0 = 0x60000000;
		says(RUNS, 0, false, NULL);
		assert_int_equal(bus.reads, 1);
		bus.memrmp = 1;
		bus.pc = ROM_F4 + 0x200;
		says(RUNS, 0, false, "the ROM boot loader runs");
	}
}

static void a_chip_in_reset_is_not_looked_at(void **state)
{
	(void)state;
	board(0x410);
	bus.at_0 = ROM_F1;
	says(STFLASH_CORE_IN_RESET, 0, true, NULL);
	assert_int_equal(bus.reads, 0);
}

static void after_a_reset_the_image_itself_saves_the_comparison(void **state)
{
	const uint32_t vector = 0x12345678;
	struct boot b;

	(void)state;
	board(0x413);
	bus.reset = vector; /* no firmware, but what was written */
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
	assert_int_equal(b.from, STFLASH_BOOT_FLASH);
	assert_int_equal(bus.reads, 1);
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, NULL, true, &b), 0);
	assert_int_equal(b.from, STFLASH_BOOT_FLASH);

	bus.at_0 = ROM_F4;
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
	assert_int_equal(b.from, STFLASH_BOOT_LOADER);
	assert_true(b.no_firmware);
	assert_non_null(strstr(b.remark, "the ROM boot loader runs, so the firmware does not: BOOT0 is high"));
	bus.at_0 = RAM;
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
	assert_int_equal(b.from, STFLASH_BOOT_RAM);
}

static void a_bank_is_told_by_where_its_bytes_are(void **state)
{
	(void)state;
	board(0x419);
	assert_int_equal(boot_banks_of(&f, 0x08100000, 4), BOOT_BANK_1); /* it has one */
	f.n_sectors = 2;
	assert_int_equal(boot_banks_of(&f, FLASH, 0x100000), BOOT_BANK_1);
	assert_int_equal(boot_banks_of(&f, FLASH, 0x100001), BOOT_BANK_1 | BOOT_BANK_2);
	assert_int_equal(boot_banks_of(&f, 0x08100000, 4), BOOT_BANK_2);
}

/* An F7 shows nothing at 0: the option bytes have an address for each level of BOOT0 (RM0385 2.3 and 7.2.1). */
static void an_f7_starts_where_the_option_bytes_say(void **state)
{
	(void)state;
	board(0x449);
	bus.at_0 = 0x60000000;
	bus.pc = 0x00200300; /* on the ITCM bus */
	bus.vtor = FLASH;
	says(RUNS, 0, false, NULL);
	says(RUNS, 0, true, NULL);
	bus.pc = 0x00100300;
	bus.vtor = 0x00100000;
	says(RUNS, 0, false,
	     "the ROM boot loader runs, so the firmware does not: BOOT0 was high at the last reset, or the firmware "
	     "went "
	     "there itself; set BOOT0 low");
	says(HALT, 0x1ff00300, false, "the core stands in the ROM boot loader, not in the firmware");
	bus.memrmp = 1;
	says(RUNS, 0, false, "the option bytes let a reset start there (BOOT_ADD0, BOOT_ADD1)");
	bus.memrmp = 0;
	bus.optcr1 = 0x00400040;
	bus.pc = FLASH + 0x300;
	says(RUNS, 0, false, "a reset starts the ROM boot loader instead of the firmware: the option bytes");
	bus.optcr1 = 0x00408004;
	says(RUNS, 0, false, "a reset starts what RAM holds, not the firmware: the option bytes");
}

static void after_a_reset_an_f7_says_where_it_starts(void **state)
{
	const uint32_t vector = FLASH + 0x201;
	struct boot b;

	(void)state;
	board(0x449);
	for (int itcm = 0; itcm <= 1; itcm++) {
		bus.vtor = itcm ? 0x00200000 : FLASH;
		assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
		assert_int_equal(b.from, STFLASH_BOOT_FLASH);
		assert_string_equal(b.remark, "");
	}
	bus.vtor = 0; /* does not say: the option bytes do */
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
	assert_int_equal(b.from, STFLASH_BOOT_FLASH);
	assert_string_equal(b.remark, "");
	bus.vtor = 0x08040000;
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
	assert_true(b.no_firmware);
	assert_non_null(strstr(b.remark, "written to 0x08000000 does not run: a reset starts at 0x08040000"));
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, NULL, true, &b),
			 0); /* an application behind a boot loader */
	assert_string_equal(b.remark, "");
	bus.vtor = 0x00100000;
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
	assert_int_equal(b.from, STFLASH_BOOT_LOADER);
	assert_non_null(
		strstr(b.remark, "a reset starts the ROM boot loader, so the firmware does not run: BOOT0 is high"));
	bus.vtor = RAM;
	assert_int_equal(boot_look_after_reset(&f, BOOT_BANK_1, &vector, true, &b), 0);
	assert_int_equal(b.from, STFLASH_BOOT_RAM);
	assert_non_null(strstr(b.remark, "a reset starts what RAM holds, so the firmware does not run"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_f7_starts_where_the_option_bytes_say),
		cmocka_unit_test(after_a_reset_an_f7_says_where_it_starts),
		cmocka_unit_test(one_access_tells_of_firmware_in_flash),
		cmocka_unit_test(a_core_without_pcsr_is_judged_by_what_is_mapped_and_by_vtor),
		cmocka_unit_test(a_boot_loader_with_odd_vectors_is_known_by_comparison),
		cmocka_unit_test(firmware_that_runs_is_not_said_to_stand_still),
		cmocka_unit_test(firmware_that_went_to_the_boot_loader_is_seen_where_the_core_is_looked_at),
		cmocka_unit_test(protection_that_hides_the_vectors_is_no_failure),
		cmocka_unit_test(a_chip_in_reset_is_not_looked_at),
		cmocka_unit_test(after_a_reset_the_image_itself_saves_the_comparison),
		cmocka_unit_test(a_bank_is_told_by_where_its_bytes_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
