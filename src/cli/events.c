/* SPDX-License-Identifier: MIT */
#include "cli/events.h"

#include "cli/jobs/known.h"
#include "cli/jobs/shared.h"
#include "cli/json.h"

#define PROGRESS_PERIOD_MS 100u

/* False: nobody asked for events. */
static bool event_open(struct cli *cli, struct json *j, const char *name)
{
	if (!cli->opt.events)
		return false;
	if (!cli->begun) {
		cli->begun = true;
		event_begin(cli);
	}
	shared_enter(cli);
	json_open(j, stdout);
	json_string(j, "command", cli->command ? cli->command->name : "");
	json_string(j, "event", name);
	known_json(&cli->board, j);
	return true;
}

static void event_close(struct cli *cli, struct json *j)
{
	json_close(j);
	fflush(stdout);
	shared_leave(cli);
}

void event_begin(struct cli *cli)
{
	struct json j;

	cli->begun = true;
	if (event_open(cli, &j, "begin"))
		event_close(cli, &j);
}

/* Each phase begins and ends with one, and between the two they come ten times a second. */
void event_progress(struct cli *cli, enum stflash_phase phase, uint64_t done, uint64_t total)
{
	static const char *const names[] = {
		[STFLASH_READING] = "reading", [STFLASH_CHECKING] = "checking",   [STFLASH_WRITING] = "writing",
		[STFLASH_ERASING] = "erasing", [STFLASH_VERIFYING] = "verifying",
	};
	const uint64_t now = clock_ms();
	const bool other = !cli->event_ms || phase != cli->event_phase;
	struct json j;

	if (!other && done < total && now - cli->event_ms < PROGRESS_PERIOD_MS)
		return;
	if (!event_open(cli, &j, "progress"))
		return;
	cli->event_ms = now;
	cli->event_phase = phase;
	json_string(&j, "phase", names[phase]);
	json_uint(&j, "done", done);
	json_uint(&j, "total", total);
	event_close(cli, &j);
}

void event_warning(struct cli *cli, const char *sentence)
{
	struct json j;

	if (!event_open(cli, &j, "warning"))
		return;
	json_string(&j, "message", sentence);
	event_close(cli, &j);
}

void event_end(struct cli *cli, int status)
{
	struct json j;

	if (!event_open(cli, &j, "end"))
		return;
	json_bool(&j, "ok", !status);
	json_uint(&j, "status", (unsigned int)status);
	event_close(cli, &j);
}
