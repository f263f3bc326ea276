/* SPDX-License-Identifier: MIT */
#include "cli/jobs/looks.h"

#include <string.h>

#include "cli/jobs/board.h"
#include "cli/jobs/shared.h"

#define LOOKS          3u
#define PAUSE_MS       30u  /* between looks that may agree */
#define ABSENT_MS      100u /* between looks at nothing */
#define SIGNAL_LOOK_MS 50u  /* a sleep may outlast a signal that another thread took */

bool looks_like_no_board(int err)
{
	switch (err) {
	case STFLASH_E_NO_PROBE:
	case STFLASH_E_NO_TARGET:
	case STFLASH_E_UNPLUGGED:
	case STFLASH_E_PROBE:
	case STFLASH_E_TIMEOUT:
	case STFLASH_E_STALL:
	case STFLASH_E_FAULT:
	case STFLASH_E_BUSY:
		return true;
	default:
		return false;
	}
}

bool looks_like_bad_board(int err)
{
	switch (err) {
	case STFLASH_E_OTHER:
	case STFLASH_E_UNSUPPORTED:
	case STFLASH_E_PROTECTED:
	case STFLASH_E_FLASH:
	case STFLASH_E_MISMATCH:
		return true;
	default:
		return false;
	}
}

void looks_pause(unsigned int ms)
{
	const uint64_t end = clock_ms() + ms;

	for (uint64_t now = clock_ms(); now < end && !signals_caught(); now = clock_ms())
		system_sleep(end - now < SIGNAL_LOOK_MS ? (unsigned int)(end - now) : SIGNAL_LOOK_MS);
}

static bool same_board(const struct board *a, const struct board *b)
{
	return a->dev_id == b->dev_id && a->flash_size == b->flash_size && !strcmp(a->uid, b->uid) &&
	       !strcmp(a->serial, b->serial);
}

/* Connect, see which board it is, and stay connected. The sentence of a failure is in cli->message. */
static int look(struct cli *cli)
{
	int err;

	cli->looking = true;
	cli->message[0] = '\0';
	err = board_look(cli);
	if (err && !*cli->message)
		cli_fail(cli, err, "%s", stflash_errmsg(cli->session));
	cli->looking = false;
	return signals_caught() ? STFLASH_E_CANCELLED : err;
}

static int look_away(struct cli *cli)
{
	int err;

	cli->looking = true;
	err = cli->connected ? cli_disconnect(cli, 0) : 0;
	cli->looking = false;
	return err;
}

/* What a series of looks has come to. */
struct series {
	struct board board;
	int err;
	unsigned int n; /* looks in a row that agree */
};

static void series_add(struct series *s, const struct board *board, int err)
{
	const bool same = s->n && err == s->err && (err || same_board(board, &s->board));

	s->n = same ? s->n + 1 : 1;
	s->err = err;
	s->board = *board;
}

static int too_late(struct cli *cli, int err)
{
	char sentence[sizeof(cli->message)];

	memcpy(sentence, cli->message, sizeof(sentence));
	return cli_fail(cli, err, "waited %u s: %s", cli->opt.wait_s, sentence);
}

/* A station whose probe was unplugged leaves it to others to see a probe that is plugged in. */
static bool is_over(const struct cli *cli, const struct series *s)
{
	if (s->n < LOOKS)
		return false;
	return !looks_like_no_board(s->err) || (cli->leaves && s->err == STFLASH_E_NO_PROBE);
}

/* What else than a board is missing the person has to know. */
static void say_waiting(struct cli *cli, int err)
{
	if (err == STFLASH_E_NO_TARGET)
		cli_say(cli, "waiting for a board");
	else if (err == STFLASH_E_NO_PROBE)
		cli_say(cli, "waiting for the probe");
	else
		cli_say(cli, "waiting: %s", cli->message);
}

int looks_wait_for_board(struct cli *cli)
{
	const uint64_t end = clock_ms() + UINT64_C(1000) * cli->opt.wait_s;
	struct series s = { .n = 0 };
	bool said = false;

	for (;;) {
		const int err = look(cli);

		if (err == STFLASH_E_CANCELLED)
			return err;
		series_add(&s, &cli->board, err);
		if (is_over(cli, &s))
			break;
		if (look_away(cli))
			s.n = 0;
		if (err && cli->opt.wait_s && clock_ms() >= end)
			return too_late(cli, err);
		if (err && !said)
			say_waiting(cli, err);
		said |= err;
		looks_pause(err ? ABSENT_MS : PAUSE_MS);
	}
	cli->began_ms = clock_ms();
	return s.err;
}

int looks_wait_for_end(struct cli *cli)
{
	const struct board was = cli->board;
	unsigned int n = 0;

	while (n < LOOKS) {
		const int err = look(cli);

		if (err == STFLASH_E_CANCELLED)
			return err;
		n = !err && same_board(&cli->board, &was) ? 0 : n + 1;
		if (look_away(cli))
			continue;
		looks_pause(n ? PAUSE_MS : ABSENT_MS);
	}
	cli->message[0] = '\0';
	return 0;
}
