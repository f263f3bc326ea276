/* SPDX-License-Identifier: MIT */
/* How far a long job has come: a bar on a terminal, else a plain line now and then. */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/system/system.h"
#include "cli/terminal.h"
#include "cli/words.h"

#define PATIENCE_MS    500u /* shorter jobs show nothing */
#define BAR_PERIOD_MS  100u
#define LINE_PERIOD_MS 5000u
#define BAR_CELLS_MIN  6u
#define BAR_CELLS_MAX  40u
#define BAR_WORDS      40u /* the widest of what stands around the bar, and a column for the cursor */

static const char *phase_name(enum stflash_phase phase)
{
	switch (phase) {
	case STFLASH_READING:
		return "reading";
	case STFLASH_CHECKING:
		return "checking";
	case STFLASH_WRITING:
		return "writing";
	case STFLASH_ERASING:
		return "erasing";
	case STFLASH_VERIFYING:
		return "verifying";
	}
	return "working";
}

/* As long as the line has room for: a bar that wraps is worse than none. */
static unsigned int bar_cells(void)
{
	const unsigned int columns = terminal_columns(stderr);

	if (columns < BAR_WORDS + BAR_CELLS_MIN)
		return BAR_CELLS_MIN;
	return columns - BAR_WORDS < BAR_CELLS_MAX ? columns - BAR_WORDS : BAR_CELLS_MAX;
}

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

static void draw_bar(struct progress *p, enum stflash_phase phase, uint64_t done, uint64_t total, uint64_t ms)
{
	const unsigned int width = bar_cells();
	const uint64_t left_s = seconds_left(p, done, total, ms);
	char rate[SIZE_TEXT_MAX];
	char bar[BAR_CELLS_MAX + 1];

	memset(bar, '.', width);
	memset(bar, '#', (size_t)(done * width / total));
	bar[width] = '\0';
	fprintf(stderr, "\r%-9s [%s] %3u %%", phase_name(phase), bar, (unsigned int)(done * 100 / total));
	if (terminal_columns(stderr) >= BAR_WORDS + BAR_CELLS_MIN && !by_time(phase))
		fprintf(stderr, "  %s", rate_text(rate, done, ms));
	if (left_s != UINT64_MAX)
		fprintf(stderr, "  %" PRIu64 " s left", left_s);
	fputs("\033[K", stderr);
	fflush(stderr);
}

static void on_progress(enum stflash_phase phase, uint64_t done, uint64_t total, void *user)
{
	struct cli *cli = user;
	struct progress *p = &cli->progress;
	const uint64_t now = clock_ms();

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
	if (!total || done > total || now - p->job_ms < PATIENCE_MS)
		return;
	if (now - p->printed_ms < (p->bar ? BAR_PERIOD_MS : LINE_PERIOD_MS))
		return;

	p->printed_ms = now;
	if (p->bar) {
		p->shown = true;
		draw_bar(p, phase, done, total, now - p->started_ms);
	} else {
		fprintf(stderr, "%s: %u %%\n", phase_name(phase), (unsigned int)(done * 100 / total));
	}
}

void progress_init(struct cli *cli)
{
	if (cli->opt.quiet || cli->opt.no_progress)
		return;
	cli->progress.bar = system_is_terminal(stderr);
	stflash_set_progress(cli->session, on_progress, cli);
}

void progress_clear(struct cli *cli)
{
	if (!cli->progress.shown)
		return;
	cli->progress.shown = false;
	fputs("\r\033[K", stderr);
}
