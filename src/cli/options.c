/* SPDX-License-Identifier: MIT */
/* Options: one table for parsing and for help. They may stand anywhere; -- ends them. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/jobs/expect.h"
#include "cli/jobs/which.h"
#include "cli/option.h"
#include "cli/other_tools.h"
#include "cli/words.h"

#define MAX_SPEED_KHZ 100000u
#define MAX_FLASH_KIB 65536u
#define MAX_WAIT_S    1000000u

const struct option option_table[] = {
	{ OPTION_PROBE, 'p', "probe", "SEL", NULL, true,
	  "which probe: a serial number or its beginning, usb:BUS-PORT, usbip://HOST[:PORT]/BUSID, "
	  "virtual[:CHIP[,key=value...]]; default: $STFLASH_PROBE, else the only one connected; all, or several of "
	  "these: the same is done with each at the same time" },
	{ OPTION_SPEED, 's', "speed", "KHZ", NULL, true,
	  "maximum SWD clock (default: up to 4000, a V3 up to 24000); 1.8M is 1800" },
	{ OPTION_CONNECT, 'c', "connect", "HOW", "auto normal under-reset attach", true,
	  "auto, normal, under-reset, or attach (never halt, never reset)" },
	{ OPTION_JSON, '\0', "json", "=events", NULL, true,
	  "results as JSON, one object per line; =events: and how far it is" },
	{ OPTION_QUIET, 'q', "quiet", NULL, NULL, true, "print only errors, and what makes data doubtful" },
	{ OPTION_VERBOSE, 'v', "verbose", NULL, NULL, true,
	  "print more: -v what is done, -vv each step, -vvv every transfer" },
	{ OPTION_NO_PROGRESS, '\0', "no-progress", NULL, NULL, true, "hide the progress bar" },
	{ OPTION_LOG, '\0', "log", "FILE", NULL, true, "write everything that -vvv would print to a file" },
	{ OPTION_VERSION, '\0', "version", NULL, NULL, true, "print the version" },
	{ OPTION_HELP, 'h', "help", NULL, NULL, true, "print the help, or that of a command" },
	{ OPTION_HALT, '\0', "halt", NULL, NULL, false, "leave the core halted before its first instruction" },
	{ OPTION_RUN, '\0', "run", NULL, NULL, false, "let the core run (the default)" },
	{ OPTION_FORMAT, '\0', "format", "NAME", "bin ihex srec elf dfuse uf2", false,
	  "bin, ihex, srec, elf, dfuse or uf2 (default: detected; read: from the file name, and no elf, dfuse, uf2)" },
	{ OPTION_BACKUP, '\0', "backup", "FILE", NULL, false,
	  "first save the whole flash to FILE, verified; FOLDER/ makes a backup of everything; replaces no file" },
	{ OPTION_DRY_RUN, '\0', "dry-run", NULL, NULL, false, "only say what would be done" },
	{ OPTION_NO_KEEP, '\0', "no-keep", NULL, NULL, false, "do not keep other data in the pages that are written" },
	{ OPTION_NO_VERIFY, '\0', "no-verify", NULL, NULL, false, "do not verify at the end" },
	{ OPTION_NO_RESET, '\0', "no-reset", NULL, NULL, false,
	  "read, verify, backup: only halt the core meanwhile (slower); write, erase: do not reset afterwards, leave "
	  "the core halted" },
	{ OPTION_NO_AGENT, '\0', "no-agent", NULL, NULL, false, "do not use the helper program in RAM (much slower)" },
	{ OPTION_PSIZE, '\0', "psize", "BITS", "8 16 32", false,
	  "F2, F4, F7: program 8, 16 or 32 bits at a time (default: by the voltage)" },
	{ OPTION_ALL, '\0', "all", NULL, NULL, false, "the whole flash" },
	{ OPTION_FLASH_SIZE, '\0', "flash-size", "KIB", NULL, true,
	  "use this flash size, not the one the chip reports; 1M is 1024, 0x... bytes" },
	{ OPTION_SAVE, '\0', "save", "FILE", NULL, false,
	  "save the old option bytes to FILE, which must not exist (default: stm32-UID-options-DATE.txt)" },
	{ OPTION_YES_ERASE, '\0', "yes-erase", NULL, NULL, false, "confirm: the whole flash may be erased" },
	{ OPTION_LEVEL_2, '\0', "i-know-level-2-is-for-ever", NULL, NULL, false,
	  "allow RDP level 2, after which nobody can debug or change the chip" },
	{ OPTION_BOOT_LOCK_TOO, '\0', "i-know-boot-lock-ends-debugging", NULL, NULL, false,
	  "allow BOOT_LOCK, which at RDP level 1 closes the debug port" },
	{ OPTION_UNPROTECT, '\0', "unprotect", NULL, NULL, false,
	  "remove protection first (removing read-out protection erases the chip)" },
	{ OPTION_MAP, '\0', "map", NULL, NULL, false, "also draw the flash: blank, used, protected" },
	{ OPTION_RESET, '\0', "reset", NULL, NULL, false,
	  "allow a reset of the chip: map and plan are fast then, doctor tests whether NRST is connected" },
	{ OPTION_YES, '\0', "yes", NULL, NULL, false,
	  "do not wait for Ctrl-C when the image looks wrong for the chip" },
	{ OPTION_PROBE_SIZE, '\0', "probe-size", NULL, NULL, false,
	  "also find out how much flash answers; writes nothing" },
	{ OPTION_OTHER_CHIP, '\0', "other-chip", NULL, NULL, false, "restore even to a chip of another type or size" },
	{ OPTION_SKIP_OUTSIDE, '\0', "skip-outside", NULL, NULL, false,
	  "take only what is in flash, and list the rest" },
	{ OPTION_OTP_PERMANENT, '\0', "otp-permanent", NULL, NULL, false,
	  "also program OTP memory, which can never be erased or changed" },
	{ OPTION_FORCE_ERASE, '\0', "force-erase", NULL, NULL, false,
	  "also erase and write pages or sectors that are blank or correct already" },
	{ OPTION_SKIP_BLANK, '\0', "skip-blank", NULL, NULL, false, "do not erase what reads blank already" },
	{ OPTION_STAMP, '\0', "stamp", "ADDR=KIND:VALUE", NULL, false,
	  "put a value into the image: u8, u16, u32, hex, str, uid, time, sn:FILE, csv:FILE:COLUMN" },
	{ OPTION_STAMP_OVER, '\0', "stamp-over", NULL, NULL, false, "let stamps replace what the image has there" },
	{ OPTION_LIKE, '\0', "like", "OLD", NULL, false,
	  "transfer only what differs from the file OLD[@ADDR], such as an older dump" },
	{ OPTION_NO_LIKE, '\0', "no-like", NULL, NULL, false, "transfer everything, also what an older backup has" },
	{ OPTION_CHIPS, '\0', "chips", NULL, NULL, false, "list the supported chips instead of probes" },
	{ OPTION_EXPECT, '\0', "expect", "CHIP", NULL, false,
	  "do nothing with another chip than this: STM32F103C8, STM32F103, or its device id 0x410" },
	{ OPTION_WAIT, '\0', "wait", "=SECONDS", NULL, false,
	  "wait until probe and chip are there, without an end or so long" },
	{ OPTION_LOOP, '\0', "loop", NULL, NULL, false,
	  "do the same with one board after the other, each when it is put on, until Ctrl-C" },
	{ OPTION_RECORD, '\0', "record", "FILE", NULL, false,
	  "append a line for each board: CSV, or JSON where the name ends in .jsonl or .json" },
};

const size_t n_options = ARRAY_SIZE(option_table);

/* What a mistyped word may be taken for: it erases nothing, drops nothing and replaces no file. */
static const uint64_t harmless = OPTION_BIT(OPTION_PROBE) | OPTION_BIT(OPTION_SPEED) | OPTION_BIT(OPTION_CONNECT) |
				 OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_QUIET) | OPTION_BIT(OPTION_VERBOSE) |
				 OPTION_BIT(OPTION_NO_PROGRESS) | OPTION_BIT(OPTION_VERSION) | OPTION_BIT(OPTION_HELP) |
				 OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_RUN) | OPTION_BIT(OPTION_FORMAT) |
				 OPTION_BIT(OPTION_BACKUP) | OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_NO_RESET) |
				 OPTION_BIT(OPTION_FLASH_SIZE) | OPTION_BIT(OPTION_SAVE) | OPTION_BIT(OPTION_MAP) |
				 OPTION_BIT(OPTION_CHIPS) | OPTION_BIT(OPTION_LIKE) | OPTION_BIT(OPTION_NO_LIKE) |
				 OPTION_BIT(OPTION_EXPECT) | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_RECORD);

static const char *const connect_names[] = {
	[STFLASH_CONNECT_AUTO] = "auto",
	[STFLASH_CONNECT_NORMAL] = "normal",
	[STFLASH_CONNECT_UNDER_RESET] = "under-reset",
	[STFLASH_CONNECT_ATTACH] = "attach",
};

bool option_names_file(const struct option *o)
{
	return o->value && (!strcmp(o->value, "FILE") || o->id == OPTION_LIKE);
}

uint64_t options_general(void)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < n_options; i++)
		if (option_table[i].general)
			mask |= OPTION_BIT(option_table[i].id);
	return mask;
}

static int set_connect(struct cli *cli, const char *value)
{
	struct nearest near = nearest_start(value);

	for (size_t i = 0; i < ARRAY_SIZE(connect_names); i++) {
		if (!strcmp(value, connect_names[i])) {
			cli->opt.connect = (enum stflash_connect)i;
			return 0;
		}
		nearest_offer(&near, connect_names[i], true);
	}
	return cli_unknown(cli, "way to connect", "", value, near.name);
}

/* A format's own name, or what files of it are called: hex, s19, axf. */
static int set_format(struct cli *cli, const char *value)
{
	enum stflash_format format = format_of_word(value);
	char name[16];

	if (format == STFLASH_FORMAT_AUTO && strlen(value) < sizeof(name) - 1 && !strchr(value, '.')) {
		snprintf(name, sizeof(name), ".%s", value);
		format = stflash_format_of_name(name);
	}
	if (format == STFLASH_FORMAT_AUTO)
		return cli_usage(cli, "--format takes bin, ihex, srec, elf, dfuse or uf2, not '%s'", value);
	cli->opt.format = format;
	return 0;
}

static int set_width(struct cli *cli, const char *value)
{
	uint64_t bits;

	if (!parse_number(value, &bits) || (bits != 8 && bits != 16 && bits != 32))
		return cli_usage(cli, "--psize takes 8, 16 or 32, not '%s'", value);
	cli->opt.width = (unsigned int)bits;
	return 0;
}

static int set_flash_size(struct cli *cli, const char *value)
{
	uint64_t kib;

	if (!parse_flash_kib(value, &kib) || kib < 1 || kib > MAX_FLASH_KIB)
		return cli_usage(cli,
				 "--flash-size takes KiB, 1 to %u, not '%s': 128, 128k, 1M, or bytes in hexadecimal as "
				 "in 0x20000",
				 MAX_FLASH_KIB, value);
	cli->opt.flash_kib = (unsigned int)kib;
	return 0;
}

static int set_speed(struct cli *cli, const char *value)
{
	uint64_t khz;

	if (!parse_clock_khz(value, &khz) || khz < 1 || khz > MAX_SPEED_KHZ)
		return cli_usage(cli, "--speed takes a clock in kHz, 1 to %u, not '%s': 1800, 1800k or 1.8M",
				 MAX_SPEED_KHZ, value);
	cli->opt.speed_khz = (unsigned int)khz;
	return 0;
}

static int set_wait(struct cli *cli, const char *value)
{
	uint64_t seconds = 0;

	if (value && (!parse_number(value, &seconds) || seconds < 1 || seconds > MAX_WAIT_S))
		return cli_usage(cli, "--wait takes seconds, 1 to %u, or nothing, not '%s'", MAX_WAIT_S, value);
	cli->opt.wait = true;
	cli->opt.wait_s = (unsigned int)seconds;
	return 0;
}

static int add_probe(struct cli *cli, const char *value)
{
	if (cli->opt.n_probes == PROBES_MAX)
		return cli_usage(cli, "--probe can be given %u times", PROBES_MAX);
	cli->opt.probes[cli->opt.n_probes++] = cli->opt.probe = value;
	return 0;
}

static int set_option(struct cli *cli, const struct option *o, const char *value)
{
	cli->opt.given |= OPTION_BIT(o->id);
	switch (o->id) {
	case OPTION_PROBE:
		return add_probe(cli, value);
	case OPTION_EXPECT:
		return expect_parse(cli, value);
	case OPTION_WAIT:
		return set_wait(cli, value);
	case OPTION_LOOP:
		cli->opt.loop = cli->opt.wait = true;
		return 0;
	case OPTION_RECORD:
		cli->opt.record = value;
		return 0;
	case OPTION_SPEED:
		return set_speed(cli, value);
	case OPTION_CONNECT:
		return set_connect(cli, value);
	case OPTION_JSON:
		cli->opt.json = true;
		cli->opt.events |= value != NULL;
		return value && strcmp(value, "events") != 0
			       ? cli_usage(cli, "--json takes events or nothing behind it, not '%s'", value)
			       : 0;
	case OPTION_QUIET:
		cli->opt.quiet = true;
		return 0;
	case OPTION_VERBOSE:
		cli->opt.verbose++;
		return 0;
	case OPTION_NO_PROGRESS:
		cli->opt.no_progress = true;
		return 0;
	case OPTION_LOG:
		cli->opt.log = value;
		return 0;
	case OPTION_FORMAT:
		return set_format(cli, value);
	case OPTION_BACKUP:
		cli->opt.backup = value;
		return 0;
	case OPTION_STAMP:
		if (cli->opt.n_stamps == STAMPS_MAX)
			return cli_usage(cli, "more than %u stamps", STAMPS_MAX);
		cli->opt.stamps[cli->opt.n_stamps++] = value;
		return 0;
	case OPTION_LIKE:
		cli->opt.like = value;
		return 0;
	case OPTION_SAVE:
		cli->opt.save = value;
		return 0;
	case OPTION_FLASH_SIZE:
		return set_flash_size(cli, value);
	case OPTION_PSIZE:
		return set_width(cli, value);
	default:
		return 0; /* the bit in given says it all */
	}
}

/* The command that the options belong to, though it may come behind them. */
static const struct command *command_ahead(const struct cli *cli, char **next)
{
	const struct command *command = cli->command;

	for (; !command && *next; next++)
		command = command_find(*next);
	return command;
}

/* The names that fit here, and nothing that a person may regret. */
static int unknown_option(struct cli *cli, const char *name, char **next)
{
	const struct command *command = command_ahead(cli, next);
	const uint64_t taken = options_general() | (command ? command->options : 0);
	const char *answer = other_tools_option(name);
	struct nearest near = nearest_start(name);

	if (answer)
		return cli_foreign(cli, "option", "--", name, answer);
	for (size_t i = 0; i < n_options; i++)
		nearest_offer(&near, option_table[i].name, harmless & taken & OPTION_BIT(option_table[i].id));
	return cli_unknown(cli, "option", "--", name, near.name);
}

static const struct option *find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < n_options; i++)
		if (strlen(option_table[i].name) == len && !strncmp(option_table[i].name, name, len))
			return &option_table[i];
	return NULL;
}

/* A name of another tool for an option of ours, and what it says of the value: --connect-under-reset. */
static const struct option *find_alias(const char *name, const char **value)
{
	const char *alias = other_tools_option_alias(name, value);

	return alias ? find_name(alias, strlen(alias)) : NULL;
}

/* --name, --name=value, or --name value, which takes *next. Moves *next past what it took. */
static int parse_long(struct cli *cli, const char *text, char ***next)
{
	const size_t len = strcspn(text, "=");
	const char *value = text[len] ? text + len + 1 : NULL;
	const struct option *o = find_name(text, len);
	const char *meant = NULL;
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	if (!o)
		o = find_alias(name, &meant);
	if (!o)
		return unknown_option(cli, name, *next);
	if (meant && value)
		return cli_usage(cli, "--%s takes no value", name);
	if (meant)
		return set_option(cli, o, meant);
	if (!o->value && value)
		return cli_usage(cli, "--%s takes no value", o->name);
	if (option_takes_word(o) && !value && !**next)
		return cli_usage(cli, "--%s needs a value: --%s %s", o->name, o->name, o->value);
	if (option_takes_word(o) && !value)
		value = *(*next)++;
	return set_option(cli, o, value);
}

static const struct option *find_letter(char letter)
{
	for (size_t i = 0; i < n_options; i++)
		if (option_table[i].letter && option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

static int unknown_letter(struct cli *cli, char letter)
{
	const char word[] = { letter, '\0' };
	const char *answer = other_tools_option(word);

	return answer ? cli_foreign(cli, "option", "-", word, answer) : cli_unknown(cli, "option", "-", word, NULL);
}

/* -v, -qv, -s950, -s 950 */
static int parse_letters(struct cli *cli, const char *text, char ***next)
{
	int err = 0;

	for (; !err && *text; text++) {
		const struct option *o = find_letter(*text);

		if (!o)
			return unknown_letter(cli, *text);
		if (!o->value) {
			err = set_option(cli, o, NULL);
			continue;
		}
		if (text[1])
			return set_option(cli, o, text + 1);
		if (!**next)
			return cli_usage(cli, "-%c needs a value: -%c %s", o->letter, o->letter, o->value);
		return set_option(cli, o, *(*next)++);
	}
	return err;
}

/* The first word names the command, the others are its arguments: gathered at the front of argv. */
static int take_word(struct cli *cli, char **argv, char *word)
{
	if (cli->command) {
		argv[cli->n_words++] = word;
		return 0;
	}

	cli->command = command_find(word);
	return cli->command ? 0 : command_unknown(cli, word);
}

int options_parse(struct cli *cli, int argc, char **argv)
{
	const char *const usual_probe = getenv("STFLASH_PROBE");
	char **next = argv + (argc > 0);
	bool ended = false;
	int err = 0;

	cli->words = argv;
	while (!err && *next) {
		char *word = *next++;

		if (ended || word[0] != '-' || !word[1] || word[1] == '@') /* - and -@ADDR are the standard input */
			err = take_word(cli, argv, word);
		else if (!strcmp(word, "--"))
			ended = true;
		else if (word[1] == '-')
			err = parse_long(cli, word + 2, &next);
		else
			err = parse_letters(cli, word + 1, &next);
	}
	if (!err && usual_probe && !cli->opt.n_probes)
		err = add_probe(cli, usual_probe);
	return err;
}

bool options_have_json(char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++)
		if (!strncmp(*argv, "--json", strlen("--json")))
			return true;
	return false;
}

int options_check(struct cli *cli)
{
	const uint64_t both = OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_NO_RESET);
	const uint64_t odd = cli->opt.given & ~(cli->command->options | options_general());

	for (size_t i = 0; i < n_options; i++) {
		const char *why = other_tools_misplaced(cli->command->name, option_table[i].name);

		if (odd & OPTION_BIT(option_table[i].id))
			return cli_usage(cli, "--%s means nothing to '%s'%s%s", option_table[i].name,
					 cli->command->name, why ? ": " : "", why ? why : "");
	}
	if ((cli->opt.given & both) == both)
		return cli_usage(cli, "--halt resets and halts, --no-reset does not reset: choose one");
	if (which_are_several(cli) && !(cli->command->options & OPTION_BIT(OPTION_EXPECT)))
		return cli_usage(cli, "'%s' takes one probe, not %s", cli->command->name,
				 cli->opt.n_probes > 1 ? "several" : "all");
	return 0;
}
