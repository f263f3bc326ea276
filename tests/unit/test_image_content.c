/* SPDX-License-Identifier: MIT */
/* What is no firmware and is recognised, what is one whatever its bytes are, and what names say. */
#include "image_fixture.h"

static const uint32_t start = 0x08000000;

static void foreign(const char *name, const void *data, size_t len, const char *what)
{
	assert_int_equal(load(name, data, len, &start), STFLASH_E_FILE);
	if (!strstr(ctx.errmsg, what) || strstr(ctx.errmsg, "--format"))
		fail_msg("'%s' is not about '%s'", ctx.errmsg, what);
	assert_int_equal(img.n, 0);
}

/* 300 bytes that begin so, the rest being noise. */
static void foreign_magic(const char *bytes, size_t len, const char *what)
{
	static const char *const names[] = { "fw.bin", "fw.hex", "fw", "fw.elf" };
	uint8_t data[300];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * i * 7 + 1);
	memcpy(data, bytes, len);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		foreign(names[i], data, sizeof(data), what);
}

#define MAGIC(bytes, what) foreign_magic(bytes, sizeof(bytes) - 1, what)

static void archives_pictures_and_programs_are_named(void **state)
{
	uint8_t tar[512] = "firmware.bin";
	uint8_t pe[512] = "MZ";

	(void)state;
	MAGIC("\x1f\x8b\x08\x08\x12\x34\x56\x78", "a gzip archive");
	MAGIC("\xfd"
	      "7zXZ\0",
	      "an xz archive");
	MAGIC("PK\3\4", "a zip archive");
	MAGIC("BZh91AY&SY", "a bzip2 archive");
	MAGIC("\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff", "an lzma archive");
	MAGIC("7z\xbc\xaf\x27\x1c", "a 7z archive");
	MAGIC("\x28\xb5\x2f\xfd", "a zstd archive");
	MAGIC("\x04\x22\x4d\x18", "an lz4 archive");
	MAGIC("Rar!\x1a\x07", "a rar archive");
	MAGIC("!<arch>\n", "an ar archive");
	MAGIC("%PDF-1.7", "a PDF document");
	MAGIC("\x89PNG\r\n\x1a\n", "a PNG picture");
	MAGIC("\xff\xd8\xff\xe0", "a JPEG picture");
	MAGIC("\xcf\xfa\xed\xfe", "a Mach-O program");
	MAGIC("ANDROID!", "an Android boot image");
	MAGIC("\x27\x05\x19\x56", "a U-Boot image");
	memcpy(tar + 257, "ustar", 5);
	foreign("fw.bin", tar, sizeof(tar), "a tar archive");
	put_le32(pe + 60, 128);
	memcpy(pe + 128, "PE\0\0", 4);
	foreign("fw.bin", pe, sizeof(pe), "a Windows program");
}

static void text_is_named(void **state)
{
	static const struct {
		const char *text;
		const char *what;
	} texts[] = {
		{ "<!DOCTYPE html>\n<html><body>404</body></html>\n", "a web page (HTML), not firmware" },
		{ "\n  <html lang=\"en\"><head></head></html>", "a web page (HTML)" },
		{ "<?xml version=\"1.0\"?>\n<a/>\n", "XML text" },
		{ "{\n  \"message\": \"Not Found\"\n}\n", "JSON text" },
		{ "[{\"a\": 1}, {\"a\": 2}]", "JSON text" },
		{ "{\"message\":\"not-found\",\"status\":404}", "JSON text" },
		{ "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "git lfs pull" },
		{ "404: Not Found", "plain text" },
		{ "oops!\n", "plain text" },
		{ "added some words, be it so, and more of them", "plain text" },
		{ "Gr\xc3\xbc\xc3\x9f"
		  "e aus M\xc3\xbcnchen, viele davon",
		  "plain text" },
		{ "Gr\xfc\xdf"
		  "e aus M\xfcnchen, in einem alten Zeichensatz",
		  "plain text" },
		{ "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, \xd0\xbc\xd0\xb8\xd1\x80\n", "plain text" },
		{ "-----BEGIN CERTIFICATE-----\nMIIB\n", "a PEM key" },
		{ "#!/bin/sh\necho :020000040800F2\n", "a script" },
		{ "@8000\n00 50 00 20 01 08\nq\n", "TI-TXT" },
		{ "@08000000\n00 50 00 20 01 08 00 08\n", "Verilog hexadecimal text" },
		{ "// made by objcopy\n@0\n00500020\n", "Verilog hexadecimal text" },
		{ "%1A626810000000202020202020\n", "Tektronix extended" },
		{ "/01000C0100FF0F00000000\n", "Tektronix hexadecimal" },
		{ "00 50 00 20 01 08 00 08\n00 00 00 00 00 00 00 00\n", "hexadecimal digits without addresses" },
		{ ";18000000050020010800080000000000000000\n", "plain text" },
	};
	static const char *const names[] = { "fw.bin", "fw.hex", "fw.s19", "fw", "fw.txt", "fw.elf", "fw.uf2" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		for (size_t n = 0; n < ARRAY_SIZE(names); n++)
			foreign(names[n], texts[i].text, strlen(texts[i].text), texts[i].what);
}

/* ":0100000011EE" and so on as a shell of Windows saves it. */
static void text_in_utf_16_is_named(void **state)
{
	static const char text[] = ":0100000011EE\r\n:00000001FF\r\n";
	uint8_t wide[2 + 2 * sizeof(text)] = { 0xff, 0xfe };
	const size_t n = sizeof(text) - 1;

	(void)state;
	for (size_t i = 0; i < n; i++)
		wide[2 + 2 * i] = (uint8_t)text[i];
	foreign("fw.hex", wide, 2 + 2 * n, "text in UTF-16");
	foreign("fw.bin", wide + 2, 2 * n, "text in UTF-16");
	memset(wide, 0, sizeof(wide));
	memcpy(wide, "\xfe\xff", 2);
	for (size_t i = 0; i < n; i++)
		wide[3 + 2 * i] = (uint8_t)text[i];
	foreign("fw", wide, 2 + 2 * n, "text in UTF-16");
}

static void is_binary(const void *data, size_t len)
{
	assert_int_equal(load("fw.bin", data, len, &start), 0);
	assert_int_equal(img.bytes, len);
	image_free(&img);
	assert_int_equal(content_judge(data, len).format, STFLASH_FORMAT_BIN);
}

/* Every stack pointer that a chip has, with bytes of text where it can be, and vectors that look like words. */
static void no_vector_table_is_taken_for_anything_else(void **state)
{
	static const uint32_t bases[] = { 0x10000000, 0x20000000, 0x24000000, 0x30000000 };
	uint8_t table[256];

	(void)state;
	for (size_t b = 0; b < ARRAY_SIZE(bases); b++) {
		for (uint32_t sp = 0; sp <= 0xa0000; sp += b == 1 ? 1 : 1021) {
			put_le32(table, bases[b] + sp);
			for (size_t i = 4; i < sizeof(table); i += 4)
				put_le32(table + i, 0x08002041 + 0x2020 * (uint32_t)(i / 4));
			if (content_judge(table, sizeof(table)).foreign ||
			    content_judge(table, sizeof(table)).format != STFLASH_FORMAT_BIN)
				fail_msg("SP 0x%08x", (unsigned int)(bases[b] + sp));
		}
	}
}

static void arbitrary_bytes_under_the_name_of_a_binary_are_a_binary(void **state)
{
	uint8_t data[4096];
	uint32_t x = 1;

	(void)state;
	memset(data, 0xff, sizeof(data));
	is_binary(data, sizeof(data));
	memset(data, 0, sizeof(data));
	is_binary(data, sizeof(data));
	for (size_t len = 1; len <= sizeof(data); len += len / 7 + 1) {
		for (size_t i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
		is_binary(data, len);
	}
	is_binary("SN000123", 8); /* a serial number */
	is_binary("SN-2024-000123-AB-0001", 22);
	is_binary("0123456789abcdef0123456789abcdef", 32); /* a key */
	for (int fill = 0; fill < 256; fill++) {
		memset(data, fill, sizeof(data));
		is_binary(data, sizeof(data));
	}
	is_binary("ab", 2);
	is_binary("MZ, but nothing of a program behind it\1\2\3\4 and nothing else either, ever", 73);
	is_binary("\x1f\x8b\x08\xff with flags that gzip has not\1\2\3\4", 38);
	is_binary("\xff\xfe\1\2\3\4\5\6\7\x08", 10);
}

static void a_name_that_says_another_format_is_a_reason_to_stop(void **state)
{
	static const char *const names[] = { "fw.hex",  "FW.HEX", "fw.ihex", "fw.ihx", "fw.s19", "fw.s28", "fw.s37",
					     "fw.srec", "fw.mot", "fw.elf",  "fw.axf", "fw.out", "fw.dfu", "fw.uf2" };
	static const uint8_t raw[16] = { 0, 0x50, 0, 0x20, 1, 1, 0, 8, 1, 1, 0, 8 };
	static const char hex[] = ":0100000011EE\n:00000001FF\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		foreign(names[i], raw, sizeof(raw), "the contents are binary data of no known format");
	for (size_t i = 9; i < ARRAY_SIZE(names); i++)
		foreign(names[i], hex, strlen(hex), "but this is Intel HEX: give it the right name");
	assert_int_equal(load("fw.raw", raw, sizeof(raw), &start), 0);
}

static void one_text_format_under_the_name_of_the_other_is_read_with_a_warning(void **state)
{
	static const char hex[] = ":0100000011EE\n:00000001FF\n", srec[] = "S104000011EA\nS9030000FC\n";

	(void)state;
	assert_int_equal(load("fw.hex", srec, strlen(srec), NULL), 0);
	assert_string_equal(warning, "fw.hex is named like Intel HEX, but holds S-record: read as that");
	image_free(&img);
	assert_int_equal(load("fw.s19", hex, strlen(hex), NULL), 0);
	assert_string_equal(warning, "fw.s19 is named like S-record, but holds Intel HEX: read as that");
	image_free(&img);
	warning[0] = '\0';
	assert_int_equal(load("fw.bin", hex, strlen(hex), NULL), 0);
	assert_string_equal(warning, "");
}

static void a_given_format_is_taken_at_its_word(void **state)
{
	static const char page[] = "<!DOCTYPE html>\n<html></html>\n";

	(void)state;
	assert_int_equal(
		image_load(&ctx, &img, "fw.hex", (const uint8_t *)page, strlen(page), STFLASH_FORMAT_BIN, &start), 0);
	assert_int_equal(img.bytes, strlen(page));
}

static void names_say_formats(void **state)
{
	(void)state;
	assert_int_equal(content_of_name("a/b.c/Fw.HEX"), STFLASH_FORMAT_IHEX);
	assert_int_equal(content_of_name("fw.mot"), STFLASH_FORMAT_SREC);
	assert_int_equal(content_of_name("fw.axf"), STFLASH_FORMAT_ELF);
	assert_int_equal(content_of_name("fw.dfu"), STFLASH_FORMAT_DFUSE);
	assert_int_equal(content_of_name("fw.uf2"), STFLASH_FORMAT_UF2);
	assert_int_equal(content_of_name("fw.binary"), STFLASH_FORMAT_BIN);
	assert_int_equal(content_of_name("hex"), STFLASH_FORMAT_AUTO);
	assert_int_equal(content_of_name("fw.hex.old"), STFLASH_FORMAT_AUTO);
	assert_int_equal(content_of_name("-"), STFLASH_FORMAT_AUTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(archives_pictures_and_programs_are_named),
		TEST(text_is_named),
		TEST(text_in_utf_16_is_named),
		TEST(no_vector_table_is_taken_for_anything_else),
		TEST(arbitrary_bytes_under_the_name_of_a_binary_are_a_binary),
		TEST(a_name_that_says_another_format_is_a_reason_to_stop),
		TEST(one_text_format_under_the_name_of_the_other_is_read_with_a_warning),
		TEST(a_given_format_is_taken_at_its_word),
		TEST(names_say_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
