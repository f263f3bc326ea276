/* SPDX-License-Identifier: MIT */
/* What a session does with images: which bytes go where, and what is told of bytes that did not arrive. */
#include "session_stand_ins.h"

#include "flash/engine/otp.h"
#include "flash/engine/vectors.h"
#include "flash/engine/write.h"

#define RAM   0x20001000u /* where the stand-in reads as 0x01 */
#define FLASH 0x08000000u

static struct {
	size_t n_flash;
	uint32_t flash_addr;
	uint32_t otp_addr;
	enum stflash_afterwards then;
	const char *vectors; /* what is odd about them */
	char warning[256];
	bool erases;  /* the write has two pieces to keep */
	size_t begun; /* so many of them are lost when it fails */
	unsigned int kept_calls;
} seen;

/* ------------------------------------------------------- more stand-ins */

int flash_write(struct flash *f, const struct flash_segment *seg, size_t n, const struct stflash_write_options *o,
		const struct kept_owner *kept, struct stflash_write_report *r)
{
	const struct flash_segment beside[] = { { FLASH + 4, 2, (const uint8_t *)"ab" },
						{ FLASH + 8, 1, (const uint8_t *)"c" } };
	int err;

	if (seen.erases) {
		assert_int_equal(kept->take(KEPT_BEFORE, beside, 2, kept->user), 0);
		err = step(f->ctx, "flash-write");
		return err ? kept->take(KEPT_LOST, beside, seen.begun, kept->user), err : 0;
	}
	seen.then = o->then;
	seen.n_flash = n;
	seen.flash_addr = seg[0].addr;
	r->image_bytes = seg[0].len;
	return step(f->ctx, "flash-write");
}

int otp_plan(struct otp *otp, struct flash *f, const struct flash_segment *seg, size_t n)
{
	*otp = (struct otp){ .flash = f, .to_program = n };
	seen.otp_addr = seg[0].addr;
	return step(f->ctx, "otp-plan");
}

int otp_program(struct otp *otp)
{
	return step(otp->flash->ctx, "otp-program");
}

int flash_verify(struct flash *f, const struct flash_segment *seg, size_t n, const struct stflash_read_options *o,
		 struct stflash_verify_report *r)
{
	(void)o;
	(void)seg;
	seen.n_flash = n;
	r->bytes = 4;
	return step(f->ctx, "flash-verify");
}

int flash_erase(struct flash *f, uint32_t addr, uint32_t len, const struct stflash_write_options *o,
		struct stflash_write_report *report)
{
	(void)addr;
	(void)o;
	report->units = len;
	return step(f->ctx, "flash-erase");
}

int flash_look(struct flash *f, bool may_reset, struct stflash_map_cell **cells, size_t *n)
{
	(void)may_reset;
	*cells = calloc(1, sizeof(**cells));
	*n = 1;
	return step(f->ctx, "flash-look");
}

void vectors_judge(const struct flash *f, const struct flash_segment *seg, size_t n, char *text, size_t len)
{
	(void)f;
	(void)seg;
	(void)n;
	snprintf(text, len, "%s", seen.vectors ? seen.vectors : "");
}

static void note_warning(enum stflash_log_level level, const char *text, void *user)
{
	(void)user;
	if (level <= STFLASH_LOG_WARN)
		snprintf(seen.warning, sizeof(seen.warning), "%s", text);
}

/* ------------------------------------------------------------- helpers */

static struct stflash_image *image;

static int begin(void **state)
{
	memset(&seen, 0, sizeof(seen));
	image = stflash_image_new();
	return image ? setup(state) : -1;
}

static int end(void **state)
{
	stflash_image_free(image);
	return teardown(state);
}

static void add(struct stflash *s, uint32_t addr, const void *data, size_t len)
{
	assert_int_equal(stflash_image_load(s, image, "a.bin", data, len, STFLASH_FORMAT_BIN, &addr), 0);
}

/* --------------------------------------------------------------- tests */

static void an_image_without_bytes_is_refused(void **state)
{
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_write(*state, image, NULL, NULL), STFLASH_E_ARG);
	assert_string_equal(stflash_errmsg(*state), "the image is empty");
	assert_int_equal(stflash_verify(*state, image, NULL, NULL), STFLASH_E_ARG);
	assert_null(strstr(fake.trace, "flash-"));
}

static void a_file_for_other_chips_is_refused_before_anything_changes(void **state)
{
	uint8_t block[512] = { 0 };

	put_le32(block, 0x0a324655);
	put_le32(block + 4, 0x9e5d5157);
	put_le32(block + 8, 0x2000); /* a family follows */
	put_le32(block + 12, FLASH);
	put_le32(block + 16, 4);
	put_le32(block + 24, 1);
	put_le32(block + 28, 0x57755a57); /* STM32F4 */
	put_le32(block + 508, 0x0ab16f30);
	assert_int_equal(stflash_image_load(*state, image, "a.uf2", block, sizeof(block), STFLASH_FORMAT_AUTO, NULL),
			 0);
	assert_int_equal(stflash_image_check(*state, image, NULL), STFLASH_E_ARG); /* not connected */
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_image_check(*state, image, NULL), STFLASH_E_FILE);
	assert_string_equal(stflash_errmsg(*state),
			    "a.uf2 is for STM32F4 (UF2 family 0x57755a57), and this chip is an fake chip");
	assert_int_equal(stflash_write(*state, image, NULL, NULL), STFLASH_E_FILE);
	assert_int_equal(stflash_verify(*state, image, NULL, NULL), STFLASH_E_FILE);
	assert_null(strstr(fake.trace, "flash-"));
}

static void flash_goes_to_flash_and_ram_to_ram_in_that_order(void **state)
{
	const struct stflash_write_options run = { .struct_size = sizeof(run), .then = STFLASH_THEN_RUN };
	struct stflash_write_report report = { .struct_size = sizeof(report) };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, RAM, "\1\1\1\1\1", 5);
	add(*state, FLASH, "abcd", 4);
	assert_int_equal(stflash_write(*state, image, &run, &report), 0);
	trace_is("watchdogs voltage read flash-write write read let-run ");
	assert_int_equal(seen.then, STFLASH_THEN_HALT); /* the firmware must not run before its RAM is there */
	assert_int_equal(seen.n_flash, 1);
	assert_int_equal(seen.flash_addr, FLASH);
	assert_int_equal(report.image_bytes, 4);
	assert_int_equal(report.ram_bytes, 5);
}

static void count_kept(const struct stflash_kept *kept, void *user)
{
	assert_int_equal(stflash_image_bytes(kept->image), 3);
	assert_int_equal(kept->uid[2], 0x55);
	assert_null(user);
	seen.kept_calls++;
}

static void what_a_failed_write_has_erased_is_there_until_the_next_one(void **state)
{
	const struct stflash_write_options o = { .struct_size = sizeof(o), .keep = count_kept };
	const uint8_t *data;
	uint32_t addr;
	size_t len;

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, FLASH, "1234", 4);
	seen.erases = true;
	seen.begun = 1;
	assert_null(stflash_get_kept(*state));
	assert_int_equal(stflash_write(*state, image, &o, NULL), 0);
	assert_int_equal(seen.kept_calls, 1);
	assert_null(stflash_get_kept(*state));

	fake.failing = "flash-write";
	fake.failures_left = 2;
	fake.failure = STFLASH_E_FLASH;
	assert_int_equal(stflash_write(*state, image, &o, NULL), STFLASH_E_FLASH);
	assert_string_equal(stflash_errmsg(*state), "flash-write went wrong");
	assert_non_null(stflash_get_kept(*state));
	assert_true(stflash_image_segment(stflash_get_kept(*state)->image, 0, &addr, &data, &len));
	assert_int_equal(addr, FLASH + 4);
	assert_int_equal(len, 2);
	assert_false(stflash_image_segment(stflash_get_kept(*state)->image, 1, &addr, &data, &len));

	seen.begun = 0; /* it failed before it erased anything */
	assert_int_equal(stflash_write(*state, image, NULL, NULL), STFLASH_E_FLASH);
	assert_null(stflash_get_kept(*state));
}

static void the_text_of_an_image_holds_all_its_pieces(void **state)
{
	static const char expected[] = ":020000040800F2\n:040000003132333432\n"
				       ":020000040800F2\n:0100200035AA\n:00000001FF\n";
	char *text;
	size_t len;

	add(*state, FLASH, "1234", 4);
	add(*state, FLASH + 0x20, "5", 1);
	assert_int_equal(stflash_image_text(*state, image, &text, &len), 0);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(text, expected, len);
	stflash_free_text(text);
}

static void a_dry_run_does_not_write_ram(void **state)
{
	const struct stflash_write_options dry = { .struct_size = sizeof(dry), .dry_run = true };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, RAM, "\1", 1);
	assert_int_equal(stflash_write(*state, image, &dry, NULL), 0);
	trace_is("voltage read ");
}

static void ram_that_does_not_hold_what_was_written_is_told(void **state)
{
	struct stflash_write_report report = { .struct_size = sizeof(report), .ram_bytes = 77 };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, RAM, "\1\1\2\3", 4);
	assert_int_equal(stflash_write(*state, image, NULL, &report), STFLASH_E_MISMATCH);
	assert_string_equal(stflash_errmsg(*state),
			    "0x20001002 in RAM holds 0x01 after 0x02 was written: is it in use by DMA?");
	assert_int_equal(report.ram_bytes, 77);
	/* and the core does not stay halted for a program that is not there */
	fake.trace[0] = '\0';
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("/chip /attach /dap /probe /open ");
}

static void ram_of_a_write_that_ends_halted_stays_halted(void **state)
{
	const struct stflash_write_options halt = { .struct_size = sizeof(halt), .then = STFLASH_THEN_HALT };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, RAM, "\1", 1);
	assert_int_equal(stflash_write(*state, image, &halt, NULL), 0);
	fake.trace[0] = '\0';
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("/chip /attach-halted /dap /probe /open ");
}

static void verify_counts_what_differs_in_ram(void **state)
{
	struct stflash_verify_report report = { .struct_size = sizeof(report) };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, RAM, "\1\2\3", 3);
	assert_int_equal(stflash_verify(*state, image, NULL, &report), STFLASH_E_MISMATCH);
	assert_string_equal(stflash_errmsg(*state),
			    "2 of 3 bytes differ, the first at 0x20001001: expected 0x02, found 0x01");
	assert_int_equal(report.differing, 2);
	assert_int_equal(report.first_addr, RAM + 1);
	assert_int_equal(report.ram_bytes, 0);
	trace_is("watchdogs read ");
}

static void beside_flash_verify_leaves_ram_alone(void **state)
{
	struct stflash_verify_report report = { .struct_size = sizeof(report) };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, FLASH, "abcd", 4);
	add(*state, RAM, "\1\2\3", 3);
	assert_int_equal(stflash_verify(*state, image, NULL, &report), 0);
	assert_int_equal(report.bytes, 4);
	assert_int_equal(report.ram_bytes, 3);
	trace_is("watchdogs flash-verify ");
}

static void a_failed_reading_of_ram_is_no_difference(void **state)
{
	struct stflash_verify_report report = { .struct_size = sizeof(report), .differing = 77 };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	add(*state, RAM, "\1", 1);
	fail_at("read", STFLASH_E_FAULT);
	assert_int_equal(stflash_verify(*state, image, NULL, &report), STFLASH_E_FAULT);
	assert_int_equal(report.differing, 77);
}

static void what_is_odd_is_said_once_the_work_is_done(void **state)
{
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	stflash_set_log(*state, STFLASH_LOG_WARN, note_warning, NULL);
	add(*state, FLASH, "abcd", 4);
	assert_int_equal(stflash_write(*state, image, NULL, NULL), 0);
	assert_string_equal(seen.warning, "looks odd"); /* of the chip, before */
	seen.vectors = "the vectors are odd";
	fail_at("flash-write", STFLASH_E_FLASH);
	assert_int_equal(stflash_write(*state, image, NULL, NULL), STFLASH_E_FLASH);
	assert_string_equal(seen.warning, "looks odd");
	assert_int_equal(stflash_write(*state, image, NULL, NULL), 0);
	assert_string_equal(seen.warning, "the vectors are odd");
}

static void an_empty_range_is_not_everything(void **state)
{
	struct stflash_write_report report = { .struct_size = sizeof(report) };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_erase(*state, FLASH, 0, NULL, NULL), STFLASH_E_ARG);
	assert_null(strstr(fake.trace, "flash-erase"));
	assert_int_equal(stflash_erase(*state, FLASH, 1024, NULL, &report), 0);
	assert_int_equal(report.units, 1024);
	fail_at("flash-erase", STFLASH_E_FLASH);
	assert_int_equal(stflash_erase_all(*state, NULL, &report), STFLASH_E_FLASH);
	assert_int_equal(report.units, 1024);
	assert_int_equal(stflash_erase_all(*state, NULL, NULL), 0);
}

static void nothing_works_without_a_connection(void **state)
{
	struct stflash_cells *cells = (void *)1;

	add(*state, FLASH, "abcd", 4);
	assert_int_equal(stflash_write(*state, image, NULL, NULL), STFLASH_E_ARG);
	assert_int_equal(stflash_verify(*state, image, NULL, NULL), STFLASH_E_ARG);
	assert_int_equal(stflash_erase(*state, FLASH, 4, NULL, NULL), STFLASH_E_ARG);
	assert_int_equal(stflash_erase_all(*state, NULL, NULL), STFLASH_E_ARG);
	assert_int_equal(stflash_map(*state, false, &cells), STFLASH_E_ARG);
	assert_null(cells);
	trace_is("");
}

static void a_map_is_the_callers_to_free(void **state)
{
	struct stflash_cells *cells;

	connect_as(*state, STFLASH_CONNECT_ATTACH); /* where nothing is written, watchdogs neither */
	assert_int_equal(stflash_map(*state, false, &cells), 0);
	assert_non_null(stflash_get_cell(cells, 0));
	assert_null(stflash_get_cell(cells, 1));
	stflash_free_cells(cells);
	trace_is("flash-look ");
}

static void text_is_hex_or_s_records_and_nothing_else(void **state)
{
	const enum stflash_format others[] = { STFLASH_FORMAT_AUTO, STFLASH_FORMAT_BIN, STFLASH_FORMAT_ELF };
	char *text = NULL;
	size_t len;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_int_equal(stflash_format_text(*state, others[i], FLASH, "a", 1, &text, &len), STFLASH_E_ARG);
		assert_string_equal(stflash_errmsg(*state),
				    "memory can be written as Intel HEX or S-record text, nothing else");
		assert_null(text);
	}
	assert_int_equal(stflash_format_text(*state, STFLASH_FORMAT_IHEX, FLASH, "a", 1, &text, &len), 0);
	assert_int_equal(len, 16 + 14 + 12);
	assert_memory_equal(text, ":020000040800F2\n:01000000619E\n:00000001FF\n", len);
	stflash_free_text(text);
}

static void segments_are_handed_out_one_by_one(void **state)
{
	const uint8_t *data;
	uint32_t addr;
	size_t len;

	add(*state, FLASH + 8, "efgh", 4);
	add(*state, FLASH, "abcd", 4);
	assert_int_equal(stflash_image_bytes(image), 8);
	assert_true(stflash_image_segment(image, 0, &addr, &data, &len));
	assert_int_equal(addr, FLASH);
	assert_true(stflash_image_segment(image, 1, &addr, &data, &len));
	assert_int_equal(addr, FLASH + 8);
	assert_int_equal(len, 4);
	assert_memory_equal(data, "efgh", 4);
	assert_false(stflash_image_segment(image, 2, &addr, &data, &len));
	stflash_image_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_image_without_bytes_is_refused),
		TEST(a_file_for_other_chips_is_refused_before_anything_changes),
		TEST(flash_goes_to_flash_and_ram_to_ram_in_that_order),
		TEST(a_dry_run_does_not_write_ram),
		TEST(ram_that_does_not_hold_what_was_written_is_told),
		TEST(ram_of_a_write_that_ends_halted_stays_halted),
		TEST(verify_counts_what_differs_in_ram),
		TEST(beside_flash_verify_leaves_ram_alone),
		TEST(a_failed_reading_of_ram_is_no_difference),
		TEST(what_is_odd_is_said_once_the_work_is_done),
		TEST(an_empty_range_is_not_everything),
		TEST(nothing_works_without_a_connection),
		TEST(a_map_is_the_callers_to_free),
		TEST(text_is_hex_or_s_records_and_nothing_else),
		TEST(the_text_of_an_image_holds_all_its_pieces),
		TEST(what_a_failed_write_has_erased_is_there_until_the_next_one),
		TEST(segments_are_handed_out_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
