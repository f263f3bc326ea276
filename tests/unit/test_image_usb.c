/* SPDX-License-Identifier: MIT */
/* DfuSe, plain DFU and UF2: what USB boot loaders take. */
#include "image/families.h"
#include "image_fixture.h"

static uint8_t file[4096];
static size_t file_len;

static void put(const void *bytes, size_t len)
{
	assert_true(file_len + len <= sizeof(file));
	memcpy(file + file_len, bytes, len);
	file_len += len;
}

static void put_word(uint32_t word)
{
	uint8_t bytes[4];

	put_le32(bytes, word);
	put(bytes, 4);
}

static int load_file(const char *name, const uint32_t *base)
{
	return load(name, file, file_len, base);
}

static void refused(const char *name, const char *why)
{
	refused_file(name, file, file_len, why);
}

/* ------------------------------------------------------------------ DfuSe */

static void begin_dfuse(uint8_t targets)
{
	file_len = 0;
	put("DfuSe\1", 6);
	put_word(0); /* the length of all, which nobody needs */
	put(&targets, 1);
}

static void put_target(uint8_t alternate, uint32_t elements)
{
	static const uint8_t name[255] = "ST...";

	put("Target", 6);
	put(&alternate, 1);
	put_word(1);
	put(name, sizeof(name));
	put_word(0);
	put_word(elements);
}

static void put_element(uint32_t addr, const char *bytes)
{
	put_word(addr);
	put_word((uint32_t)strlen(bytes));
	put(bytes, strlen(bytes));
}

/* The sum as the DFU specification's appendix has it, table and all. */
static uint32_t sum_of(const uint8_t *data, size_t len)
{
	uint32_t table[256], sum = 0xffffffff;

	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int k = 0; k < 8; k++)
			table[i] = table[i] & 1 ? table[i] >> 1 ^ 0xedb88320 : table[i] >> 1;
	}
	for (size_t i = 0; i < len; i++)
		sum = table[(sum ^ data[i]) & 0xff] ^ sum >> 8;
	return sum;
}

static void put_suffix(uint16_t dfu_version)
{
	const uint8_t suffix[12] = {
		0xff, 0xff, 0x11, 0xdf, 0x83, 0x04, (uint8_t)dfu_version, (uint8_t)(dfu_version >> 8), 'U', 'F', 'D', 16
	};

	put(suffix, sizeof(suffix));
	put_word(sum_of(file, file_len));
}

static void dfuse_elements_of_all_targets_go_to_their_addresses(void **state)
{
	(void)state;
	begin_dfuse(2);
	put_target(0, 2);
	put_element(0x08004000, "application");
	put_element(0x08000000, "boot");
	put_target(3, 1);
	put_element(0x08008000, "tables");
	put_suffix(0x011a);
	assert_int_equal(load_file("a.dfu", NULL), 0);
	assert_int_equal(img.n, 3);
	assert_int_equal(img.seg[0].addr, 0x08000000);
	assert_memory_equal(img.seg[0].data, "boot", 4);
	assert_int_equal(img.seg[1].addr, 0x08004000);
	assert_int_equal(img.seg[1].len, 11);
	assert_int_equal(img.seg[2].addr, 0x08008000);
	image_free(&img);
	assert_int_equal(load_file("firmware", NULL), 0); /* by content, whatever the name */
}

static void plain_dfu_is_a_binary_with_a_suffix(void **state)
{
	const uint32_t base = 0x08002000;

	(void)state;
	file_len = 0;
	put("firmware bytes, no text \1\2", 26);
	put_suffix(0x0100);
	assert_int_equal(load_file("a.dfu", &base), 0);
	assert_int_equal(img.seg[0].addr, base);
	assert_int_equal(img.seg[0].len, 26);
	image_free(&img);
	assert_int_equal(load_file("a.dfu", NULL), STFLASH_E_ARG);
	assert_non_null(strstr(ctx.errmsg, "a.dfu: a plain DFU file, without ST's DfuSe prefix, does not say where it "
					   "belongs: give the address"));
}

static void a_damaged_dfu_file_is_refused(void **state)
{
	(void)state;
	begin_dfuse(1);
	put_target(0, 1);
	put_element(0x08000000, "boot");
	put_suffix(0x011a);
	file[290] ^= 1;
	refused("a.dfu", "the DFU file is damaged: its checksum is");
	file[290] ^= 1;
	for (size_t n = 6; n < file_len; n++)
		refused_file("a.dfu", file, n, "cut off");
	file_len -= 16;
	refused("a.dfu", "the DFU file has no suffix");
}

static void a_dfu_file_that_contradicts_itself_is_refused(void **state)
{
	(void)state;
	begin_dfuse(2);
	put_target(0, 1);
	put_element(0x08000000, "boot");
	put_suffix(0x011a);
	refused("a.dfu", "damaged: target 1 is longer than the file");

	begin_dfuse(1);
	put_target(0, 2);
	put_element(0x08000000, "boot");
	put_suffix(0x011a);
	refused("a.dfu", "damaged: target 0 is longer than the file");

	begin_dfuse(1);
	put_target(0, 1);
	put_word(0x08000000);
	put_word(0xffffffff);
	put_suffix(0x011a);
	refused("a.dfu", "damaged: target 0 is longer than the file");

	begin_dfuse(1);
	put_target(0, 0);
	put_suffix(0x011a);
	refused("a.dfu", "there is no data in it");
	file[11] = 't';
	file_len -= 16;
	put_suffix(0x011a);
	refused("a.dfu", "target 0 does not begin as one");
	file[5] = 2;
	file_len -= 16;
	put_suffix(0x011a);
	refused("a.dfu", "of version 2, and only version 1 is known");
	file_len = 6;
	file[5] = 1;
	put_suffix(0x011a);
	refused("a.dfu", "it ends in its prefix");

	begin_dfuse(1);
	put_target(7, 1);
	put_element(0xfffffffe, "over");
	put_suffix(0x011a);
	refused("a.dfu", "target 0, alternate setting 7: data at 0xfffffffe runs past the end");
}

/* -------------------------------------------------------------------- UF2 */

#define F1 0x5ee21072u
#define F4 0x57755a57u

#define HAS_FAMILY 0x2000u

static void put_block(uint32_t flags, uint32_t addr, uint32_t no, uint32_t total, uint32_t family, const char *bytes)
{
	const size_t start = file_len;

	put_word(0x0a324655);
	put_word(0x9e5d5157);
	put_word(flags);
	put_word(addr);
	put_word((uint32_t)strlen(bytes));
	put_word(no);
	put_word(total);
	put_word(family);
	put(bytes, strlen(bytes));
	memset(file + file_len, 0xff, 508 - (file_len - start));
	file_len = start + 508;
	put_word(0x0ab16f30);
}

static void two_blocks(void)
{
	file_len = 0;
	put_block(HAS_FAMILY, 0x08000004, 1, 2, F1, "next");
	put_block(HAS_FAMILY, 0x08000000, 0, 2, F1, "boot");
}

static void uf2_blocks_in_any_order_with_a_family(void **state)
{
	(void)state;
	two_blocks();
	assert_int_equal(load_file("a.uf2", NULL), 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(img.seg[0].addr, 0x08000000);
	assert_int_equal(img.seg[0].len, 8);
	assert_memory_equal(img.seg[0].data, "bootnext", 8);
	assert_true(img.sources[0].has_family);
	assert_int_equal(img.sources[0].family, F1);
	assert_string_equal(warning, "");
}

static void uf2_without_a_family_is_worth_a_warning(void **state)
{
	(void)state;
	file_len = 0;
	put_block(0, 0x08000000, 0, 1, 4, "boot");
	assert_int_equal(load_file("a.uf2", NULL), 0);
	assert_false(img.sources[0].has_family);
	assert_string_equal(warning, "a.uf2: the UF2 file does not say which chips it is for");
}

/* MD5 sums and extension tags stand behind the payload; blocks that are not for main flash are comments. */
static void uf2_comments_sums_and_tags_are_not_written(void **state)
{
	(void)state;
	file_len = 0;
	put_block(HAS_FAMILY | 0x4000 | 0x8000, 0x08000000, 0, 3, F1, "boot");
	put_block(HAS_FAMILY | 1, 0x08000004, 1, 3, F1, "source text");
	put_block(1, 0x08000004, 2, 3, 0, "more of it");
	assert_int_equal(load_file("a.uf2", NULL), 0);
	assert_int_equal(img.bytes, 4);
	image_free(&img);
	file_len = 0;
	put_block(1, 0, 0, 1, 0, "text");
	refused("a.uf2", "holds comments only, nothing for flash");
	file_len = 0;
	put_block(0x1000, 0, 0, 1, 0, "text");
	refused("a.uf2", "holds files for a file system, not bytes for flash");
}

static void uf2_for_several_chips_gives_those_of_the_only_stm32(void **state)
{
	(void)state;
	two_blocks();
	put_block(HAS_FAMILY, 0x10000000, 0, 1, 0xe48bff56, "pico");
	assert_int_equal(load_file("a.uf2", NULL), 0);
	assert_int_equal(img.bytes, 8);
	assert_int_equal(img.sources[0].family, F1);
	image_free(&img);

	put_block(HAS_FAMILY, 0x08000000, 0, 1, F4, "more");
	refused("a.uf2", "for several chips, STM32F1 and STM32F4: give the file for one of them");
	two_blocks();
	put_block(0, 0x08001000, 0, 1, 0, "more");
	refused("a.uf2", "some blocks of this UF2 file say which chips they are for, and some do not");
	file_len = 0;
	put_block(HAS_FAMILY, 0x10000000, 0, 1, 0xe48bff56, "pico");
	put_block(HAS_FAMILY, 0x10000000, 0, 1, 0x12345678, "else");
	refused("a.uf2", "is for Raspberry Pi RP2040 and others, none of them an STM32");
	file_len = 0;
	for (uint32_t i = 0; i < 7; i++)
		put_block(HAS_FAMILY, 0, 0, 1, i, "one");
	refused("a.uf2", "is for a family that is not in the public list and others");
}

static void uf2_of_many_families_is_refused(void **state)
{
	static uint8_t many[17 * 512];

	(void)state;
	for (uint32_t i = 0; i < 17; i++) {
		file_len = 0;
		put_block(HAS_FAMILY, 0, 0, 1, i, "one");
		memcpy(many + i * 512, file, 512);
	}
	refused_file("a.uf2", many, sizeof(many), "for more than 16 families");
}

static void a_damaged_uf2_file_is_refused(void **state)
{
	(void)state;
	two_blocks();
	for (size_t n = 8; n < file_len; n++)
		refused_file("a.uf2", file, n, "cut off");
}

static void a_uf2_file_with_a_wrong_block_is_refused(void **state)
{
	(void)state;
	two_blocks();
	file[508]++;
	refused("a.uf2", "block 0 of the UF2 file is damaged");
	two_blocks();
	file[512]++;
	refused("a.uf2", "block 1 of the UF2 file is damaged");
	two_blocks();
	put_le32(file + 16, 477);
	refused("a.uf2", "block 0 of the UF2 file is damaged");
	two_blocks();
	put_le32(file + 512 + 24, 3);
	refused("a.uf2", "block 1 calls itself 0 of 3, in a file of 2");
	two_blocks();
	put_le32(file + 20, 2);
	refused("a.uf2", "block 0 calls itself 2 of 2, in a file of 2");
	two_blocks();
	put_le32(file + 20, 0);
	refused("a.uf2", "block 0 is there twice");
	file_len = 0;
	put_block(HAS_FAMILY, 0, 0, 3, F1, "one");
	put_block(HAS_FAMILY, 4, 2, 3, F1, "two");
	put_block(HAS_FAMILY, 8, 0, 1, 0xe48bff56, "pico");
	refused("a.uf2", "block 1 of 3 is missing");
	file_len = 0;
	put_block(HAS_FAMILY, 0xfffffffe, 0, 1, F1, "over");
	refused("a.uf2", "runs past the end");
	file_len = 0;
	put_block(HAS_FAMILY, 0, 0, 2, F1, "one");
	put_block(HAS_FAMILY, 2, 1, 2, F1, "two");
	refused("a.uf2", "two contents for address 0x00000002");
}

/* github.com/microsoft/uf2, utils/uf2families.json */
static void uf2_families_have_the_ids_of_the_public_list(void **state)
{
	(void)state;
	assert_string_equal(uf2_family_name(0x5ee21072), "STM32F1");
	assert_string_equal(uf2_family_name(0x57755a57), "STM32F4");
	assert_string_equal(uf2_family_name(0x6d0922fa), "STM32F407");
	assert_string_equal(uf2_family_name(0x8fb060fe), "STM32F407VG");
	assert_string_equal(uf2_family_name(0x2dc309c5), "STM32F411xE");
	assert_string_equal(uf2_family_name(0x06d1097b), "STM32F411xC");
	assert_int_equal(uf2_family_find(0x8fb060fe)->dev_id, 0x413);
	assert_null(uf2_family_find(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dfuse_elements_of_all_targets_go_to_their_addresses),
		TEST(plain_dfu_is_a_binary_with_a_suffix),
		TEST(a_damaged_dfu_file_is_refused),
		TEST(a_dfu_file_that_contradicts_itself_is_refused),
		TEST(uf2_blocks_in_any_order_with_a_family),
		TEST(uf2_without_a_family_is_worth_a_warning),
		TEST(uf2_comments_sums_and_tags_are_not_written),
		TEST(uf2_for_several_chips_gives_those_of_the_only_stm32),
		TEST(uf2_of_many_families_is_refused),
		TEST(a_damaged_uf2_file_is_refused),
		TEST(a_uf2_file_with_a_wrong_block_is_refused),
		TEST(uf2_families_have_the_ids_of_the_public_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
