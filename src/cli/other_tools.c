/* SPDX-License-Identifier: MIT */
/* st-flash, st-info, openocd, STM32CubeProgrammer, probe-rs, esptool, dfu-util, picotool: by their own help texts. */
#include "cli/other_tools.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "cli/cli.h"

#define MEANT(words)    "did you mean '" words "'?"
#define WRITES          MEANT("stflash write FILE")
#define READS           MEANT("stflash read FILE")
#define LISTS           MEANT("stflash list")
#define ERASES_ALL      "'stflash erase --all' erases the whole flash"
#define RESETS          MEANT("stflash reset")
#define HALTS           MEANT("stflash reset --halt")
#define OPTION_BYTES    MEANT("stflash options")
#define HASHES          MEANT("stflash hash")
#define VERSION         MEANT("stflash --version")
#define BOTH_WAYS       "'stflash read FILE' saves the flash to a file, 'stflash write FILE' writes a file to the flash"
#define CHIP_IS_FOUND   "the chip is detected, and needs no option"
#define ADDRESS_IS_WORD "the address is a word of its own: 'stflash write FILE 0x08000000'"

struct answer {
	const char *word;
	const char *text;
};

/* esptool, probe-rs; openocd */
static const struct answer aliases[] = {
	{ "flash", "write" },
	{ "program", "write" },
};

/* st-flash: freq, serial, hot-plug, connect-under-reset; probe-rs; STM32CubeProgrammer: sn, frequency, hotplug */
static const struct {
	struct answer name;
	const char *value; /* NULL: takes one */
} option_aliases[] = {
	{ { "serial", "probe" }, NULL },        { { "sn", "probe" }, NULL },
	{ { "probe-serial", "probe" }, NULL },  { { "freq", "speed" }, NULL },
	{ { "frequency", "speed" }, NULL },     { { "connect-under-reset", "connect" }, "under-reset" },
	{ { "hotplug", "connect" }, "attach" }, { { "hot-plug", "connect" }, "attach" },
};

static const struct answer of_commands[] = {
	{ "load", WRITES },
	{ "burn", WRITES },
	{ "write-flash", WRITES },
	{ "dump", READS },
	{ "save", READS },
	{ "read-flash", READS },
	{ "upload", BOTH_WAYS },
	{ "download", BOTH_WAYS },
	{ "probes", LISTS },
	{ "scan", LISTS },
	{ "devices", LISTS },
	{ "ls", LISTS },
	{ "mass-erase", ERASES_ALL },
	{ "masserase", ERASES_ALL },
	{ "chip-erase", ERASES_ALL },
	{ "erase-flash", ERASES_ALL },
	{ "erase-all", ERASES_ALL },
	{ "ob", OPTION_BYTES },
	{ "optbytes", OPTION_BYTES },
	{ "option-bytes", OPTION_BYTES },
	{ "lock", "'stflash protect' sets read-out protection" },
	{ "unlock", "'stflash help unprotect' says how protection is removed, and what that erases" },
	{ "run", RESETS },
	{ "go", RESETS },
	{ "start", RESETS },
	{ "restart", RESETS },
	{ "reboot", RESETS },
	{ "halt", HALTS },
	{ "checksum", HASHES },
	{ "sha256", HASHES },
	{ "md5", HASHES },
	{ "crc32", HASHES },
	{ "version", VERSION },
};

static const struct answer of_options[] = {
	{ "chip", CHIP_IS_FOUND },
	{ "target", CHIP_IS_FOUND },
	{ "addr", ADDRESS_IS_WORD },
	{ "address", ADDRESS_IS_WORD },
	{ "mass-erase", ERASES_ALL },
	{ "chip-erase", ERASES_ALL },
	{ "flash", MEANT("--flash-size") },
	{ "a", ADDRESS_IS_WORD },
	{ "l", LISTS },
	{ "w", WRITES },
	{ "V", VERSION },
};

static const struct {
	const char *command;
	const char *option;
	const char *text;
} misplaced[] = {
	{ "erase", "reset", "erase resets the chip at its end without it; --no-reset leaves that out" },
	{ "read", "all", "read without ADDR and SIZE reads the whole flash" },
	{ "backup", "all", "backup saves the whole flash" },
};

/* erase_flash and erase-flash are the same word. */
static bool same_word(const char *a, const char *b)
{
	while (*a && (*a == '_' ? '-' : *a) == *b) {
		a++;
		b++;
	}
	return !*a && !*b;
}

static const char *find_other_tool(const struct answer *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (same_word(word, list[i].word))
			return list[i].text;
	return NULL;
}

const char *other_tools_alias(const char *word)
{
	return find_other_tool(aliases, ARRAY_SIZE(aliases), word);
}

const char *other_tools_option_alias(const char *name, const char **value)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_aliases); i++) {
		if (!same_word(name, option_aliases[i].name.word))
			continue;
		if (option_aliases[i].value)
			*value = option_aliases[i].value;
		return option_aliases[i].name.text;
	}
	return NULL;
}

const char *other_tools_command(const char *word)
{
	return find_other_tool(of_commands, ARRAY_SIZE(of_commands), word);
}

const char *other_tools_option(const char *name)
{
	return find_other_tool(of_options, ARRAY_SIZE(of_options), name);
}

const char *other_tools_misplaced(const char *command, const char *option)
{
	for (size_t i = 0; i < ARRAY_SIZE(misplaced); i++)
		if (!strcmp(misplaced[i].command, command) && !strcmp(misplaced[i].option, option))
			return misplaced[i].text;
	return NULL;
}
