/* SPDX-License-Identifier: MIT */
/* Options: one table for parsing and for help. They may stand anywhere; -- ends them. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/other_tools.h"
#include "cli/words.h"

#define MAX_SPEED_KHZ 100000u
#define MAX_FLASH_KIB 65536u

struct option {
	enum option_id id;
	char letter;
	const char *name;
	const char *value; /* what to call its value; NULL: takes none */
	bool general;      /* every command takes it */
	const char *help;
};

static const struct option options[] = {
	{ OPTION_PROBE, 'p', "probe", "SEL", true, "which probe: a serial number or its beginning, usb:BUS-PORT," },
	{ OPTION_SPEED, 's', "speed", "KHZ", true,
	  "SWD clock, never exceeded (default: the fastest up to 4000); 1.8M is 1800" },
	{ OPTION_CONNECT, 'c', "connect", "HOW", true,
	  "auto, normal, under-reset, or attach (never halt, never reset)" },
	{ OPTION_JSON, '\0', "json", NULL, true, "results as JSON, one object per line" },
	{ OPTION_QUIET, 'q', "quiet", NULL, true, "say nothing but errors" },
	{ OPTION_VERBOSE, 'v', "verbose", NULL, true, "say more: -v what is done, -vv each step, -vvv every transfer" },
	{ OPTION_NO_PROGRESS, '\0', "no-progress", NULL, true, "no progress" },
	{ OPTION_LOG, '\0', "log", "FILE", true, "write everything that -vvv would say to a file" },
	{ OPTION_VERSION, '\0', "version", NULL, true, "print the version" },
	{ OPTION_HELP, 'h', "help", NULL, true, "print this, or the help of a command" },
	{ OPTION_HALT, '\0', "halt", NULL, false, "leave the core halted before its first instruction" },
	{ OPTION_RUN, '\0', "run", NULL, false, "let the core run (the default)" },
	{ OPTION_FORMAT, '\0', "format", "NAME", false,
	  "bin, ihex, srec, elf, dfuse or uf2, whatever the file looks like" },
	{ OPTION_BACKUP, '\0', "backup", "FILE", false,
	  "first read the whole flash to FILE, proven; FOLDER/ makes a backup of everything; replaces no file" },
	{ OPTION_DRY_RUN, '\0', "dry-run", NULL, false, "only say what would be done" },
	{ OPTION_NO_KEEP, '\0', "no-keep", NULL, false, "drop what touched pages hold outside of the image" },
	{ OPTION_NO_VERIFY, '\0', "no-verify", NULL, false, "skip the proof at the end" },
	{ OPTION_NO_RESET, '\0', "no-reset", NULL, false,
	  "read, verify, backup: only halt the core meanwhile (slower); write, erase: leave it halted, not reset" },
	{ OPTION_NO_AGENT, '\0', "no-agent", NULL, false, "use no target RAM: slow, through the debug port alone" },
	{ OPTION_PSIZE, '\0', "psize", "BITS", false,
	  "F4: program 8, 16 or 32 bits at a time (default: by the voltage)" },
	{ OPTION_ALL, '\0', "all", NULL, false, "the whole flash" },
	{ OPTION_FLASH_SIZE, '\0', "flash-size", "KIB", true,
	  "believe this flash size instead of the announced one; 1M is 1024, 0x... bytes" },
	{ OPTION_SAVE, '\0', "save", "FILE", false,
	  "save the old option bytes to FILE, which must not exist (default: stm32-UID-options-DATE.txt)" },
	{ OPTION_YES_ERASE, '\0', "yes-erase", NULL, false, "yes, the chip shall erase its whole flash" },
	{ OPTION_LEVEL_2, '\0', "i-know-level-2-is-for-ever", NULL, false,
	  "allow RDP level 2, after which nobody can debug or change the chip" },
	{ OPTION_UNPROTECT, '\0', "unprotect", NULL, false,
	  "lift protection first: read-out protection goes only with all contents" },
	{ OPTION_MAP, '\0', "map", NULL, false, "also draw the flash: blank, used, protected" },
	{ OPTION_RESET, '\0', "reset", NULL, false,
	  "allow a reset of the chip: map and plan are quick then, doctor finds out whether NRST is wired" },
	{ OPTION_YES, '\0', "yes", NULL, false, "do not wait for a Ctrl-C when the image looks wrong for the chip" },
	{ OPTION_PROBE_SIZE, '\0', "probe-size", NULL, false,
	  "also find out how far flash really answers; writes nothing" },
	{ OPTION_OTHER_CHIP, '\0', "other-chip", NULL, false, "restore even to a chip of another kind or size" },
	{ OPTION_SKIP_OUTSIDE, '\0', "skip-outside", NULL, false, "take only what is in flash, and list the rest" },
	{ OPTION_OTP_PERMANENT, '\0', "otp-permanent", NULL, false,
	  "also program OTP memory, which can never be erased or changed" },
	{ OPTION_FORCE_ERASE, '\0', "force-erase", NULL, false,
	  "erase every touched page or sector, also one that is blank or correct already" },
	{ OPTION_SKIP_BLANK, '\0', "skip-blank", NULL, false, "do not erase what reads blank already" },
};

/* What a mistyped word may be taken for: it erases nothing, drops nothing and replaces no file. */
static const uint64_t harmless = OPTION_BIT(OPTION_PROBE) | OPTION_BIT(OPTION_SPEED) | OPTION_BIT(OPTION_CONNECT) |
				 OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_QUIET) | OPTION_BIT(OPTION_VERBOSE) |
				 OPTION_BIT(OPTION_NO_PROGRESS) | OPTION_BIT(OPTION_VERSION) | OPTION_BIT(OPTION_HELP) |
				 OPTION_BIT(OPTION_HALT) | OPTION_BIT(OPTION_RUN) | OPTION_BIT(OPTION_FORMAT) |
				 OPTION_BIT(OPTION_BACKUP) | OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_NO_RESET) |
				 OPTION_BIT(OPTION_FLASH_SIZE) | OPTION_BIT(OPTION_SAVE) | OPTION_BIT(OPTION_MAP);

static const char *const format_names[] = {
	[STFLASH_FORMAT_BIN] = "bin", [STFLASH_FORMAT_IHEX] = "ihex",   [STFLASH_FORMAT_SREC] = "srec",
	[STFLASH_FORMAT_ELF] = "elf", [STFLASH_FORMAT_DFUSE] = "dfuse", [STFLASH_FORMAT_UF2] = "uf2",
};

static const char *const connect_names[] = {
	[STFLASH_CONNECT_AUTO] = "auto",
	[STFLASH_CONNECT_NORMAL] = "normal",
	[STFLASH_CONNECT_UNDER_RESET] = "under-reset",
	[STFLASH_CONNECT_ATTACH] = "attach",
};

uint64_t options_general(void)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].general)
			mask |= OPTION_BIT(options[i].id);
	return mask;
}

void options_print(FILE *out, uint64_t mask)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *o = &options[i];
		char left[40];

		if (!(mask & OPTION_BIT(o->id)))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter ? "," : " ", o->name, o->value ? " " : "", o->value ? o->value : "");
		fprintf(out, "  %-22s %s\n", left, o->help);
		if (o->id == OPTION_PROBE)
			fprintf(out,
				"  %-22s usbip://HOST[:PORT]/BUSID, virtual[:CHIP[,key=value...]];\n"
				"  %-22s default: $STFLASH_PROBE, else the only one there is\n",
				"", "");
	}
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
	enum stflash_format format = STFLASH_FORMAT_AUTO;
	char name[16];

	for (size_t i = STFLASH_FORMAT_BIN; i < ARRAY_SIZE(format_names); i++)
		if (!strcmp(value, format_names[i]))
			format = (enum stflash_format)i;
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

static int set_option(struct cli *cli, const struct option *o, const char *value)
{
	cli->opt.given |= OPTION_BIT(o->id);
	switch (o->id) {
	case OPTION_PROBE:
		cli->opt.probe = value;
		return 0;
	case OPTION_SPEED:
		return set_speed(cli, value);
	case OPTION_CONNECT:
		return set_connect(cli, value);
	case OPTION_JSON:
		cli->opt.json = true;
		return 0;
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
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		nearest_offer(&near, options[i].name, harmless & taken & OPTION_BIT(options[i].id));
	return cli_unknown(cli, "option", "--", name, near.name);
}

static const struct option *find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (strlen(options[i].name) == len && !strncmp(options[i].name, name, len))
			return &options[i];
	return NULL;
}

/* --name, --name=value, or --name value, which takes *next. Moves *next past what it took. */
static int parse_long(struct cli *cli, const char *text, char ***next)
{
	const size_t len = strcspn(text, "=");
	const char *value = text[len] ? text + len + 1 : NULL;
	const struct option *o = find_name(text, len);
	char name[32];

	if (!o) {
		snprintf(name, sizeof(name), "%.*s", (int)len, text);
		return unknown_option(cli, name, *next);
	}
	if (!o->value && value)
		return cli_usage(cli, "--%s takes no value", o->name);
	if (o->value && !value && !**next)
		return cli_usage(cli, "--%s needs a value: --%s %s", o->name, o->name, o->value);
	if (o->value && !value)
		value = *(*next)++;
	return set_option(cli, o, value);
}

static const struct option *find_letter(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].letter && options[i].letter == letter)
			return &options[i];
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
	char **next = argv + (argc > 0);
	bool ended = false;
	int err = 0;

	cli->opt.probe = getenv("STFLASH_PROBE");
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
	return err;
}

bool options_have_json(char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++)
		if (!strcmp(*argv, "--json"))
			return true;
	return false;
}

int options_check(struct cli *cli)
{
	const uint64_t odd = cli->opt.given & ~(cli->command->options | options_general());

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const char *why = other_tools_misplaced(cli->command->name, options[i].name);

		if (odd & OPTION_BIT(options[i].id))
			return cli_usage(cli, "--%s means nothing to '%s'%s%s", options[i].name, cli->command->name,
					 why ? ": " : "", why ? why : "");
	}
	return 0;
}
