/* SPDX-License-Identifier: MIT */
/*
 * A command line, one word a line, given to the command itself; behind the
 * door (door.h) are neither files nor probes. What a command makes of its
 * words is compared with the rules of its help, written down here once more:
 * a misuse is told, with a pointer to the help, before anything is asked for;
 * what is no misuse asks for exactly what the words say; and where options,
 * numbers and names may stand in any order the order changes nothing.
 */
#include <ctype.h>
#include <inttypes.h>
#include <strings.h>

#include "cli/cli.h"
#include "cli/commands/options_text.h"
#include "cli/jobs/job.h"
#include "cli/jobs/shared.h"
#include "cli/words.h"
#include "door.h"
#include "line.h"

#define ADDRESS_SPACE 0x100000000u
#define FLASH_START   0x08000000u
#define LONGEST_DUMP  0x100000u /* the command makes room for what it reads */

/* The words of a command, counted. */
struct count {
	int numbers, ill_numbers, names;
	uint64_t number[2];
	const char *name; /* the last one */
};

static struct count count_words(const struct cli *cli)
{
	struct count c = { .name = NULL };

	for (int i = 0; i < cli->n_words; i++) {
		uint64_t number;

		if (parse_number(cli->words[i], &number)) {
			if (c.numbers < 2)
				c.number[c.numbers] = number;
			c.numbers++;
		} else if (looks_like_number(cli->words[i])) {
			c.ill_numbers++;
		} else {
			c.name = cli->words[i];
			c.names++;
		}
	}
	return c;
}

static bool given(const struct cli *cli, enum option_id id)
{
	return cli->opt.given & OPTION_BIT(id);
}

/* ---------------------------------------------- the rules of each command */

static bool no_words(const struct cli *cli)
{
	return cli->n_words == 0;
}

/* Only a reset can leave the core halted at its first instruction. */
static bool halt_fits(const struct cli *cli)
{
	return !given(cli, OPTION_HALT) || (!given(cli, OPTION_NO_RESET) && cli->opt.connect != STFLASH_CONNECT_ATTACH);
}

/* What only looks is quick with a reset, and nothing else has use for the option. */
static bool reset_fits(const struct cli *cli, enum option_id looks)
{
	return !given(cli, OPTION_RESET) || given(cli, looks);
}

static bool info_rules(const struct cli *cli)
{
	return no_words(cli) && reset_fits(cli, OPTION_MAP);
}

static bool one_name(const struct cli *cli)
{
	return cli->n_words == 1;
}

static bool backup_rules(const struct cli *cli)
{
	return one_name(cli) && halt_fits(cli);
}

static bool is_named_like_another_format(const char *name)
{
	static const char *const endings[] = { ".elf", ".axf", ".out", ".dfu", ".dfuse", ".uf2" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(endings); i++)
		if (!strcasecmp(dot, endings[i]))
			return true;
	return false;
}

/* OLD or OLD@ADDR, and not with what forbids it. */
static bool like_fits(const struct cli *cli)
{
	const char *at = cli->opt.like ? strrchr(cli->opt.like, '@') : NULL;
	uint64_t addr;

	if (!given(cli, OPTION_LIKE))
		return true;
	if (at && looks_like_number(at + 1) &&
	    (at == cli->opt.like || !parse_number(at + 1, &addr) || addr >= ADDRESS_SPACE))
		return false;
	return !given(cli, OPTION_NO_LIKE);
}

/* ADDR and SIZE, ADDR alone, or neither. */
static bool range_fits(const struct count *c)
{
	if (c->numbers == 0)
		return true;
	if (c->number[0] >= ADDRESS_SPACE)
		return false;
	return c->numbers == 1 || (c->numbers == 2 && c->number[1] > 0 && c->number[1] <= ADDRESS_SPACE - c->number[0]);
}

/* Standard output is no terminal here, so that it needs a FILE. */
static bool read_rules(const struct cli *cli)
{
	const struct count c = count_words(cli);

	if (!like_fits(cli) || !halt_fits(cli) || c.ill_numbers || c.names != 1 ||
	    cli->opt.format > STFLASH_FORMAT_SREC)
		return false;
	if (cli->opt.format == STFLASH_FORMAT_AUTO && is_named_like_another_format(c.name))
		return false;
	if (cli->opt.json && !strcmp(c.name, "-"))
		return false;
	return range_fits(&c);
}

static bool hash_rules(const struct cli *cli)
{
	const struct count c = count_words(cli);

	return like_fits(cli) && halt_fits(cli) && !c.ill_numbers && !c.names && range_fits(&c);
}

/* FILE@ADDR, where there is no file of the whole name: the door has none with an @. */
static const char *find_placed(const struct cli *cli, bool *ill)
{
	const char *found = NULL;

	*ill = false;
	for (int i = 0; i < cli->n_words; i++) {
		const char *word = cli->words[i], *at = strrchr(word, '@');
		uint64_t addr;

		if (!at || !looks_like_number(at + 1))
			continue;
		found = word;
		*ill |= at == word || !parse_number(at + 1, &addr) || addr >= ADDRESS_SPACE;
	}
	return found;
}

static bool image_rules(const struct cli *cli)
{
	const struct count c = count_words(cli);
	bool ill;

	find_placed(cli, &ill);
	return !ill && !c.ill_numbers && c.names > 0 && c.numbers <= 1 && (!c.numbers || c.number[0] < ADDRESS_SPACE);
}

static bool is_pairs_of_digits(const char *text)
{
	size_t pairs = 0;

	if (strlen(text) > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	for (; *text; pairs++, text += 2) {
		text += strspn(text, " :");
		if (!*text)
			break;
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
			return false;
	}
	return pairs > 0 && pairs <= 256;
}

/* Each brace that is not doubled has its end, and stands for something. */
static bool is_template(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++) {
		const char *end;

		if (*text != '{')
			continue;
		if (text[1] == '{') {
			text++;
			continue;
		}
		end = strchr(text, '}');
		if (!end)
			return false;
		if (strncmp(text, "{uid}", 5) != 0 && strncmp(text, "{time}", 6) != 0 &&
		    (strncmp(text, "{sn:", 4) != 0 || end == text + 4))
			return false;
		text = end;
	}
	return true;
}

static bool is_number_below(const char *word, uint64_t limit)
{
	uint64_t number;

	return parse_number(word, &number) && number < limit;
}

static bool value_fits(const char *kind, const char *value)
{
	const char *last = strrchr(value, ':');

	if (!strcmp(kind, "u8"))
		return is_number_below(value, 0x100);
	if (!strcmp(kind, "u16"))
		return is_number_below(value, 0x10000);
	if (!strcmp(kind, "u32"))
		return is_number_below(value, ADDRESS_SPACE);
	if (!strcmp(kind, "hex"))
		return is_pairs_of_digits(value);
	if (!strcmp(kind, "str"))
		return is_template(value);
	if (!strcmp(kind, "csv"))
		return last && last != value && last[1];
	return !strcmp(kind, "sn");
}

/* ADDR=KIND:VALUE */
static bool stamp_fits(const char *word)
{
	const char *equals = strchr(word, '='), *kind = equals ? equals + 1 : "", *colon = strchr(kind, ':');
	char addr[32], name[8];

	if (!equals || equals - word >= (ptrdiff_t)sizeof(addr) ||
	    (colon ? (size_t)(colon - kind) : strlen(kind)) >= sizeof(name))
		return false;
	snprintf(addr, sizeof(addr), "%.*s", (int)(equals - word), word);
	snprintf(name, sizeof(name), "%.*s", (int)(colon ? colon - kind : 7), kind);
	if (!is_number_below(addr, ADDRESS_SPACE))
		return false;
	if (!strcmp(name, "uid") || !strcmp(name, "time"))
		return !colon;
	return colon && value_fits(name, colon + 1);
}

static bool stamps_fit(const struct cli *cli)
{
	for (size_t i = 0; i < cli->opt.n_stamps; i++)
		if (!stamp_fits(cli->opt.stamps[i]))
			return false;
	return cli->opt.n_stamps || !given(cli, OPTION_STAMP_OVER);
}

static bool write_rules(const struct cli *cli)
{
	return stamps_fit(cli) && image_rules(cli) && reset_fits(cli, OPTION_DRY_RUN);
}

static bool verify_rules(const struct cli *cli)
{
	return image_rules(cli) && halt_fits(cli);
}

static bool erase_rules(const struct cli *cli)
{
	const struct count c = count_words(cli);

	if (given(cli, OPTION_ALL))
		return cli->n_words == 0;
	return cli->n_words == 2 && c.numbers == 2 && c.number[0] < ADDRESS_SPACE && c.number[1] < ADDRESS_SPACE;
}

static bool reset_rules(const struct cli *cli)
{
	return cli->n_words == 0 && !(given(cli, OPTION_HALT) && given(cli, OPTION_RUN));
}

static bool options_rules(const struct cli *cli)
{
	if (cli->n_words == 0)
		return true;
	return !strcmp(cli->words[0], "set") && cli->n_words >= 2 && cli->n_words <= 1 + (int)SETTINGS_MAX;
}

static bool unprotect_rules(const struct cli *cli)
{
	return cli->n_words == 0 && given(cli, OPTION_YES_ERASE);
}

static bool report_rules(const struct cli *cli)
{
	return cli->n_words == 1 && !(cli->opt.json && !strcmp(cli->words[0], "-"));
}

static bool completion_rules(const struct cli *cli)
{
	return cli->n_words == 1 &&
	       (!strcmp(cli->words[0], "bash") || !strcmp(cli->words[0], "zsh") || !strcmp(cli->words[0], "fish"));
}

static bool help_rules(const struct cli *cli)
{
	return cli->n_words == 0 || (cli->n_words == 1 && command_find(cli->words[0]));
}

static const struct rules {
	const char *command;
	bool (*obeyed)(const struct cli *cli);
	bool any_order; /* of numbers and names */
} rules[] = {
	{ "hash", hash_rules, false },
	{ "list", no_words, false },
	{ "info", info_rules, false },
	{ "read", read_rules, true },
	{ "write", write_rules, true },
	{ "verify", verify_rules, true },
	{ "erase", erase_rules, false },
	{ "reset", reset_rules, false },
	{ "options", options_rules, false },
	{ "protect", no_words, false },
	{ "unprotect", unprotect_rules, false },
	{ "backup", backup_rules, false },
	{ "restore", one_name, false },
	{ "doctor", no_words, false },
	{ "help", help_rules, false },
	{ "report", report_rules, false },
	{ "completion", completion_rules, false },
};

static const struct rules *rules_of(const struct command *command)
{
	HOLDS(ARRAY_SIZE(rules) == n_commands);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].command, command->name))
			return &rules[i];
	return NULL;
}

/* ------------------------------------------------------------------ one run */

/* Nobody reads what is printed, and standard input is empty. */
static void silence(void)
{
	static bool silent;

	if (silent)
		return;
	silent = true;
	HOLDS(freopen("/dev/null", "r", stdin) && freopen("/dev/null", "w", stdout));
}

static bool too_long(const struct cli *cli)
{
	const struct count c = count_words(cli);

	return (cli->command->run == cmd_read || cli->command->run == cmd_hash) && c.numbers == 2 &&
	       c.number[1] > LONGEST_DUMP;
}

/* As main() does it, up to where the command gets its words. They lie in argv. */
static int sort_words(struct cli *cli, int argc, char **argv)
{
	int err;

	*cli = (struct cli){ .words = argv };
	err = options_parse(cli, argc, argv);
	if (err || !cli->command)
		return err ? err : cli_fail(cli, STFLASH_E_ARG, "no command given");
	return options_check(cli);
}

static int run(struct cli *cli)
{
	struct shared shared;
	int err;

	cli->opt.quiet = true;
	HOLDS(!shared_open(cli, &shared));
	cli->out = stdout;
	cli->session = stflash_new();
	HOLDS(cli->session);
	door_open(too_long(cli));
	err = cli->command->run(cli);
	door_close();
	job_close(cli);
	shared_close(&shared);
	return err;
}

static bool is_misuse(const struct cli *cli, int err)
{
	char end[64];
	const size_t len = (size_t)snprintf(end, sizeof(end), " (see stflash help %s)", cli->command->name);
	const size_t said = strlen(cli->message);

	return err == STFLASH_E_ARG && said >= len && !strcmp(cli->message + said - len, end);
}

/* The line that begins with what, where there is one, tells of these numbers. */
static void check_numbers(const char *what, uint64_t addr, uint64_t size)
{
	const char *line = strstr(door_asked(), what);
	char expected[64];
	int len;

	if (!line)
		return;
	len = snprintf(expected, sizeof(expected), "%s0x%08" PRIx64, what, addr);
	if (size)
		len += snprintf(expected + len, sizeof(expected) - (size_t)len, " %" PRIu64, size);
	HOLDS(!strncmp(line, expected, (size_t)len) && (!size || strchr(" \n", line[len])));
}

static void check_what_was_asked(const struct cli *cli)
{
	const struct count c = count_words(cli);
	bool ill;

	if ((cli->command->run == cmd_read || cli->command->run == cmd_hash) && c.numbers)
		check_numbers("\ndump ", c.number[0], c.number[1]);
	if (cli->command->run == cmd_erase && c.numbers) {
		/* SIZE may come before ADDR where only one of them can be an address in flash. */
		const bool swapped = c.number[0] < FLASH_START && c.number[1] >= FLASH_START;

		check_numbers("\nerase ", c.number[swapped], c.number[!swapped]);
	}
	if (find_placed(cli, &ill))
		return;
	if (cli->command->run == cmd_write)
		check_numbers("\nwrite ", c.numbers ? c.number[0] : FLASH_START, 0);
	if (cli->command->run == cmd_verify)
		check_numbers("\nverify ", c.numbers ? c.number[0] : FLASH_START, 0);
}

/* ------------------------------------------------------------------ any order */

static bool is_among(char *const *words, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (words[i] == word)
			return true;
	return false;
}

/* Which word is the command: the one that makes it known. */
static int find_command(const struct line *line)
{
	for (int i = 1; i < line->argc; i++) {
		char *argv[LINE_WORDS + 2];
		struct cli cli = { 0 };

		memcpy(argv, line->argv, sizeof(argv));
		argv[i + 1] = NULL;
		if (!options_parse(&cli, i + 1, argv) && cli.command)
			return i;
	}
	return 0;
}

/* Options first, then the command, then its words: numbers before names where their order is free. */
static int rearrange(char *argv[LINE_WORDS + 3], const struct line *line, const struct cli *cli, bool any_order)
{
	static char end_of_options[] = "--";
	const int command = find_command(line);
	int n = 0;

	for (int i = 0; i < line->argc; i++)
		if (i != command && !is_among(cli->words, cli->n_words, line->argv[i]))
			argv[n++] = line->argv[i];
	argv[n++] = line->argv[command];
	argv[n++] = end_of_options;
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < cli->n_words; i++)
			if ((any_order && !looks_like_number(cli->words[i])) == pass)
				argv[n++] = cli->words[i];
	argv[n] = NULL;
	return n;
}

static void check_order_is_free(const struct line *line, const struct cli *first, int first_err, bool any_order)
{
	char *argv[LINE_WORDS + 3];
	char *asked;
	struct cli cli;
	int argc;

	for (int i = 1; i < line->argc; i++)
		if (!strcmp(line->argv[i], "--"))
			return;
	asked = strdup(door_asked());
	HOLDS(asked);
	argc = rearrange(argv, line, first, any_order);
	HOLDS(!sort_words(&cli, argc, argv));
	HOLDS(cli.n_words == first->n_words);
	HOLDS(run(&cli) == first_err);
	HOLDS(!strcmp(asked, door_asked()));
	free(asked);
}

static void check_command_line(const struct line *line)
{
	char *argv[LINE_WORDS + 2];
	const struct rules *r;
	struct cli cli;
	bool obeyed;
	int err;

	memcpy(argv, line->argv, sizeof(argv));
	err = sort_words(&cli, line->argc, argv);
	if (err)
		return; /* the target `words` sees to that */
	r = rules_of(cli.command);
	HOLDS(r); /* a new command needs rules here */
	obeyed = r->obeyed(&cli);
	err = run(&cli);
	HOLDS(obeyed != is_misuse(&cli, err));
	HOLDS(obeyed || !*door_asked());
	if (obeyed)
		check_what_was_asked(&cli);
	check_order_is_free(line, &cli, err, r->any_order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct line line;

	silence();
	line_split(&line, data, len);
	check_command_line(&line);
	free(line.text);
	return 0;
}
