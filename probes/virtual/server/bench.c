/* SPDX-License-Identifier: MIT */
/*
 * The bench: besides USB there are the person who looks at what was counted
 * and the switch of the board's supply. One line asks, the answer ends the
 * connection: "stats BUSID" is a JSON object, "power BUSID" switches the
 * target off and on again and says "ok", "time BUSID MS" lets so much of the
 * board's time pass between two clients and says "ok".
 */
#include <stdlib.h>
#include <string.h>

#include "server/client.h"

#define LINE_MAX_LEN 63u
#define LONGEST_MS   600000ul

static void say(struct client *c, const char *text)
{
	client_send(c, text, strlen(text));
}

static void send_stats(struct client *c, struct probe *p)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out) {
		say(c, "error: not enough memory\n");
		return;
	}
	probe_report(p, out);
	if (fclose(out))
		say(c, "error: not enough memory\n");
	else
		client_send(c, text, len);
	free(text);
}

/* Not while somebody uses the probe: its time is counted by what he does. */
static void pass_time(struct client *c, const struct slot *slot, const char *text)
{
	char *end;
	const unsigned long ms = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || ms > LONGEST_MS) {
		say(c, "error: give milliseconds from 0 to 600000\n");
		return;
	}
	if (slot->importer) {
		say(c, "error: a client has it\n");
		return;
	}
	probe_pass_time(slot->probe, (uint32_t)ms);
	say(c, "ok\n");
}

static void carry_out(struct client *c, const char *word, const char *busid, const char *argument)
{
	struct slot *slot = server_slot(c->server, busid, NULL);

	if (!slot) {
		say(c, "error: no probe has that bus id\n");
	} else if (!strcmp(word, "stats")) {
		send_stats(c, slot->probe);
	} else if (!strcmp(word, "power")) {
		probe_switch_supply(slot->probe);
		say(c, "ok\n");
	} else if (!strcmp(word, "time")) {
		pass_time(c, slot, argument);
	} else {
		say(c, "error: the words are: stats BUSID, power BUSID, time BUSID MS\n");
	}
}

bool bench_take(struct client *c)
{
	const char *text = (const char *)c->in.data + c->in.used;
	const size_t len = c->in.len - c->in.used;
	const char *end = memchr(text, '\n', len < LINE_MAX_LEN ? len : LINE_MAX_LEN);
	char line[LINE_MAX_LEN + 1], word[LINE_MAX_LEN + 1] = "", busid[LINE_MAX_LEN + 1] = "";
	char argument[LINE_MAX_LEN + 1] = "";

	if (!end && len < LINE_MAX_LEN)
		return false;
	if (!end) {
		client_refuse(c, "the bench was told a line that is too long");
		return false;
	}
	memcpy(line, text, (size_t)(end - text));
	line[end - text] = '\0';
	c->in.used += (size_t)(end - text) + 1;
	sscanf(line, "%63s %63s %63s", word, busid, argument);
	carry_out(c, word, busid, argument);
	c->closing = true;
	return true;
}
