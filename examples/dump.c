/* SPDX-License-Identifier: MIT */
/*
 * dump FILE [PROBE]: copy the whole flash of a chip to a file, proven.
 *
 *	cc -o dump dump.c $(pkg-config --cflags --libs stflash)
 *
 * Without PROBE the only one that is plugged in is taken; "virtual:stm32f103c8" needs no hardware at all.
 */
#include <stdio.h>
#include <stdlib.h>

#include <stflash.h>

static int save(const char *name, const void *data, size_t len)
{
	FILE *file = fopen(name, "wb");
	size_t written = 0;

	if (file) {
		written = fwrite(data, 1, len, file);
		if (!fclose(file) && written == len)
			return 0;
	}
	perror(name);
	return STFLASH_E_FILE;
}

/* The chip is connected. */
static int dump(struct stflash *s, const char *name)
{
	struct stflash_target_info chip = { .struct_size = sizeof(chip) };
	struct stflash_dump_report report = { .struct_size = sizeof(report) };
	unsigned char *flash;
	int err;

	err = stflash_get_target_info(s, &chip);
	if (err)
		return err;
	flash = malloc(chip.flash_size);
	if (!flash)
		return STFLASH_E_NO_MEMORY;

	err = stflash_dump(s, chip.flash_base, flash, chip.flash_size, NULL, &report);
	if (!err)
		err = save(name, flash, chip.flash_size);
	if (!err)
		printf("%s: %lu bytes, %s\n", chip.name, (unsigned long)report.bytes,
		       report.proof == STFLASH_PROOF_NONE ? "not proven" : "proven");
	free(flash);
	return err;
}

int main(int argc, char **argv)
{
	struct stflash *s;
	int err, late;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: dump FILE [PROBE]\n");
		return 2;
	}
	s = stflash_new();
	if (!s)
		return 1;

	err = stflash_connect(s, argv[2], STFLASH_CONNECT_AUTO);
	if (!err)
		err = dump(s, argv[1]);
	if (err && err != STFLASH_E_FILE) /* save() has told that one */
		fprintf(stderr, "dump: %s\n", *stflash_errmsg(s) ? stflash_errmsg(s) : stflash_strerror(err));

	/* Puts the chip's debug bits back, so an error here counts too. */
	late = stflash_disconnect(s);
	if (late && !err)
		fprintf(stderr, "dump: %s\n", stflash_errmsg(s));
	stflash_free(s);
	return err || late ? 1 : 0;
}
