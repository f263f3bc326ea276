/* SPDX-License-Identifier: MIT */
/* Image files: what the formats say, and what hostile files get for it. */
#include "image_fixture.h"

static int load_text(const char *text)
{
	return load("a.txt", text, strlen(text), NULL);
}

static void refused(const char *text, const char *why)
{
	refused_file("a.txt", text, strlen(text), why);
}

/* More bytes than any length byte can promise. */
static void refused_long_line(const char *head)
{
	char text[1024];
	const size_t n = strlen(head);

	assert_true(n + 522 < sizeof(text));
	memcpy(text, head, n);
	memset(text + n, '0', 522);
	text[n + 522] = '\0';
	refused(text, "line 2 is longer than any record");
}

/* The example of the specification's appendix, with an extended address. */
static void ihex_data_and_linear_address(void **state)
{
	static const uint8_t expected[16] = { 0x21, 0x46, 0x01, 0x36, 0x01, 0x21, 0x47, 0x01,
					      0x36, 0x00, 0x7e, 0xfe, 0x09, 0xd2, 0x19, 0x01 };

	(void)state;
	assert_int_equal(load_text(":020000040800F2\r\n:10010000214601360121470136007EFE09D2190140\r\n:00000001FF\r\n"),
			 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(img.seg[0].addr, 0x08000100);
	assert_int_equal(img.seg[0].len, 16);
	assert_memory_equal(img.seg[0].data, expected, 16);
}

static void ihex_out_of_order_and_touching_records_become_one_segment(void **state)
{
	(void)state;
	assert_int_equal(load_text(":020000040800F2\n:0200040003F403\n:020002000102F9\n:020000000A0BE9\n:00000001FF"),
			 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(img.seg[0].addr, 0x08000000);
	assert_memory_equal(img.seg[0].data, "\x0a\x0b\x01\x02\x03\xf4", 6);
}

static void ihex_segmented_offsets_wrap_inside_64_kib(void **state)
{
	(void)state;
	/* base 0x1000 << 4, offset 0xffff, two bytes: the second goes to offset 0 */
	assert_int_equal(load_text(":020000021000EC\n:02FFFF00AA55FF\n:04000003000038007F\n:00000001FF\n"),
			 STFLASH_E_FILE);
	image_free(&img);
	assert_int_equal(load_text(":020000021000EC\n:02FFFF00AA5501\n:0400000300003800C1\n:00000001FF\n"), 0);
	assert_int_equal(img.n, 2);
	assert_int_equal(img.seg[0].addr, 0x10000);
	assert_int_equal(img.seg[0].data[0], 0x55);
	assert_int_equal(img.seg[1].addr, 0x1ffff);
	assert_int_equal(img.seg[1].data[0], 0xaa);
	assert_false(img.has_entry);
}

static void ihex_start_address_is_kept(void **state)
{
	(void)state;
	assert_int_equal(load_text(":0400000508000131BD\n:01000000AA55\n:00000001FF\n"), 0);
	assert_true(img.has_entry);
	assert_int_equal(img.entry, 0x08000131);
}

static void hostile_ihex_ends_in_a_sentence(void **state)
{
	(void)state;
	refused(":10010000214601360121470136007EFE09D2190141\n:00000001FF\n",
		"line 1 has a wrong checksum (0x41, should be 0x40)");
	refused(":10010000214601360121470136007EFE09D21901\n",
		"line 1 has the wrong length: its length byte promises 16 bytes of data, there are 15");
	refused(":10010000214601360121470136007EFE09D219014000\n", "promises 16 bytes of data, there are 17");
	refused(":00000001FF\n:00\n", "line 2 comes after the end record: are these two files?");
	refused(":020000040800F2\n:000000\n", "line 2 is cut off: a record has five bytes or more, not 3");
	refused(":020000040800F2\n:000000F\n", "line 2 is cut off in the middle of a byte");
	refused_long_line(":020000040800F2\n:");
	refused(":10010000214601360121470136007EFE09D2190140\n", "the end record is missing");
	refused(":00000001FF\n:00000001FF\n", "after the end record");
	refused(":10010000214601360121470136007EFE09D219014G\n", "no hexadecimal digit");
	refused(":0100000712E6\n:00000001FF\n", "unknown type 07");
	refused(":020000041FE0FB\n0000\n:00000001FF\n", "does not start with ':'");
	refused(":00000001FF\n", "there is no data in it");
	refused(":0100000011EE\n:0100000022DD\n:00000001FF\n", "two contents for address 0x00000000");
	refused(":02000004FFFFFC\n:02FFFF00AA5501\n:00000001FF\n", "past the end of the address space");
}

static void srec_of_all_address_widths(void **state)
{
	(void)state;
	assert_int_equal(load_text("S00600004844521B\nS1051000AABB85\nS206010000CC111B\n"
				   "S3060800000042AF\nS5030003F9\nS70508000001F1\n"),
			 0);
	assert_int_equal(img.n, 3);
	assert_int_equal(img.seg[0].addr, 0x1000);
	assert_int_equal(img.seg[1].addr, 0x010000);
	assert_int_equal(img.seg[2].addr, 0x08000000);
	assert_int_equal(img.seg[2].data[0], 0x42);
	assert_true(img.has_entry);
	assert_int_equal(img.entry, 0x08000001);
}

static void hostile_srec_ends_in_a_sentence(void **state)
{
	(void)state;
	refused("S1051000AABB86\nS9030000FC\n", "wrong checksum");
	refused("S1051000AA\nS9030000FC\n", "line 1 has the wrong length: its count promises 5 bytes, there are 3");
	refused("S1051000AABB8500\nS9030000FC\n", "its count promises 5 bytes, there are 6");
	refused("S1051000AABB85\nS9030000FC\nS1051000AABB85\n", "line 3 comes after the end record");
	refused("S307FFFFFFFFAABB97\nS9030000FC\n",
		"line 1: data at 0xffffffff runs past the end of the address space");
	refused("S1051000AABB85\nS9\n", "line 2 is cut off after its type");
	refused("S10200FD\nS9030000FC\n", "line 1 is no S-record: S1 with 2 bytes");
	refused_long_line("S1051000AABB85\nS1");
	refused("S1051000AABB85\n", "end record is missing: the file is cut off after line 1");
	refused("S5030000FC\nS1051000AABB85\n", "end record is missing");
	refused("S1051000AABB85\nS5030002FA\nS9030000FC\n", "lines are missing");
	refused("S4051000AABB85\nS9030000FC\n", "no S-record");
	refused("S1051000AABB85\nX\nS9030000FC\n", "'S' and a digit");
	refused("S10210ED\nS9030000FC\n", "no S-record");
}

static void binary_needs_an_address_and_others_refuse_one(void **state)
{
	const uint32_t base = 0x08000000;
	const uint8_t raw[3] = { 1, 2, 3 };
	const char *hex = ":0100000011EE\n:00000001FF\n";

	(void)state;
	assert_int_equal(image_load(&ctx, &img, "x.bin", raw, 3, STFLASH_FORMAT_AUTO, NULL), STFLASH_E_ARG);
	assert_non_null(strstr(ctx.errmsg, "x.bin: a binary file does not say where it belongs: give the address"));
	image_free(&img);
	assert_int_equal(image_load(&ctx, &img, "x.bin", raw, 3, STFLASH_FORMAT_AUTO, &base), 0);
	assert_int_equal(img.seg[0].addr, base);
	image_free(&img);
	assert_int_equal(image_load(&ctx, &img, "x.hex", (const uint8_t *)hex, strlen(hex), STFLASH_FORMAT_AUTO, &base),
			 STFLASH_E_ARG);
	image_free(&img);
	assert_int_equal(image_load(&ctx, &img, "x.bin", raw, 0, STFLASH_FORMAT_AUTO, &base), STFLASH_E_FILE);
}

/* Nothing of it is copied, or looked at. */
/* Pieces of it before, in, between and behind what is there. */
static void bytes_are_put_where_the_image_has_none_or_over_them(void **state)
{
	static const uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct ctx *c = &ctx;

	(void)state;
	assert_int_equal(image_add(c, &img, 0x08000002, (const uint8_t *)"ab", 2), 0);
	assert_int_equal(image_add(c, &img, 0x08000005, (const uint8_t *)"c", 1), 0);
	assert_int_equal(image_finish(c, &img), 0);
	assert_int_equal(image_put(c, &img, "a value", 0x08000003, bytes, 1, false), STFLASH_E_ARG);
	assert_non_null(strstr(c->errmsg, "a value: another file has bytes at 0x08000003 already"));
	assert_int_equal(image_put(c, &img, "a value", 0x08000000, bytes, 8, false), STFLASH_E_ARG);
	assert_int_equal(img.bytes, 3);
	assert_int_equal(image_put(c, &img, "a value", 0x08000004, bytes, 1, false), 0);
	assert_int_equal(img.n, 1);
	assert_memory_equal(img.seg[0].data, "ab\1c", 4);
	assert_int_equal(image_put(c, &img, "a value", 0x08000000, bytes, 8, true), 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(img.seg[0].addr, 0x08000000);
	assert_int_equal(img.bytes, 8);
	assert_memory_equal(img.seg[0].data, bytes, 8);
	assert_int_equal(image_put(c, &img, "a value", 0x08000000, bytes, 0, false), 0);
	assert_int_equal(image_put(c, &img, "a value", 0xfffffffe, bytes, 4, true), STFLASH_E_FILE);
	assert_int_equal(img.bytes, 8);
}

static void more_than_any_firmware_is_refused(void **state)
{
	const uint32_t base = 0x08000000;
	const size_t len = IMAGE_MAX_BYTES + 1;
	uint8_t *raw = calloc(1, len);

	(void)state;
	assert_non_null(raw);
	assert_int_equal(image_load(&ctx, &img, "x.bin", raw, len, STFLASH_FORMAT_BIN, &base), STFLASH_E_FILE);
	assert_non_null(strstr(ctx.errmsg, "x.bin: more than 64 MiB of data"));
	free(raw);
}

static void text_may_be_indented_and_in_small_letters(void **state)
{
	(void)state;
	assert_int_equal(load_text("\n  :0100000011ee \r\n\t:00000001ff\n\n"), 0);
	assert_int_equal(img.seg[0].data[0], 0x11);
}

static void overlapping_files_are_refused_by_name(void **state)
{
	const uint32_t a = 0x08000000, b = 0x08000002;
	const uint8_t raw[4] = { 1, 2, 3, 4 };

	(void)state;
	assert_int_equal(image_load(&ctx, &img, "one.bin", raw, 4, STFLASH_FORMAT_BIN, &a), 0);
	assert_int_equal(image_load(&ctx, &img, "two.bin", raw, 4, STFLASH_FORMAT_BIN, &b), STFLASH_E_FILE);
	assert_non_null(strstr(ctx.errmsg, "one.bin and two.bin both have bytes at 0x08000002"));
}

static void what_is_written_reads_back(void **state)
{
	uint8_t data[1000];
	int (*const writers[])(struct ctx *, struct image_text *, uint32_t, const uint8_t *, size_t) = { ihex_write,
													 srec_write };

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + 3);
	for (size_t w = 0; w < ARRAY_SIZE(writers); w++) {
		struct image_text text = { 0 };

		/* across a 64 KiB border, at an odd address */
		assert_int_equal(writers[w](&ctx, &text, 0x0800ff01, data, sizeof(data)), 0);
		assert_int_equal(
			image_load(&ctx, &img, "t", (const uint8_t *)text.text, text.len, STFLASH_FORMAT_AUTO, NULL),
			0);
		assert_int_equal(img.n, 1);
		assert_int_equal(img.seg[0].addr, 0x0800ff01);
		assert_int_equal(img.seg[0].len, sizeof(data));
		assert_memory_equal(img.seg[0].data, data, sizeof(data));
		image_free(&img);
		free(text.text);
	}
}

/* srec_cat ends a file with its count alone where no start address is known. */
static void srec_with_a_right_count_needs_no_end_record(void **state)
{
	(void)state;
	assert_int_equal(load_text("S00600004844521B\nS1051000AABB85\nS5030001FB\n"), 0);
	assert_int_equal(img.seg[0].addr, 0x1000);
	image_free(&img);
	assert_int_equal(load_text("S1051000AABB85\nS604000001FA\n"), 0);
	assert_false(img.has_entry);
}

static void the_same_record_twice_is_fine_and_another_one_is_not(void **state)
{
	(void)state;
	assert_int_equal(load_text("S1051000AABB85\nS1051000AABB85\nS1051001BBCC62\nS9030000FC\n"), 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(img.bytes, 3);
	assert_memory_equal(img.seg[0].data, "\xaa\xbb\xcc", 3);
	image_free(&img);
	assert_int_equal(load_text(":0400000001020304F2\n:020001000203F8\n:00000001FF\n"), 0);
	assert_int_equal(img.bytes, 4);
	image_free(&img);
	refused("S1051000AABB85\nS1051001BCCC61\nS9030000FC\n", "two contents for address 0x00001001");
	refused(":0400000001020304F2\n:020001000204F7\n:00000001FF\n", "two contents for address 0x00000002");
}

static void ihex_records_of_type_06_hold_nothing_for_memory(void **state)
{
	(void)state;
	assert_int_equal(load_text(":0100000011EE\n:0100000612E7\n:00000001FF\n"), 0);
	assert_int_equal(img.bytes, 1);
}

/* What editors, shells and programmers put around the records. */
static void what_is_around_records_does_not_matter(void **state)
{
	static const char *const texts[] = {
		"\xef\xbb\xbf:0100000011EE\n:00000001FF\n",
		"\xef\xbb\xbf\r\n; made by a tool\r\n# v1.0\r\n// and another\r\n\r\n:0100000011EE\r\n:00000001FF\r\n",
		":0100000011EE\r:00000001FF\r",
		":0100000011EE\r\r:00000001FF",
		":0100000011EE\n;\n:00000001FF\n\x1a",
		":0100000011EE\n:00000001FF\n; end\n\n#\n",
		"; S-records\nS104000011EA\nS9030000FC\n\x1a\x1a\r\n",
		"s104000011ea\ns9030000fc",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(load_text(texts[i]), 0);
		assert_int_equal(img.bytes, 1);
		assert_int_equal(img.seg[0].data[0], 0x11);
		image_free(&img);
	}
	assert_int_equal(load("a.hex", ":0100000011EE\n:00000001FF\n\0\0\0\0", 30, NULL), 0);
}

static void line_numbers_count_every_kind_of_line(void **state)
{
	(void)state;
	refused("\xef\xbb\xbf; one\n\n:0100000011EF\n:00000001FF\n", "line 3 has a wrong checksum");
	refused("# one\r\r:0100000011EF\r:00000001FF\r", "line 3 has a wrong checksum");
	refused("; one\r\n\r\nS104000011EB\r\nS9030000FC", "line 3 has a wrong checksum");
}

static void words_after_the_end_record_are_ignored_with_a_warning(void **state)
{
	(void)state;
	assert_int_equal(load_text(":0100000011EE\n:00000001FF\nsome words\n"), 0);
	assert_string_equal(warning, "a.txt: line 3 and what follows come after the end record: ignored");
	image_free(&img);
	assert_int_equal(load_text("S104000011EA\nS9030000FC\n\nthe end\n"), 0);
	assert_string_equal(warning, "a.txt: line 4 and what follows come after the end record: ignored");
}

/* Three files: the one named is the one that has the byte, also where it touches another. */
static void an_overlap_names_the_right_files(void **state)
{
	const uint32_t a = 0x08000000, b = 0x08000004, c = 0x08000006;

	(void)state;
	assert_int_equal(image_load(&ctx, &img, "one.bin", (const uint8_t *)"abcd", 4, STFLASH_FORMAT_BIN, &a), 0);
	assert_int_equal(image_load(&ctx, &img, "two.bin", (const uint8_t *)"abcd", 4, STFLASH_FORMAT_BIN, &b), 0);
	assert_int_equal(img.n, 1);
	assert_int_equal(image_load(&ctx, &img, "three.bin", (const uint8_t *)"cdcd", 4, STFLASH_FORMAT_BIN, &c),
			 STFLASH_E_FILE);
	assert_non_null(strstr(ctx.errmsg, "two.bin and three.bin both have bytes at 0x08000006"));
	assert_int_equal(img.bytes, 8);
}

static void an_address_must_be_the_lowest_one_of_the_file(void **state)
{
	static const char text[] = ":0100100011DE\n:0100080011E6\n:00000001FF\n";
	const uint32_t right = 8, wrong = 0x10;

	(void)state;
	assert_int_equal(load("a.hex", text, strlen(text), &right), 0);
	image_free(&img);
	assert_int_equal(load("a.hex", text, strlen(text), &wrong), STFLASH_E_ARG);
	assert_string_equal(ctx.errmsg, "a.hex: the file carries its own addresses and the lowest is 0x00000008, not "
					"0x00000010: leave the address out");
}

/* Two bytes of a firmware may be those that a record begins with; a text stays one, though it is damaged. */
static void a_firmware_that_begins_like_a_record_is_binary(void **state)
{
	static const uint8_t like_srec[] = { 'S', '1', '0', '0', 0x00, 0x20, 0x01, 0x01, 0x00, 0x08, 0x00, 0x00 };
	static const uint8_t like_ihex[] = { ':', '1', 0x00, 0x20, 0x01, 0x01, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00 };
	static const char words[] = "Some text that is none of these.";
	static const char damaged[] = ":10010x00214601360121470136007EFE09D2190140";

	(void)state;
	assert_int_equal(content_judge(like_srec, sizeof(like_srec)).format, STFLASH_FORMAT_BIN);
	assert_int_equal(content_judge(like_ihex, sizeof(like_ihex)).format, STFLASH_FORMAT_BIN);
	assert_int_equal(content_judge((const uint8_t *)damaged, strlen(damaged)).format, STFLASH_FORMAT_IHEX);
	assert_int_equal(content_judge((const uint8_t *)words, strlen(words)).format, STFLASH_FORMAT_BIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_firmware_that_begins_like_a_record_is_binary),
		TEST(ihex_data_and_linear_address),
		TEST(ihex_out_of_order_and_touching_records_become_one_segment),
		TEST(ihex_segmented_offsets_wrap_inside_64_kib),
		TEST(ihex_start_address_is_kept),
		TEST(hostile_ihex_ends_in_a_sentence),
		TEST(srec_of_all_address_widths),
		TEST(hostile_srec_ends_in_a_sentence),
		TEST(binary_needs_an_address_and_others_refuse_one),
		TEST(bytes_are_put_where_the_image_has_none_or_over_them),
		TEST(more_than_any_firmware_is_refused),
		TEST(text_may_be_indented_and_in_small_letters),
		TEST(overlapping_files_are_refused_by_name),
		TEST(what_is_written_reads_back),
		TEST(srec_with_a_right_count_needs_no_end_record),
		TEST(the_same_record_twice_is_fine_and_another_one_is_not),
		TEST(ihex_records_of_type_06_hold_nothing_for_memory),
		TEST(what_is_around_records_does_not_matter),
		TEST(line_numbers_count_every_kind_of_line),
		TEST(words_after_the_end_record_are_ignored_with_a_warning),
		TEST(an_overlap_names_the_right_files),
		TEST(an_address_must_be_the_lowest_one_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
