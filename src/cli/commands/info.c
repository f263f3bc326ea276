/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>

#include "cli/cli.h"
#include "cli/commands/map.h"
#include "cli/commands/write.h"
#include "cli/fold.h"
#include "cli/result.h"
#include "cli/words.h"

/* CPUID (ARMv7-M ARM B3.2.3): the part number names the core, variant and revision its rNpM. */
static const struct {
	uint16_t part;
	const char *name;
} cores[] = {
	{ 0xc20, "Cortex-M0" }, { 0xc60, "Cortex-M0+" }, { 0xc23, "Cortex-M3" },  { 0xc24, "Cortex-M4" },
	{ 0xc27, "Cortex-M7" }, { 0xd20, "Cortex-M23" }, { 0xd21, "Cortex-M33" },
};

#define CORE_TEXT_MAX 48u
#define LABEL_COLUMNS 12u

static const char *core_text(char text[CORE_TEXT_MAX], uint32_t cpuid)
{
	const char *name = "unknown core";

	for (size_t i = 0; i < ARRAY_SIZE(cores); i++)
		if (cores[i].part == ((cpuid >> 4) & 0xfff))
			name = cores[i].name;
	snprintf(text, CORE_TEXT_MAX, "%s r%" PRIu32 "p%" PRIu32, name, cpuid >> 20 & 0xf, cpuid & 0xf);
	return text;
}

static const char *state_name(enum stflash_core_state state)
{
	switch (state) {
	case STFLASH_CORE_RUNNING:
		return "running";
	case STFLASH_CORE_HALTED:
		return "halted";
	case STFLASH_CORE_SLEEPING:
		return "sleeping";
	case STFLASH_CORE_LOCKUP:
		return "locked up";
	case STFLASH_CORE_IN_RESET:
		return "in reset";
	case STFLASH_CORE_UNKNOWN:
		break;
	}
	return "unknown";
}

static const char *rdp_name(enum stflash_protection rdp)
{
	switch (rdp) {
	case STFLASH_RDP_NONE:
		return "none";
	case STFLASH_RDP_LEVEL_1:
		return "level 1";
	case STFLASH_RDP_LEVEL_2:
		return "level 2";
	case STFLASH_RDP_UNKNOWN:
		break;
	}
	return "unknown";
}

static const char *way_name(enum stflash_way way)
{
	switch (way) {
	case STFLASH_WAY_UNDER_RESET:
		return "under reset";
	case STFLASH_WAY_BY_HAND:
		return "by hand";
	case STFLASH_WAY_NORMAL:
	case STFLASH_WAY_NONE:
		break;
	}
	return "normal";
}

/* All that info shows. */
struct about {
	struct stflash_probe_info probe;
	struct stflash_target_info target;
	struct stflash_region flash, ram;
	struct stflash_cells *cells; /* with --map */
	struct map map;              /* likewise */
	bool has_extent;             /* with --probe-size */
	uint32_t answers, mirror;    /* bytes */
};

static bool has_pc(const struct stflash_target_info *t)
{
	return t->core == STFLASH_CORE_HALTED || t->core == STFLASH_CORE_LOCKUP;
}

/* "label       text", the text folded on a terminal. */
static void PRINTF_LIKE(3, 4) row(FILE *out, const char *label, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fold_line(out, text, (unsigned int)fprintf(out, "%-11s ", label), LABEL_COLUMNS);
}

/* What was seen of the real size, and what that cannot tell. */
static void print_extent(FILE *out, const struct about *a)
{
	const uint32_t size = a->target.flash_size_guessed ? 0 : a->target.flash_size;
	char text[SIZE_TEXT_MAX], mirror[SIZE_TEXT_MAX];

	size_text(text, a->answers);
	if (a->mirror == UINT32_MAX && a->answers > size)
		row(out, "real size",
		    "%s answer; flash is blank or all alike, so a mirror could not be seen: look again once it holds "
		    "firmware",
		    text);
	else if (a->mirror && a->mirror != UINT32_MAX)
		row(out, "real size", "%s answer; after %s the same bytes come again: a mirror, or the same data twice",
		    text, size_text(mirror, a->mirror));
	else if (a->answers > size)
		row(out, "real size",
		    "%s answer; --flash-size %" PRIu32 " uses them, and nobody tested what was not announced", text,
		    a->answers / 1024);
	else
		row(out, "real size", "%s answer", text);
}

static void print_probe(FILE *out, const struct stflash_probe_info *p, const struct stflash_target_info *t)
{
	const bool normal = t->way == STFLASH_WAY_NORMAL;

	row(out, "probe", "%s, firmware %s", p->model, *p->firmware ? p->firmware : "unknown");
	row(out, "serial", "%s", *p->serial ? p->serial : "unknown");
	row(out, "path", "%s", p->path);
	if (t->target_mv)
		row(out, "voltage", "%u.%02u V", (unsigned int)(t->target_mv / 1000),
		    (unsigned int)(t->target_mv % 1000 / 10));
	else
		row(out, "voltage", "unknown");
	row(out, "SWD clock", "%" PRIu32 " kHz%s%s", t->speed_khz, normal ? "" : ", connected ",
	    normal ? "" : way_name(t->way));
}

static void print_core(FILE *out, const struct stflash_target_info *t)
{
	char text[CORE_TEXT_MAX], pc[16] = "";

	if (has_pc(t))
		snprintf(pc, sizeof(pc), " at 0x%08" PRIx32, t->pc);
	row(out, "core", "%s, %s%s", core_text(text, t->cpuid), state_name(t->core), pc);
}

static void print_memory(FILE *out, const struct about *a)
{
	const struct stflash_target_info *t = &a->target;
	char size[SIZE_TEXT_MAX], other[SIZE_TEXT_MAX];

	row(out, "flash", "%s at 0x%08" PRIx32 "%s, smallest page %s", size_text(size, t->flash_size), t->flash_base,
	    t->flash_size_guessed ? " (assumed: the size word is unreadable or absurd)" : "",
	    size_text(other, a->flash.erase_size));
	if (t->radio_size)
		row(out, "radio", "%s of flash from 0x%08" PRIx32 " on belong to the radio core, and are not changed",
		    size_text(size, t->radio_size), t->flash_base + t->flash_size - t->radio_size);
	if (a->has_extent)
		print_extent(out, a);
	size_text(size, a->ram.least);
	if (a->ram.size > a->ram.least)
		row(out, "RAM", "%s to %s, by the part: the ids do not tell", size, size_text(other, a->ram.size));
	else
		row(out, "RAM", "%s", size);
}

static void info_print_text(FILE *out, const struct about *a)
{
	const struct stflash_target_info *t = &a->target;
	char text[CORE_TEXT_MAX];

	print_probe(out, &a->probe, t);
	row(out, "chip", "%s", t->name);
	row(out, "ids", "device 0x%03x, revision 0x%04x, DPIDR 0x%08" PRIx32 ", CPUID 0x%08" PRIx32, t->dev_id,
	    t->rev_id, t->dpidr, t->cpuid);
	print_core(out, t);
	row(out, "unique id", "%s", *uid_text(text, t->uid) ? text : "unreadable");
	print_memory(out, a);
	row(out, "protection", "%s", rdp_name(t->rdp));
	if (*t->remarks)
		row(out, "remarks", "%s", t->remarks);
	if (*t->boot_remark)
		row(out, "boot", "%s", t->boot_remark);
	if (a->cells)
		map_draw(&a->map, out);
}

/* err: 0, or STFLASH_E_PROTECTED with its sentence in cli->message. */
static void info_print_json(const struct cli *cli, int err, const struct about *a)
{
	const struct stflash_probe_info *p = &a->probe;
	const struct stflash_target_info *t = &a->target;
	char text[CORE_TEXT_MAX];
	struct json j;

	result_open(cli, &j);
	json_bool(&j, "ok", !err);
	if (err)
		json_error(&j, error_name(err), cli->message);
	json_begin(&j, "probe");
	json_string(&j, "model", p->model);
	json_string(&j, "firmware", p->firmware);
	json_string(&j, "serial", p->serial);
	json_string(&j, "path", p->path);
	json_hex(&j, "vid", p->vid, 4);
	json_hex(&j, "pid", p->pid, 4);
	json_end(&j);
	json_uint(&j, "target_mv", t->target_mv);
	json_uint(&j, "speed_khz", t->speed_khz);
	json_string(&j, "connected", way_name(t->way));
	json_string(&j, "chip", t->name);
	json_hex(&j, "dev_id", t->dev_id, 3);
	json_hex(&j, "rev_id", t->rev_id, 4);
	json_hex(&j, "dpidr", t->dpidr, 8);
	json_hex(&j, "cpuid", t->cpuid, 8);
	json_string(&j, "core", core_text(text, t->cpuid));
	json_string(&j, "state", state_name(t->core));
	if (has_pc(t))
		json_hex(&j, "pc", t->pc, 8);
	else
		json_null(&j, "pc");
	json_string(&j, "uid", uid_text(text, t->uid));
	json_hex(&j, "flash_base", t->flash_base, 8);
	json_uint(&j, "flash_size", t->flash_size);
	json_bool(&j, "flash_size_guessed", t->flash_size_guessed);
	json_uint(&j, "radio_size", t->radio_size);
	if (a->has_extent) {
		json_uint(&j, "flash_answers", a->answers);
		json_uint(&j, "flash_mirror", a->mirror == UINT32_MAX ? 0 : a->mirror);
		json_bool(&j, "flash_undecided", a->mirror == UINT32_MAX);
	}
	json_uint(&j, "page_size", a->flash.erase_size);
	json_uint(&j, "ram_size", a->ram.least);
	json_uint(&j, "ram_max", a->ram.size);
	json_string(&j, "protection", rdp_name(t->rdp));
	json_string(&j, "remarks", t->remarks);
	boot_json(&j, t->boot, t->boot_remark);
	if (a->cells)
		map_json(&j, a->cells);
	result_end(cli, &j);
}

/* Everything that can be known has been printed; the exit status tells scripts that the flash is locked. */
static int judge_protection(struct cli *cli, const struct stflash_target_info *t)
{
	if (t->rdp == STFLASH_RDP_LEVEL_1)
		return cli_fail(
			cli, STFLASH_E_PROTECTED,
			"the chip is read-out protected (RDP level 1): `stflash unprotect --yes-erase` removes that, "
			"and erases the flash; an F0, F1 or F3 stays protected until it is then powered off and on");
	if (t->rdp == STFLASH_RDP_LEVEL_2)
		return cli_fail(cli, STFLASH_E_PROTECTED,
				"the chip is read-out protected permanently (RDP level 2): nothing removes that");
	return 0;
}

/* Of the memories of a kind the first is the one that matters here. */
static void info_find_region(const struct cli *cli, enum stflash_region_kind kind, struct stflash_region *region)
{
	*region = (struct stflash_region){ .struct_size = sizeof(*region) };
	for (size_t n = 0; stflash_get_region(cli->session, n, region); n++)
		if (region->kind == kind)
			return;
}

/* The first RAM, and whatever follows it without a gap: to the person it is one. */
static void find_ram(struct cli *cli, struct stflash_region *ram)
{
	struct stflash_region next = { .struct_size = sizeof(next) };
	size_t n = 0;

	info_find_region(cli, STFLASH_REGION_RAM, ram);
	while (stflash_get_region(cli->session, n++, &next)) {
		const uint32_t end = next.kind == STFLASH_REGION_RAM ? next.addr : 0;

		if (end && end == ram->addr + ram->least)
			ram->least += next.least;
		if (!end || end != ram->addr + ram->size)
			continue;
		ram->size += next.size;
		n = 0; /* what follows may stand before it */
	}
}

static int ask_map(struct cli *cli, struct about *a)
{
	int err;

	err = stflash_map(cli->session, cli->opt.given & OPTION_BIT(OPTION_RESET), &a->cells);
	if (err)
		return err;
	if (!map_init(&a->map, cli, &a->target, MAP_BLANK))
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	map_put_cells(&a->map, a->cells);
	return 0;
}

static int ask_all(struct cli *cli, struct about *a)
{
	int err;

	err = stflash_get_probe_info(cli->session, &a->probe);
	if (!err)
		err = stflash_get_target_info(cli->session, &a->target);
	info_find_region(cli, STFLASH_REGION_FLASH, &a->flash);
	find_ram(cli, &a->ram);
	if (!err && cli->opt.given & OPTION_BIT(OPTION_MAP))
		err = ask_map(cli, a);
	a->has_extent = !err && (cli->opt.given & OPTION_BIT(OPTION_PROBE_SIZE)) && a->target.rdp == STFLASH_RDP_NONE;
	if (a->has_extent)
		err = stflash_find_extent(cli->session, &a->answers, &a->mirror);
	return err;
}

int cmd_info(struct cli *cli)
{
	struct about about = {
		.probe.struct_size = sizeof(about.probe),
		.target.struct_size = sizeof(about.target),
	};
	int err;

	err = cli_no_words(cli);
	if (!err && (cli->opt.given & (OPTION_BIT(OPTION_MAP) | OPTION_BIT(OPTION_RESET))) == OPTION_BIT(OPTION_RESET))
		err = cli_usage(cli, "--reset makes --map quick, and means nothing without it");
	if (err)
		return err;

	err = cli_connect(cli);
	if (err)
		return err;
	err = cli_disconnect(cli, ask_all(cli, &about));
	if (err)
		goto forget;

	progress_clear(cli);
	err = judge_protection(cli, &about.target);
	if (cli->opt.json)
		info_print_json(cli, err, &about);
	else
		info_print_text(cli->out, &about);
	cli->told = true;
forget:
	stflash_free_cells(about.cells);
	map_free(&about.map);
	return err;
}
