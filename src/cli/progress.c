/* SPDX-License-Identifier: MIT */
/* How far a long job has come: a bar on a terminal, else a plain line at its start. */
#include <inttypes.h>
#include <string.h>

#include "cli/events.h"
#include "cli/jobs/shared.h"
#include "cli/system/system.h"
#include "cli/terminal.h"
#include "cli/words.h"

#define PATIENCE_MS      500u  /* shorter jobs show no bar */
#define LINE_PATIENCE_MS 3000u /* and where there is no terminal, no line */
#define BAR_PERIOD_MS    100u
#define BAR_CELLS_MAX    40u
#define BAR_FIXED        12u /* "verifying []" */
#define TAIL_WIDE        48u /* " 100 %  1023 of 1024 KiB  1024 KiB/s  999 s left" */
#define TAIL_NARROW      24u /* " 1023/1024 KiB 99 s left" */
#define TAIL_LEAST       6u  /* " 100 %" */
#define CELLS_OF_WIDE    6u
#define CELLS_OF_NARROW  3u
#define PIECE_MAX        40u
#define USUAL_ROWS       24u
#define TAIL_MAX         160u

static const struct {
	const char *verb;
	const char *link; /* between how much and the chip */
} phases[] = {
	[STFLASH_READING] = { "reading", "from" },   [STFLASH_CHECKING] = { "checking", "of" },
	[STFLASH_WRITING] = { "writing", "to" },     [STFLASH_ERASING] = { "erasing", "of" },
	[STFLASH_VERIFYING] = { "verifying", "of" },
};

/* Where time stands for bytes there is no rate to tell. */
static bool by_time(enum stflash_phase phase)
{
	return phase == STFLASH_ERASING || phase == STFLASH_WRITING;
}

/* The two change places in one job, whose done and total count on: one bar. */
static bool same_bar(enum stflash_phase a, enum stflash_phase b)
{
	return a == b || (by_time(a) && by_time(b));
}

static uint64_t seconds_left(struct progress *p, uint64_t done, uint64_t total, uint64_t ms)
{
	const uint64_t left_s = done ? ((total - done) * ms / done + 999) / 1000 : p->left_s;

	if (left_s < p->left_s)
		p->left_s = left_s;
	return p->left_s;
}

/* How far it is in bytes; the percentage where they are not known. */
static const char *bytes_piece(char piece[PIECE_MAX], const struct progress *p, uint64_t done, uint64_t total,
			       const char *of)
{
	const bool scaled = by_time(p->phase);
	const uint64_t all = scaled ? p->bytes : total;
	const uint64_t so_far = scaled ? p->bytes * done / total : done;
	const uint64_t unit = all < 10 * 1024 ? 1 : 1024;

	piece[0] = '\0';
	if (all)
		snprintf(piece, PIECE_MAX, "%" PRIu64 "%s%" PRIu64 " %s", so_far / unit, of, all / unit,
			 unit > 1 ? "KiB" : "bytes");
	return piece;
}

static const char *left_piece(char piece[PIECE_MAX], uint64_t left_s, const char *gap)
{
	piece[0] = '\0';
	if (left_s != UINT64_MAX)
		snprintf(piece, PIECE_MAX, "%s%" PRIu64 " s left", gap, left_s);
	return piece;
}

/*
 * What stands behind the bar, as much as the line has room for: a bar that wraps is worse than none. Returns the most
 * columns that it takes, so that the bar does not change its length.
 */
static unsigned int tail_of_bar(char tail[TAIL_MAX], unsigned int columns, struct progress *p, uint64_t done,
				uint64_t total, uint64_t ms)
{
	const uint64_t left_s = seconds_left(p, done, total, ms);
	const unsigned int percent = (unsigned int)(done * 100 / total);
	char bytes[PIECE_MAX], left[PIECE_MAX], rate[SIZE_TEXT_MAX] = "";

	if (columns >= BAR_FIXED + CELLS_OF_WIDE + TAIL_WIDE) {
		bytes_piece(bytes, p, done, total, " of ");
		if (!by_time(p->phase))
			rate_text(rate, done, ms);
		snprintf(tail, TAIL_MAX, " %3u %%%s%s%s%s%s", percent, *bytes ? "  " : "", bytes, *rate ? "  " : "",
			 rate, left_piece(left, left_s, "  "));
		return TAIL_WIDE;
	}
	if (columns >= BAR_FIXED + CELLS_OF_NARROW + TAIL_NARROW && *bytes_piece(bytes, p, done, total, "/")) {
		snprintf(tail, TAIL_MAX, " %s%s", bytes, left_piece(left, left_s, " "));
		return TAIL_NARROW;
	}
	snprintf(tail, TAIL_MAX, " %3u %%", percent);
	return TAIL_LEAST;
}

static void write_bar(struct cli *cli, uint64_t done, uint64_t total, uint64_t ms)
{
	struct progress *p = &cli->progress;
	const unsigned int label = cli->label ? (unsigned int)strlen(cli->label) + 1 : 0;
	const unsigned int width = terminal_columns(stderr) - 1, columns = width < label ? 0 : width - label;
	char bar[BAR_CELLS_MAX + 1], tail[TAIL_MAX];
	const unsigned int used = BAR_FIXED + tail_of_bar(tail, columns, p, done, total, ms);
	const unsigned int spare = columns < used ? 0 : columns - used;
	const unsigned int cells = spare < BAR_CELLS_MAX ? spare : BAR_CELLS_MAX;

	memset(bar, '.', cells);
	memset(bar, '#', (size_t)(done * cells / total));
	bar[cells] = '\0';
	snprintf(p->text, sizeof(p->text), "%s%s%-9s [%s]%s", cli->label ? cli->label : "", label ? " " : "",
		 phases[p->phase].verb, bar, tail);
}

/* One line a job, as many as the terminal has; the cursor stays in the last of them. */
static void show_bars(struct shared *shared)
{
	const unsigned int rows = system_rows(stderr), most = rows > 2 ? rows - 2 : USUAL_ROWS - 2;
	unsigned int n = 0;

	if (shared->bars_shown > 1)
		fprintf(stderr, "\033[%uA", shared->bars_shown - 1);
	for (const struct progress *p = shared->bars; p && n < most; p = p->next)
		if (*p->text)
			fprintf(stderr, "%s\r%s\033[K", n++ ? "\n" : "", p->text);
	if (n < shared->bars_shown)
		fputs("\033[J", stderr);
	shared->bars_shown = n;
	fflush(stderr);
}

void progress_hide(struct shared *shared)
{
	if (shared->bars_shown > 1)
		fprintf(stderr, "\033[%uA\r\033[J", shared->bars_shown - 1);
	else if (shared->bars_shown)
		fputs("\r\033[K", stderr);
	shared->bars_shown = 0;
}

void terminal_take(struct cli *cli)
{
	shared_enter(cli);
	progress_hide(cli->shared);
}

void terminal_give(struct cli *cli)
{
	shared_leave(cli);
}

/* Without a terminal: a line when reading begins, and one when checking or changing does. The summary is the last. */
static void print_start(struct cli *cli, uint64_t total)
{
	struct progress *p = &cli->progress;
	const bool reads = p->phase == STFLASH_READING;
	const enum stflash_phase job = reads || !p->bytes ? p->phase : p->job;
	char amount[SIZE_TEXT_MAX];

	if (p->announced[reads])
		return;
	p->announced[reads] = true;
	size_text(amount, reads || !p->bytes ? total : p->bytes);
	terminal_take(cli);
	fprintf(stderr, "%s%s%s %s %s %s\n", cli->label ? cli->label : "", cli->label ? ": " : "", phases[job].verb,
		amount, phases[job].link, *cli->chip ? cli->chip : "the chip");
	terminal_give(cli);
}

static void on_progress(enum stflash_phase phase, uint64_t done, uint64_t total, void *user)
{
	struct cli *cli = user;
	struct progress *p = &cli->progress;
	const uint64_t now = clock_ms();

	event_progress(cli, phase, done, total);
	cli->changes |= by_time(phase);
	if (p->silent)
		return;
	if (!p->job_ms)
		p->job_ms = p->printed_ms = now;
	if (!p->started_ms || !same_bar(phase, p->phase) || done < p->last_done) {
		p->started_ms = now;
		p->left_s = UINT64_MAX;
	}
	if (p->bar && phase != p->phase)
		p->printed_ms = 0; /* the new word is shown at once */
	p->phase = phase;
	p->last_done = done;
	if (!total || done > total || now - p->job_ms < (p->bar ? PATIENCE_MS : LINE_PATIENCE_MS))
		return;
	if (!p->bar) {
		print_start(cli, total);
	} else if (now - p->printed_ms >= BAR_PERIOD_MS) {
		p->printed_ms = now;
		shared_enter(cli);
		write_bar(cli, done, total, now - p->started_ms);
		show_bars(cli->shared);
		shared_leave(cli);
	}
}

void progress_job(struct cli *cli, enum stflash_phase job, uint64_t bytes)
{
	cli->progress.job = job;
	cli->progress.bytes = bytes;
}

static void add_bar(struct shared *shared, struct progress *p)
{
	struct progress **end = &shared->bars;

	while (*end)
		end = &(*end)->next;
	*end = p;
}

void progress_init(struct cli *cli)
{
	cli->progress.silent = cli->opt.quiet || cli->opt.no_progress;
	cli->progress.bar = system_is_terminal(stderr);
	shared_enter(cli);
	add_bar(cli->shared, &cli->progress);
	shared_leave(cli);
	stflash_set_progress(cli->session, on_progress, cli);
}

void progress_again(struct cli *cli)
{
	struct progress *p = &cli->progress;

	p->announced[0] = p->announced[1] = false;
	p->bytes = p->last_done = 0;
	p->job_ms = p->started_ms = p->printed_ms = 0;
}

void progress_clear(struct cli *cli)
{
	shared_enter(cli);
	if (*cli->progress.text)
		progress_hide(cli->shared);
	cli->progress.text[0] = '\0';
	shared_leave(cli);
}
