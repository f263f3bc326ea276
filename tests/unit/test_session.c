/* SPDX-License-Identifier: MIT */
/*
 * The session on a stack of stand-ins: every function of the rooms below that
 * it calls is replaced at link time by one that notes its name in a trace and
 * fails when told to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the house has a function of that name */

#include "session.h"
#include "stlink/stlink_proto.h"

#define TRACE_MAX 1024u

static struct {
	char trace[TRACE_MAX];
	const char *failing; /* name of the call that fails */
	int failure;
	unsigned int failures_left;
	const char *failing_late; /* and one more */
	int late_failure;         /* 0: STFLASH_E_OTHER */
	uint32_t mv;
	bool cancel_during_read;
	bool saw_cancel_on_the_way_out;
	struct stflash *session;
} fake;

static const struct core_dbgmcu fake_dbgmcu = { .cr = 0xe0042004, .cr_bits = 0x307 };
static const struct chip fake_chip = {
	.dev_id = 0x410,
	.name = "fake chip",
	.ram_size = 20 * 1024,
	.dbgmcu = &fake_dbgmcu,
};
static const struct stlink_model fake_model = { .pid = 0x3748, .kind = STLINK_V2, .name = "ST-LINK/V2" };
static struct transport fake_transport = { .vid = STLINK_VID, .pid = 0x3748, .serial = "ABC", .path = "usb:1-2" };

static int step(struct ctx *ctx, const char *name)
{
	const size_t at = strlen(fake.trace);

	snprintf(fake.trace + at, sizeof(fake.trace) - at, "%s ", name);
	if (fake.failing && !strcmp(name, fake.failing) && fake.failures_left) {
		fake.failures_left--;
		return fail(ctx, fake.failure, "%s went wrong", name);
	}
	if (fake.failing_late && !strcmp(name, fake.failing_late))
		return fail(ctx, fake.late_failure ? fake.late_failure : STFLASH_E_OTHER, "%s went wrong late", name);
	return 0;
}

/* On the way out: the same, and a look at whether the room below would see a cancellation. */
static int step_out(struct ctx *ctx, const char *name)
{
	if (check_cancel(ctx))
		fake.saw_cancel_on_the_way_out = true;
	return step(ctx, name);
}

/* ------------------------------------------------------- the stand-ins */

size_t stlink_model_pids(uint16_t *pids, size_t max)
{
	assert_true(max >= 1);
	pids[0] = fake_model.pid;
	return 1;
}

const struct stlink_model *stlink_model_find(uint16_t pid)
{
	return pid == fake_model.pid ? &fake_model : NULL;
}

int transport_open(struct transport **t, struct ctx *ctx, const char *selector, uint16_t vid, const uint16_t *pids,
		   size_t n_pids)
{
	(void)selector;
	assert_int_equal(vid, STLINK_VID);
	assert_int_equal(n_pids, 1);
	assert_int_equal(pids[0], fake_model.pid);
	*t = &fake_transport;
	return step(ctx, "open");
}

void transport_close(struct transport *t)
{
	assert_ptr_equal(t, &fake_transport);
	step(&fake.session->ctx, "/open");
}

int transport_list(struct ctx *ctx, uint16_t vid, const uint16_t *pids, size_t n_pids, struct stflash_probe_info **list,
		   size_t *n)
{
	int err;

	(void)vid;
	(void)pids;
	(void)n_pids;
	err = step(ctx, "list");
	if (err)
		return err;
	*list = calloc(2, sizeof(**list));
	assert_non_null(*list);
	(*list)[0].pid = fake_model.pid;
	(*list)[1].pid = 0x1234;
	*n = 2;
	return 0;
}

int stlink_open(struct stlink *p, struct ctx *ctx, struct transport *tr)
{
	p->ctx = ctx;
	p->tr = tr;
	p->model = &fake_model;
	p->features = STLINK_HAS_VOLTAGE;
	snprintf(p->firmware, sizeof(p->firmware), "V2J29S7");
	return step(ctx, "probe");
}

int stlink_close(struct stlink *p)
{
	return step_out(p->ctx, "/probe");
}

int stlink_read_voltage(struct stlink *p, uint32_t *mv)
{
	*mv = fake.mv;
	return step(p->ctx, "voltage");
}

int stlink_drive_nrst(struct stlink *p, uint8_t level)
{
	assert_int_equal(level, STLINK_NRST_HIGH);
	return step(p->ctx, "nrst-high");
}

int dap_connect(struct dap *dap, struct stlink *probe, uint32_t khz)
{
	dap->ctx = probe->ctx;
	dap->probe = probe;
	probe->speed_khz = khz;
	return step(dap->ctx, "dap");
}

int dap_connect_under_reset(struct dap *dap, struct stlink *probe, uint32_t khz)
{
	dap->ctx = probe->ctx;
	dap->probe = probe;
	probe->speed_khz = khz;
	return step(dap->ctx, "dap-in-reset");
}

int dap_disconnect(struct dap *dap)
{
	return step_out(dap->ctx, "/dap");
}

int dap_read(struct dap *dap, uint32_t addr, void *buf, size_t len)
{
	if (fake.cancel_during_read)
		stflash_cancel(fake.session);
	memset(buf, (int)(addr >> 12 & 0xff), len);
	return step(dap->ctx, "read");
}

int dap_write(struct dap *dap, uint32_t addr, const void *buf, size_t len)
{
	(void)addr;
	(void)buf;
	(void)len;
	return step(dap->ctx, "write");
}

int core_attach(struct core *core, struct dap *dap, enum stflash_connect how)
{
	core->ctx = dap->ctx;
	core->dap = dap;
	core->was_reset = how == STFLASH_CONNECT_UNDER_RESET;
	core->nrst_wired = core->was_reset;
	return step(core->ctx, core->was_reset ? "attach-in-reset" : "attach");
}

int core_detach(struct core *core)
{
	return step_out(core->ctx, core->leave_halted ? "/attach-halted" : "/attach");
}

int core_hold_watchdogs(struct core *core, const struct core_dbgmcu *row)
{
	assert_ptr_equal(row, &fake_dbgmcu);
	core->dbgmcu = row;
	return step(core->ctx, "watchdogs");
}

int core_state(struct core *core, enum stflash_core_state *state, uint32_t *pc)
{
	*state = STFLASH_CORE_HALTED;
	*pc = 0x08000101;
	return step(core->ctx, "state");
}

int core_halt(struct core *core)
{
	return step(core->ctx, "halt");
}

int core_run(struct core *core)
{
	return step(core->ctx, "run");
}

int core_reset_halt(struct core *core)
{
	return step(core->ctx, "reset-halt");
}

int core_reset_run(struct core *core)
{
	return step(core->ctx, "reset-run");
}

int core_reset_pin(struct core *core, bool halt)
{
	return step(core->ctx, halt ? "pin-halt" : "pin-run");
}

int flash_probe(struct flash *f, struct core *core)
{
	f->ctx = core->ctx;
	f->core = core;
	f->chip = &fake_chip;
	f->size = 64 * 1024;
	f->idcode = 0x20036410;
	return step(core->ctx, "chip");
}

void flash_release(struct flash *f)
{
	step(f->ctx, "/chip");
}

int flash_dump(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, struct stflash_dump_report *report)
{
	(void)addr;
	memset(buf, 0, len);
	report->bytes = len;
	return step(f->ctx, "dump");
}

int flash_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	*rdp = STFLASH_RDP_LEVEL_1;
	return step(f->ctx, "protection");
}

int flash_read_uid(struct flash *f, uint32_t uid[3])
{
	uid[0] = uid[1] = uid[2] = 0x55;
	return step(f->ctx, "uid");
}

void chip_remarks(const struct chip *chip, uint32_t dpidr, uint32_t cpuid, uint32_t idcode, char *text, size_t len)
{
	(void)chip;
	(void)dpidr;
	(void)cpuid;
	(void)idcode;
	snprintf(text, len, "looks odd");
}

/* ------------------------------------------------------------- helpers */

static int setup(void **state)
{
	memset(&fake, 0, sizeof(fake));
	fake.mv = 3300;
	fake.session = stflash_new();
	*state = fake.session;
	return fake.session ? 0 : -1;
}

static int teardown(void **state)
{
	stflash_free(*state);
	return 0;
}

static void fail_at(const char *name, int code)
{
	fake.failing = name;
	fake.failure = code;
	fake.failures_left = 1;
}

static void trace_is(const char *expected)
{
	assert_string_equal(fake.trace, expected);
}

static void connect_as(struct stflash *s, enum stflash_connect how)
{
	assert_int_equal(stflash_connect(s, "", how), 0);
	fake.trace[0] = '\0';
}

/* --------------------------------------------------------------- tests */

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
	trace_is("open probe dap dap-in-reset attach-in-reset chip ");

	fake.trace[0] = '\0';
	assert_int_equal(stflash_disconnect(s), 0);
	trace_is("/chip /attach /dap /probe /open "); /* core_attach() has let NRST go */
}

static void silence_after_the_link_detaches_before_the_second_try(void **state)
{
	fail_at("attach", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), 0);
	trace_is("open probe dap attach /attach /dap dap-in-reset attach-in-reset chip ");
}

static void silence_under_reset_too_says_the_first(void **state)
{
	fail_at("attach", STFLASH_E_NO_TARGET);
	fake.failing_late = "attach-in-reset";
	fake.late_failure = STFLASH_E_NO_TARGET;
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_AUTO), STFLASH_E_NO_TARGET);
	assert_string_equal(stflash_errmsg(*state), "attach went wrong");
	trace_is(
		"open probe dap attach /attach /dap dap-in-reset attach-in-reset /attach nrst-high /dap /probe /open ");
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

static void a_failed_attach_under_reset_lets_nrst_go_after_the_target(void **state)
{
	fail_at("attach-in-reset", STFLASH_E_PROBE);
	assert_int_equal(stflash_connect(*state, NULL, STFLASH_CONNECT_UNDER_RESET), STFLASH_E_PROBE);
	trace_is("open probe dap-in-reset attach-in-reset /attach nrst-high /dap /probe /open ");
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

static void nothing_works_without_a_connection(void **state)
{
	struct stflash *s = *state;
	struct stflash_target_info target;
	struct stflash_probe_info probe;
	uint8_t buf[4] = { 0 };

	assert_int_equal(stflash_get_probe_info(s, &probe), STFLASH_E_ARG);
	assert_int_equal(stflash_get_target_info(s, &target), STFLASH_E_ARG);
	assert_int_equal(stflash_read(s, 0x20000000, buf, 4), STFLASH_E_ARG);
	assert_int_equal(stflash_write_ram(s, 0x20000000, buf, 4), STFLASH_E_ARG);
	assert_int_equal(stflash_dump(s, 0x08000000, buf, 4, NULL), STFLASH_E_ARG);
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
	assert_int_equal(stflash_dump(*state, 0xfffffff0, buf, 17, NULL), STFLASH_E_ARG);
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
	struct stflash_dump_report report;
	uint8_t buf[16];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), &report), 0);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), NULL), 0);
	trace_is("watchdogs dump dump ");
	assert_int_equal(report.bytes, 16);
}

static void what_does_not_halt_leaves_the_watchdogs_alone(void **state)
{
	struct stflash_target_info target;
	uint8_t buf[16];

	connect_as(*state, STFLASH_CONNECT_AUTO);
	assert_int_equal(stflash_dump(*state, 0x20000000, buf, sizeof(buf), NULL), 0);
	assert_int_equal(stflash_get_target_info(*state, &target), 0);
	trace_is("dump voltage state protection uid ");
}

static void attach_only_never_touches_the_core(void **state)
{
	uint8_t buf[16];

	connect_as(*state, STFLASH_CONNECT_ATTACH);
	assert_int_equal(stflash_dump(*state, 0x08000000, buf, sizeof(buf), NULL), 0);
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
	trace_is("reset-halt /chip /attach-halted /dap /probe /open ");
}

static void run_after_reset_and_halt_lets_it_run(void **state)
{
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_HALT), 0);
	assert_int_equal(stflash_run(*state), 0);
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("reset-halt run /chip /attach /dap /probe /open ");
}

static void reset_under_reset_uses_the_pin(void **state)
{
	connect_as(*state, STFLASH_CONNECT_UNDER_RESET);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_RUN), 0);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_HALT), 0);
	trace_is("pin-run pin-halt ");
}

static void a_failed_reset_does_not_leave_the_core_halted(void **state)
{
	connect_as(*state, STFLASH_CONNECT_NORMAL);
	fail_at("reset-halt", STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_reset(*state, STFLASH_RESET_HALT), STFLASH_E_NO_TARGET);
	assert_int_equal(stflash_disconnect(*state), 0);
	trace_is("reset-halt /chip /attach /dap /probe /open ");
}

static void target_info_tells_what_is_known(void **state)
{
	struct stflash_target_info t;

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
	assert_string_equal(t.remarks, "looks odd");
}

static void an_unreadable_uid_is_unknown_and_no_failure(void **state)
{
	struct stflash_target_info t;

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	fail_at("uid", STFLASH_E_FAULT);
	assert_int_equal(stflash_get_target_info(*state, &t), 0);
	assert_int_equal(t.uid[0] | t.uid[1] | t.uid[2], 0);
	assert_string_equal(stflash_errmsg(*state), "");
}

static void a_failed_target_info_leaves_the_callers_struct_alone(void **state)
{
	struct stflash_target_info t = { .dev_id = 0x123 };

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	fail_at("protection", STFLASH_E_PROBE);
	assert_int_equal(stflash_get_target_info(*state, &t), STFLASH_E_PROBE);
	assert_int_equal(t.dev_id, 0x123);
}

static void probe_info_is_from_descriptors_and_version(void **state)
{
	struct stflash_probe_info p;

	connect_as(*state, STFLASH_CONNECT_NORMAL);
	assert_int_equal(stflash_get_probe_info(*state, &p), 0);
	assert_string_equal(p.serial, "ABC");
	assert_string_equal(p.model, "ST-LINK/V2");
	assert_string_equal(p.firmware, "V2J29S7");
	assert_string_equal(p.path, "usb:1-2");
	trace_is("");
}

static void listed_probes_have_their_models_names(void **state)
{
	struct stflash_probe_info *list;
	size_t n;

	assert_int_equal(stflash_list_probes(*state, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].model, "ST-LINK/V2");
	assert_string_equal(list[1].model, "");
	stflash_free_probes(list);
	trace_is("list ");
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
	assert_string_equal(stflash_version(), "0.1.0");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(connect_climbs_and_disconnect_undoes_in_reverse),
		T(disconnect_does_nothing_when_not_connected),
		T(connecting_twice_is_refused_and_harmless),
		T(each_failed_step_undoes_those_before_it),
		T(a_failing_clean_up_keeps_the_first_sentence),
		T(disconnect_returns_the_first_failure_and_goes_on),
		T(disconnect_keeps_the_sentence_of_the_job_that_failed),
		T(silence_is_tried_once_more_under_reset),
		T(silence_after_the_link_detaches_before_the_second_try),
		T(silence_under_reset_too_says_the_first),
		T(another_failure_under_reset_is_the_one_told),
		T(only_auto_tries_again),
		T(no_probe_is_no_silence),
		T(under_reset_holds_nrst_from_before_the_link),
		T(a_failed_attach_under_reset_lets_nrst_go_after_the_target),
		T(a_cancelled_session_does_not_connect),
		T(a_cancelled_read_ends_and_everything_is_let_go),
		T(nothing_works_without_a_connection),
		T(read_is_cut_into_pieces_that_join),
		T(a_span_past_the_address_space_is_refused),
		T(flash_is_not_written_like_ram),
		T(a_proven_read_freezes_the_watchdogs_once),
		T(what_does_not_halt_leaves_the_watchdogs_alone),
		T(attach_only_never_touches_the_core),
		T(reset_and_halt_outlasts_the_session),
		T(run_after_reset_and_halt_lets_it_run),
		T(reset_under_reset_uses_the_pin),
		T(a_failed_reset_does_not_leave_the_core_halted),
		T(target_info_tells_what_is_known),
		T(an_unreadable_uid_is_unknown_and_no_failure),
		T(a_failed_target_info_leaves_the_callers_struct_alone),
		T(probe_info_is_from_descriptors_and_version),
		T(listed_probes_have_their_models_names),
		T(every_code_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
