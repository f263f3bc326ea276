/* SPDX-License-Identifier: MIT */
#include "cli/commands/summary.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/system/system.h"
#include "cli/words.h"

#define SUMMARY_COLUMNS 79u
#define REST_MAX        256u

/* The end of a path that leaves at most so many columns; its last part is never cut. */
static const char *end_of_path(const char *path, size_t columns)
{
	const char *end = path;

	while (strlen(end) > columns) {
		const char *slash = strchr(end + 1, '/');

		if (!slash || !slash[1])
			break;
		end = slash;
	}
	return end;
}

void summary_file(struct cli *cli, const char *name, const char *fmt, ...)
{
	const size_t dots = strlen("...");
	char rest[REST_MAX];
	const char *end = name;
	size_t used;
	va_list args;

	va_start(args, fmt);
	vsnprintf(rest, sizeof(rest), fmt, args);
	va_end(args);
	used = strlen(rest) + strlen(": ");
	if (!cli->opt.verbose && used + strlen(name) > SUMMARY_COLUMNS)
		end = end_of_path(name, used + dots < SUMMARY_COLUMNS ? SUMMARY_COLUMNS - used - dots : 0);
	cli_say(cli, "%s%s: %s", end == name ? "" : "...", end, rest);
}

void summary_parts(struct cli *cli, const char *const parts[], size_t n)
{
	char line[REST_MAX] = "";
	size_t used = 0;

	for (size_t i = 0; i < n && used < sizeof(line); i++)
		if (*parts[i])
			used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%s", used ? "; " : "", parts[i]);
	cli_say(cli, "%s", line);
}

const char *amount_text(char text[AMOUNT_TEXT_MAX], uint64_t bytes)
{
	const uint64_t whole = bytes < 10 * UINT64_C(1024) ? bytes : bytes / 1024 * 1024;

	return size_text(text, whole);
}

const char *time_text(char text[TIME_TEXT_MAX], uint64_t ms)
{
	snprintf(text, TIME_TEXT_MAX, "%" PRIu64 ".%02" PRIu64 " s", ms / 1000, ms % 1000 / 10);
	return text;
}

uint64_t cli_ms_since(const struct cli *cli, uint64_t start)
{
	return clock_ms() - (cli->began_ms > start ? cli->began_ms : start);
}
