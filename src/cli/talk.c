/* SPDX-License-Identifier: MIT */
/* Words for the person: on stderr as loud as asked, and all of them in the file of --log. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/files.h"
#include "cli/system/system.h"

#define LOG_START "# log of stflash "

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

static const char *level_name(enum stflash_log_level level)
{
	switch (level) {
	case STFLASH_LOG_WARN:
		return "warning: ";
	case STFLASH_LOG_NONE:
	case STFLASH_LOG_INFO:
	case STFLASH_LOG_DEBUG:
	case STFLASH_LOG_WIRE:
		break;
	}
	return "";
}

static void on_log(enum stflash_log_level level, const char *line, void *user)
{
	struct cli *cli = user;
	const uint64_t ms = clock_ms() - cli->started_ms;

	if (cli->log)
		fprintf(cli->log, "%5" PRIu64 ".%03" PRIu64 " %s%s\n", ms / 1000, ms % 1000, level_name(level), line);
	if (level > terminal_level(cli) || (level == STFLASH_LOG_WARN && cli->no_warnings))
		return;
	progress_clear(cli);
	fprintf(stderr, "stflash: %s%s\n", level_name(level), line);
}

void cli_say(struct cli *cli, const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);

	if (cli->log)
		fprintf(cli->log, "%s\n", line);
	if (cli->opt.quiet)
		return;
	progress_clear(cli);
	fprintf(stderr, "%s\n", line);
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
	if (cli->opt.log) {
		if (system_is_trap(cli->opt.log))
			return cannot_log(cli, OUTPUT_TRAP);
		if (!may_be_replaced(cli->opt.log))
			return cannot_log(cli, "it exists already and is no log of stflash; nothing was changed");
		cli->log = open_log(cli->opt.log);
		if (!cli->log)
			return cannot_log(cli, strerror(errno));
		fprintf(cli->log, LOG_START "%s\n", stflash_version());
	}
	stflash_set_log(cli->session, cli->log ? STFLASH_LOG_WIRE : terminal_level(cli), on_log, cli);
	return 0;
}

void talk_close(struct cli *cli)
{
	bool failed;

	if (!cli->log)
		return;
	failed = ferror(cli->log);
	failed |= fclose(cli->log) != 0;
	cli->log = NULL;
	if (failed)
		cli_say(cli, "stflash: warning: the log %s is incomplete", cli->opt.log);
}
