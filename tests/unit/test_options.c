/* SPDX-License-Identifier: MIT */
/* Option bytes as data: fields, values, words, settings; and what an image's vectors are worth. */
#include "fake_target.h"
#include "row_of_id.h"

#include "flash/engine/vectors.h"
#include "flash/options/options.h"

#define OBR      0x4002201cu
#define WRPR     0x40022020u
#define OPTCR    0x40023c14u
#define OPTCR1   0x40023c18u
#define CPUID_M3 0x411fc231u

static struct flash flash;
static bool two_banks = true;

/* A chip of this id with all the flash of its line; two banks where it can have them. */
static void chip(uint16_t dev_id)
{
	const struct chip *row = row_of_id(dev_id, CPUID_M3);

	flash_release(&flash);
	fake_setup(NULL);
	fake_core.cpuid = fake_cpuid(row);
	fake_register(chip_idcode_addr(fake_core.cpuid), 0x20030000u | dev_id);
	fake_register(row->family->size_word & ~3u, 0);
	fake_register(OBR, row->options->level.level_2 ? 0xffffff00 : 0x03fffffc);
	fake_register(0x40022020, 0xff8ff8aa | (two_banks ? 3u << 21 : 0)); /* FLASH_OPTR of a double-word controller */
	fake_register(0x58004020, 0x3d8ff1aa);
	fake_register(0x58004080, 0x1ff); /* FLASH_SFR: FSD of WB and WL */
	fake_register(OPTCR, two_banks ? 0x0fffaaed : 0x2fffaaed);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
}

static int teardown(void **state)
{
	(void)state;
	flash_release(&flash);
	flash = (struct flash){ 0 };
	return 0;
}

static struct option_words f1_factory(void)
{
	return (struct option_words){ .word = { 0xffffffa5, 0xffffffff } };
}

static struct option_words f4_factory(void)
{
	return (struct option_words){ .word = { 0x0fffaaec, 0x0fff0000 } };
}

static struct option_words f7_factory(void)
{
	return (struct option_words){ .word = { 0xffffaafc, 0x00400080, 0 } };
}

static struct option_field named(const char *name)
{
	struct option_field field;

	for (size_t i = 0; option_field(&flash, i, &field); i++)
		if (!strcmp(field.name, name))
			return field;
	assert_string_equal(name, "a field of this chip");
	return field;
}

static const char *describe(const struct option_words *o, const char *name)
{
	static char text[256];
	const struct option_field field = named(name);

	option_describe(&flash, o, &field, text, sizeof(text));
	return text;
}

static void fields_of_every_chip_do_not_overlap_and_have_their_words(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		uint32_t used[OPTION_WORDS] = { 0 };
		struct option_field field;
		size_t n = 0;

		if (chip_row(i)->maker != MAKER_ST)
			continue;
		chip(chip_row(i)->dev_id);
		for (; option_field(&flash, n, &field); n++) {
			const uint32_t mask = bits_of_field(&field, UINT32_MAX);

			assert_true(field.width > 0 && field.bit + field.width <= 32 && field.word < OPTION_WORDS);
			assert_int_equal(used[field.word] & mask, 0);
			used[field.word] |= mask;
			assert_true(strlen(field.name) < 32);
			if (field.kind == OPTION_CHOICE || field.kind == OPTION_SPLIT || field.kind == OPTION_SPRMOD)
				for (uint32_t v = 0; v < 1u << field.width; v++)
					assert_non_null(field.meaning[v]);
		}
		assert_true(n >= 6);
	}
}

static void every_unit_of_every_chip_has_a_bit_inside_of_a_field(void **state)
{
	(void)state;
	for (size_t i = 0; chip_row(i); i++) {
		if (chip_row(i)->maker != MAKER_ST || chip_row(i)->options->ranges)
			continue;
		chip(chip_row(i)->dev_id);
		for (size_t u = 0; u < flash.n_sectors; u++) {
			const unsigned int place = option_wrp_place(&flash, &flash.sectors[u]);
			struct option_field field;
			bool found = false;

			for (size_t n = 0; option_field(&flash, n, &field); n++)
				found |= field.kind == OPTION_WRP && field.word == place / 32 &&
					 place % 32 >= field.bit && place % 32 < field.bit + field.width;
			assert_true(found);
		}
	}
}

/* flash-f1 and flash-f4 fact sheets: what the first and the last bit stand for */
static void wrp_bits_protect_what_the_manuals_say(void **state)
{
	static const struct {
		uint16_t dev_id;
		uint8_t word;
		uint32_t bits; /* 0 protects */
		const char *field, *words;
	} rows[] = {
		{ 0x412, 1, 0xffffff7f, "WRP0", "pages 28-31 write-protected" },
		{ 0x410, 1, 0xfffffffe, "WRP0", "pages 0-3 write-protected" },
		{ 0x410, 1, 0x7fffffff, "WRP3", "pages 124-127 write-protected" },
		{ 0x414, 1, 0xfffffffe, "WRP0", "pages 0-1 write-protected" },
		{ 0x414, 1, 0x7fffffff, "WRP3", "pages 62-255 write-protected" },
		{ 0x418, 1, 0x7fffffff, "WRP3", "pages 62-127 write-protected" },
		{ 0x430, 1, 0x7fffffff, "WRP3", "pages 62-511 write-protected" },
		{ 0x428, 1, 0x7fffffff, "WRP3", "pages 62-255 write-protected" },
		{ 0x444, 1, 0xffffff7f, "WRP0", "pages 28-31 write-protected" },
		{ 0x440, 1, 0xffff7fff, "WRP1", "pages 60-63 write-protected" },
		{ 0x448, 1, 0x7fffffff, "WRP3", "pages 62-63 write-protected" },
		{ 0x442, 1, 0x7fffffff, "WRP3", "pages 62-127 write-protected" },
		{ 0x422, 1, 0x7fffffff, "WRP3", "pages 62-127 write-protected" },
		{ 0x438, 1, 0xffff7fff, "WRP1", "pages 30-31 write-protected" },
		{ 0x446, 1, 0x7fffffff, "WRP3", "pages 62-255 write-protected" },
		{ 0x413, 0, 0x07ffaaec, "nWRP", "sector 11 write-protected" },
		{ 0x411, 0, 0x07ffaaec, "nWRP", "sector 11 write-protected" },
		{ 0x463, 0, 0x3fffaaec, "nWRP", "sectors 14-15 write-protected" },
		{ 0x419, 1, 0x07ff0000, "nWRP_BANK2", "sector 23 write-protected" },
		{ 0x434, 1, 0x0ffe0000, "nWRP_BANK2", "sector 12 write-protected" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct option_words o;

		chip(rows[i].dev_id);
		o = rows[i].bits == 0x07ff0000 || rows[i].bits == 0x0ffe0000 || rows[i].word == 0 ? f4_factory()
												  : f1_factory();
		o.word[rows[i].word] = rows[i].bits;
		if (rows[i].dev_id == 0x463)
			o.word[0] |= 0x30000000;
		assert_string_equal(describe(&o, rows[i].field), rows[i].words);
	}
}

static void lines_have_only_the_wrp_bits_that_they_need(void **state)
{
	struct option_field field;

	(void)state;
	chip(0x412); /* 32 KiB: WRP0 alone */
	for (size_t i = 0; option_field(&flash, i, &field); i++)
		assert_true(strncmp(field.name, "WRP", 3) != 0 || !strcmp(field.name, "WRP0"));
	chip(0x458); /* 128 KiB: 5 sectors */
	assert_int_equal(named("nWRP").width, 5);
	chip(0x413);
	assert_int_equal(named("nWRP").width, 12);
	chip(0x463);
	assert_int_equal(named("nWRP").width, 15);
}

/* RM0385 3.7.6, RM0410 3.7.6: with two banks a bit stands for two sectors, nWRP6 on for those of bank 2. */
static void wrp_bits_of_an_f7_follow_its_banks(void **state)
{
	static const struct {
		uint16_t dev_id;
		bool two_banks;
		unsigned int bit;
		const char *words;
	} rows[] = {
		{ 0x452, false, 16, "sector 0 write-protected" },
		{ 0x452, false, 23, "sector 7 write-protected" },
		{ 0x449, false, 23, "sector 7 write-protected" },
		{ 0x451, false, 27, "sector 11 write-protected" },
		{ 0x451, true, 16, "sectors 0-1 write-protected" },
		{ 0x451, true, 21, "sectors 10-11 write-protected" },
		{ 0x451, true, 22, "sectors 12-13 write-protected" },
		{ 0x451, true, 27, "sectors 22-23 write-protected" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct option_words o = f7_factory();

		two_banks = rows[i].two_banks;
		chip(rows[i].dev_id);
		two_banks = true;
		o.word[0] &= ~(1u << rows[i].bit);
		assert_string_equal(describe(&o, "nWRP"), rows[i].words);
	}
	chip(0x449);
	assert_int_equal(named("nWRP").width, 8);
}

static void an_f72x_has_bits_for_pcrop_beside_those_of_nwrp(void **state)
{
	struct option_words o = f7_factory();

	(void)state;
	chip(0x452);
	assert_string_equal(describe(&o, "PCROP"), "no sector protected against reading (PCROP) and writing");
	o.word[2] = 1u << 6;
	assert_string_equal(describe(&o, "PCROP"), "sector 6 protected against reading (PCROP) and writing");
	assert_string_equal(describe(&o, "nWRP"), "no sector write-protected");
	assert_true(option_pcrop(&flash, &o) && option_unit_pcrop(&flash, &o, &flash.sectors[6]));
	assert_true(option_unit_protected(&flash, &o, &flash.sectors[6]));
	assert_false(option_unit_protected(&flash, &o, &flash.sectors[5]));
	assert_int_equal(option_apply(&flash, &o, "WRP=1", false), 0);
	assert_int_equal(o.word[2], 1u << 6);
	option_clear_pcrop(&flash, &o);
	assert_int_equal(o.word[2], 1u << 31); /* PCROP_RDP, or the erase would leave them */
}

static void a_boot_address_is_taken_as_bits_or_as_the_address(void **state)
{
	struct option_words o = f7_factory();

	(void)state;
	chip(0x449);
	assert_string_equal(describe(&o, "BOOT_ADD0"), "starts at 0x00200000 while BOOT0 is low");
	assert_int_equal(option_apply(&flash, &o, "BOOT_ADD0=0x2000", false), 0);
	assert_string_equal(describe(&o, "BOOT_ADD0"), "starts at 0x08000000 while BOOT0 is low");
	assert_int_equal(option_apply(&flash, &o, "BOOT_ADD1=0x08040000", false), 0);
	assert_int_equal(o.word[1], 0x20102000);
	assert_int_equal(option_apply(&flash, &o, "BOOT_ADD1=0x08040001", false), STFLASH_E_ARG);
	assert_int_equal(option_apply(&flash, &o, "BOOT_ADD1=0x40000000", false), STFLASH_E_ARG);
	assert_int_equal(o.word[1], 0x20102000);
}

static void sprmod_turns_the_meaning_of_nwrp_round(void **state)
{
	struct option_words o = f4_factory();

	(void)state;
	chip(0x431);
	assert_string_equal(describe(&o, "nWRP"), "no sector write-protected");
	o.word[0] |= 1u << 31;
	assert_true(option_unit_protected(&flash, &o, &flash.sectors[0]));
	o.word[0] &= ~(0xfeu << 16);
	assert_string_equal(describe(&o, "nWRP"), "sector 0 protected against reading (PCROP) and writing");
	assert_int_equal(option_apply(&flash, &o, "WRP=1", false), STFLASH_E_ARG);
}

static void levels_are_told_from_bytes(void **state)
{
	struct option_words o = f1_factory();

	(void)state;
	chip(0x410);
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_NONE);
	o.word[0] = 0xffffffcc; /* means nothing special to an F1 */
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_LEVEL_1);
	o.rdp_hidden = true;
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_LEVEL_1);

	chip(0x413);
	o = f4_factory();
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_NONE);
	assert_int_equal(option_apply(&flash, &o, "RDP=0x00", false), 0);
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_LEVEL_1);
	assert_int_equal(option_apply(&flash, &o, "rdp=2", false), 0);
	assert_int_equal(o.word[0], 0x0fffccec);
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_LEVEL_2);
}

/* flash-f0f3f2f7 fact sheet sections 2.1 and 2.3 */
static void an_f3_has_level_2_and_shows_it(void **state)
{
	enum stflash_protection level;
	struct option_words o = { .word = { 0xffffffaa, 0xffffffff } };

	(void)state;
	chip(0x422);
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_NONE);
	assert_int_equal(option_apply(&flash, &o, "RDP=1", false), 0);
	assert_int_equal(o.word[0], 0xffffffbb);
	o.word[0] = 0xffffffa5; /* an F1's level 0 */
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_LEVEL_1);
	assert_int_equal(option_apply(&flash, &o, "RDP=2", false), 0);
	assert_int_equal(o.word[0], 0xffffffcc);
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_LEVEL_2);

	for (uint32_t rdprt = 0; rdprt < 4; rdprt++) {
		static const enum stflash_protection levels[] = { STFLASH_RDP_NONE, STFLASH_RDP_LEVEL_1,
								  STFLASH_RDP_LEVEL_2, STFLASH_RDP_LEVEL_2 };

		fake_register(OBR, 0xffffff00 | rdprt << 1);
		assert_int_equal(flash_read_protection(&flash, &level), 0);
		assert_int_equal(level, levels[rdprt]);
	}
	fake_register(OBR, 0xffffff06);
	fake_register(WRPR, 0xffffffff);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_int_equal(option_rdp_level(&flash, &o), STFLASH_RDP_LEVEL_2);
}

/* Reserved bits and bytes are to stay 1, whatever the registers show in their place. */
static void a_protected_f3_keeps_what_it_lacks(void **state)
{
	struct option_words o;

	(void)state;
	chip(0x438);
	fake_register(OBR, 1u << 1 | 0x05u << 8 | 0x12u << 16 | 0x34u << 24);
	fake_register(WRPR, 0x0000fffe);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_int_equal(o.word[0], 0x34128d00);
	assert_int_equal(o.word[1], 0xfffffffe);
	assert_true(o.rdp_hidden);
}

static void settings_change_what_they_name_and_nothing_else(void **state)
{
	struct option_words o = f1_factory();

	(void)state;
	chip(0x410);
	assert_int_equal(option_apply(&flash, &o, "nRST_STOP=0", false), 0);
	assert_int_equal(o.word[0], 0xfffffda5);
	assert_int_equal(option_apply(&flash, &o, "Data1=0x12", false), 0);
	assert_int_equal(o.word[0], 0x12fffda5);
	assert_int_equal(option_apply(&flash, &o, "WRP=0-7,124", false), 0);
	assert_int_equal(o.word[1], 0x7ffffffc);
	assert_int_equal(option_apply(&flash, &o, "WRP=all", false), 0);
	assert_int_equal(o.word[1], 0);
	assert_int_equal(option_apply(&flash, &o, "wrp=none", false), 0);
	assert_int_equal(o.word[1], 0xffffffff);
	assert_int_equal(o.word[0], 0x12fffda5);

	chip(0x419);
	o = f4_factory();
	assert_int_equal(option_apply(&flash, &o, "WRP=1,12", false), 0);
	assert_int_equal(o.word[0], 0x0ffdaaec);
	assert_int_equal(o.word[1], 0x0ffe0000);
}

static void settings_that_make_no_sense_change_nothing(void **state)
{
	static const char *const bad[] = { "",         "RDP",      "RDP=",         "RDP=3",      "RDP=0x1ff",
					   "=1",       "X=1",      "WRP=",         "WRP=128",    "WRP=3-1",
					   "WRP=1,",   "WRP=1-",   "WRP=x",        "WRP=-1",     "WRP0=256",
					   "Data0=-1", "Data0= 1", "nRST_STOP=0x", "nRST_STOP=2" };

	(void)state;
	chip(0x410);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct option_words o = f1_factory();

		assert_int_equal(option_apply(&flash, &o, bad[i], false), STFLASH_E_ARG);
		assert_true(strlen(fake_ctx.errmsg) > 10);
	}
}

static void a_protected_f1_tells_what_is_in_force(void **state)
{
	struct option_words o;

	(void)state;
	chip(0x410);
	fake_register(OBR, 1u << 1 | 0x05u << 2 | 0x12u << 10 | 0x34u << 18);
	fake_register(WRPR, 0xfffffffe);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_true(o.rdp_hidden);
	assert_int_equal(o.word[0], 0x3412fd00);
	assert_int_equal(o.word[1], 0xfffffffe);
	chip(0x430);
	fake_register(OBR, 1u << 1 | 0x05u << 2);
	fake_register(WRPR, 0xffffffff);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_int_equal(o.word[0], 0xf500);
}

/* flash-f1 fact sheet section 7: these copy the F0's FLASH_OBR, and the wrong layout would start their watchdog. */
static void a_protected_gd32f130_has_the_layout_of_an_f0(void **state)
{
	struct option_words o;

	(void)state;
	chip(0x410);
	flash_release(&flash);
	fake_register(0xe0042000, 0x13030410);
	fake_register(OBR, 1u << 1 | 0x07u << 8 | 0x12u << 16 | 0x34u << 24);
	fake_register(WRPR, 0xffffffff);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_int_equal(o.word[0], 0x34120700);
	assert_false(flash.options_unclear);
}

/* A GigaDevice with this FLASH_OBR, and the first two words of its option bytes. */
static void gigadevice(uint32_t obr, uint32_t first, uint32_t second)
{
	flash_release(&flash);
	fake_setup(NULL);
	fake_core.cpuid = 0x412fc231;
	fake_register(0xe0042000, 0x13030410);
	fake_register(0x1ffff7e0, 0x00080040);
	fake_register(OBR, obr);
	fake_register(WRPR, 0xffffffff);
	fake_register(0x1ffff800, first);
	fake_register(0x1ffff804, second);
	fake_register(0x1ffff808, 0x00ff00ff);
	fake_register(0x1ffff80c, 0x00ff00ff);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
}

/* Clones fact sheet section 1: the id is the same, Data1 or the stored bytes tell. */
static void the_layout_of_a_gigadevice_is_told_by_its_contents(void **state)
{
	(void)state;
	gigadevice(0x03fffffc, 0x00ff5aa5, 0x00ff00ff); /* as a GD32F103 */
	assert_int_equal(flash.options->fpec->user, 2);
	assert_false(flash.options_unclear);
	gigadevice(0xffffff00, 0x00ff5aa5, 0x00ff00ff); /* as a GD32F130 */
	assert_int_equal(flash.options->fpec->user, 8);
	assert_false(flash.options_unclear);
	gigadevice(0x0012fd00, 0x02fd5aa5, 0xff00ed12); /* the same, with Data1 = 0 */
	assert_int_equal(flash.options->fpec->user, 8);
	assert_false(flash.options_unclear);
	gigadevice(0x03fffffe, 0, 0); /* protected: both have USER 0xff */
	assert_false(flash.options_unclear);
	gigadevice(0x00123456, 0, 0);
	assert_true(flash.options_unclear);
	gigadevice(0x00123400, 0x00ff5aa5, 0x00ff00ff); /* neither fits */
	assert_true(flash.options_unclear);
	assert_true(flash.slow);
}

static const char *judge(uint32_t sp, uint32_t reset, uint32_t addr)
{
	static char text[256];
	uint8_t data[256] = { 0 };
	struct flash_segment seg = { addr, sizeof(data), data };

	put_le32(data, sp);
	put_le32(data + 4, reset);
	vectors_judge(&flash, &seg, 1, text, sizeof(text));
	return text;
}

static void vectors_are_judged_at_the_flash_base_only(void **state)
{
	(void)state;
	chip(0x413);
	assert_string_equal(judge(0x20020000, 0x08000011, 0x08000000), "");
	assert_string_equal(judge(0x10010000, 0x08000011, 0x08000000), ""); /* CCM */
	assert_string_equal(judge(0xffffffff, 0xffffffff, 0x08000000), "");
	assert_string_equal(judge(0x12345678, 0x12345678, 0x08004000), "");
	assert_non_null(strstr(judge(0x20020004, 0x08000011, 0x08000000), "stack pointer 0x20020004"));
	assert_non_null(strstr(judge(0x20000000, 0x08000011, 0x08000000), "stack pointer"));
	assert_string_equal(judge(0x20001fff, 0x08000011, 0x08000000), ""); /* the core ignores bits 0 and 1 */
	assert_string_equal(judge(0x20001000, 0x00000011, 0x08000000), ""); /* linked for the alias at 0 */
	assert_non_null(strstr(judge(0x20001000, 0x08000010, 0x08000000), "even"));
	assert_non_null(strstr(judge(0x20001000, 0x09000011, 0x08000000), "outside of this chip's flash"));
	assert_non_null(strstr(judge(0x20001000, 0x08001001, 0x08000000), "does not hold"));
	chip(0x410);
	assert_non_null(strstr(judge(0x20020000, 0x08000011, 0x08000000), "stack pointer"));
}

#define APP_LEN 0x400u

/* A firmware linked for an address: 32 vectors, most of them the default handler, a `b .`, then three functions. */
static void make_app(uint8_t *app, uint32_t linked_for, bool optimised)
{
	static const uint16_t code[] = { 0xb510, 0x2001, 0xbd10, 0x4770, 0xb500, 0xbd00 }; /* at 0x100 */
	const uint32_t loop = linked_for + 0x201;

	for (uint32_t i = 0; i < APP_LEN; i++)
		app[i] = (uint8_t)(i * 37 + (i >> 3));
	for (uint32_t i = 0; i < 32; i++)
		put_le32(app + 4 * i, loop);
	put_le32(app, 0x20001000);
	put_le32(app + 4, linked_for + 0x101);
	for (uint32_t i = 7; i < 11; i++)
		put_le32(app + 4 * i, 0);
	put_le32(app + 4 * 14, 0x20000401); /* in RAM */
	put_le32(app + 4 * 15, linked_for + 0x109);
	put_le32(app + 4 * 32, 0xf108f85f); /* what follows the table */
	for (size_t i = 0; i < ARRAY_SIZE(code); i++)
		put_le16(app + 0x100 + 2 * i, code[i]);
	put_le16(app + 0x200, optimised ? 0xe7fe : 0xb480);
	put_le16(app + 0x202, optimised ? 0x4770 : 0xaf00);
	put_le16(app + 0x204, 0xe7fe);
}

static const char *judge_app(uint32_t linked_for, uint32_t addr, bool optimised)
{
	static char text[400];
	uint8_t app[APP_LEN];
	/* In two pieces that meet, as Intel HEX has them. */
	const struct flash_segment seg[] = { { addr, 0x110, app }, { addr + 0x110, APP_LEN - 0x110, app + 0x110 } };

	make_app(app, linked_for, optimised);
	vectors_judge(&flash, seg, ARRAY_SIZE(seg), text, sizeof(text));
	return text;
}

static void an_image_for_another_address_is_told_with_the_one_that_fits(void **state)
{
	static const uint32_t addresses[] = { 0x08000000, 0x08000400, 0x08001000, 0x08004000, 0x0800c000, 0x08010000 };
	char words[64];

	(void)state;
	chip(0x413);
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		for (size_t k = 0; k < 2 * ARRAY_SIZE(addresses); k++) {
			const uint32_t addr = addresses[k / 2];
			const char *said = judge_app(addresses[i], addr, k % 2);

			snprintf(words, sizeof(words), "was linked for 0x%08x", (unsigned int)addresses[i]);
			if (addr == addresses[i])
				assert_string_equal(said, "");
			else
				assert_non_null(strstr(said, words));
		}
	/* The alias at 0 is the start of flash. */
	assert_string_equal(judge_app(0x00000000, 0x08000000, true), "");
	assert_string_equal(judge_app(0x00004000, 0x08004000, true), "");
	assert_non_null(strstr(judge_app(0x00004000, 0x08000000, true), "was linked for 0x08004000"));
}

static void a_boot_loader_and_an_application_are_right_together(void **state)
{
	uint8_t boot[APP_LEN], app[APP_LEN], data[APP_LEN];
	const struct flash_segment seg[] = {
		{ 0x08000000, APP_LEN, boot },
		{ 0x08004000, APP_LEN, app },
		{ 0x08008000, APP_LEN, data },
	};
	char text[400];

	(void)state;
	chip(0x413);
	make_app(boot, 0x08000000, true);
	make_app(app, 0x08004000, false);
	for (uint32_t i = 0; i < APP_LEN; i++)
		data[i] = (uint8_t)(i * 91 + (i >> 2));
	vectors_judge(&flash, seg, ARRAY_SIZE(seg), text, sizeof(text));
	assert_string_equal(text, "");
	make_app(app, 0x08002000, false);
	vectors_judge(&flash, seg, ARRAY_SIZE(seg), text, sizeof(text));
	assert_non_null(strstr(text, "was linked for 0x08002000"));
	assert_non_null(strstr(text, "goes to 0x08004000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fields_of_every_chip_do_not_overlap_and_have_their_words, fake_setup,
						teardown),
		cmocka_unit_test_setup_teardown(every_unit_of_every_chip_has_a_bit_inside_of_a_field, fake_setup,
						teardown),
		cmocka_unit_test_setup_teardown(wrp_bits_protect_what_the_manuals_say, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(lines_have_only_the_wrp_bits_that_they_need, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(wrp_bits_of_an_f7_follow_its_banks, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(an_f72x_has_bits_for_pcrop_beside_those_of_nwrp, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(a_boot_address_is_taken_as_bits_or_as_the_address, fake_setup,
						teardown),
		cmocka_unit_test_setup_teardown(sprmod_turns_the_meaning_of_nwrp_round, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(levels_are_told_from_bytes, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(an_f3_has_level_2_and_shows_it, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(a_protected_f3_keeps_what_it_lacks, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(settings_change_what_they_name_and_nothing_else, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(settings_that_make_no_sense_change_nothing, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(a_protected_f1_tells_what_is_in_force, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(a_protected_gd32f130_has_the_layout_of_an_f0, fake_setup, teardown),
		cmocka_unit_test_setup_teardown(the_layout_of_a_gigadevice_is_told_by_its_contents, fake_setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_image_for_another_address_is_told_with_the_one_that_fits, fake_setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_boot_loader_and_an_application_are_right_together, fake_setup,
						teardown),
		cmocka_unit_test_setup_teardown(vectors_are_judged_at_the_flash_base_only, fake_setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
