/* SPDX-License-Identifier: MIT */
#include "cli/commands/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/words.h"

#define FLASH_START 0x08000000u

/* Text formats are some three times as long as what they hold; no firmware comes near. */
#define MAX_FILE (256u * 1024u * 1024u)

static enum stflash_format format_by_ending(const char *name)
{
	static const struct {
		const char *ending;
		enum stflash_format format;
	} endings[] = {
		{ ".hex", STFLASH_FORMAT_IHEX },  { ".ihex", STFLASH_FORMAT_IHEX }, { ".ihx", STFLASH_FORMAT_IHEX },
		{ ".srec", STFLASH_FORMAT_SREC }, { ".s19", STFLASH_FORMAT_SREC },  { ".s28", STFLASH_FORMAT_SREC },
		{ ".s37", STFLASH_FORMAT_SREC },  { ".mot", STFLASH_FORMAT_SREC },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(endings); i++)
		if (!strcasecmp(dot, endings[i].ending))
			return endings[i].format;
	return STFLASH_FORMAT_BIN;
}

int memory_save(struct cli *cli, struct output *out, uint32_t addr, const uint8_t *buf, size_t len)
{
	enum stflash_format format = cli->opt.format;
	char *text = NULL;
	size_t text_len;
	int err;

	if (format == STFLASH_FORMAT_AUTO)
		format = format_by_ending(out->name);
	if (format == STFLASH_FORMAT_BIN)
		return output_write(cli, out, buf, len);
	err = stflash_format_text(cli->session, format, addr, buf, len, &text, &text_len);
	if (!err)
		err = output_write(cli, out, text, text_len);
	stflash_free_text(text);
	return err;
}

static int cannot(struct cli *cli, const char *verb, const char *name)
{
	if (errno == EINTR) /* Ctrl-C or a like signal */
		return cli_fail(cli, STFLASH_E_CANCELLED, "cancelled while %s was waited for; nothing was changed",
				name);
	return cli_fail(cli, STFLASH_E_FILE, "cannot %s %s: %s", verb, name, strerror(errno));
}

/* All of a stream; *data is to be freed. */
static int read_stream(struct cli *cli, const char *name, FILE *in, uint8_t **data, size_t *len)
{
	size_t cap = 64 * 1024, n = 0;
	uint8_t *buf = malloc(cap);

	while (buf) {
		n += fread(buf + n, 1, cap - n, in);
		if (n < cap)
			break;
		cap *= 2;
		if (cap > MAX_FILE) {
			free(buf);
			return cli_fail(cli, STFLASH_E_FILE, "%s is larger than any firmware", name);
		}
		uint8_t *more = realloc(buf, cap);

		if (!more)
			free(buf);
		buf = more;
	}
	if (!buf)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory while reading %s", name);
	if (ferror(in)) {
		const int err = cannot(cli, "read", name);

		free(buf);
		return err;
	}
	*data = buf;
	*len = n;
	return 0;
}

int memory_read_file(struct cli *cli, const char *name, uint8_t **data, size_t *len)
{
	FILE *in;
	int err;

	if (!strcmp(name, "-"))
		return read_stream(cli, "standard input", stdin, data, len);
	in = fopen(name, "rb");
	if (!in)
		return cannot(cli, "open", name);
	err = read_stream(cli, name, in, data, len);
	fclose(in);
	return err;
}

static int load_file(struct cli *cli, struct stflash_image *image, const char *name, const uint32_t *addr)
{
	const uint32_t start = FLASH_START;
	enum stflash_format format = cli->opt.format;
	uint8_t *data = NULL;
	size_t len = 0;
	int err;

	err = memory_read_file(cli, name, &data, &len);
	if (err)
		return err;
	if (format == STFLASH_FORMAT_AUTO)
		format = stflash_image_detect(data, len);
	if (format == STFLASH_FORMAT_BIN && !addr)
		addr = &start;
	err = stflash_image_load(cli->session, image, name, data, len, format, addr);
	free(data);
	return err;
}

/* The one number among the words. */
static int find_address(struct cli *cli, uint32_t *addr, bool *given)
{
	*given = false;
	for (int i = 0; i < cli->n_words; i++) {
		const char *word = cli->words[i];
		uint64_t number;

		if (!looks_like_number(word))
			continue;
		if (!parse_number(word, &number))
			return cli_usage(cli, "'%s' is not a number; a file of that name is ./%s", word, word);
		if (*given)
			return cli_usage(cli, "%s takes one address, not a second, '%s'", cli->command->name, word);
		if (number > UINT32_MAX)
			return cli_usage(cli, "the address 0x%" PRIx64 " has more than 32 bits", number);
		*addr = (uint32_t)number;
		*given = true;
	}
	return 0;
}

int memory_load(struct cli *cli, struct stflash_image **image)
{
	uint32_t addr;
	bool given;
	int files = 0;
	int err;

	*image = stflash_image_new();
	if (!*image)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	err = find_address(cli, &addr, &given);
	for (int i = 0; !err && i < cli->n_words; i++) {
		if (looks_like_number(cli->words[i]))
			continue;
		files++;
		err = load_file(cli, *image, cli->words[i], given ? &addr : NULL);
	}
	if (!err && !files)
		return cli_usage(cli, "%s needs a FILE", cli->command->name);
	return err;
}

void memory_say_forgetful(struct cli *cli)
{
	const char *probe = cli->opt.probe;

	if (!probe || strncmp(probe, "virtual", 7) || (probe[7] && probe[7] != ':') || strstr(probe, ",flash="))
		return;
	cli_say(cli, "this virtual chip holds a demo and forgets what is written; flash=FILE gives it a memory");
}
