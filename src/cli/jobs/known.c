/* SPDX-License-Identifier: MIT */
#include "cli/jobs/known.h"

int known_learn(struct cli *cli)
{
	struct stflash_probe_info probe = { .struct_size = sizeof(probe) };
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	struct board *b = &cli->board;
	int err;

	err = stflash_get_probe_info(cli->session, &probe);
	if (err)
		return err;
	/* What was there before must not pass for what is there now. */
	*b = (struct board){ .known = false };
	snprintf(b->serial, sizeof(b->serial), "%s", probe.serial);
	snprintf(b->path, sizeof(b->path), "%s", probe.path);
	snprintf(b->model, sizeof(b->model), "%s", probe.model);
	err = stflash_get_target_info(cli->session, &target);
	if (err)
		return err;
	snprintf(b->chip, sizeof(b->chip), "%s", target.name);
	uid_text(b->uid, target.uid);
	b->dev_id = target.dev_id;
	b->flash_size = target.flash_size_guessed ? 0 : target.flash_size;
	b->known = true;
	return 0;
}

void known_json(const struct board *board, struct json *j)
{
	json_begin(j, "probe");
	json_string(j, "serial", board->serial);
	json_string(j, "path", board->path);
	json_string(j, "model", board->model);
	json_end(j);
}
