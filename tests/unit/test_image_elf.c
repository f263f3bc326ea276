/* SPDX-License-Identifier: MIT */
/* ELF files: which of their bytes go where, and which files are none for a chip. */
#include "image_fixture.h"

/* One PT_LOAD of four bytes. */
static size_t small_elf(uint8_t *elf, uint32_t vaddr, uint32_t paddr)
{
	memset(elf, 0, 100);
	memcpy(elf, "\x7f\x45\x4c\x46\x01\x01\x01", 7);
	put_le16(elf + 16, 2);
	put_le16(elf + 18, 40);
	put_le32(elf + 24, 0x08000101);
	put_le32(elf + 28, 52);
	put_le16(elf + 42, 32);
	put_le16(elf + 44, 1);
	put_le32(elf + 52, 1);
	put_le32(elf + 56, 84);
	put_le32(elf + 60, vaddr);
	put_le32(elf + 64, paddr);
	put_le32(elf + 68, 4);
	memcpy(elf + 84, "\xde\xad\xbe\xef", 4);
	return 88;
}

static int load_elf(const uint8_t *elf, size_t len)
{
	return load("a.elf", elf, len, NULL);
}

static void elf_segments_go_to_their_physical_addresses(void **state)
{
	uint8_t elf[100];
	const size_t len = small_elf(elf, 0x20000000, 0x08000400);

	(void)state;
	assert_int_equal(load_elf(elf, len), 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(img.seg[0].addr, 0x08000400);
	assert_memory_equal(img.seg[0].data, "\xde\xad\xbe\xef", 4);
	assert_int_equal(img.entry, 0x08000101);
}

static void elf_without_physical_addresses_uses_the_virtual_ones(void **state)
{
	uint8_t elf[100];
	const size_t len = small_elf(elf, 0x08000800, 0);

	(void)state;
	assert_int_equal(load_elf(elf, len), 0);
	assert_int_equal(img.seg[0].addr, 0x08000800);
}

static void elf_segments_that_are_not_loaded_are_passed_over(void **state)
{
	uint8_t elf[100];
	const size_t len = small_elf(elf, 0x08000000, 0x08000000);

	(void)state;
	put_le32(elf + 52, 4); /* PT_NOTE */
	assert_int_equal(load_elf(elf, len), STFLASH_E_FILE);
	assert_int_equal(img.n, 0);
}

static void every_truncation_of_an_elf_is_refused(void **state)
{
	uint8_t elf[100];
	const size_t len = small_elf(elf, 0x08000000, 0x08000000);

	(void)state;
	for (size_t n = 4; n < len; n++) {
		assert_int_equal(load_elf(elf, n), STFLASH_E_FILE);
		assert_non_null(strstr(ctx.errmsg, n < 52   ? "the ELF file is cut off in its header"
						   : n < 84 ? "the ELF file is cut off in its program headers"
							    : "the ELF file is cut off in program segment 0"));
		image_free(&img);
	}
}

static void elf_for_another_machine_is_refused(void **state)
{
	uint8_t elf[100];
	const size_t len = small_elf(elf, 0, 0x08000000);

	(void)state;
	put_le16(elf + 18, 62);
	assert_int_equal(load_elf(elf, len), STFLASH_E_FILE);
	assert_non_null(strstr(ctx.errmsg, "another machine (number 62"));
	image_free(&img);
	elf[4] = 2;
	refused_file("a.elf", elf, len, "for a 64-bit machine");
	small_elf(elf, 0, 0x08000000);
	elf[5] = 2;
	refused_file("a.elf", elf, len, "not 32-bit little-endian");
	elf[4] = 3;
	refused_file("a.elf", elf, len, "not 32-bit little-endian");
}

static void elf_of_another_type_is_refused(void **state)
{
	uint8_t elf[100];
	const size_t len = small_elf(elf, 0, 0x08000000);

	(void)state;
	put_le16(elf + 16, 1);
	refused_file("a.o", elf, len, "it is an object file, not a firmware; link it first");
	put_le16(elf + 16, 4);
	refused_file("core", elf, len, "a core dump, not a firmware");
	put_le16(elf + 16, 0xff00);
	refused_file("a.elf", elf, len, "of the unknown type 65280");
	put_le16(elf + 16, 3); /* position-independent */
	assert_int_equal(load_elf(elf, len), 0);
	image_free(&img);
	put_le16(elf + 44, 0);
	refused_file("a.elf", elf, len, "no program headers");
	put_le16(elf + 44, 1);
	put_le32(elf + 52, 3); /* PT_INTERP */
	refused_file("a.elf", elf, len, "a program for an operating system");
}

/* ---------------------------------------------------------- whole files */

/*
 * An ELF file piece by piece: two segments, the first of which begins with the
 * file's own headers as linkers for 64 KiB pages make it.
 */
#define FILE_LEN 0x1200u
#define PHDRS    52u
#define SHDRS    0x1000u
#define CODE     0x800u /* the file's offsets of what sections hold */
#define TABLE    0x900u
#define INITIAL  0xa00u

static uint8_t file[FILE_LEN];

static void put_segment(size_t n, uint32_t offset, uint32_t vaddr, uint32_t paddr, uint32_t size)
{
	uint8_t *ph = file + PHDRS + 32 * n;

	put_le32(ph, 1);
	put_le32(ph + 4, offset);
	put_le32(ph + 8, vaddr);
	put_le32(ph + 12, paddr);
	put_le32(ph + 16, size);
	put_le32(ph + 20, size);
}

static void put_section(size_t n, uint32_t type, uint32_t flags, uint32_t addr, uint32_t offset, uint32_t size)
{
	uint8_t *sh = file + SHDRS + 40 * n;

	put_le32(sh + 4, type);
	put_le32(sh + 8, flags);
	put_le32(sh + 12, addr);
	put_le32(sh + 16, offset);
	put_le32(sh + 20, size);
}

#define PROGBITS  1u
#define NOTE      7u
#define NOBITS    8u
#define ARM_EXIDX 0x70000001u
#define ALLOC     2u

/* An application at 0x08000800, behind a boot loader; its data goes to RAM and is kept behind the code. */
static void link_application(void)
{
	memset(file, 0, sizeof(file));
	memcpy(file, "\x7f\x45\x4c\x46\x01\x01\x01", 7);
	put_le16(file + 16, 2);
	put_le16(file + 18, 40);
	put_le32(file + 24, 0x08000801);
	put_le32(file + 28, PHDRS);
	put_le32(file + 32, SHDRS);
	put_le16(file + 42, 32);
	put_le16(file + 44, 2);
	put_le16(file + 46, 40);
	put_le16(file + 48, 7);
	put_segment(0, 0, 0x08000000, 0x08000000, TABLE + 8);
	put_segment(1, INITIAL, 0x20000000, 0x08000908, 4);
	put_section(1, PROGBITS, ALLOC, 0x08000800, CODE, 6);
	put_section(2, ARM_EXIDX, ALLOC, 0x08000900, TABLE, 8);
	put_section(3, PROGBITS, ALLOC, 0x20000000, INITIAL, 4);
	put_section(4, NOBITS, ALLOC, 0x20000004, INITIAL + 4, 0x100);
	put_section(5, PROGBITS, 0, 0, 0x0c00, 0x100); /* debug information */
	put_section(6, 3, 0, 0, 0x0d00, 0x40);         /* names */
	memcpy(file + CODE, "\0\x50\0\x20\x01\x08", 6);
	memcpy(file + TABLE, "unwind!!", 8);
	memcpy(file + INITIAL, "data", 4);
}

static void segment_is(size_t n, uint32_t addr, const char *bytes, size_t len)
{
	assert_true(n < img.n);
	assert_int_equal(img.seg[n].addr, addr);
	assert_int_equal(img.seg[n].len, len);
	assert_memory_equal(img.seg[n].data, bytes, len);
}

/* Neither the headers of the file nor the padding between sections: exactly what objcopy puts into a HEX of it. */
static void elf_sections_go_to_their_load_addresses_and_nothing_else_does(void **state)
{
	(void)state;
	link_application();
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	assert_int_equal(img.n, 2);
	segment_is(0, 0x08000800, "\0\x50\0\x20\x01\x08", 6);
	segment_is(1, 0x08000900, "unwind!!data", 12);
	assert_int_equal(img.entry, 0x08000801);
	assert_string_equal(warning, "");
}

/* armlink: the section of initialised data has its address in RAM, its segment that of flash. */
static void elf_section_elsewhere_than_its_segment_is_loaded_with_the_segment(void **state)
{
	(void)state;
	link_application();
	put_le16(file + 44, 1);
	put_segment(0, CODE, 0x08000800, 0x08000800, INITIAL + 4 - CODE);
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	assert_int_equal(img.n, 3);
	segment_is(2, 0x08000a00, "data", 4);
}

static void elf_overlays_share_an_address_and_are_told_apart_by_their_bytes(void **state)
{
	(void)state;
	link_application();
	put_le16(file + 44, 3);
	put_segment(2, INITIAL + 0x10, 0x20000000, 0x08000a00, 4);
	put_section(5, PROGBITS, ALLOC, 0x20000000, INITIAL + 0x10, 4);
	memcpy(file + INITIAL + 0x10, "more", 4);
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	assert_int_equal(img.n, 3);
	segment_is(1, 0x08000900, "unwind!!data", 12);
	segment_is(2, 0x08000a00, "more", 4);
}

static void elf_section_outside_of_segments_goes_where_it_is_linked_to(void **state)
{
	(void)state;
	link_application();
	put_section(5, PROGBITS, ALLOC, 0x08003000, 0x0c00, 4);
	memcpy(file + 0x0c00, "lost", 4);
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	assert_int_equal(img.n, 3);
	segment_is(2, 0x08003000, "lost", 4);
	image_free(&img);
	put_le16(file + 44, 0); /* and where there are no segments at all */
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	segment_is(img.n - 1, 0x20000000, "data", 4);
}

static void elf_without_its_code_is_refused(void **state)
{
	(void)state;
	link_application();
	put_section(1, NOBITS, ALLOC, 0x08000800, CODE, 6);
	put_section(2, NOTE, ALLOC, 0x08000900, TABLE, 8); /* the build id stays */
	put_section(3, NOBITS, ALLOC, 0x20000000, INITIAL, 4);
	refused_file("a.elf", file, sizeof(file), "debug information only");
}

static void elf_without_sections_gives_its_segments_but_not_its_headers(void **state)
{
	(void)state;
	link_application();
	put_le32(file + 32, 0);
	put_le16(file + 48, 0);
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(img.seg[0].addr, 0x08000800);
	assert_int_equal(img.seg[0].len, 0x10c);
	assert_memory_equal(img.seg[0].data, "\0\x50\0\x20\x01\x08", 6);
	assert_memory_equal(img.seg[0].data + 0x100, "unwind!!data", 12);
	assert_non_null(
		strstr(warning, "a.elf: the ELF file has no section headers: what is loaded begins at 0x08000800"));
	image_free(&img);

	put_segment(0, PHDRS, 0x08000034, 0x08000034, 64); /* the program headers and nothing more */
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	assert_int_equal(img.n, 1);
	segment_is(0, 0x08000908, "data", 4);
	image_free(&img);

	put_section(1, PROGBITS, 0, 0, CODE, 6); /* sections, but none that is loaded */
	put_section(2, PROGBITS, 0, 0, CODE, 6);
	put_section(3, PROGBITS, 0, 0, CODE, 6);
	put_section(4, PROGBITS, 0, 0, CODE, 6);
	put_le32(file + 32, SHDRS);
	put_le16(file + 48, 7);
	assert_int_equal(load_elf(file, sizeof(file)), 0);
	segment_is(0, 0x08000908, "data", 4);
}

static void elf_cut_off_in_its_sections_is_refused(void **state)
{
	(void)state;
	link_application();
	refused_file("a.elf", file, SHDRS + 7 * 40 - 1, "cut off in its section headers");
	put_le32(file + 32, 0xfffffff0);
	refused_file("a.elf", file, sizeof(file), "cut off in its section headers");
	link_application();
	put_le16(file + 46, 39);
	refused_file("a.elf", file, sizeof(file), "cut off in its section headers");
	link_application();
	put_section(3, PROGBITS, ALLOC, 0x20000000, FILE_LEN - 3, 4);
	refused_file("a.elf", file, sizeof(file), "cut off in section 3");
	put_section(3, PROGBITS, ALLOC, 0x20000000, INITIAL, 0xfffffff0);
	refused_file("a.elf", file, sizeof(file), "cut off in section 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(elf_segments_go_to_their_physical_addresses),
		TEST(elf_without_physical_addresses_uses_the_virtual_ones),
		TEST(elf_segments_that_are_not_loaded_are_passed_over),
		TEST(every_truncation_of_an_elf_is_refused),
		TEST(elf_for_another_machine_is_refused),
		TEST(elf_of_another_type_is_refused),
		TEST(elf_sections_go_to_their_load_addresses_and_nothing_else_does),
		TEST(elf_section_elsewhere_than_its_segment_is_loaded_with_the_segment),
		TEST(elf_overlays_share_an_address_and_are_told_apart_by_their_bytes),
		TEST(elf_section_outside_of_segments_goes_where_it_is_linked_to),
		TEST(elf_without_its_code_is_refused),
		TEST(elf_without_sections_gives_its_segments_but_not_its_headers),
		TEST(elf_cut_off_in_its_sections_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
