/* SPDX-License-Identifier: MIT */
/* Messages: on stderr as loud as asked, and all of them in the file of --log. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/events.h"
#include "cli/files.h"
#include "cli/fold.h"
#include "cli/jobs/shared.h"
#include "cli/ledger.h"
#include "cli/system/system.h"
#include "cli/terminal.h"

#define LOG_START    "# log of stflash "
#define LINE_MAX_LEN 4608u /* a path and a sentence */

static enum stflash_log_level terminal_level(const struct cli *cli)
{
	static const enum stflash_log_level by_verbosity[] = {
		STFLASH_LOG_WARN,
		STFLASH_LOG_INFO,
		STFLASH_LOG_DEBUG,
		STFLASH_LOG_WIRE,
	};
	const size_t last = ARRAY_SIZE(by_verbosity) - 1;

	if (cli->opt.quiet)
		return STFLASH_LOG_NONE;
	return by_verbosity[cli->opt.verbose < last ? cli->opt.verbose : last];
}

/* What a line is, said in front of it. */
enum mood {
	MOOD_RESULT, /* a line of the summary: nothing in front */
	MOOD_DETAIL, /* the same, with -v */
	MOOD_PLAIN,
	MOOD_NOTE,
	MOOD_WARNING,
	MOOD_DOUBT, /* a warning of the data, said with -q too */
	MOOD_ERROR,
	MOOD_PASS,
	MOOD_FAIL,
};

static const struct {
	const char *word;
	enum ink ink;
} moods[] = {
	[MOOD_RESULT] = { "", INK_NONE },
	[MOOD_DETAIL] = { "", INK_NONE },
	[MOOD_PLAIN] = { "", INK_NONE },
	[MOOD_NOTE] = { "note: ", INK_NONE },
	[MOOD_WARNING] = { "warning: ", INK_WARNING },
	[MOOD_DOUBT] = { "warning: ", INK_WARNING },
	[MOOD_ERROR] = { "error: ", INK_ERROR },
	[MOOD_PASS] = { "PASS: ", INK_GOOD },
	[MOOD_FAIL] = { "FAIL: ", INK_ERROR },
};

/* Which job says it; where there is one, what is no result is said by the program. */
static unsigned int put_speaker(const struct cli *cli, bool result)
{
	const char *const name = cli->label ? cli->label : result ? "" : "stflash";

	return *name ? (unsigned int)fprintf(stderr, "%s: ", name) : 0;
}

static void put_line(struct cli *cli, enum mood mood, const char *line)
{
	const bool result = mood == MOOD_RESULT || mood == MOOD_DETAIL;
	unsigned int column;

	terminal_take(cli);
	column = put_speaker(cli, result);
	terminal_paint(stderr, moods[mood].ink, moods[mood].word);
	fold_line(stderr, line, column + (unsigned int)strlen(moods[mood].word), result ? 0 : 2);
	terminal_give(cli);
}

/* The same in the file of --log, where milliseconds stand in front of what the library says. */
static void write_log(struct cli *cli, enum mood mood, const char *line, bool timed)
{
	FILE *const log = cli->shared->log;
	uint64_t ms;

	if (!log)
		return;
	shared_enter(cli);
	ms = clock_ms() - cli->shared->started_ms;
	if (timed)
		fprintf(log, "%5" PRIu64 ".%03" PRIu64 " ", ms / 1000, ms % 1000);
	fprintf(log, "%s%s%s%s\n", cli->label ? cli->label : "", cli->label ? ": " : "", moods[mood].word, line);
	shared_leave(cli);
}

/* What was warned of is part of the result. */
static void note_warning(struct cli *cli, const char *line)
{
	ledger_add_warning(cli, line);
	event_warning(cli, line);
}

static enum mood mood_of(enum stflash_log_level level)
{
	switch (level) {
	case STFLASH_LOG_DOUBT:
		return MOOD_DOUBT;
	case STFLASH_LOG_WARN:
		return MOOD_WARNING;
	default:
		return MOOD_PLAIN;
	}
}

static void on_log(enum stflash_log_level level, const char *line, void *user)
{
	struct cli *cli = user;

	write_log(cli, mood_of(level), line, true);
	if (cli->looking)
		return;
	if (level <= STFLASH_LOG_WARN)
		note_warning(cli, line);
	if (level > terminal_level(cli) || (level <= STFLASH_LOG_WARN && cli->no_warnings))
		return;
	put_line(cli, mood_of(level), line);
}

static bool is_shown(const struct cli *cli, enum mood mood)
{
	if (mood == MOOD_ERROR || mood == MOOD_DOUBT || mood == MOOD_PLAIN)
		return true;
	return !cli->opt.quiet && (mood != MOOD_DETAIL || cli->opt.verbose);
}

static void put_message(struct cli *cli, enum mood mood, const char *fmt, va_list args) PRINTF_LIKE(3, 0);

static void put_message(struct cli *cli, enum mood mood, const char *fmt, va_list args)
{
	char line[LINE_MAX_LEN];

	vsnprintf(line, sizeof(line), fmt, args);
	write_log(cli, mood, line, false);
	if (mood == MOOD_RESULT && !*cli->done)
		snprintf(cli->done, sizeof(cli->done), "%.*s", (int)sizeof(cli->done) - 1, line);
	if (mood == MOOD_WARNING || mood == MOOD_DOUBT)
		note_warning(cli, line);
	if (is_shown(cli, mood))
		put_line(cli, mood, line);
}

void cli_say(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_message(cli, MOOD_RESULT, fmt, args);
	va_end(args);
}

void cli_detail(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_message(cli, MOOD_DETAIL, fmt, args);
	va_end(args);
}

void cli_note(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_message(cli, MOOD_NOTE, fmt, args);
	va_end(args);
}

void cli_warn(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_message(cli, MOOD_WARNING, fmt, args);
	va_end(args);
}

void cli_doubt(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_message(cli, MOOD_DOUBT, fmt, args);
	va_end(args);
}

void cli_insist(struct cli *cli, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_message(cli, MOOD_PLAIN, fmt, args);
	va_end(args);
}

void cli_error(struct cli *cli, const char *sentence)
{
	write_log(cli, MOOD_ERROR, sentence, false);
	put_line(cli, MOOD_ERROR, sentence);
}

void cli_verdict(struct cli *cli, bool passed, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_message(cli, passed ? MOOD_PASS : MOOD_FAIL, fmt, args);
	va_end(args);
}

static int cannot_log(struct cli *cli, const char *why)
{
	return cli_fail(cli, STFLASH_E_FILE, "cannot write the log %s: %s", cli->opt.log, why);
}

/* `stflash write --log firmware.bin` is typed soon: only an older log gives way, or a file with nothing in it. */
static bool may_be_replaced(const char *name)
{
	char start[sizeof(LOG_START)] = "";
	enum system_kind kind;
	size_t len;
	FILE *f;

	if (system_descriptor_of(name) >= 0 || system_kind(name, true, &kind) || kind != SYSTEM_FILE)
		return true;
	f = fopen(name, "rb");
	if (!f)
		return false;
	len = fread(start, 1, strlen(LOG_START), f);
	fclose(f);
	return len == 0 || !strcmp(start, LOG_START);
}

static FILE *open_log(const char *name)
{
	const int shared = system_descriptor_of(name);
	const int fd = shared < 0 ? -1 : system_share(shared);

	return fd < 0 ? fopen(name, "w") : fdopen(fd, "w");
}

int talk_open(struct cli *cli)
{
	FILE *log;

	if (!cli->opt.log)
		return 0;
	if (system_is_trap(cli->opt.log))
		return cannot_log(cli, OUTPUT_TRAP);
	if (!may_be_replaced(cli->opt.log))
		return cannot_log(cli, "it exists already and is no log of stflash; nothing was changed");
	log = open_log(cli->opt.log);
	if (!log)
		return cannot_log(cli, strerror(errno));
	fprintf(log, LOG_START "%s\n", stflash_version());
	cli->shared->log = log;
	return 0;
}

void talk_listen(struct cli *cli)
{
	const enum stflash_log_level least = cli->opt.json ? STFLASH_LOG_WARN : STFLASH_LOG_NONE;
	const enum stflash_log_level shown = terminal_level(cli);

	stflash_set_log(cli->session, cli->shared->log ? STFLASH_LOG_WIRE : shown > least ? shown : least, on_log, cli);
}

void talk_close(struct cli *cli)
{
	FILE *const log = cli->shared->log;
	bool failed;

	if (!log)
		return;
	failed = ferror(log);
	failed |= fclose(log) != 0;
	cli->shared->log = NULL;
	if (failed)
		cli_warn(cli, "the log %s is incomplete", cli->opt.log);
}
