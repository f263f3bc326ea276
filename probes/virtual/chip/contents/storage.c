/* SPDX-License-Identifier: MIT */
/*
 * What a chip holds without power: flash, option bytes, ids and system memory.
 * It is kept in two files:
 *
 *	FILE		the flash, byte for byte
 *	FILE.options	lines NAME = VALUE; # begins a comment. The names are the controller's (the
 *			files ..._contents.c beside this one); otp0 on: the words of the one-time
 *			programmable bytes, where programmed (then the lock bytes)
 */
#include "chip/contents/demo_firmware.h"
#include "chip/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATH_LEN 4096

#define UID_SIZE 12u

/* --- what the factory puts in ------------------------------------------------------------ */

static void fill_uid(const struct chip *c, uint8_t *uid)
{
	uint32_t hash = 2166136261u;

	for (const char *s = c->part->name; *s; s++)
		hash = (hash ^ (uint8_t)*s) * 16777619u;
	put_le32(uid, hash);
	memcpy(uid + 4, "\x14Q34567V", UID_SIZE - 4);
}

static void fill_info(struct chip *c)
{
	c->info_area.base = c->line->system.base;
	c->info_area.size = c->line->ids->end - c->info_area.base;
	memset(c->info, 0xff, sizeof(c->info));
	rom_fill(c);
	fill_uid(c, info_at(c, c->line->ids->uid));
	put_le16(info_at(c, c->line->ids->size_word), c->part->size_word);
	c->ctl->contents->factory(c);
}

void chip_factory(struct chip *c)
{
	fill_info(c);
	memset(c->flash, 0xff, c->part->flash_size);
	firmware_load(c, 0, demo_firmware, demo_firmware_size);
	core_flush_fetch(&c->core);
}

/* --- option bytes as text ------------------------------------------------------------------ */

bool otp_set(struct chip *c, const char *name, uint32_t value)
{
	unsigned int word;
	char rest;

	if (sscanf(name, "otp%u%c", &word, &rest) != 1 || word >= c->line->ids->otp.size / 4)
		return false;
	put_le32(info_at(c, c->line->ids->otp.base + 4 * word), value);
	return true;
}

void otp_print(const struct chip *c, FILE *out)
{
	const uint8_t *otp = c->info + (c->line->ids->otp.base - c->info_area.base);

	for (unsigned int i = 0; i < c->line->ids->otp.size / 4; i++)
		if (get_le32(otp + 4 * i) != 0xffffffff)
			fprintf(out, "otp%u = 0x%08x\n", i, (unsigned int)get_le32(otp + 4 * i));
}

static int parse_line(struct chip *c, char *line)
{
	char name[16], value[16], rest;
	unsigned long number;
	char *end;

	line[strcspn(line, "#\r\n")] = '\0';
	if (line[strspn(line, " \t")] == '\0')
		return 0;
	if (sscanf(line, " %15[a-z0-9] = %15s %c", name, value, &rest) != 2)
		return -EINVAL;
	errno = 0;
	number = strtoul(value, &end, 0);
	if (errno || end == value || *end || number > 0xffffffff)
		return -EINVAL;
	if (!c->ctl->contents->set(c, name, (uint32_t)number))
		return -EINVAL;
	return 0;
}

static int load_options(struct chip *c, const char *file)
{
	char path[PATH_LEN], line[128];
	FILE *in;
	int err = 0;

	if (snprintf(path, sizeof(path), "%s.options", file) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	in = fopen(path, "r");
	if (!in)
		return errno == ENOENT ? 0 : -errno;
	while (!err && fgets(line, sizeof(line), in))
		err = parse_line(c, line);
	if (!err && ferror(in))
		err = -EIO;
	fclose(in);
	return err;
}

static void print_options(const struct chip *c, FILE *out)
{
	fprintf(out, "# option bytes of a virtual %s\n", c->part->name);
	c->ctl->contents->print(c, out);
}

bool chip_preset(struct chip *c, enum chip_preset what, uint32_t value)
{
	return c->ctl->contents->preset(c, what, value);
}

/* --- files ------------------------------------------------------------------------------------ */

int chip_load(struct chip *c, const char *file)
{
	FILE *in = fopen(file, "rb");
	size_t got;
	int err = 0;

	if (!in)
		return -errno;
	fill_info(c);
	memset(c->flash, 0xff, c->part->flash_size);
	got = fread(c->flash, 1, c->part->flash_size, in);
	if (ferror(in))
		err = -EIO;
	else if (got == c->part->flash_size && fgetc(in) != EOF)
		err = -EFBIG;
	fclose(in);
	core_flush_fetch(&c->core);
	return err ? err : load_options(c, file);
}

static void print_flash(const struct chip *c, FILE *out)
{
	fwrite(c->flash, 1, c->part->flash_size, out);
}

/* The old file stays until the new one is complete. */
static int save_file(const struct chip *c, const char *file, void (*print)(const struct chip *c, FILE *out))
{
	char path[PATH_LEN];
	FILE *out;
	bool failed;

	if (snprintf(path, sizeof(path), "%s.new", file) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	remove(path);
	out = fopen(path, "wbx"); /* made anew: never through a link that somebody left there */
	if (!out)
		return -errno;
	print(c, out);
	failed = ferror(out) != 0;
	failed |= fclose(out) != 0;
	if (failed || rename(path, file) != 0) {
		const int err = errno ? errno : EIO;

		remove(path);
		return -err;
	}
	return 0;
}

int chip_save(const struct chip *c, const char *file)
{
	char path[PATH_LEN];
	int err = 0;

	if (snprintf(path, sizeof(path), "%s.options", file) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	if (!c->flash_is_file)
		err = save_file(c, file, print_flash);
	return err ? err : save_file(c, path, print_options);
}

void chip_free_flash(struct chip *c)
{
	if (c->flash_is_file)
		munmap(c->flash, c->part->flash_size);
	else
		free(c->flash);
}

int chip_live(struct chip *c, const char *file)
{
	int err = save_file(c, file,
			    print_flash); /* of its full size, in place of a link or a file that others have open */
	void *map;
	int fd;

	if (err)
		return err;
	fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	map = mmap(NULL, c->part->flash_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	err = map == MAP_FAILED ? -errno : 0;
	close(fd);
	if (err)
		return err;
	chip_free_flash(c);
	c->flash = map;
	c->flash_is_file = true;
	core_flush_fetch(&c->core);
	return 0;
}
