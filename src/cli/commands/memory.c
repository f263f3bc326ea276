/* SPDX-License-Identifier: MIT */
#include "cli/commands/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/jobs/shared.h"
#include "cli/ledger.h"
#include "cli/words.h"

#define NAMES_SHOWN 40u /* columns: more names than fit are counted */
#define VECTORS_LEN 8u  /* that the core starts with: stack pointer and first instruction */

static bool is_written(enum stflash_format format)
{
	return format == STFLASH_FORMAT_AUTO || format == STFLASH_FORMAT_BIN || format == STFLASH_FORMAT_IHEX ||
	       format == STFLASH_FORMAT_SREC;
}

int memory_check_name(struct cli *cli, enum stflash_format format, const char *name)
{
	if (!is_written(format))
		return cli_usage(cli, "read writes bin, ihex or srec, not elf, dfuse or uf2");
	if (format == STFLASH_FORMAT_AUTO && !is_written(stflash_format_of_name(name)))
		return cli_usage(
			cli, "'%s' is named like a format that stflash only reads: call it .bin, .hex or .srec", name);
	return 0;
}

/* All parts, with the hole between them left out. */
static int text_of_parts(struct cli *cli, enum stflash_format format, const struct range *r, const uint8_t *buf,
			 char **text, size_t *len)
{
	struct stflash_image *image = stflash_image_new();
	int err;

	if (!image)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	err = range_put(cli, r, "flash", buf, image);
	if (!err)
		err = stflash_image_format_text(cli->session, format, image, text, len);
	stflash_image_free(image);
	return err;
}

static int text_of_range(struct cli *cli, enum stflash_format format, const struct range *r, const uint8_t *buf,
			 char **text, size_t *len)
{
	const bool is_text = format == STFLASH_FORMAT_IHEX || format == STFLASH_FORMAT_SREC;

	if (is_text && r->n_parts > 1)
		return text_of_parts(cli, format, r, buf, text, len);
	if (r->n_parts > 1)
		return cli_fail(cli, STFLASH_E_ARG,
				"flash has a hole from 0x%08zx on, because the option bytes divide it into two banks: "
				"name a file that ends in .hex, which can leave it out",
				r->part[0].addr + r->part[0].len);
	return stflash_format_text(cli->session, format, r->addr, buf, r->len, text, len);
}

int memory_save_range(struct cli *cli, struct output *out, enum stflash_format format, const struct range *r,
		      const uint8_t *buf)
{
	const void *data = buf;
	size_t len = r->len;
	char *text = NULL;
	int err = 0;

	if (format == STFLASH_FORMAT_AUTO)
		format = stflash_format_of_name(out->name);
	if (format == STFLASH_FORMAT_IHEX || format == STFLASH_FORMAT_SREC || r->n_parts > 1) {
		err = text_of_range(cli, format, r, buf, &text, &len);
		data = text;
	}
	if (!err)
		err = output_write(cli, out, data, len);
	if (!err)
		err = output_commit(cli, out);
	if (!err)
		ledger_add_file(cli, out->name, format_name(format), data, len, true, NULL);
	stflash_free_text(text);
	return err;
}

/* A file among the words of a command. */
struct image_file {
	char *name; /* owned */
	uint8_t *data;
	size_t len;
	bool binary; /* it does not say where it belongs */
	bool placed; /* it was given an address: FILE@ADDR */
	uint32_t addr;
};

struct image_files {
	struct image_file *list; /* owned */
	int n;
	bool has_addr; /* a number that stands alone */
	uint32_t addr;
};

static int take_address(struct cli *cli, const char *word, const char *number, uint32_t *addr)
{
	uint64_t value;

	if (!parse_number(number, &value))
		return cli_usage(cli, "'%s' is not a number; a file of that name is ./%s", number, word);
	if (value > UINT32_MAX)
		return cli_usage(cli, "the address 0x%" PRIx64 " has more than 32 bits", value);
	*addr = (uint32_t)value;
	return 0;
}

static bool is_there(const char *name)
{
	FILE *in = fopen(name, "rb");

	if (in)
		fclose(in);
	return in;
}

int memory_split_name(struct cli *cli, const char *word, char **name, bool *placed, uint32_t *addr)
{
	char *at;

	*name = strdup(word);
	if (!*name)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	at = strrchr(*name, '@');
	if (!at || !looks_like_number(at + 1) || is_there(word))
		return 0;
	*at = '\0';
	*placed = true;
	if (!**name)
		return cli_usage(cli, "'%s' has no file in front of the @", word);
	return take_address(cli, word, at + 1, addr);
}

static int split_name(struct cli *cli, const char *word, struct image_file *file)
{
	return memory_split_name(cli, word, &file->name, &file->placed, &file->addr);
}

/* All words are understood before the first file is opened. */
static int memory_take_words(struct cli *cli, struct image_files *files)
{
	int err = 0;

	files->list = calloc((size_t)cli->n_words + 1, sizeof(*files->list));
	if (!files->list)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	for (int i = 0; !err && i < cli->n_words; i++) {
		const char *word = cli->words[i];

		if (!looks_like_number(word)) {
			err = split_name(cli, word, &files->list[files->n++]);
		} else if (files->has_addr) {
			return cli_usage(
				cli, "%s takes one address, not a second, '%s': give each file its own, as in FILE@%s",
				cli->command->name, word, word);
		} else {
			files->has_addr = true;
			err = take_address(cli, word, word, &files->addr);
		}
	}
	if (!err && !files->n)
		return cli_usage(cli, "%s needs a FILE", cli->command->name);
	return err;
}

static int open_files(struct cli *cli, struct image_files *files)
{
	int err = 0;

	for (int i = 0; !err && i < files->n; i++) {
		struct image_file *file = &files->list[i];
		enum stflash_format format = cli->opt.format;

		err = shared_read_file(cli, file->name, &file->data, &file->len);
		if (!err)
			if (!err && format == STFLASH_FORMAT_AUTO)
				format = stflash_image_detect(file->data, file->len);
		file->binary = format == STFLASH_FORMAT_BIN;
		if (!err)
			ledger_add_file(cli, file->name, format_name(format), file->data, file->len, false,
					file->placed ? &file->addr : NULL);
	}
	return err;
}

static void close_files(struct image_files *files)
{
	for (int i = 0; i < files->n; i++) {
		free(files->list[i].name);
		free(files->list[i].data);
	}
	free(files->list);
}

/* A binary without an address of its own takes the one that stands alone, and without that the start of flash. */
static int place_binaries(struct cli *cli, struct image_files *files, bool *taken)
{
	const char *taker = NULL;

	for (int i = 0; i < files->n; i++) {
		struct image_file *file = &files->list[i];

		if (!file->binary || file->placed)
			continue;
		if (taker && files->has_addr)
			return cli_fail(cli, STFLASH_E_ARG,
					"the address 0x%08" PRIx32
					" could be of %s or of %s: give each its own, as in %s@0x%08" PRIx32,
					files->addr, taker, file->name, taker, files->addr);
		taker = file->name;
		file->placed = true;
		file->addr = files->has_addr ? files->addr : FLASH_START;
	}
	*taken = taker;
	return 0;
}

/* The address that no binary took: right where it says what the files say. */
static int check_address(struct cli *cli, const struct image_files *files, const struct stflash_image *image)
{
	const uint8_t *data;
	uint32_t first = 0;
	size_t len;

	if (!stflash_image_segment(image, 0, &first, &data, &len) || first == files->addr)
		return 0;
	return cli_fail(cli, STFLASH_E_ARG,
			"%s: the file%s own addresses and the lowest is 0x%08" PRIx32 ", not 0x%08" PRIx32
			": leave the address out",
			files->list[0].name, files->n == 1 ? " carries its" : "s carry their", first, files->addr);
}

static int load_files(struct cli *cli, struct image_files *files, struct stflash_image *image)
{
	bool taken = false;
	int err;

	err = memory_take_words(cli, files);
	if (!err)
		err = open_files(cli, files);
	if (!err)
		err = place_binaries(cli, files, &taken);
	if (!err && files->has_addr && files->n == 1 && !files->list[0].placed) {
		files->list[0].placed = true;
		files->list[0].addr = files->addr;
	}
	for (int i = 0; !err && i < files->n; i++) {
		const struct image_file *file = &files->list[i];

		err = stflash_image_load(cli->session, image, file->name, file->data, file->len, cli->opt.format,
					 file->placed ? &file->addr : NULL);
	}
	if (!err && files->has_addr && !taken)
		err = check_address(cli, files, image);
	return err;
}

int memory_load(struct cli *cli, struct stflash_image **image)
{
	struct image_files files = { .list = NULL };
	int err;

	*image = stflash_image_new();
	if (!*image)
		return cli_fail(cli, STFLASH_E_NO_MEMORY, "out of memory");
	err = load_files(cli, &files, *image);
	close_files(&files);
	return err;
}

const char *memory_names(struct cli *cli, char names[NAMES_MAX])
{
	struct image_files files = { .list = NULL };
	const char *first = "?";
	size_t used = 0;

	if (!memory_take_words(cli, &files))
		first = strcmp(files.list[0].name, "-") != 0 ? files.list[0].name : "standard input";
	for (int i = 0; i < files.n && used < NAMES_MAX; i++)
		used += (size_t)snprintf(names + used, NAMES_MAX - used, "%s%s", i ? " + " : "",
					 i ? files.list[i].name : first);
	if (files.n < 2 || used > NAMES_SHOWN)
		snprintf(names, NAMES_MAX, files.n < 2 ? "%s" : "%s and %d more", first, files.n - 1);
	close_files(&files);
	return names;
}

int memory_read_options(struct cli *cli, struct stflash_read_options *o)
{
	const bool halt = cli->opt.given & OPTION_BIT(OPTION_HALT);
	const bool no_reset = cli->opt.given & OPTION_BIT(OPTION_NO_RESET);

	if (halt && cli->opt.connect == STFLASH_CONNECT_ATTACH)
		return cli_usage(cli, "--halt resets and halts, which --connect attach forbids: choose one");
	*o = (struct stflash_read_options){
		.struct_size = sizeof(*o),
		.hold = no_reset ? STFLASH_HOLD_HALT : STFLASH_HOLD_RESET,
		.then = halt ? STFLASH_THEN_HALT : STFLASH_THEN_RUN,
	};
	return 0;
}

void memory_note_flash(struct cli *cli, uint32_t addr, const uint8_t *data, size_t len)
{
	if (addr != FLASH_START || len < VECTORS_LEN)
		return;
	cli->no_firmware = true;
	for (size_t i = 0; i < VECTORS_LEN; i++)
		cli->no_firmware &= data[i] == 0xff;
}

void memory_look_at_vectors(struct cli *cli)
{
	uint8_t vectors[VECTORS_LEN];

	if (!stflash_read(cli->session, FLASH_START, vectors, sizeof(vectors)))
		memory_note_flash(cli, FLASH_START, vectors, sizeof(vectors));
}

void memory_note_image(struct cli *cli, const struct stflash_image *image)
{
	const uint8_t *data;
	uint32_t addr;
	size_t len;

	for (size_t i = 0; stflash_image_segment(image, i, &addr, &data, &len); i++)
		memory_note_flash(cli, addr, data, len);
}

void memory_say_radio(struct cli *cli, uint32_t radio)
{
	if (radio)
		cli_doubt(cli,
			  "flash from 0x%08" PRIx32 " on belongs to the radio core and reads as 0: it was left out",
			  radio);
}

const char *memory_treatment(const struct cli *cli, const struct stflash_read_options *o, bool was_reset)
{
	if (was_reset && o->then == STFLASH_THEN_HALT)
		return "reset and halted";
	if (was_reset)
		return cli->no_firmware ? "reset, no firmware" : "reset and running";
	if (cli->opt.connect == STFLASH_CONNECT_ATTACH)
		return "neither halted nor reset";
	return "halted meanwhile, not reset";
}

void memory_say_forgetful(struct cli *cli)
{
	const char *probe = cli->opt.probe;

	if (!probe || strncmp(probe, "virtual", 7) || (probe[7] && probe[7] != ':') || strstr(probe, ",flash="))
		return;
	cli_note(cli, "this virtual chip starts with a demo and forgets its contents at exit; flash=FILE keeps them");
}
