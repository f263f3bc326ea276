/* SPDX-License-Identifier: MIT */
#include "cli/commands/plan_view.h"

#include <inttypes.h>

#include "cli/words.h"

static void on_step(const struct stflash_step *step, void *user)
{
	static const struct {
		const char *words;
		enum map_mark mark;
	} actions[] = {
		[STFLASH_KEEP_EQUAL] = { "equal already, left alone", MAP_EQUAL },
		[STFLASH_PROGRAM] = { "programmed without erasing", MAP_PROGRAM },
		[STFLASH_ERASE] = { "erased and programmed", MAP_ERASED },
	};
	struct plan_view *v = user;
	char size[SIZE_TEXT_MAX];

	map_put(&v->map, step->addr, step->size, actions[step->action].mark);
	cli_say(v->cli, "plan: 0x%08" PRIx32 "..0x%08" PRIx32 ", %u %s%s from number %u (%s): %s%s", step->addr,
		step->addr + step->size - 1, step->count, step->unit, plural(step->count), step->first,
		size_text(size, step->size), actions[step->action].words,
		step->mass_erase ? ", by one mass erase: the rest of flash is blank" : "");
}

int plan_view_begin(struct plan_view *v, struct cli *cli, struct stflash_write_options *o)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	int err;

	*v = (struct plan_view){ .cli = cli };
	err = stflash_get_target_info(cli->session, &target);
	if (err)
		return err;
	if (!map_init(&v->map, cli, &target, MAP_OTHER))
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	o->plan = on_step;
	o->plan_user = v;
	return 0;
}

void plan_view_end(struct plan_view *v, bool draw)
{
	if (draw && !v->cli->opt.quiet) {
		terminal_take(v->cli);
		map_draw(&v->map, stderr);
		terminal_give(v->cli);
	}
	map_free(&v->map);
}
