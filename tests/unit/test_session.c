/* SPDX-License-Identifier: MIT */
/* Connecting, letting go, and cancelling. */
#include "session_stand_ins.h"

static void connect_climbs_and_disconnect_undoes_in_reverse(void **state)
{
	struct stflash *s = *state;

	stflash_set_speed(s, 950);
	assert_int_equal(stflash_connect(s, NULL, STFLASH_CONNECT_AUTO), 0);
	assert_int_equal(s->probe.speed_khz, 950);
	assert_int_equal(stflash_disconnect(s), 0);
	trace_is("open probe dap attach chip /chip /attach /dap /probe /open ");
	assert_string_equal(stflash_errmsg(s), "");
}

static void disconnect_does_nothing_when_not_connected(void **state)
{
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("");
}

static void connecting_twice_is_refused_and_harmless(void **state)
{
	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_ARG);
	trace_is("");
}

static void each_failed_step_undoes_those_before_it(void **state)
{
	static const struct {
		const char *failing;
		const char *trace;
	} rows[] = {
		{ "open", "open " },
		{ "probe", "open probe /open " },
		{ "dap", "open probe dap /probe /open " },
		{ "attach", "open probe dap attach /attach /dap /probe /open " },
		{ "chip", "open probe dap attach chip /chip /attach /dap /probe /open " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[64];

		fake.trace[0] = '\0';
		fail_at(rows[i].failing, STFLASH_E_PROBE);
		assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_PROBE);
		trace_is(rows[i].trace);
		snprintf(text, sizeof(text), "%s went wrong", rows[i].failing);
		assert_string_equal(stflash_errmsg(*state), text);
	}
}

static void a_failing_clean_up_keeps_the_first_sentence(void **state)
{
	fail_at("chip", STFLASH_E_UNSUPPORTED);
	fake.failing_late = "/attach";
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_UNSUPPORTED);
	assert_string_equal(stflash_errmsg(*state), "chip went wrong");
	trace_is("open probe dap attach chip /chip /attach /dap /probe /open ");
}

static void disconnect_returns_the_first_failure_and_goes_on(void **state)
{
	connect_as(*state, STFLASH_CONNECT_AUTO);
	fail_at("/attach", STFLASH_E_UNPLUGGED);
	fake.failing_late = "/dap";
	assert_int_equal(stflash_disconnect(*state), STFLASH_E_UNPLUGGED);
	assert_string_equal(stflash_errmsg(*state), "/attach went wrong");
	trace_is("/chip /attach /dap /probe /open ");
}

static void disconnect_keeps_the_sentence_of_the_job_that_failed(void **state)
{
	uint8_t buf[4];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	fail_at("read", STFLASH_E_FAULT);
	assert_int_equal(stflash_read(*state, 0x20000000, buf, sizeof(buf)), STFLASH_E_FAULT);
	assert_int_equal(stflash_disconnect(*state), 0);
	assert_string_equal(stflash_errmsg(*state), "read went wrong");
}

static void silence_is_tried_once_more_under_reset(void **state)
{
	struct stflash *s = *state;

	fail_at("dap", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_connect(s, NULL, STFLASH_CONNECT_AUTO), 0);
	trace_is("open probe dap voltage dap-in-reset attach-in-reset chip ");

	fake.trace[0] = '\0';
	assert_int_equal(stflash_disconnect(s), 0);
	trace_is("/chip /attach /dap /probe /open ");
}

static void silence_after_the_link_detaches_before_the_second_try(void **state)
{
	fail_at("attach", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), 0);
	trace_is("open probe dap attach /attach /dap voltage dap-in-reset attach-in-reset chip ");
}

static void silence_of_the_link_is_told_with_what_was_tried(void **state)
{
	fail_at("dap", STFLASH_E_NO_TARGET);
	fake.failing_late = "dap-in-reset";
	fake.late_failure = STFLASH_E_NO_TARGET;
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_NO_TARGET);
	assert_non_null(strstr(stflash_errmsg(*state), "neither by itself nor with NRST low: check the power"));
	assert_non_null(strstr(stflash_errmsg(*state), "BOOT0"));
	trace_is("open probe dap voltage dap-in-reset /probe /open ");
}

static void a_failure_behind_the_link_tells_more_than_silence(void **state)
{
	fail_at("attach", STFLASH_E_NO_TARGET);
	fake.failing_late = "dap-in-reset";
	fake.late_failure = STFLASH_E_NO_TARGET;
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_NO_TARGET);
	assert_string_equal(stflash_errmsg(*state), "attach went wrong");
}

static void the_failure_that_came_furthest_is_told(void **state)
{
	fail_at("attach", STFLASH_E_NO_TARGET);
	fake.failing_late = "attach-in-reset";
	fake.late_failure = STFLASH_E_NO_TARGET;
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_NO_TARGET);
	assert_string_equal(stflash_errmsg(*state), "attach-in-reset went wrong late");
	trace_is("open probe dap attach /attach /dap voltage dap-in-reset attach-in-reset /attach /dap "
		 "/probe /open ");
}

/* Notes what is asked; says nothing of the time, which depends on the machine. */
static void note_prompt(enum stflash_prompt what, unsigned int seconds, void *user)
{
	static const char *const words[] = { "hold ", "release ", "caught ", "power " };
	char *asked = user;

	assert_in_range(seconds, 0, 60);
	strcat(asked, words[what]);
}

/* The sense pin of a clone may lead nowhere: under reset is tried, and only the person is left in peace. */
static void a_supply_that_is_not_seen_keeps_from_no_way_but_the_button(void **state)
{
	fake.mv = 300;
	fail_at("dap", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), 0);
	trace_is("open probe dap voltage dap-in-reset attach-in-reset chip ");
}

static void without_power_the_failure_of_the_plain_way_is_told(void **state)
{
	char asked[64] = "";

	fake.mv = 300;
	fail_at("dap", STFLASH_E_NO_TARGET);
	fake.failing_late = "dap-in-reset";
	fake.late_failure = STFLASH_E_NO_TARGET;
	stflash_set_prompt(*state, note_prompt, asked);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_NO_TARGET);
	assert_string_equal(stflash_errmsg(*state), "dap went wrong");
	assert_string_equal(asked, "");
	trace_is("open probe dap voltage dap-in-reset /probe /open ");
}

/* Firmware that turns SWD off between two accesses. */
static void a_job_that_meets_silence_is_done_by_the_next_way(void **state)
{
	struct stflash_target_info info = { .struct_size = sizeof(info) };

	connect_as(*state, STFLASH_CONNECT_AUTO);
	fake.silent = true;
	fail_at("uid", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_get_target_info(*state, &info), 0);
	assert_int_equal(info.way, STFLASH_WAY_UNDER_RESET);
	assert_int_equal(info.uid[0], 0x55);
}

/* Not where the chip still answers, nor where another way was not asked for. */
static void a_failure_that_is_no_silence_stays_one(void **state)
{
	struct stflash_target_info info = { .struct_size = sizeof(info) };

	connect_as(*state, STFLASH_CONNECT_AUTO);
	fail_at("uid", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_get_target_info(*state, &info), STFLASH_E_NO_TARGET);
	assert_string_equal(stflash_errmsg(*state), "uid went wrong");
	assert_int_equal(stflash_disconnect(*state), 0);

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	fake.silent = true;
	fail_at("uid", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_get_target_info(*state, &info), STFLASH_E_NO_TARGET);
}

static void silence_of_all_wires_leads_to_the_button(void **state)
{
	static const enum core_catch hand[] = { CORE_CATCH_SILENT, CORE_CATCH_SILENT, CORE_CATCH_HELD, CORE_CATCH_HELD,
						CORE_CATCH_HALTED };
	struct stflash_target_info info = { .struct_size = sizeof(info) };
	char asked[64] = "";

	fake.hand = hand;
	fail_at("dap", STFLASH_E_NO_TARGET);
	fake.failing_late = "dap-in-reset";
	fake.late_failure = STFLASH_E_NO_TARGET;
	stflash_set_prompt(*state, note_prompt, asked);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), 0);
	assert_string_equal(asked, "hold release caught ");
	trace_is("open probe dap voltage dap-in-reset speed round round round round round reset-halt chip ");
	assert_int_equal(stflash_get_target_info(*state, &info), 0);
	assert_int_equal(info.way, STFLASH_WAY_BY_HAND);
}

static void a_button_let_go_too_early_is_asked_for_again(void **state)
{
	static const enum core_catch hand[] = { CORE_CATCH_HELD, CORE_CATCH_SILENT, CORE_CATCH_HELD,
						CORE_CATCH_HALTED };
	char asked[64] = "";

	fake.hand = hand;
	fail_at("dap-in-reset", STFLASH_E_NO_TARGET);
	stflash_set_prompt(*state, note_prompt, asked);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_UNDER_RESET), 0);
	assert_string_equal(asked, "hold release hold release caught ");
}

/* Nobody presses the button, or nobody lets it go: a minute of the stand-in's clock, and the way back. */
static void a_button_that_nobody_moves_ends_after_a_minute(void **state)
{
	static const struct {
		enum core_catch hand;
		const char *asked, *words;
	} rows[] = {
		{ CORE_CATCH_SILENT, "hold ", "neither by itself nor with NRST low nor with RESET held by hand" },
		{ CORE_CATCH_HELD, "hold release ", "the chip stays in reset: let the RESET button go" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const uint64_t begin = fake.now_ms;
		char asked[64] = "";

		fake.hand = (const enum core_catch[]){ rows[i].hand, rows[i].hand };
		fake.hand_stays = true;
		fail_at("dap-in-reset", STFLASH_E_NO_TARGET);
		stflash_set_prompt(*state, note_prompt, asked);
		assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_UNDER_RESET), STFLASH_E_NO_TARGET);
		assert_string_equal(asked, rows[i].asked);
		assert_non_null(strstr(stflash_errmsg(*state), rows[i].words));
		assert_in_range(fake.now_ms - begin, 60000, 61000);
	}
}

static void cancel_when_asked(enum stflash_prompt what, unsigned int seconds, void *user)
{
	(void)what;
	(void)seconds;
	stflash_cancel(user);
}

static void waiting_for_the_button_can_be_cancelled(void **state)
{
	static const enum core_catch hand[] = { CORE_CATCH_HALTED };

	fake.hand = hand;
	fail_at("dap-in-reset", STFLASH_E_NO_TARGET);
	stflash_set_prompt(*state, cancel_when_asked, *state);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_UNDER_RESET), STFLASH_E_CANCELLED);
	assert_false(fake.saw_cancel_on_the_way_out);
}

static void a_power_cycle_is_waited_for_until_the_flash_can_be_read(void **state)
{
	char asked[64] = "";

	connect_as(*state, STFLASH_CONNECT_AUTO);
	stflash_set_prompt(*state, note_prompt, asked);
	fake.opens_at = 2;
	assert_int_equal(stflash_wait_for_power_cycle(*state, NULL, STFLASH_CONNECT_AUTO), 0);
	assert_string_equal(asked, "power ");
	trace_is("/chip /attach /dap /probe /open open probe dap attach chip protection "
		 "/chip /attach /dap /probe /open open probe dap attach chip protection read ");
	assert_string_equal(stflash_errmsg(*state), "");
	assert_int_equal(fake.now_ms, 1000);
}

/* The board is off, its probe is gone with it, flash is still shut: all of that passes. */
static void what_fails_during_a_power_cycle_is_tried_again(void **state)
{
	static const char *const failing[] = { "/attach", "open", "dap", "chip", "protection", "read" };
	char asked[256] = "";

	for (size_t i = 0; i < sizeof(failing) / sizeof(*failing); i++) {
		stflash_disconnect(*state);
		connect_as(*state, STFLASH_CONNECT_AUTO);
		stflash_set_prompt(*state, note_prompt, asked);
		fail_at(failing[i], STFLASH_E_NO_TARGET);
		fake.now_ms = 0;
		fake.opens_at = 1;
		assert_int_equal(stflash_wait_for_power_cycle(*state, NULL, STFLASH_CONNECT_NORMAL), 0);
		assert_int_equal(fake.now_ms, !strcmp(failing[i], "/attach") ? 500 : 1000);
	}
}

static void a_supply_that_nobody_switches_ends_after_a_minute(void **state)
{
	char asked[64] = "";

	connect_as(*state, STFLASH_CONNECT_AUTO);
	stflash_set_prompt(*state, note_prompt, asked);
	assert_int_equal(stflash_wait_for_power_cycle(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_PROTECTED);
	assert_in_range(fake.now_ms, 60000, 61000);
	assert_non_null(strstr(stflash_errmsg(*state),
			       "the protection is removed, but this chip goes on protecting until "
			       "its supply was off: power the board off and on, then"));
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), 0); /* it was disconnected */
}

static void without_anybody_to_ask_no_power_cycle_is_waited_for(void **state)
{
	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_wait_for_power_cycle(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_PROTECTED);
	assert_int_equal(fake.now_ms, 0);
	trace_is("/chip /attach /dap /probe /open ");
}

static void waiting_for_a_power_cycle_can_be_cancelled(void **state)
{
	connect_as(*state, STFLASH_CONNECT_AUTO);
	stflash_set_prompt(*state, cancel_when_asked, *state);
	assert_int_equal(stflash_wait_for_power_cycle(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_CANCELLED);
	assert_string_equal(stflash_errmsg(*state), "cancelled, and the chip goes on protecting until its supply was "
						    "off: power the board off and on, then run the same command "
						    "again");
	assert_int_equal(fake.now_ms, 500);
	assert_false(fake.saw_cancel_on_the_way_out);
}

static void another_failure_under_reset_is_the_one_told(void **state)
{
	fail_at("dap", STFLASH_E_NO_TARGET);
	fake.failing_late = "chip";
	fake.late_failure = STFLASH_E_UNSUPPORTED;
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_UNSUPPORTED);
	assert_string_equal(stflash_errmsg(*state), "chip went wrong late");
}

static void only_auto_tries_again(void **state)
{
	fail_at("dap", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_NORMAL), STFLASH_E_NO_TARGET);
	trace_is("open probe dap /probe /open ");
}

static void no_probe_is_no_silence(void **state)
{
	fail_at("open", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_NO_TARGET);
	trace_is("open ");
}

static void under_reset_holds_nrst_from_before_the_link(void **state)
{
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_UNDER_RESET), 0);
	trace_is("open probe dap-in-reset attach-in-reset chip ");
}

static void a_failed_attach_under_reset_leaves_the_target_before_the_link(void **state)
{
	fail_at("attach-in-reset", STFLASH_E_PROBE);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_UNDER_RESET), STFLASH_E_PROBE);
	trace_is("open probe dap-in-reset attach-in-reset /attach /dap /probe /open ");
}

static void a_cancelled_session_does_not_connect(void **state)
{
	stflash_cancel(*state);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_CANCELLED);
	trace_is("");

	stflash_uncancel(*state);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), 0);
}

static void a_cancelled_read_ends_and_everything_is_let_go(void **state)
{
	static uint8_t buf[20000];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	fake.cancel_during_read = true;
	assert_int_equal(stflash_read(*state, 0x20000000, buf, sizeof(buf)), STFLASH_E_CANCELLED);
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("read /chip /attach /dap /probe /open ");
	assert_false(fake.saw_cancel_on_the_way_out);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_CANCELLED); /* it stays */
}

static void misuse_is_told_with_what_to_call_first(void **state)
{
	uint8_t buf[4];

	assert_int_equal(stflash_read(*state, 0x20000000, buf, sizeof(buf)), STFLASH_E_ARG);
	assert_string_equal(stflash_errmsg(*state), "no chip is connected: call stflash_connect() first");
	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_ARG);
	assert_string_equal(stflash_errmsg(*state), "already connected: call stflash_disconnect() first");
	assert_int_equal(stflash_write_ram(*state, 0x08000000, buf, sizeof(buf)), STFLASH_E_ARG);
	assert_string_equal(stflash_errmsg(*state), "0x08000000 is flash, which cannot be written like RAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION_TEST(connect_climbs_and_disconnect_undoes_in_reverse),
		SESSION_TEST(disconnect_does_nothing_when_not_connected),
		SESSION_TEST(connecting_twice_is_refused_and_harmless),
		SESSION_TEST(each_failed_step_undoes_those_before_it),
		SESSION_TEST(a_failing_clean_up_keeps_the_first_sentence),
		SESSION_TEST(disconnect_returns_the_first_failure_and_goes_on),
		SESSION_TEST(disconnect_keeps_the_sentence_of_the_job_that_failed),
		SESSION_TEST(silence_is_tried_once_more_under_reset),
		SESSION_TEST(silence_after_the_link_detaches_before_the_second_try),
		SESSION_TEST(silence_of_the_link_is_told_with_what_was_tried),
		SESSION_TEST(a_failure_behind_the_link_tells_more_than_silence),
		SESSION_TEST(the_failure_that_came_furthest_is_told),
		SESSION_TEST(a_supply_that_is_not_seen_keeps_from_no_way_but_the_button),
		SESSION_TEST(without_power_the_failure_of_the_plain_way_is_told),
		SESSION_TEST(a_job_that_meets_silence_is_done_by_the_next_way),
		SESSION_TEST(a_failure_that_is_no_silence_stays_one),
		SESSION_TEST(silence_of_all_wires_leads_to_the_button),
		SESSION_TEST(a_button_let_go_too_early_is_asked_for_again),
		SESSION_TEST(a_button_that_nobody_moves_ends_after_a_minute),
		SESSION_TEST(waiting_for_the_button_can_be_cancelled),
		SESSION_TEST(a_power_cycle_is_waited_for_until_the_flash_can_be_read),
		SESSION_TEST(what_fails_during_a_power_cycle_is_tried_again),
		SESSION_TEST(a_supply_that_nobody_switches_ends_after_a_minute),
		SESSION_TEST(without_anybody_to_ask_no_power_cycle_is_waited_for),
		SESSION_TEST(waiting_for_a_power_cycle_can_be_cancelled),
		SESSION_TEST(another_failure_under_reset_is_the_one_told),
		SESSION_TEST(only_auto_tries_again),
		SESSION_TEST(no_probe_is_no_silence),
		SESSION_TEST(under_reset_holds_nrst_from_before_the_link),
		SESSION_TEST(a_failed_attach_under_reset_leaves_the_target_before_the_link),
		SESSION_TEST(misuse_is_told_with_what_to_call_first),
		SESSION_TEST(a_cancelled_session_does_not_connect),
		SESSION_TEST(a_cancelled_read_ends_and_everything_is_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
