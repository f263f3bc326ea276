/* SPDX-License-Identifier: MIT */
/*
 * The way to the chip, and the other ways when that one is shut. A ladder:
 *
 *	normal		at a lower clock when the link makes errors (dap_connect())
 *	under reset	NRST held low by the probe, so that no firmware runs
 *	by hand		the person holds RESET and lets go; vector catch does the rest
 *
 * What shuts the first: firmware that turns the debug pins into something else
 * or sleeps with its clocks off (swd-dap-cortexm fact sheet section 7). What
 * shuts the second: an NRST that is not wired, or a clone that leads it to
 * another pin.
 */
#include "session/session.h"

#include <string.h>

#include "base/clock.h"
#include "base/failure.h"
#include "flash/agent/agent.h"
#include "stlink/stlink_proto.h"

/* Time to read what is asked, to find the button, and to press it. */
#define BY_HAND_MS 60000u

/* The clock while a finger is on the button: one that any wires carry. */
#define BY_HAND_KHZ 1800u

/* Between two tries to enter SWD: short against the time that a finger takes. */
#define BY_HAND_PAUSE_MS 5u

int session_open_transport(struct stflash *s, const char *selector, struct transport **tr)
{
	uint16_t pids[SESSION_MAX_PIDS];
	const size_t n = min_size(stlink_model_pids(pids, SESSION_MAX_PIDS), SESSION_MAX_PIDS);
	const int err = transport_open(tr, &s->ctx, selector, STLINK_VID, pids, n);

	if (!err) {
		(*tr)->observer = s->observer;
		(*tr)->observer_user = s->observer_user;
	}
	return err;
}

int session_open_probe(struct stflash *s, const char *selector)
{
	int err;

	err = session_open_transport(s, selector, &s->tr);
	if (err)
		return err;
	s->stage = SESSION_TRANSPORT;

	memset(&s->probe, 0, sizeof(s->probe));
	err = stlink_open(&s->probe, &s->ctx, s->tr);
	if (err)
		return err;
	s->stage = SESSION_PROBE;
	return 0;
}

#define LEFT_BEHIND                                                                                             \
	"an earlier run was cut off and left its program in the chip, where the firmware does not run until a " \
	"reset (`" HINT_RESET "`)"

/* What a run that was killed has left: told to all, and put right by those that halt or reset the core. */
static int find_left_behind(struct stflash *s)
{
	const struct region *ram = chip_ram(s->flash.chip);
	enum agent_left left;
	int err;

	err = agent_find_left(&s->core, ram->addr, ram->size, &left);
	s->left_behind = !err && left != AGENT_LEFT_NOTHING;
	if (s->left_behind && left == AGENT_LEFT_WRITING)
		log_doubt(&s->ctx, LEFT_BEHIND "; it was writing, so the flash may be incomplete: write it again");
	else if (s->left_behind)
		log_warn(&s->ctx, LEFT_BEHIND);
	return err;
}

static int connect_identify(struct stflash *s, enum stflash_way way)
{
	int err;

	s->stage = SESSION_CONNECTED;
	s->way = way;
	err = flash_probe(&s->flash, &s->core);
	if (!err)
		err = find_left_behind(s);
	if (!err && s->flash_kib)
		err = flash_believe_size(&s->flash, s->flash_kib * 1024);
	return err;
}

/*
 * Under reset, NRST is low from before the first bit on SWD until core_attach()
 * ends the reset with the core halted, so that firmware which turns SWD off
 * does not run (swd-dap-cortexm fact sheet section 5). Should it not come so
 * far, leaving the probe releases NRST.
 */
int session_attach(struct stflash *s, enum stflash_connect how)
{
	const bool under_reset = how == STFLASH_CONNECT_UNDER_RESET;
	int err;

	memset(&s->dap, 0, sizeof(s->dap));
	memset(&s->core, 0, sizeof(s->core));
	memset(&s->flash, 0, sizeof(s->flash));

	if (under_reset)
		err = dap_connect_under_reset(&s->dap, &s->probe, s->speed_khz);
	else
		err = dap_connect(&s->dap, &s->probe, s->speed_khz);
	if (err)
		return err;

	s->stage = SESSION_CORE; /* even when attaching fails half-way, there is something to put back */
	err = core_attach(&s->core, &s->dap, how);
	if (!err && !under_reset)
		err = core_leave_reset(&s->core);
	if (err)
		return err;
	return connect_identify(s, under_reset ? STFLASH_WAY_UNDER_RESET : STFLASH_WAY_NORMAL);
}

void session_prompt(struct stflash *s, enum stflash_prompt what, uint64_t deadline)
{
	const uint64_t now = now_ms();

	s->prompt(what, (unsigned int)(deadline > now ? (deadline - now) / 1000 : 0), s->prompt_user);
}

/* Without its supply no way leads to a chip. Unknown counts as powered. */
static bool has_no_power(struct stflash *s)
{
	uint32_t mv;

	if (stlink_read_voltage(&s->probe, &mv) || !(s->probe.features & STLINK_HAS_VOLTAGE))
		return false;
	return mv < DAP_POWERED_MV;
}

/* Silence, for which another way may help; a USB transfer that timed out has no status. */
static bool connect_is_silence(struct stflash *s, int err)
{
	if (err != STFLASH_E_NO_TARGET && err != STFLASH_E_FAULT &&
	    (err != STFLASH_E_TIMEOUT || s->probe.last_status == 0))
		return false;
	return s->stage >= SESSION_PROBE && (s->stage != SESSION_CONNECTED || !core_answers(&s->core));
}

/* What is known of a chip that cannot be reached. */
struct silence {
	struct failure first;
	bool answered;   /* a debug port did, and the first failure knows better than a guess */
	bool went_away;  /* the core did, and then nobody: no fault of the link */
	bool no_power;   /* the probe does not see the chip's supply */
	struct core old; /* what was found while it answered */
};

/* All ways are closed. */
static int connect_nobody_there(struct stflash *s, const struct silence *silence, bool by_hand)
{
	const char *in_terminal = by_hand ? "" : ", run this in a terminal, which guides you through a reset by hand";

	if (silence->went_away)
		return fail(&s->ctx, STFLASH_E_NO_TARGET,
			    "the chip answered on SWD and then stopped, and does not answer with NRST low%s: its "
			    "firmware turns SWD off, or sleeps; connect NRST to the probe%s, or set BOOT0 to 1 and "
			    "press RESET, so that the boot loader runs instead",
			    by_hand ? " nor with RESET held by hand" : "", in_terminal);
	if (silence->answered || silence->no_power)
		return failure_tell(&silence->first, &s->ctx);
	return fail(&s->ctx, STFLASH_E_NO_TARGET,
		    "no chip answers on SWD, neither by itself nor with NRST low%s: check the power, GND, SWDIO and "
		    "SWCLK; if its firmware turns SWD off, connect NRST to the probe%s, or set BOOT0 to 1 and press "
		    "RESET, so that the boot loader runs instead; a chip at read-out protection level 2 never answers",
		    by_hand ? " nor with RESET held by hand" : "", in_terminal);
}

/* Ask for what the button should do next, as the chip shows what it did, until the core is caught or time is up. */
static int follow_the_button(struct stflash *s, enum core_catch *seen)
{
	const uint64_t deadline = now_ms() + BY_HAND_MS;
	enum stflash_prompt asked = STFLASH_PROMPT_HOLD_RESET;
	int err;

	session_prompt(s, asked, deadline);
	do {
		enum stflash_prompt next;

		err = check_cancel(&s->ctx);
		if (!err)
			err = core_catch_reset(&s->core, &s->dap, &s->probe, seen);
		if (err)
			return err;
		next = *seen == CORE_CATCH_SILENT ? STFLASH_PROMPT_HOLD_RESET
		       : *seen == CORE_CATCH_HELD ? STFLASH_PROMPT_RELEASE_RESET
						  : STFLASH_PROMPT_CAUGHT;
		if (next != asked)
			session_prompt(s, next, deadline);
		asked = next;
		sleep_ms(BY_HAND_PAUSE_MS);
	} while (*seen != CORE_CATCH_HALTED && now_ms() < deadline);
	return 0;
}

/* The software reset at the end stops what started between the button and the halt, as st-flash does it. */
static int attach_by_hand(struct stflash *s, const struct silence *silence)
{
	enum core_catch seen;
	int err;

	memset(&s->dap, 0, sizeof(s->dap));
	memset(&s->core, 0, sizeof(s->core));
	s->stage = SESSION_CORE;
	err = stlink_set_speed(&s->probe, s->speed_khz && s->speed_khz < BY_HAND_KHZ ? s->speed_khz : BY_HAND_KHZ);
	if (!err)
		err = follow_the_button(s, &seen);
	if (err)
		return err;
	if (seen == CORE_CATCH_SILENT)
		return connect_nobody_there(s, silence, true);
	if (seen == CORE_CATCH_HELD)
		return fail(&s->ctx, STFLASH_E_NO_TARGET,
			    "the chip stays in reset: let the RESET button go, and look whether NRST is shorted to "
			    "ground");

	err = core_reset_halt(&s->core);
	return err ? err : connect_identify(s, STFLASH_WAY_BY_HAND);
}

/* The first failure, all that it left half-done undone. */
static void note_silence(struct stflash *s, struct silence *silence, int err)
{
	silence->answered = s->stage > SESSION_LINK;
	if (s->stage >= SESSION_CORE && s->core.attached) {
		silence->went_away = !stlink_link_error(&s->probe) && !core_answers(&s->core);
		silence->old = s->core;
	}
	failure_keep(&silence->first, &s->ctx, session_let_go(s, SESSION_PROBE, err));
	silence->no_power = has_no_power(s);
}

/* What could not be put back when the chip went silent is put back at the end. */
static void remember_old(struct stflash *s, const struct silence *silence)
{
	if (silence->old.dap)
		core_inherit(&s->core, &silence->old);
}

/* A supply that the probe does not see may be there all the same: the sense pin of a clone leads nowhere. */
static int climb_under_reset(struct stflash *s, struct silence *silence)
{
	int err;

	log_info(&s->ctx, "nothing answers a normal attach; trying under reset");
	err = session_attach(s, STFLASH_CONNECT_UNDER_RESET);
	if (!err) {
		remember_old(s, silence);
		log_warn(&s->ctx, "the chip answers only while it is in reset (its firmware turns SWD off, or "
				  "sleeps): connected under reset by the NRST wire");
	}
	if (!connect_is_silence(s, err))
		return err;
	if (s->stage > SESSION_LINK) {
		/* Further than before: this failure tells more. */
		silence->answered = true;
		silence->went_away = false;
		silence->first.err = 0;
	}
	failure_keep(&silence->first, &s->ctx, session_let_go(s, SESSION_PROBE, err));
	return err;
}

int session_climb(struct stflash *s, int err)
{
	struct silence silence = { .answered = false };

	if (!connect_is_silence(s, err))
		return err;
	note_silence(s, &silence, err);
	if (s->how == STFLASH_CONNECT_AUTO) {
		err = climb_under_reset(s, &silence);
		if (!connect_is_silence(s, err))
			return err;
	}
	if (!s->prompt || silence.no_power)
		return connect_nobody_there(s, &silence, false);

	err = attach_by_hand(s, &silence);
	if (!err)
		remember_old(s, &silence);
	return err;
}

/* Attaching takes the chip as it is: where the link does not live, say why that may be, and which way helps. */
static int tell_attached_silence(struct stflash *s, int err)
{
	const bool answered = s->stage == SESSION_CONNECTED;
	struct failure first = { .err = 0 };
	bool no_power;

	if (!connect_is_silence(s, err))
		return err;
	failure_keep(&first, &s->ctx, err);
	no_power = has_no_power(s);
	if (no_power)
		return failure_tell(&first, &s->ctx);
	return fail(&s->ctx, STFLASH_E_NO_TARGET,
		    "%s: firmware in Stop or Standby, or with the SWD pins remapped, cuts the link, and " HINT_ATTACH
		    " neither halts nor resets it. Leave that out, so that stflash connects under reset%s",
		    answered ? "the chip answered on SWD and then stopped" : "no chip answers on SWD",
		    answered ? "" : ", or check the power, GND, SWDIO and SWCLK");
}

/* The link was there, and is not any more: not a fault at an address, nor a core that does something odd. */
bool session_come_back(struct stflash *s, int *err)
{
	if (s->stage == SESSION_CONNECTED && s->how == STFLASH_CONNECT_ATTACH)
		*err = tell_attached_silence(s, *err);
	if (s->stage != SESSION_CONNECTED || s->how != STFLASH_CONNECT_AUTO || s->core.was_held ||
	    !connect_is_silence(s, *err))
		return false;
	*err = session_climb(s, *err);
	return !*err;
}

int stflash_connect(struct stflash *s, const char *selector, enum stflash_connect how)
{
	const bool may_climb = how == STFLASH_CONNECT_AUTO || how == STFLASH_CONNECT_UNDER_RESET;
	int err;

	if (s->stage != SESSION_CLOSED)
		return fail(&s->ctx, STFLASH_E_ARG, "already connected: call stflash_disconnect() first");
	ctx_clear_error(&s->ctx);
	s->how = how;

	err = check_cancel(&s->ctx);
	if (!err)
		err = session_open_probe(s, selector);
	if (!err)
		err = session_attach(s, how);
	if (err && may_climb)
		err = session_climb(s, err);
	if (err && how == STFLASH_CONNECT_ATTACH)
		err = tell_attached_silence(s, err);
	if (err)
		return session_let_go(s, SESSION_CLOSED, err);

	log_info(&s->ctx, "attached %s", s->core.was_reset ? "under reset" : "without a reset");
	return 0;
}
