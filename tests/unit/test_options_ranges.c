/* SPDX-License-Identifier: MIT */
/* Option bytes of L4, G0, G4, WB, WL, C0 and U0: which register and bit each name is, ranges, what is refused. */
#include "fake_target.h"
#include "row_of_id.h"

#include "flash/options/options.h"

#define MOST     0x40022000u
#define WB       0x58004000u
#define CPUID_M4 0x410fc241u

static struct flash flash;

/* A chip of this id with so many KiB, and what FLASH_OPTR says; the other registers are as from the factory. */
static void chip(uint16_t dev_id, unsigned int kib, uint32_t optr)
{
	const struct chip *row = row_of_id(dev_id, CPUID_M4);
	const uint32_t size_word = row->family->size_word;

	flash_release(&flash);
	fake_setup(NULL);
	fake_core.cpuid = fake_cpuid(row);
	fake_register(chip_idcode_addr(fake_core.cpuid), 0x10000000u | dev_id);
	fake_register(size_word & ~3u, size_word & 2 ? kib << 16 : kib);
	for (unsigned int n = 0; n < OPTION_WORDS && row->options->in_force[n]; n++)
		fake_register(row->options->in_force[n], n ? 0x00ff00ff : optr);
	fake_register(row->controller->base + 0x10, 0);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
	assert_int_equal(flash.size + flash.radio_size, kib * 1024);
}

static int teardown(void **state)
{
	(void)state;
	flash_release(&flash);
	flash = (struct flash){ 0 };
	return 0;
}

static bool field_named(const char *name, struct option_field *field)
{
	for (size_t i = 0; option_field(&flash, i, field); i++)
		if (!strcmp(field->name, name))
			return true;
	return false;
}

static const char *describe(const struct option_words *o, const char *name)
{
	static char text[256];
	struct option_field field;

	assert_true(field_named(name, &field));
	option_describe(&flash, o, &field, text, sizeof(text));
	return text;
}

static struct option_words off(void)
{
	struct option_words o = { .word = { 0xffeff8aa } };

	option_clear_wrp(&flash, &o);
	assert_int_equal(option_put_pcrop(&flash, &o, NULL, 0), 0);
	return o;
}

/* flash-l4g0g4 fact sheet sections 3 and 9.1, and the CMSIS headers that it names */
static const struct {
	uint16_t dev_id;
	const char *name;
	uint32_t reg;
	uint8_t bit, width;
} names[] = {
	{ 0x415, "RDP", MOST + 0x20, 0, 8 },
	{ 0x415, "BFB2", MOST + 0x20, 20, 1 },
	{ 0x415, "DUALBANK", MOST + 0x20, 21, 1 },
	{ 0x415, "PCROP1_STRT", MOST + 0x24, 0, 16 },
	{ 0x415, "PCROP1_END", MOST + 0x28, 0, 16 },
	{ 0x415, "PCROP_RDP", MOST + 0x28, 31, 1 },
	{ 0x415, "WRP1A_STRT", MOST + 0x2c, 0, 8 },
	{ 0x415, "WRP1A_END", MOST + 0x2c, 16, 8 },
	{ 0x415, "WRP1B_END", MOST + 0x30, 16, 8 },
	{ 0x415, "PCROP2_STRT", MOST + 0x44, 0, 16 },
	{ 0x415, "PCROP2_END", MOST + 0x48, 0, 16 },
	{ 0x415, "WRP2A_STRT", MOST + 0x4c, 0, 8 },
	{ 0x415, "WRP2B_END", MOST + 0x50, 16, 8 },
	{ 0x461, "nSWBOOT0", MOST + 0x20, 26, 1 },
	{ 0x435, "nBOOT0", MOST + 0x20, 27, 1 },
	{ 0x462, "WRP1B_STRT", MOST + 0x30, 0, 8 },
	{ 0x464, "SRAM2_RST", MOST + 0x20, 25, 1 },
	{ 0x470, "DB1M", MOST + 0x20, 21, 1 },
	{ 0x470, "DBANK", MOST + 0x20, 22, 1 },
	{ 0x470, "PCROP2_END", MOST + 0x48, 0, 17 },
	{ 0x471, "WRP2A_END", MOST + 0x4c, 16, 8 },
	{ 0x468, "WRP1A_STRT", MOST + 0x2c, 0, 6 },
	{ 0x468, "SEC_SIZE1", MOST + 0x70, 0, 8 },
	{ 0x468, "BOOT_LOCK", MOST + 0x70, 16, 1 },
	{ 0x468, "NRST_MODE", MOST + 0x20, 28, 2 },
	{ 0x468, "IRHEN", MOST + 0x20, 30, 1 },
	{ 0x469, "DBANK", MOST + 0x20, 22, 1 },
	{ 0x469, "PCROP2_STRT", MOST + 0x44, 0, 15 },
	{ 0x469, "WRP2B_STRT", MOST + 0x50, 0, 7 },
	{ 0x469, "SEC_SIZE1", MOST + 0x70, 0, 8 },
	{ 0x469, "SEC_SIZE2", MOST + 0x74, 0, 8 },
	{ 0x469, "CCMSRAM_RST", MOST + 0x20, 25, 1 },
	{ 0x479, "PB4_PUPEN", MOST + 0x20, 22, 1 },
	{ 0x479, "SEC_SIZE1", MOST + 0x70, 0, 9 },
	{ 0x479, "WRP1A_END", MOST + 0x2c, 16, 8 },
	{ 0x466, "BOR_EN", MOST + 0x20, 8, 1 },
	{ 0x466, "BORR_LEV", MOST + 0x20, 9, 2 },
	{ 0x456, "NRST_MODE", MOST + 0x20, 27, 2 },
	{ 0x460, "nBOOT_SEL", MOST + 0x20, 24, 1 },
	{ 0x460, "PCROP1A_STRT", MOST + 0x24, 0, 9 },
	{ 0x460, "PCROP1B_STRT", MOST + 0x34, 0, 9 },
	{ 0x460, "PCROP1B_END", MOST + 0x38, 0, 9 },
	{ 0x460, "SEC_SIZE", MOST + 0x80, 0, 8 },
	{ 0x460, "BOOT_LOCK", MOST + 0x80, 16, 1 },
	{ 0x467, "nSWAP_BANK", MOST + 0x20, 20, 1 },
	{ 0x467, "DUAL_BANK", MOST + 0x20, 21, 1 },
	{ 0x467, "PCROP2A_STRT", MOST + 0x44, 0, 9 },
	{ 0x467, "WRP2B_STRT", MOST + 0x50, 0, 7 },
	{ 0x467, "PCROP2B_END", MOST + 0x58, 0, 9 },
	{ 0x467, "SEC_SIZE2", MOST + 0x80, 20, 8 },
	{ 0x443, "WRP1A_STRT", MOST + 0x2c, 0, 4 },
	{ 0x443, "PCROP1B_END", MOST + 0x38, 0, 6 },
	{ 0x453, "HSE_NOT_REMAPPED", MOST + 0x20, 21, 1 },
	{ 0x493, "SECURE_MUXING_EN", MOST + 0x20, 23, 1 },
	{ 0x44d, "SEC_SIZE", MOST + 0x80, 0, 8 },
	{ 0x44c, "WRP1B_END", MOST + 0x30, 16, 7 },
	{ 0x459, "BDRST", MOST + 0x20, 21, 1 },
	{ 0x489, "WRP1B_STRT", MOST + 0x30, 0, 7 },
	{ 0x489, "HDP1EN", MOST + 0x80, 24, 8 },
	{ 0x489, "BOOT_LOCK", MOST + 0x80, 16, 1 },
	{ 0x495, "ESE", WB + 0x20, 8, 1 },
	{ 0x495, "BOR_LEV", WB + 0x20, 9, 3 },
	{ 0x495, "PCROP1A_STRT", WB + 0x24, 0, 9 },
	{ 0x495, "WRP1B_END", WB + 0x30, 16, 8 },
	{ 0x495, "PCROP1B_END", WB + 0x38, 0, 9 },
	{ 0x495, "IPCCDBA", WB + 0x3c, 0, 14 },
	{ 0x495, "SFSA", WB + 0x80, 0, 8 },
	{ 0x495, "FSD", WB + 0x80, 8, 1 },
	{ 0x495, "SBRV", WB + 0x84, 0, 18 },
	{ 0x495, "C2OPT", WB + 0x84, 31, 1 },
	{ 0x495, "AGC_TRIM", WB + 0x20, 29, 3 },
	{ 0x497, "BOOT_LOCK", WB + 0x20, 30, 1 },
	{ 0x497, "C2BOOT_LOCK", WB + 0x20, 31, 1 },
	{ 0x497, "SFSA", WB + 0x80, 0, 7 },
	{ 0x497, "HDPSA", WB + 0x80, 16, 7 },
	{ 0x497, "PCROP1A_END", WB + 0x28, 0, 8 },
};

static void every_name_is_the_bits_of_the_manual(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct chip *row = row_of_id(names[i].dev_id, CPUID_M4);
		struct option_field field;

		chip(names[i].dev_id, row->max_flash / 1024, 0xffeff8aa);
		if (!field_named(names[i].name, &field))
			assert_string_equal(names[i].name, "a field of this chip");
		assert_int_equal(flash.options->in_force[field.word], names[i].reg);
		assert_int_equal(field.bit, names[i].bit);
		assert_int_equal(field.width, names[i].width);
	}
}

/* As `options` shows it and `restore` takes it: NAME=VALUE sets these bits and no others. */
static void every_field_of_every_row_is_set_by_its_name_and_has_words(void **state)
{
	size_t fields = 0;

	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		struct option_field field;

		if (chip_row(i)->maker != MAKER_ST || !chip_row(i)->options->ranges)
			continue;
		chip(chip_row(i)->dev_id, chip_row(i)->max_flash / 1024, 0xffeff8aa);
		for (size_t n = 0; option_field(&flash, n, &field); n++, fields++) {
			const uint32_t max = (uint32_t)((1ull << field.width) - 1);
			struct option_words o = { .damaged = false };
			char setting[64];

			if (option_is_fixed(&flash, &field)) {
				snprintf(setting, sizeof(setting), "%s=1", field.name);
				assert_int_equal(option_apply(&flash, &o, setting, false), STFLASH_E_ARG);
				assert_non_null(strstr(fake_ctx.errmsg, "set by the chip's maker or its radio core"));
				snprintf(setting, sizeof(setting), "%s=0", field.name);
				assert_int_equal(option_apply(&flash, &o, setting, false), 0);
				continue;
			}
			snprintf(setting, sizeof(setting), "%s=0x%x", field.name, (unsigned int)max);
			assert_int_equal(option_apply(&flash, &o, setting, false), 0);
			for (size_t w = 0; w < OPTION_WORDS; w++)
				assert_int_equal(o.word[w], w == field.word ? bits_of_field(&field, max) : 0);
			assert_true(strlen(describe(&o, field.name)) > 2);
			snprintf(setting, sizeof(setting), "%s=0x%llx", field.name, (unsigned long long)max + 1);
			assert_int_equal(option_apply(&flash, &o, setting, false), STFLASH_E_ARG);
		}
	}
	assert_true(fields > 500);
}

/* Which bytes the first range of a bank protects, and in which register. */
static void wrp_takes_pages_and_addresses(void **state)
{
	static const struct {
		uint16_t dev_id;
		unsigned int kib;
		uint32_t optr;
		const char *setting, *name;
		uint8_t word;
		uint32_t value; /* of the register, in the bits that pages need */
		uint32_t bits;
		const char *words;
	} rows[] = {
		{ 0x415, 1024, 0xffeff8aa, "WRP=2-3", "WRP1A_STRT", 3, 0x00030002, 0x00ff00ff,
		  "0x08001000 to 0x08001fff (pages 2-3) write-protected" },
		{ 0x415, 1024, 0xffeff8aa, "WRP=258", "WRP2A_STRT", 7, 0x00020002, 0x00ff00ff,
		  "0x08081000 to 0x080817ff (page 258) write-protected" },
		{ 0x415, 1024, 0xffeff8aa, "WRP=0x08081000-0x080817ff", "WRP2A_STRT", 7, 0x00020002, 0x00ff00ff,
		  "0x08081000 to 0x080817ff (page 258) write-protected" },
		{ 0x415, 1024, 0xffeff8aa, "WRP=0x08081000", "WRP2A_STRT", 7, 0x00020002, 0x00ff00ff,
		  "0x08081000 to 0x080817ff (page 258) write-protected" },
		{ 0x415, 256, 0xffcff8aa, "WRP=0,127", "WRP1B_STRT", 4, 0x007f007f, 0x00ff00ff,
		  "0x0803f800 to 0x0803ffff (page 127) write-protected" },
		{ 0x415, 256, 0xffeff8aa, "WRP=64", "WRP2A_STRT", 7, 0, 0x00ff00ff,
		  "0x08020000 to 0x080207ff (page 64) write-protected" },
		{ 0x435, 256, 0xffeff8aa, "WRP=all", "WRP1A_STRT", 3, 0x007f0000, 0x00ff00ff,
		  "0x08000000 to 0x0803ffff (pages 0-127) write-protected" },
		{ 0x469, 512, 0xffeff8aa, "WRP=0x08040000-0x08040fff", "WRP2A_STRT", 7, 0x00010000, 0x007f007f,
		  "0x08040000 to 0x08040fff (pages 128-129) write-protected" },
		{ 0x469, 256, 0xffeff8aa, "WRP=0x08040000-0x08040fff", "WRP2A_STRT", 7, 0x00010000, 0x007f007f,
		  "0x08040000 to 0x08040fff (pages 64-65) write-protected" },
		{ 0x469, 512, 0xffaff8aa, "WRP=0,2,4", "WRP2A_STRT", 7, 0x00040004, 0x007f007f,
		  "0x08004000 to 0x08004fff (page 4) write-protected" }, /* one bank: four ranges */
		{ 0x470, 2048, 0xffeff8aa, "WRP=256", "WRP2A_STRT", 7, 0, 0x00ff00ff,
		  "0x08100000 to 0x08100fff (page 256) write-protected" },
		{ 0x467, 256, 0xffffffaa, "WRP=64-127", "WRP2A_STRT", 9, 0x003f0000, 0x007f007f,
		  "0x08020000 to 0x0803ffff (pages 64-127) write-protected" },
		{ 0x495, 1024, 0x3dcff1aa, "WRP=0x08002000-0x08003fff", "WRP1A_STRT", 3, 0x00030002, 0x00ff00ff,
		  "0x08002000 to 0x08003fff (pages 2-3) write-protected" },
		{ 0x489, 256, 0xffffffaa, "WRP=1", "WRP1A_STRT", 1, 0x00010001, 0x007f007f,
		  "0x08000800 to 0x08000fff (page 1) write-protected" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct option_words o;

		chip(rows[i].dev_id, rows[i].kib, rows[i].optr);
		o = off();
		assert_int_equal(option_apply(&flash, &o, rows[i].setting, true), 0);
		assert_int_equal(o.word[rows[i].word] & rows[i].bits, rows[i].value);
		assert_string_equal(describe(&o, rows[i].name), rows[i].words);
		assert_int_equal(option_apply(&flash, &o, "WRP=none", true), 0);
		assert_string_equal(describe(&o, rows[i].name), "off");
	}
}

static void wrp_that_a_chip_cannot_do_is_refused(void **state)
{
	static const char *const bad[] = { "WRP=512",
					   "WRP=3-1",
					   "WRP=0x08000001",
					   "WRP=0x08000000-0x08000800",
					   "WRP=0x08000800-0x080007ff",
					   "WRP=0x08100000",
					   "WRP=0x08000000-5",
					   "WRP=0,2,4" };
	struct option_words o;

	(void)state;
	chip(0x415, 1024, 0xffeff8aa);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		o = off();
		assert_int_equal(option_apply(&flash, &o, bad[i], false), STFLASH_E_ARG);
	}
	assert_non_null(strstr(fake_ctx.errmsg, "this chip has 2 ranges of write protection for each bank"));
	o = off();
	assert_int_equal(option_apply(&flash, &o, "WRP=0,2,256,258", false), 0); /* two of each */
}

static void pcrop_takes_addresses_of_whole_granules(void **state)
{
	static const struct {
		uint16_t dev_id;
		unsigned int kib;
		uint32_t optr;
		const char *setting, *name, *words;
		uint8_t word;
		uint32_t first, last;
	} rows[] = {
		{ 0x415, 1024, 0xffeff8aa, "PCROP=0x08000808-0x0800080f", "PCROP1_STRT",
		  "0x08000808 to 0x0800080f (page 1) neither read nor written (PCROP)", 1, 0x101, 0x101 },
		{ 0x415, 1024, 0xffeff8aa, "PCROP=0x08080000-0x08080fff", "PCROP2_STRT",
		  "0x08080000 to 0x08080fff (pages 256-257) neither read nor written (PCROP)", 5, 0, 0x1ff },
		{ 0x469, 512, 0xffaff8aa, "PCROP=0x08000010-0x0800001f", "PCROP1_STRT",
		  "0x08000010 to 0x0800001f (page 0) neither read nor written (PCROP)", 1, 1, 1 },
		{ 0x460, 128, 0xffffffaa, "PCROP=0x08000400-0x080007ff", "PCROP1A_STRT",
		  "0x08000400 to 0x080007ff (page 0) neither read nor written (PCROP)", 1, 2, 3 },
		{ 0x495, 1024, 0x3dcff1aa, "PCROP=0x08001000-0x08001fff", "PCROP1A_STRT",
		  "0x08001000 to 0x08001fff (page 1) neither read nor written (PCROP)", 1, 2, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct option_words o;

		chip(rows[i].dev_id, rows[i].kib, rows[i].optr);
		o = off();
		assert_int_equal(option_apply(&flash, &o, rows[i].setting, false), 0);
		assert_string_equal(describe(&o, rows[i].name), rows[i].words);
		assert_int_equal(o.word[rows[i].word] & 0xffff, rows[i].first);
		assert_int_equal(o.word[rows[i].word + 1] & 0xffff, rows[i].last);
		assert_true(option_pcrop(&flash, &o));
	}
}

static void pcrop_that_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[] = { "PCROP=",
					   "PCROP=5",
					   "PCROP=0x08000000",
					   "PCROP=0x08000000-0x080001fe",
					   "PCROP=0x08000100-0x080002ff",
					   "PCROP=0x0803fe00-0x080401ff",
					   "PCROP=0x08000000-0x080001ff,",
					   "PCROP=all" };
	struct option_words o;

	(void)state;
	chip(0x467, 512, 0xffffffaa);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		o = off();
		assert_int_equal(option_apply(&flash, &o, bad[i], false), STFLASH_E_ARG);
		assert_non_null(strstr(fake_ctx.errmsg, "PCROP takes none, or addresses of flash in whole 512 bytes"));
	}
	o = off();
	assert_int_equal(option_apply(&flash, &o, "PCROP=0x08000000-0x080001ff,0x08002000-0x080021ff", false), 0);
	assert_int_equal(option_apply(&flash, &o, "PCROP=0x08000000-0x080001ff,0x08002000-0x080021ff", false), 0);
	assert_int_equal(option_apply(&flash, &o,
				      "PCROP=0x08000000-0x080001ff,0x08002000-0x080021ff,0x08004000-0x080041ff", false),
			 STFLASH_E_ARG);
	assert_non_null(strstr(fake_ctx.errmsg, "no range of PCROP left for 0x08004000-0x080041ff"));
	chip(0x489, 256, 0xffffffaa); /* has none */
	assert_int_equal(option_apply(&flash, &o, "PCROP=none", false), STFLASH_E_ARG);
}

/* Section 2.1, "Off when": of two banks that are one only some chips use the ranges of the second. */
static void ranges_of_a_bank_that_is_not_there_do_not_count(void **state)
{
	struct option_words o;

	(void)state;
	chip(0x415, 512, 0xffcff8aa);
	o = off();
	o.word[7] = 0x00030002;
	assert_string_equal(describe(&o, "WRP2A_STRT"), "not used while flash is one bank");
	assert_false(option_unit_protected(&flash, &o, &flash.sectors[2]));
	chip(0x469, 512, 0xffaff8aa);
	o = off();
	o.word[7] = 0x00030002;
	assert_true(option_unit_protected(&flash, &o, &flash.sectors[2]));
}

/* A G0x0 has neither PCROP nor SECR, a WLE no radio core's registers: these read as 0 there. */
static void what_a_part_lacks_is_not_shown(void **state)
{
	struct option_field field;
	struct option_words o;

	(void)state;
	chip(0x460, 128, 0xdfffe1aa);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_true(field_named("PCROP1A_STRT", &field) && field_named("BOR_EN", &field));
	for (unsigned int n = 1; n < 8; n++)
		if (n != 3 && n != 4)
			fake_register(flash.options->in_force[n], 0);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_false(field_named("PCROP1A_STRT", &field) || field_named("PCROP1B_END", &field));
	assert_false(field_named("SEC_SIZE", &field) || field_named("BOOT_LOCK", &field));
	assert_false(field_named("BOR_EN", &field) || field_named("NRST_MODE", &field) || option_has_pcrop(&flash));
	assert_true(field_named("WRP1A_STRT", &field) && field_named("nBOOT0", &field));
	assert_int_equal(option_apply(&flash, &o, "PCROP=none", false), STFLASH_E_ARG);
	chip(0x497, 256, 0x3feff0aa);
	for (unsigned int n = 7; n < 10; n++)
		fake_register(flash.options->in_force[n], 0);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_false(field_named("SFSA", &field) || field_named("C2BOOT_LOCK", &field));
	assert_true(field_named("BOOT_LOCK", &field));
}

static void securable_areas_have_addresses(void **state)
{
	struct option_words o;

	(void)state;
	chip(0x469, 512, 0xffeff8aa);
	o = off();
	assert_string_equal(describe(&o, "SEC_SIZE2"), "no securable area");
	assert_int_equal(option_apply(&flash, &o, "SEC_SIZE2=2", false), 0);
	assert_string_equal(describe(&o, "SEC_SIZE2"),
			    "firmware can hide 0x08040000 to 0x08040fff until the next reset");
	chip(0x460, 128, 0xffffffaa);
	o = off();
	assert_int_equal(option_apply(&flash, &o, "SEC_SIZE=3", false), 0);
	assert_string_equal(describe(&o, "SEC_SIZE"),
			    "firmware can hide 0x08000000 to 0x080017ff until the next reset");
}

/* OPTVERR alone is set on some chips after every reset (ES0394 2.2.9); with RDP 0xff the option bytes were lost. */
static void lost_option_bytes_are_told_from_a_flag_that_is_always_set(void **state)
{
	struct option_words o;

	(void)state;
	chip(0x415, 1024, 0xffeff8aa);
	fake_register(MOST + 0x10, 0x8000);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_false(o.damaged);
	fake_register(MOST + 0x20, 0xffeff8ff);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_true(o.damaged);
	assert_string_equal(describe(&o, "RDP"),
			    "level 1: read-out protected, because the option bytes were lost; a debugger gets at "
			    "neither flash nor SRAM2");
	assert_int_equal(flash_check_readable(&flash), STFLASH_E_PROTECTED);
	assert_non_null(strstr(fake_ctx.errmsg, "the chip has lost its option bytes"));
	fake_register(MOST + 0x10, 0);
	assert_int_equal(flash_check_readable(&flash), STFLASH_E_PROTECTED);
	assert_null(strstr(fake_ctx.errmsg, "has lost"));
}

/* Firmware may write the registers without OPTSTRT, and SEC_PROT hides SECR: only what a reset loads is written back.
 */
static void what_firmware_left_in_the_registers_is_not_written_back(void **state)
{
	struct option_words now, want;

	(void)state;
	chip(0x460, 128, 0xffffffaa);
	assert_int_equal(flash_options_read(&flash, &now), 0);
	want = now;
	assert_int_equal(option_apply(&flash, &want, "nRST_STOP=0", false), 0);
	fake_register(MOST + 0x80, 0x00ff00fe);
	assert_int_equal(flash.options->access->write(&flash, &now, &want), STFLASH_E_PROTECTED);
	assert_non_null(
		strstr(fake_ctx.errmsg, "the firmware changes or hides option bytes: the register at 0x40022080 was"));
}

static char told[1024];

static void note_risk(const char *words, void *user)
{
	(void)user;
	snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s\n", words);
}

static void what_is_risky_is_told_once_it_is_set(void **state)
{
	static const struct {
		uint16_t dev_id;
		const char *setting, *words;
	} rows[] = {
		{ 0x415, "IWDG_SW=0", "IWDG runs from every reset on" },
		{ 0x415, "WWDG_SW=0", "WWDG runs from every reset on" },
		{ 0x468, "NRST_MODE=2", "NRST is a GPIO and resets nothing" },
		{ 0x460, "NRST_MODE=2", "NRST is a GPIO and resets nothing" },
		{ 0x453, "NRST_MODE=2", "NRST is a GPIO and resets nothing" },
		{ 0x489, "NRST_MODE=2", "NRST is a GPIO and resets nothing" },
		{ 0x467, "nSWAP_BANK=0", "the banks have changed places" },
	};
	struct option_words now, o;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		chip(rows[i].dev_id, row_of_id(rows[i].dev_id, CPUID_M4)->max_flash / 1024, 0xffffffaa);
		now = o = (struct option_words){ .word = { 0xffffffaa } };
		told[0] = '\0';
		assert_int_equal(option_apply(&flash, &o, rows[i].setting, false), 0);
		option_each_risk(&flash, &now, &o, note_risk, NULL);
		assert_non_null(strstr(told, rows[i].words));
		told[0] = '\0';
		option_each_risk(&flash, &o, &o, note_risk, NULL);
		assert_string_equal(told, "");
		option_each_risk(&flash, NULL, &o, note_risk, NULL);
		assert_non_null(strstr(told, rows[i].words));
	}
}

/* Two bits decide that flash is never started. */
static void a_boot_that_never_comes_to_flash_is_told(void **state)
{
	static const struct {
		uint16_t dev_id;
		const char *first, *second;
	} rows[] = { { 0x435, "nSWBOOT0=0", "nBOOT0=0" },
		     { 0x468, "nBOOT0=0", "nSWBOOT0=0" },
		     { 0x460, "nBOOT_SEL=1", "nBOOT0=0" },
		     { 0x495, "nSWBOOT0=0", "nBOOT0=0" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct option_words now = { .word = { 0xfeffffaa } }, o = now;

		chip(rows[i].dev_id, row_of_id(rows[i].dev_id, CPUID_M4)->max_flash / 1024, 0xffffffaa);
		told[0] = '\0';
		assert_int_equal(option_apply(&flash, &o, rows[i].first, false), 0);
		option_each_risk(&flash, &now, &o, note_risk, NULL);
		assert_string_equal(told, "");
		assert_int_equal(option_apply(&flash, &o, rows[i].second, false), 0);
		option_each_risk(&flash, &now, &o, note_risk, NULL);
		assert_non_null(strstr(told, "a reset never starts flash"));
	}
}

/* With RDP level 1 and BOOT_LOCK no debugger gets in any more, whichever comes first. */
static void boot_lock_and_level_1_are_refused_in_either_order(void **state)
{
	static const uint16_t ids[] = { 0x468, 0x469, 0x479, 0x460, 0x467, 0x443, 0x489, 0x497 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct option_words now = { .word = { 0x3feff0aa } }, locked = now, both;

		chip(ids[i], row_of_id(ids[i], CPUID_M4)->max_flash / 1024, 0xffffffaa);
		assert_int_equal(option_apply(&flash, &locked, "BOOT_LOCK=1", false), 0);
		both = locked;
		assert_int_equal(option_apply(&flash, &both, "RDP=1", false), 0);
		assert_int_equal(option_check_boot_lock(&flash, &now, &now, 0), 0);
		assert_int_equal(option_check_boot_lock(&flash, &now, &locked, 0), STFLASH_E_PROTECTED);
		assert_non_null(strstr(fake_ctx.errmsg, "BOOT_LOCK makes the chip start flash whatever else is set"));
		assert_int_equal(option_check_boot_lock(&flash, &locked, &both, 0), STFLASH_E_PROTECTED);
		assert_non_null(strstr(fake_ctx.errmsg, "closes the debug port together with it"));
		assert_int_equal(option_check_boot_lock(&flash, &now, &both, STFLASH_ALLOW_ERASE), STFLASH_E_PROTECTED);
		assert_int_equal(option_check_boot_lock(&flash, &locked, &locked, 0), 0);
		assert_int_equal(option_check_boot_lock(&flash, &both, &locked, 0), 0);
		assert_int_equal(option_check_boot_lock(&flash, &now, &both, STFLASH_ALLOW_BOOT_LOCK), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_name_is_the_bits_of_the_manual, teardown),
		cmocka_unit_test_teardown(every_field_of_every_row_is_set_by_its_name_and_has_words, teardown),
		cmocka_unit_test_teardown(wrp_takes_pages_and_addresses, teardown),
		cmocka_unit_test_teardown(wrp_that_a_chip_cannot_do_is_refused, teardown),
		cmocka_unit_test_teardown(pcrop_takes_addresses_of_whole_granules, teardown),
		cmocka_unit_test_teardown(pcrop_that_makes_no_sense_is_refused, teardown),
		cmocka_unit_test_teardown(ranges_of_a_bank_that_is_not_there_do_not_count, teardown),
		cmocka_unit_test_teardown(what_a_part_lacks_is_not_shown, teardown),
		cmocka_unit_test_teardown(securable_areas_have_addresses, teardown),
		cmocka_unit_test_teardown(lost_option_bytes_are_told_from_a_flag_that_is_always_set, teardown),
		cmocka_unit_test_teardown(what_firmware_left_in_the_registers_is_not_written_back, teardown),
		cmocka_unit_test_teardown(what_is_risky_is_told_once_it_is_set, teardown),
		cmocka_unit_test_teardown(a_boot_that_never_comes_to_flash_is_told, teardown),
		cmocka_unit_test_teardown(boot_lock_and_level_1_are_refused_in_either_order, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
