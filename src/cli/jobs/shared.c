/* SPDX-License-Identifier: MIT */
#include "cli/jobs/shared.h"

#include <stdlib.h>
#include <string.h>

#include "cli/input.h"
#include "cli/jobs/names.h"
#include "cli/jobs/seen.h"

struct input {
	struct input *next;
	char *name; /* owned, as the two below */
	uint8_t *data;
	size_t len;
};

int shared_open(struct cli *cli, struct shared *shared)
{
	*shared = (struct shared){ .monitor = system_monitor_new(), .started_ms = clock_ms() };
	cli->shared = shared;
	return shared->monitor ? 0 : cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
}

static void free_input(struct input *input)
{
	free(input->name);
	free(input->data);
	free(input);
}

void shared_close(struct shared *shared)
{
	while (shared->inputs) {
		struct input *const next = shared->inputs->next;

		free_input(shared->inputs);
		shared->inputs = next;
	}
	names_forget_claims(shared);
	seen_forget(shared);
	system_monitor_free(shared->monitor);
}

static struct input *find_input(const struct shared *shared, const char *name)
{
	struct input *input = shared->inputs;

	while (input && strcmp(input->name, name) != 0)
		input = input->next;
	return input;
}

/* Entered. */
static int get_input(struct cli *cli, const char *name, struct input **found)
{
	struct input *input;
	int err;

	*found = find_input(cli->shared, name);
	if (*found)
		return 0;
	input = calloc(1, sizeof(*input));
	if (!input)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	input->name = strdup(name);
	err = input->name ? input_read(cli, name, &input->data, &input->len)
			  : cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	if (err) {
		free_input(input);
		return err;
	}
	input->next = cli->shared->inputs;
	cli->shared->inputs = *found = input;
	return 0;
}

int shared_read_file(struct cli *cli, const char *name, uint8_t **data, size_t *len)
{
	struct input *input = NULL;
	int err;

	shared_enter(cli);
	err = get_input(cli, name, &input);
	shared_leave(cli);
	if (!input)
		return err;
	*data = malloc(input->len + 1);
	if (!*data)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory while reading %s", name);
	memcpy(*data, input->data, input->len);
	*len = input->len;
	return 0;
}
