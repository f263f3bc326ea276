/* SPDX-License-Identifier: MIT */
#include "flash/engine/engine.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/torn.h"
#include "flash/steps.h"

#include <stdio.h>

#include "base/failure.h"

/* Supply from which on CR.PSIZE may be wider: RM0090 table 7, "Program/erase parallelism". */
#define X16_FROM_MV 2100u

/* Too wide for the supply is no error to the controller: what it programs then is anyone's guess. */
static void warn_of_supply(struct flash *f, bool chosen)
{
	const unsigned int mv = f->target_mv;

	if (!f->chip->controller->has_psize || (mv >= FLASH_X32_FROM_MV && f->psize == 2))
		return;
	if (!chosen && mv && mv < DAP_POWERED_MV)
		log_warn(f->ctx,
			 "the probe sees only %u.%02u V, though the chip answers: connect the board's supply to the "
			 "probe's VTref; 8 bits at a time, which is slow; if the supply is 2.7 V or more, "
			 "say " HINT_PSIZE " 32",
			 mv / 1000, mv % 1000 / 10);
	else if (!chosen && mv == 0)
		log_warn(f->ctx, "the probe cannot measure the supply: 8 bits at a time, which is slow; if it is 2.7 V "
				 "or more, say " HINT_PSIZE " 32");
	else if (!chosen)
		log_warn(f->ctx, "the supply is only %u.%02u V: %u bits at a time, slower than the 32 that 2.7 V allow",
			 mv / 1000, mv % 1000 / 10, 8u << f->psize);
	else if (mv >= DAP_POWERED_MV &&
		 ((f->psize == 2 && mv < FLASH_X32_FROM_MV) || (f->psize == 1 && mv < X16_FROM_MV)))
		log_warn(f->ctx,
			 "%u bits at a time with a supply of %u.%02u V: the manual forbids it, cells may be weak",
			 8u << f->psize, mv / 1000, mv % 1000 / 10);
}

static int choose_width(struct flash *f, unsigned int width)
{
	switch (width) {
	case 0:
		break;
	case 8:
	case 16:
	case 32:
		f->psize = width / 16;
		warn_of_supply(f, true);
		return 0;
	default:
		return fail(f->ctx, STFLASH_E_ARG, "flash is programmed 8, 16 or 32 bits at a time, not %u", width);
	}
	f->psize = f->target_mv >= FLASH_X32_FROM_MV ? 2 : f->target_mv >= X16_FROM_MV ? 1 : 0;
	warn_of_supply(f, false);
	return 0;
}

static int refuse_attached(struct flash *f)
{
	if (f->core->never_halt)
		return fail(f->ctx, STFLASH_E_ARG,
			    "this needs to halt the core, which " HINT_ATTACH " forbids; use another way to connect");
	return 0;
}

/* A faster clock is a wish: where it cannot be had, the one that the reset left works too. *khz: what it is then. */
static int raise_clock(struct flash *f, uint32_t *khz)
{
	const struct fast_clock *clock = f->chip->fast_clock ? f->chip->fast_clock : f->chip->family->fast_clock;
	int err;

	*khz = f->chip->family->reset_khz;
	if (!clock)
		return 0;
	err = steps_take(f, clock->steps);
	if (!err)
		*khz = clock->khz;
	if (err != STFLASH_E_FLASH && err != STFLASH_E_FAULT)
		return err;
	log_info(f->ctx, "%s: going on at the clock that the reset left", f->ctx->errmsg);
	ctx_clear_error(f->ctx);
	return 0;
}

static bool is_silent(struct flash *f)
{
	uint32_t idcode;

	return dap_read32(f->core->dap, chip_idcode_addr(f->core->cpuid), &idcode) != 0;
}

/* Why a reset may have taken the chip away, and what helps. */
static int gone_at_reset(struct engine *e)
{
	return fail(e->flash->ctx, STFLASH_E_NO_TARGET,
		    "the chip has not answered since it was reset: a board that holds its own supply by a pin of the "
		    "chip loses power then, so keep its power button pressed%s; firmware that turns SWD off "
		    "needs " HINT_UNDER_RESET,
		    e->writer ? "" : ", or read without a reset (" HINT_NO_RESET ")");
}

/*
 * The core halted where the reset left it, or else where it had come to by
 * then, as with clones whose reset clears the debug bits; *fresh tells which.
 */
static int stop_core(struct engine *e, bool *fresh)
{
	struct flash *f = e->flash;
	struct cleanup kept;
	int err;

	err = core_reset_clean(f->core);
	*fresh = !err;
	if (err != STFLASH_E_NO_TARGET)
		return err;
	cleanup_begin(&kept, f->ctx, err);
	err = core_halt(f->core);
	if (!err) {
		log_warn(f->ctx,
			 "%s; going on with the core halted where its firmware was, without a program in the chip",
			 kept.first.text);
		kept.first.err = 0;
	}
	err = cleanup_end(&kept);
	return err && f->core->was_reset && is_silent(f) ? gone_at_reset(e) : err;
}

/* The core halted after a reset, the flash unlocked for a writer, the clock raised, a worker that waits for work. */
static int take_hold_for(struct engine *e, bool no_agent)
{
	struct flash *f = e->flash;
	uint32_t khz = 0;
	bool fresh;
	int err;

	f->protection_known = false;

	err = stop_core(e, &fresh);
	e->fresh = fresh;
	if (!err && e->writer) /* which may take a reset */
		err = controller_unlock(f);
	if (!err && fresh)
		err = raise_clock(f, &khz);
	if (!err)
		err = worker_start(&e->worker, f, e->writer, no_agent || !fresh, khz);
	return err;
}

#define WITHOUT_AGENT "; going on over the wire alone, without a program in the chip"

/* A program in the chip that meets torn flash ends by an NMI or a bus fault: then that is the cause. */
static bool met_torn_flash(const struct engine *e)
{
	struct cleanup kept;
	bool flagged;
	int err;

	cleanup_begin(&kept, e->flash->ctx, STFLASH_E_FAULT);
	err = torn_flagged(e->flash, &flagged);
	(void)cleanup_end(&kept);
	return !err && flagged;
}

/* The failure that was kept last is the agent's; goes_on says how the work does. */
static void warn_of_lost_agent(const struct engine *e, const char *goes_on)
{
	struct ctx *ctx = e->flash->ctx;

	if (met_torn_flash(e))
		log_warn(ctx, "the ECC of some flash does not fit, because a write or an erase was cut off%s",
			 WITHOUT_AGENT);
	else
		log_warn(ctx, "%s%s", ctx->errmsg, goes_on);
	ctx_clear_error(ctx);
}

static int take_hold(struct engine *e, bool no_agent)
{
	const int err = take_hold_for(e, no_agent);

	if (err != STFLASH_E_UNSUPPORTED || no_agent)
		return err;
	warn_of_lost_agent(e, ": working through the debug port alone, which is slower");
	return take_hold_for(e, true);
}

int engine_begin_write(struct engine *e, struct flash *f, const struct stflash_write_options *options)
{
	int err;

	*e = (struct engine){ .flash = f, .hold = STFLASH_HOLD_RESET, .writer = true };
	f->torn = (struct torn){ .n_runs = 0 };
	err = refuse_attached(f);
	if (!err)
		err = choose_width(f, options->width);
	if (!err)
		err = flash_check_readable(f);
	if (err)
		return err;
	e->held = true;
	return take_hold(e, options->no_agent);
}

int engine_begin_again(struct engine *e, bool no_agent)
{
	if (worker_stop(&e->worker))
		ctx_clear_error(e->flash->ctx);
	return take_hold(e, no_agent);
}

/* The core halted where it is: nothing of it is changed, so that it can run on. */
static int halt_where_it_is(struct engine *e)
{
	enum stflash_core_state state;
	int err;

	err = core_state(e->flash->core, &state, NULL);
	if (err)
		return err;
	e->was_running = state != STFLASH_CORE_HALTED;
	e->held = true;
	return core_halt(e->flash->core);
}

/* What is read of a chip that was not reset may be the other bank: firmware swaps them, a reset does not
 * (RM0090 9.2.1).
 */
static int warn_of_swapped_banks(struct flash *f)
{
	const struct bank_choice *banks = f->chip->banks;
	uint32_t memrmp;
	int err;

	if (!banks || !banks->swap)
		return 0;
	err = dap_read32(f->core->dap, f->chip->family->memrmp, &memrmp);
	if (!err && memrmp >> banks->swap_bit & 1)
		log_doubt(f->ctx,
			  "the %s has swapped the banks (%s): bank 2 is at 0x%08x now, and what is read there; after a "
			  "reset %sit is bank 1",
			  f->boots_banks ? "boot loader or the firmware" : "firmware", banks->swap,
			  (unsigned int)flash_first(f), f->boots_banks ? "and before the boot loader runs " : "");
	if (err != STFLASH_E_FAULT)
		return err;
	ctx_clear_error(f->ctx);
	return 0;
}

int engine_begin_read(struct engine *e, struct flash *f, enum stflash_hold hold, bool twice)
{
	int err = 0;

	*e = (struct engine){ .flash = f, .hold = f->core->never_halt ? STFLASH_HOLD_NONE : hold };
	e->worker.twice = twice;
	f->torn = (struct torn){ .n_runs = 0 };
	if (e->hold == STFLASH_HOLD_RESET) {
		e->held = true;
		return take_hold(e, false);
	}
	if (e->hold == STFLASH_HOLD_HALT)
		err = halt_where_it_is(e);
	if (!err)
		err = warn_of_swapped_banks(f);
	return err ? err : worker_start(&e->worker, f, false, true, 0);
}

int engine_begin_look(struct engine *e, struct flash *f, bool may_reset, bool no_agent)
{
	return engine_begin_read(e, f, may_reset && !no_agent ? STFLASH_HOLD_RESET : STFLASH_HOLD_NONE, false);
}

/* Of torn flash a debugger may be refused what it reads, which says nothing of the agent. */
static bool agent_is_no_help(const struct engine *e, int err)
{
	return e->worker.agent.failed || err == STFLASH_E_NO_TARGET ||
	       (err == STFLASH_E_FAULT && e->flash->chip->controller->eccr);
}

int engine_without_agent(struct engine *e, int err)
{
	if (!worker_is_agent(&e->worker) || !agent_is_no_help(e, err))
		return err;
	warn_of_lost_agent(e, WITHOUT_AGENT);
	return engine_begin_again(e, true);
}

/* Where a register shows it, only a chip that was blank needs to look again. */
static int shows_empty(struct flash *f, bool *empty)
{
	const struct controller *c = f->chip->controller;
	uint32_t value = UINT32_MAX;
	int err = 0;

	if (c->empty_bit)
		err = dap_read32(f->core->dap, c->base + c->empty_reg, &value);
	*empty = !err && value >> c->empty_bit & 1;
	return err;
}

int engine_look_whether_empty(struct engine *e)
{
	struct flash *f = e->flash;
	bool empty = false;
	int err;

	if (!f->chip->notes_empty || !e->held)
		return 0;
	err = shows_empty(f, &empty);
	if (!err && empty)
		err = flash_launch(f);
	if (!err || err == STFLASH_E_UNPLUGGED)
		return err;
	log_warn(
		f->ctx,
		"%s: the chip has not seen that its flash has changed; power the board off and on, or it may start the "
		"ROM boot loader instead of the firmware",
		f->ctx->errmsg);
	ctx_clear_error(f->ctx);
	return 0;
}

/* By then: a reader that says STFLASH_THEN_STAY has more to do in this session, whose end resets the chip. */
static int leave_after_reset(struct engine *e, bool failed, enum stflash_afterwards then)
{
	struct core *core = e->flash->core;

	if (failed || then == STFLASH_THEN_RUN)
		return core_restart(core);
	core->leave_halted = e->writer || then == STFLASH_THEN_HALT;
	return then == STFLASH_THEN_HALT ? core_reset_halt(core) : 0;
}

/* A board may hold its own supply by a pin of the chip, which a reset lets go: then that is the cause. */
static void blame_lost_power(const struct engine *e, struct cleanup *c)
{
	if (c->first.err != STFLASH_E_NO_TARGET || !e->held || e->hold != STFLASH_HOLD_RESET ||
	    !dap_sees_no_power(e->flash->core->dap))
		return;
	snprintf(c->first.text, sizeof(c->first.text),
		 "the board has lost its power since the chip was reset: if a pin of the chip holds its supply, keep "
		 "its "
		 "power button pressed%s",
		 e->writer ? "" : ", or read without a reset (" HINT_NO_RESET ")");
}

int engine_end(struct engine *e, int err, enum stflash_afterwards then)
{
	struct cleanup c;

	log_debug(e->flash->ctx, "letting the target go");
	cleanup_begin(&c, e->flash->ctx, err);
	cleanup_step(&c, worker_stop(&e->worker));
	const unsigned int erase_ms = worker_erase_ms(&e->worker);

	/* The reset that follows locks the flash too: what counts here is a controller that stays busy. */
	if (e->held && e->writer)
		cleanup_step(&c, controller_lock(e->flash,
						 erase_ms > FLASH_LOCK_TIMEOUT_MS ? erase_ms : FLASH_LOCK_TIMEOUT_MS));
	if (e->held && e->hold == STFLASH_HOLD_RESET)
		cleanup_step(&c, leave_after_reset(e, c.first.err != 0, then));
	else if (e->held && e->was_running)
		cleanup_step(&c, core_run(e->flash->core));
	blame_lost_power(e, &c);
	err = cleanup_end(&c);
	if (!err || !e->unfinished)
		return err;
	return fail(e->flash->ctx, err, "%.400s; %s", c.first.text, e->unfinished);
}
