/* SPDX-License-Identifier: MIT */
#include "cli/jobs/expect.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "cli/words.h"

#define PART_MAX  32u
#define MAKER     "STM32"
#define SIZE_CODE 10u /* in STM32F103C8: behind maker, line and the letter of the package */

/*
 * Flash in KiB by its letter in a part number, as the section "ordering information" of each data sheet lists it. A
 * letter that is not here says nothing.
 */
static unsigned int kib_of_code(char code)
{
	static const struct {
		char code;
		unsigned int kib;
	} codes[] = {
		{ '4', 16 },  { '6', 32 },  { '8', 64 },  { 'B', 128 },  { 'Z', 192 },  { 'C', 256 },
		{ 'D', 384 }, { 'E', 512 }, { 'F', 768 }, { 'G', 1024 }, { 'H', 1536 }, { 'I', 2048 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].code == toupper((unsigned char)code))
			return codes[i].kib;
	return 0;
}

static bool same_letter(char of_name, char of_word)
{
	return of_name == 'x' || toupper((unsigned char)of_name) == toupper((unsigned char)of_word);
}

/* "STM32F4", "STM32F407" or "STM32F407VGT6" is of the line "STM32F407": where both have something they agree. */
static bool fits_line(const char *line, const char *word)
{
	while (*line && *word && same_letter(*line, *word)) {
		line++;
		word++;
	}
	return !*line || !*word;
}

/*
 * The line number n of a name such as "STM32F405/407/415/417": what stands behind a slash takes the place of as many
 * characters of the first line. False behind the last.
 */
static bool line_of_name(char line[PART_MAX], const char *name, size_t n)
{
	const size_t len = strcspn(name, "/ ");
	const char *end = name + len;
	size_t more;

	snprintf(line, PART_MAX, "%.*s", (int)len, name);
	for (; n; n--) {
		if (*end != '/')
			return false;
		name = end + 1;
		end = name + strcspn(name, "/ ");
	}
	more = (size_t)(end - name);
	if (more < strlen(line))
		memcpy(line + strlen(line) - more, name, more);
	return true;
}

static bool is_name(const char *name, const char *word)
{
	const size_t len = strlen(word);

	return !strncasecmp(name, word, len) && (!name[len] || name[len] == ' ');
}

/* "STM32F103", "GD32F103", and not "F103", "L432". */
static bool names_maker(const char *word)
{
	size_t letters = 0;

	while (isalpha((unsigned char)word[letters]))
		letters++;
	return letters >= 2 && !strncmp(word + letters, "32", 2);
}

/* flash_size: in bytes; 0: any */
static bool is_part(const char *name, uint32_t flash_size, const char *word)
{
	char part[PART_MAX], line[PART_MAX];
	unsigned int kib;

	snprintf(part, sizeof(part), "%s%s", names_maker(word) ? "" : MAKER, word);
	for (const char *p = part; *p; p++)
		if (!isalnum((unsigned char)*p))
			return false;
	if (strlen(part) < sizeof(MAKER "F"))
		return false;
	kib = strlen(part) > SIZE_CODE && !strncasecmp(part, MAKER, strlen(MAKER)) ? kib_of_code(part[SIZE_CODE]) : 0;
	if (kib && flash_size && kib != flash_size / 1024)
		return false;
	for (size_t n = 0; line_of_name(line, name, n); n++)
		if (fits_line(line, part))
			return true;
	return false;
}

static bool expect_fits(const char *name, uint16_t dev_id, uint32_t flash_size, const char *word)
{
	uint64_t id;

	if (!strncasecmp(word, "0x", 2))
		return parse_number(word, &id) && id == dev_id;
	return is_name(name, word) || is_part(name, flash_size, word);
}

int expect_parse(struct cli *cli, const char *word)
{
	struct stflash_chip chip = { .struct_size = sizeof(chip) };

	cli->opt.expect = word;
	for (size_t n = 0; stflash_get_chip(n, &chip); n++)
		if (expect_fits(chip.name, chip.dev_id, 0, word))
			return 0;
	return cli_usage(cli,
			 "--expect takes a chip, a line or a device id, as in STM32F103C8, STM32F103 or 0x410, not "
			 "'%s': `stflash list --chips` has all",
			 word);
}

int expect_check(struct cli *cli)
{
	const struct board *b = &cli->board;
	char size[SIZE_TEXT_MAX];

	if (expect_fits(b->chip, b->dev_id, b->flash_size, cli->opt.expect))
		return 0;
	return cli_fail(cli, STFLASH_E_ARG,
			"--expect wants %s, but the chip is %s, device id 0x%03x%s%s: nothing was changed; connect the "
			"right board",
			cli->opt.expect, b->chip, b->dev_id, b->flash_size ? ", with flash of " : "",
			b->flash_size ? size_text(size, b->flash_size) : "");
}
