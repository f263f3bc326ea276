/* SPDX-License-Identifier: MIT */
/*
 * The texts that become option bytes: NAME=VALUE as `options set` takes it,
 * one a line, and the file that `options set` and `backup` leave and `restore`
 * reads. The input is the chip, what its registers hold, and the text. A text
 * is only judged here, so a single write to the chip is a failure.
 */
#include <string.h>

#include "base/bytes.h"
#include "cli/commands/options_text.h"
#include "flash/options/options.h"
#include "fuzz.h"

#define OPTION_BYTES 0x1ffff800u
#define HEADER_LEN   9u /* what kind of text and which chip, then two words, which come again and again */
#define AS_FILE      0x80u

/* The chip: its option bytes, two words of them from the input, in force and as they are stored. */
static const struct option_set *set;
static uint32_t words[OPTION_WORDS];

int __wrap_dap_read32(struct dap *d, uint32_t addr, uint32_t *value);
int __wrap_dap_read(struct dap *d, uint32_t addr, void *buf, size_t len);
int __wrap_dap_write32(struct dap *d, uint32_t addr, uint32_t value);
int __wrap_dap_write(struct dap *d, uint32_t addr, const void *buf, size_t len);

/* FLASH_OBR of an FPEC: all but the byte RDP itself. */
static uint32_t obr(void)
{
	const uint32_t rdp = words[0] & 0xff;

	return (words[0] >> 8 & 0xff) << set->fpec->user | (words[0] >> 16) << set->fpec->data |
	       (rdp == set->rdp_level_0 ? 0 : 2);
}

int __wrap_dap_read32(struct dap *d, uint32_t addr, uint32_t *value)
{
	(void)d;
	for (size_t i = 0; i < OPTION_WORDS; i++)
		if (set->in_force[i] == addr) {
			*value = i == 0 && set->fpec ? obr() : words[i];
			return 0;
		}
	*value = 0; /* of what says which bank is which, and the like */
	return 0;
}

int __wrap_dap_read(struct dap *d, uint32_t addr, void *buf, size_t len)
{
	uint8_t *bytes = buf;
	uint32_t word;

	if (len == 4) {
		HOLDS(!__wrap_dap_read32(d, addr, &word));
		put_le32(bytes, word);
		return 0;
	}
	HOLDS(addr == OPTION_BYTES && len == 16);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(words[i / 8] >> 8 * (i / 2 % 4)) ^ (i % 2 ? 0xff : 0);
	return 0;
}

int __wrap_dap_write32(struct dap *d, uint32_t addr, uint32_t value)
{
	(void)d;
	(void)addr;
	(void)value;
	abort(); /* nothing is written */
}

int __wrap_dap_write(struct dap *d, uint32_t addr, const void *buf, size_t len)
{
	(void)d;
	(void)addr;
	(void)buf;
	(void)len;
	abort(); /* nothing is written */
}

/* Every bit that a name stands for, and that may be changed. */
static struct option_words all_fields(const struct flash *f)
{
	struct option_words all = { .rdp_hidden = false };
	struct option_field field;

	for (size_t i = 0; option_field(f, i, &field); i++)
		if (!option_is_fixed(f, &field))
			option_put(&all, &field, UINT32_MAX);
	return all;
}

/* What the session would make of them. */
struct stflash_options {
	size_t n;
	struct stflash_option field[SETTINGS_MAX];
	char name[SETTINGS_MAX][32], meaning[SETTINGS_MAX][512];
};

const struct stflash_option *__wrap_stflash_get_option(const struct stflash_options *list, size_t n);

const struct stflash_option *__wrap_stflash_get_option(const struct stflash_options *list, size_t n)
{
	return n < list->n ? &list->field[n] : NULL;
}

/* As `options` shows them and `backup` keeps them. */
static char *write_down(const struct flash *f, const struct option_words *o)
{
	struct stflash_options list = { 0 };
	struct option_field field;

	for (size_t n = 0; option_field(f, n, &field); n++) {
		HOLDS(n < SETTINGS_MAX);
		snprintf(list.name[n], sizeof(list.name[n]), "%s", field.name);
		option_describe(f, o, &field, list.meaning[n], sizeof(list.meaning[n]));
		list.field[n] = (struct stflash_option){ .name = list.name[n],
							 .value = option_get(o, &field),
							 .known = true,
							 .writable = !option_is_fixed(f, &field),
							 .meaning = list.meaning[n] };
		list.n = n + 1;
	}
	return options_text(&list, f->chip->name);
}

/* Whatever a text made of the option bytes: written down and read again it is the same. */
static void check_way_back(struct flash *f, const struct option_words *o)
{
	const struct option_words all = all_fields(f);
	struct option_words back = { .rdp_hidden = false };
	struct cli cli = { .message = "" };
	char *text = write_down(f, o);
	struct settings s;

	for (size_t i = 0; i < OPTION_WORDS; i++)
		back.word[i] = o->word[i] & ~all.word[i];
	HOLDS(text && !options_from_text(&cli, &s, "back", text, strlen(text)));
	for (size_t i = 0; i < s.n; i++)
		HOLDS(!option_apply(f, &back, s.list[i], false));
	for (size_t i = 0; i < OPTION_WORDS; i++)
		HOLDS(back.word[i] == o->word[i]);
	free(text);
}

static void check_settings(struct flash *f, const char *const *settings, size_t n)
{
	const struct option_words all = all_fields(f);
	struct stflash_options_report report = { 0 };
	struct option_words before, o;
	int err, whole;

	HOLDS(!flash_options_read(f, &before));
	o = before;
	err = 0;
	for (size_t i = 0; !err && i < n; i++) {
		err = option_apply(f, &o, settings[i], false);
		HOLDS(!err || (err == STFLASH_E_ARG && *f->ctx->errmsg));
	}
	for (size_t i = 0; i < OPTION_WORDS; i++)
		HOLDS(!((o.word[i] ^ before.word[i]) & ~all.word[i]));
	if (!err && !o.rdp_hidden)
		check_way_back(f, &o);

	whole = flash_options_set(f, settings, n, STFLASH_CHECK_ONLY, &report);
	HOLDS(!err || whole == err);
	HOLDS(!whole || (*f->ctx->errmsg && !report.changed));
	HOLDS(whole || report.changed || !memcmp(o.word, before.word, sizeof(o.word)));
	HOLDS(whole || option_rdp_level(f, &o) != STFLASH_RDP_LEVEL_2 ||
	      option_rdp_level(f, &before) == STFLASH_RDP_LEVEL_2);
}

static void check_file(struct flash *f, const char *text, size_t len)
{
	struct cli cli = { .message = "" };
	struct settings s;
	const int err = options_from_text(&cli, &s, "options.txt", text, len);

	HOLDS(s.n <= SETTINGS_MAX);
	HOLDS(!err || (err == STFLASH_E_FILE && *cli.message));
	if (!err)
		check_settings(f, s.list, s.n);
}

static void check_lines(struct flash *f, char *text)
{
	const char *settings[SETTINGS_MAX];
	size_t n = 0;

	for (char *next = text; next && n < SETTINGS_MAX;) {
		char *end = strchr(next, '\n');

		if (end)
			*end++ = '\0';
		settings[n++] = next;
		next = end;
	}
	check_settings(f, settings, n);
}

static size_t count_chips(void)
{
	size_t n = 0;

	while (chip_row(n))
		n++;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ctx ctx = { .errmsg = "" };
	struct dap dap = { .ctx = &ctx };
	struct core core = { .ctx = &ctx, .dap = &dap };
	struct flash f = { .ctx = &ctx, .core = &core };
	char *text;

	if (len < HEADER_LEN)
		return 0;
	f.chip = chip_row((data[0] & ~AS_FILE) % count_chips());
	f.options = set = f.chip->options;
	f.size = f.chip->max_flash;
	f.size_given = true;
	f.sectors = calloc(FLASH_MAX_SECTORS, sizeof(*f.sectors));
	text = malloc(len - HEADER_LEN + 1);
	HOLDS(f.sectors && text);
	for (size_t i = 0; i < OPTION_WORDS; i++)
		words[i] = get_le32(data + 1 + 4 * (i % 2));
	HOLDS(!flash_map(&f));
	memcpy(text, data + HEADER_LEN, len - HEADER_LEN);
	text[len - HEADER_LEN] = '\0';
	if (data[0] & AS_FILE)
		check_file(&f, text, len - HEADER_LEN);
	else
		check_lines(&f, text);
	free(text);
	flash_release(&f);
	return 0;
}
