/* SPDX-License-Identifier: MIT */
/* A change of protection that waits for the supply: no probe can switch it, a person can. */
#include "base/clock.h"
#include "session/session.h"

/* Time to read what is asked, and to find the plug. */
#define POWER_CYCLE_MS 60000u

/* Between two looks: long enough for a supply to fall, short against the time that a hand takes. */
#define LOOK_MS 500u

/* Option bytes may be open while flash is still locked: only an access tells. */
static int look_whether_open(struct stflash *s, bool *open)
{
	enum stflash_protection rdp;
	uint8_t word[4];
	int err;

	err = flash_read_protection(&s->flash, &rdp);
	if (!err && rdp == STFLASH_RDP_NONE)
		err = dap_read(&s->dap, flash_first(&s->flash), word, sizeof(word));
	*open = !err && rdp == STFLASH_RDP_NONE;
	return err;
}

/* While it goes off and on anything may fail, and the next look counts; not so a cancellation. */
static int power_cycle_look_again(struct stflash *s, const char *selector, enum stflash_connect how, bool *open)
{
	int err;

	*open = false;
	if (stflash_disconnect(s))
		log_debug(&s->ctx, "releasing: %s", s->ctx.errmsg);
	sleep_ms(LOOK_MS);
	err = stflash_connect(s, selector, how);
	if (!err)
		err = look_whether_open(s, open);
	if (!err || err == STFLASH_E_CANCELLED)
		return err;
	log_debug(&s->ctx, "%s", s->ctx.errmsg);
	ctx_clear_error(&s->ctx);
	return 0;
}

static int give_up(struct stflash *s, int err)
{
	if (err)
		err = fail(&s->ctx, err,
			   "cancelled, and the chip goes on protecting until its supply was off: power the board off "
			   "and on, then run the same command again");
	else
		err = fail(
			&s->ctx, STFLASH_E_PROTECTED,
			"the protection is removed, but this chip goes on protecting until its supply was off: power "
			"the board off and on, then run the same command again");
	return session_let_go(s, SESSION_CLOSED, err);
}

int stflash_wait_for_power_cycle(struct stflash *s, const char *selector, enum stflash_connect how)
{
	const uint64_t deadline = now_ms() + POWER_CYCLE_MS;
	/* A chip without power is no reason to ask for its RESET button. */
	const enum stflash_connect look = how == STFLASH_CONNECT_AUTO ? STFLASH_CONNECT_NORMAL : how;
	bool open = false;
	int err;

	ctx_clear_error(&s->ctx);
	err = check_cancel(&s->ctx);
	if (!err && s->prompt) {
		session_prompt(s, STFLASH_PROMPT_POWER_CYCLE, deadline);
		do
			err = power_cycle_look_again(s, selector, look, &open);
		while (!err && !open && now_ms() < deadline);
	}
	return open ? 0 : give_up(s, err);
}
