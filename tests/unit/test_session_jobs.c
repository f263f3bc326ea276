/* SPDX-License-Identifier: MIT */
/* What a connected session does, and what it tells. */
#include "session_stand_ins.h"

static void nothing_works_without_a_connection(void **state)
{
	struct stflash *s = *state;
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	struct stflash_probe_info probe = { .struct_size = sizeof(probe) };
	uint8_t buf[4] = { 0 };

	assert_int_equal(stflash_get_probe_info(s, &probe), STFLASH_E_ARG);
	assert_int_equal(stflash_get_target_info(s, &target), STFLASH_E_ARG);
	assert_int_equal(stflash_read(s, 0x20000000, buf, 4), STFLASH_E_ARG);
	assert_int_equal(stflash_write_ram(s, 0x20000000, buf, 4), STFLASH_E_ARG);
	assert_int_equal(stflash_dump(s, 0x08000000, buf, 4, NULL, NULL), STFLASH_E_ARG);
	assert_int_equal(stflash_reset(s, STFLASH_RESET_RUN), STFLASH_E_ARG);
	assert_int_equal(stflash_halt(s), STFLASH_E_ARG);
	assert_int_equal(stflash_run(s), STFLASH_E_ARG);
	trace_is("");
}

static void read_is_cut_into_pieces_that_join(void **state)
{
	static uint8_t buf[20000];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_read(*state, 0x20000000, buf, sizeof(buf)), 0);
	trace_is("read read read read ");
	assert_int_equal(buf[0], 0x00);
	assert_int_equal(buf[sizeof(buf) - 1], 0x04); /* the last piece began at 0x20004800 */
}

static void a_span_past_the_address_space_is_refused(void **state)
{
	uint8_t buf[32];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_read(*state, 0xfffffff0, buf, 17), STFLASH_E_ARG);
	assert_int_equal(stflash_dump(*state, 0xfffffff0, buf, 17, NULL, NULL), STFLASH_E_ARG);
	trace_is("");
	assert_int_equal(stflash_read(*state, 0xfffffff0, buf, 16), 0);
}

static void flash_is_not_written_like_ram(void **state)
{
	uint8_t buf[8] = { 0 };

	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_write_ram(*state, 0x08000000, buf, 4), STFLASH_E_ARG);
	assert_int_equal(stflash_write_ram(*state, 0x07fffffc, buf, 8), STFLASH_E_ARG);
	assert_int_equal(stflash_write_ram(*state, 0x0800ffff, buf, 1), STFLASH_E_ARG);
	trace_is("");
	assert_int_equal(stflash_write_ram(*state, 0x20000000, buf, 8), 0);
	trace_is("write ");
}

static void a_proven_read_freezes_the_watchdogs_once(void **state)
{
	struct stflash_dump_report report = { .struct_size = sizeof(report) };
	uint8_t buf[16];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), NULL, &report), 0);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), NULL, NULL), 0);
	trace_is("watchdogs dump dump ");
	assert_int_equal(report.bytes, 16);
}

/* What a killed run left is no firmware that could be halted gently and run on. */
static void a_program_left_behind_is_told_and_not_halted_for_a_read(void **state)
{
	const struct stflash_read_options no_reset = { .struct_size = sizeof(no_reset), .hold = STFLASH_HOLD_HALT };
	uint8_t buf[16];

	fake.left = AGENT_LEFT_AT_WORK;
	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), &no_reset, NULL), 0);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), &no_reset, NULL), 0);
	trace_is("restart watchdogs dump dump ");
}

static void what_does_not_halt_leaves_the_watchdogs_alone(void **state)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	uint8_t buf[16];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_dump(*state, 0x20000000, buf, sizeof(buf), NULL, NULL), 0);
	assert_int_equal(stflash_get_target_info(*state, &target), 0);
	trace_is("dump voltage state protection uid ");
}

static void attach_only_never_touches_the_core(void **state)
{
	uint8_t buf[16];

	connect_as(*state, STFLASH_CONNECT_ATTACH);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), NULL, NULL), 0);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_RUN), STFLASH_E_ARG);
	assert_int_equal(stflash_halt(*state), STFLASH_E_ARG);
	assert_int_equal(stflash_run(*state), STFLASH_E_ARG);
	trace_is("dump ");
}

static void reset_and_halt_outlasts_the_session(void **state)
{
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_HALT), 0);
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("watchdogs reset-halt /chip /attach-halted /dap /probe /open ");
}

static void run_after_reset_and_halt_lets_it_run(void **state)
{
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_HALT), 0);
	assert_int_equal(stflash_run(*state), 0);
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("watchdogs reset-halt run /chip /attach /dap /probe /open ");
}

static void reset_under_reset_uses_the_pin(void **state)
{
	connect_as(*state, STFLASH_CONNECT_UNDER_RESET);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_RUN), 0);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_HALT), 0);
	trace_is("watchdogs pin-run pin-halt ");
}

static void a_failed_reset_does_not_leave_the_core_halted(void **state)
{
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	fail_at("reset-halt", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_HALT), STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("watchdogs reset-halt /chip /attach /dap /probe /open ");
}

#define RDP_REMARK                                                                                            \
	"Once a debugger connects, read-out protection locks the flash for the firmware too, which may have " \
	"stopped it: power the board off and on."

static void target_info_tells_what_is_known(void **state)
{
	struct stflash_target_info t = { .struct_size = sizeof(t) };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_get_target_info(*state, &t), 0);
	assert_string_equal(t.name, "fake chip");
	assert_int_equal(t.dev_id, 0x410);
	assert_int_equal(t.rev_id, 0x2003);
	assert_int_equal(t.flash_size, 64 * 1024);
	assert_int_equal(t.target_mv, 3300);
	assert_int_equal(t.core, STFLASH_CORE_HALTED);
	assert_int_equal(t.pc, 0x08000101);
	assert_int_equal(t.rdp, STFLASH_RDP_LEVEL_1);
	assert_int_equal(t.uid[2], 0x55);
	assert_string_equal(t.remarks, "looks odd " RDP_REMARK);
}

static void an_unreadable_uid_is_unknown_and_no_failure(void **state)
{
	struct stflash_target_info t = { .struct_size = sizeof(t) };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	fail_at("uid", STFLASH_E_FAULT);
	assert_int_equal(stflash_get_target_info(*state, &t), 0);
	assert_int_equal(t.uid[0] | t.uid[1] | t.uid[2], 0);
	assert_string_equal(stflash_errmsg(*state), "");
}

static void a_failed_target_info_leaves_the_callers_struct_alone(void **state)
{
	struct stflash_target_info t = { .struct_size = sizeof(t), .dev_id = 0x123 };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	fail_at("protection", STFLASH_E_PROBE);
	assert_int_equal(stflash_get_target_info(*state, &t), STFLASH_E_PROBE);
	assert_int_equal(t.dev_id, 0x123);
}

static void sectors_under_pcrop_are_a_remark_of_their_own(void **state)
{
	struct sector sectors[12] = { { .size = 16 * 1024 } };
	struct stflash_target_info t = { .struct_size = sizeof(t) };
	struct stflash *s = *state;

	connect_as(s, STFLASH_CONNECT_NORMAL);
	s->flash.sectors = sectors;
	s->flash.n_sectors = ARRAY_SIZE(sectors);
	fake.pcrop = 2;
	assert_int_equal(stflash_get_target_info(s, &t), 0);
	assert_string_equal(t.remarks,
			    "looks odd 2 of 12 sectors can be neither read nor written (PCROP). " RDP_REMARK);
	s->flash.sectors = NULL;
}

static void probe_info_is_from_descriptors_and_version(void **state)
{
	struct stflash_probe_info p = { .struct_size = sizeof(p) };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_get_probe_info(*state, &p), 0);
	assert_string_equal(p.serial, "ABC");
	assert_string_equal(p.model, "ST-LINK/V2");
	assert_string_equal(p.firmware, "V2J29S7");
	assert_string_equal(p.path, "usb:1-2");
	trace_is("");
}

static size_t count(const struct stflash_probes *list)
{
	size_t n = 0;

	while (stflash_get_probe(list, n))
		n++;
	return n;
}

static void listed_probes_have_their_models_names(void **state)
{
	struct stflash_probes *list;

	assert_int_equal(stflash_list_probes(*state, &list), 0);
	assert_int_equal(count(list), 2);
	assert_string_equal(stflash_get_probe(list, 0)->model, "ST-LINK/V2");
	assert_string_equal(stflash_get_probe(list, 1)->model, "a newer one");
	stflash_free_probes(list);
	trace_is("list ");
}

static void the_probes_found_are_asked_for_their_firmware(void **state)
{
	struct stflash_probes *list;

	assert_int_equal(stflash_find_probes(*state, NULL, &list), 0);
	assert_int_equal(count(list), 2);
	assert_string_equal(stflash_get_probe(list, 0)->firmware, "V2J29S7");
	assert_string_equal(stflash_get_probe(list, 0)->serial, "ABC");
	assert_int_equal(stflash_get_probe(list, 1)->access, 0);
	stflash_free_probes(list);
	trace_is("list open probe /probe /open open probe /probe /open ");
}

static void a_probe_that_cannot_be_asked_says_why_in_its_row(void **state)
{
	static const char *const failing[] = { "open", "probe" };
	struct stflash_probes *list;

	for (size_t i = 0; i < ARRAY_SIZE(failing); i++) {
		fail_at(failing[i], STFLASH_E_PROBE);
		assert_int_equal(stflash_find_probes(*state, NULL, &list), 0);
		assert_int_equal(count(list), 2);
		assert_int_equal(stflash_get_probe(list, 0)->access, STFLASH_E_PROBE);
		assert_non_null(strstr(stflash_get_probe(list, 0)->cure, "went wrong"));
		assert_int_equal(stflash_get_probe(list, 1)->access, 0);
		assert_string_equal(stflash_get_probe(list, 1)->firmware, "V2J29S7");
		stflash_free_probes(list);
	}
	fail_at("list", STFLASH_E_NO_PROBE);
	assert_int_equal(stflash_find_probes(*state, NULL, &list), STFLASH_E_NO_PROBE);
	assert_null(list);
}

/* Only that it exists is known of it before it is opened. */
static void a_probe_named_in_full_is_there_or_not(void **state)
{
	struct stflash_probes *list;

	fake.named_only = true;
	assert_int_equal(stflash_find_probes(*state, "usbip://bench/1-1", &list), 0);
	assert_int_equal(count(list), 1);
	assert_int_equal(stflash_get_probe(list, 0)->pid, 0x3748);
	assert_string_equal(stflash_get_probe(list, 0)->model, "ST-LINK/V2");
	assert_string_equal(stflash_get_probe(list, 0)->firmware, "V2J29S7");
	stflash_free_probes(list);

	fail_at("open", STFLASH_E_BUSY);
	assert_int_equal(stflash_find_probes(*state, "usbip://bench/1-1", &list), 0);
	assert_int_equal(count(list), 1);
	assert_int_equal(stflash_get_probe(list, 0)->access, STFLASH_E_BUSY);
	stflash_free_probes(list);

	fail_at("open", STFLASH_E_NO_PROBE);
	assert_int_equal(stflash_find_probes(*state, "usbip://bench/1-1", &list), STFLASH_E_NO_PROBE);
	assert_null(list);
}

static void every_code_has_words(void **state)
{
	(void)state;
	for (int code = STFLASH_OK; code >= STFLASH_E_FAULT; code--) {
		assert_non_null(stflash_strerror(code));
		assert_string_not_equal(stflash_strerror(code), "unknown error");
	}
	assert_string_equal(stflash_strerror(1), "unknown error");
	assert_string_equal(stflash_strerror(STFLASH_E_FAULT - 1), "unknown error");
	assert_string_equal(stflash_strerror(INT32_MIN), "unknown error");
	assert_int_equal(strncmp(stflash_version(), "0.1.0", 5), 0); /* with what git adds to it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION_TEST(nothing_works_without_a_connection),
		SESSION_TEST(read_is_cut_into_pieces_that_join),
		SESSION_TEST(a_span_past_the_address_space_is_refused),
		SESSION_TEST(flash_is_not_written_like_ram),
		SESSION_TEST(a_proven_read_freezes_the_watchdogs_once),
		SESSION_TEST(a_program_left_behind_is_told_and_not_halted_for_a_read),
		SESSION_TEST(what_does_not_halt_leaves_the_watchdogs_alone),
		SESSION_TEST(attach_only_never_touches_the_core),
		SESSION_TEST(reset_and_halt_outlasts_the_session),
		SESSION_TEST(run_after_reset_and_halt_lets_it_run),
		SESSION_TEST(reset_under_reset_uses_the_pin),
		SESSION_TEST(a_failed_reset_does_not_leave_the_core_halted),
		SESSION_TEST(target_info_tells_what_is_known),
		SESSION_TEST(an_unreadable_uid_is_unknown_and_no_failure),
		SESSION_TEST(a_failed_target_info_leaves_the_callers_struct_alone),
		SESSION_TEST(sectors_under_pcrop_are_a_remark_of_their_own),
		SESSION_TEST(probe_info_is_from_descriptors_and_version),
		SESSION_TEST(listed_probes_have_their_models_names),
		SESSION_TEST(the_probes_found_are_asked_for_their_firmware),
		SESSION_TEST(a_probe_that_cannot_be_asked_says_why_in_its_row),
		SESSION_TEST(a_probe_named_in_full_is_there_or_not),
		SESSION_TEST(every_code_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
