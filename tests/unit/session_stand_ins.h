/* SPDX-License-Identifier: MIT */
/*
 * A stack of stand-ins under a session: every function of the rooms below that
 * it calls is replaced at link time by one that notes its name in a trace and
 * fails when told to. Included by one source of each test program.
 */
#ifndef SESSION_STAND_INS_H
#define SESSION_STAND_INS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the library has a function of that name */

#include "base/clock.h"
#include "flash/agent/agent.h"
#include "flash/boot.h"
#include "session/session.h"
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
	unsigned int pcrop; /* sectors */
	enum agent_left left;
	unsigned int looks, opens_at; /* at read-out protection, and the look from which on there is none; 0: never */
	uint64_t now_ms;
	const enum core_catch *hand; /* what the rounds of a reset by hand show; the last one stays */
	bool hand_stays;             /* and so does the first one */
	bool named_only;             /* the list is one probe of which nothing is known */
	bool silent;                 /* the core that is connected does not answer any more; the next one does */
	bool cancel_during_read;
	bool saw_cancel_on_the_way_out;
	struct core_program program; /* that the core was pointed at */
	struct stflash *session;
} fake;

static const struct core_dbgmcu fake_dbgmcu = { .cr = 0xe0042004, .cr_bits = 0x307 };
static const struct family fake_family = { .name = "fake", .dbgmcu = &fake_dbgmcu };
static const struct region fake_regions[] = {
	{ .kind = STFLASH_REGION_RAM, .name = "RAM", .addr = 0x20000000, .size = 20 * 1024, .least = 20 * 1024 },
	{ .size = 0 },
};
static const struct chip fake_chip = {
	.dev_id = 0x410,
	.name = "fake chip",
	.family = &fake_family,
	.regions = fake_regions,
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

/* Time passes only where the session sleeps. */
uint64_t now_ms(void)
{
	return fake.now_ms;
}

void sleep_ms(unsigned int ms)
{
	fake.now_ms += ms;
}

size_t stlink_model_pids(uint16_t *pids, size_t max)
{
	assert_true(max >= 1);
	pids[0] = fake_model.pid;
	return 1;
}

const struct stlink_model stlink_newer_model = { 0, STLINK_V3, "a newer one" };

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

int transport_list(struct ctx *ctx, const char *selector, uint16_t vid, const uint16_t *pids, size_t n_pids,
		   struct usb_probe **list, size_t *n)
{
	int err;

	(void)selector;
	(void)vid;
	(void)pids;
	(void)n_pids;
	*list = NULL;
	*n = 0;
	err = step(ctx, "list");
	if (err)
		return err;
	*list = calloc(2, sizeof(**list));
	assert_non_null(*list);
	if (fake.named_only) {
		*n = 1;
		return 0;
	}
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
	return step_out(dap->ctx ? dap->ctx : &fake.session->ctx, "/dap");
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

int core_leave_reset(struct core *core)
{
	(void)core;
	return 0;
}

int core_catch_reset(struct core *core, struct dap *dap, struct stlink *probe, enum core_catch *seen)
{
	core->ctx = dap->ctx = probe->ctx;
	core->dap = dap;
	*seen = *fake.hand;
	if (*seen != CORE_CATCH_HALTED && !fake.hand_stays)
		fake.hand++;
	return step(core->ctx, "round");
}

int stlink_set_speed(struct stlink *p, uint32_t khz)
{
	p->speed_khz = khz;
	return step(p->ctx, "speed");
}

int core_detach(struct core *core)
{
	return step_out(core->ctx ? core->ctx : &fake.session->ctx, core->leave_halted ? "/attach-halted" : "/attach");
}

bool core_answers(struct core *core)
{
	const bool answers = !fake.silent || core->was_reset;

	return answers;
}

void core_inherit(struct core *core, const struct core *before)
{
	(void)before;
	step(core->ctx, "inherit");
}

bool stlink_link_error(const struct stlink *p)
{
	(void)p;
	return false;
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

int core_wake(struct core *core, bool *woken)
{
	*woken = false;
	return core->ctx->err;
}

int core_run(struct core *core)
{
	return step(core->ctx, "run");
}

int core_reset_halt(struct core *core)
{
	return step(core->ctx, "reset-halt");
}

int core_restart(struct core *core)
{
	return step(core->ctx, "restart");
}

int core_let_run(struct core *core)
{
	return step(core->ctx, "let-run");
}

int core_point_at(struct core *core, const struct core_program *program)
{
	fake.program = *program;
	return step(core->ctx, "point-at");
}

int core_reset_pin(struct core *core, bool halt)
{
	return step(core->ctx, halt ? "pin-halt" : "pin-run");
}

int agent_find_left(struct core *core, uint32_t ram, uint32_t ram_len, enum agent_left *left)
{
	(void)core;
	assert_int_equal(ram, 0x20000000);
	(void)ram_len;
	*left = fake.left;
	return 0;
}

int flash_probe(struct flash *f, struct core *core)
{
	f->ctx = core->ctx;
	f->core = core;
	f->chip = &fake_chip;
	f->size = 64 * 1024;
	f->n_banks = 1;
	f->bank[0] = (struct flash_bank){ 0x08000000, 64 * 1024, 0 };
	f->id.idcode = 0x20036410;
	return step(core->ctx, "chip");
}

int flash_believe_size(struct flash *f, uint32_t size)
{
	f->size = f->bank[0].size = size;
	return step(f->ctx, "size");
}

int flash_check_supported(struct flash *f)
{
	(void)f;
	return 0;
}

int flash_check_mirror(struct flash *f)
{
	(void)f;
	return 0;
}

int flash_find_extent(struct flash *f, uint32_t *answers, uint32_t *mirror)
{
	*answers = f->size;
	*mirror = 0;
	return step(f->ctx, "extent");
}

void flash_release(struct flash *f)
{
	step(f->ctx, "/chip");
}

int flash_dump(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, const struct stflash_read_options *options,
	       const struct like *like, struct stflash_dump_report *report)
{
	(void)options;
	(void)like;
	(void)addr;
	memset(buf, 0, len);
	report->bytes = len;
	return step(f->ctx, "dump");
}

int flash_count_pcrop(struct flash *f, unsigned int *n)
{
	(void)f;
	*n = fake.pcrop;
	return 0;
}

/* What the next look at the boot mode finds. */
static struct boot boot_found;

int boot_look(struct flash *f, enum stflash_core_state state, uint32_t pc, bool always, struct boot *b)
{
	(void)f;
	(void)state;
	(void)pc;
	(void)always;
	*b = boot_found;
	return 0;
}

int flash_read_protection(struct flash *f, enum stflash_protection *rdp)
{
	*rdp = ++fake.looks >= fake.opens_at && fake.opens_at ? STFLASH_RDP_NONE : STFLASH_RDP_LEVEL_1;
	return step(f->ctx, "protection");
}

int flash_read_uid(struct flash *f, uint32_t uid[3])
{
	uid[0] = uid[1] = uid[2] = 0x55;
	return step(f->ctx, "uid");
}

void chip_remarks(const struct chip *chip, const struct chip_identity *id, char *text, size_t len)
{
	(void)chip;
	(void)id;
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

#define SESSION_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
