/* SPDX-License-Identifier: MIT */
/*
 * production FIRMWARE [PROBE...]: write a firmware to every board that is plugged in and print a line for each:
 * PASS or FAIL, the probe, the chip's unique id, and what happened. Then change the boards and press Enter for the
 * next round; end of file ends the shift. The exit status is 1 when a board failed.
 *
 *	cc -o production production.c $(pkg-config --cflags --libs stflash)
 *
 * With PROBEs these are used instead of what is plugged in.
 */
#include <stdio.h>

#include <stflash.h>

#define FLASH_START 0x08000000u

struct shift {
	struct stflash *s;
	struct stflash_image *image;
	unsigned int passed, failed;
};

static int load(struct shift *shift, const char *name)
{
	static const uint32_t start = FLASH_START;
	static unsigned char data[4u << 20]; /* no chip holds more; ELF files have some more than the chip */
	FILE *file = fopen(name, "rb");
	size_t len;

	if (!file || !(len = fread(data, 1, sizeof(data), file)) || ferror(file) || !feof(file)) {
		fprintf(stderr, "production: %s cannot be read, is empty, or is too large\n", name);
		if (file)
			fclose(file);
		return -1;
	}
	fclose(file);
	if (stflash_image_load(shift->s, shift->image, name, data, len, STFLASH_FORMAT_AUTO,
			       stflash_image_detect(data, len) == STFLASH_FORMAT_BIN ? &start : NULL)) {
		fprintf(stderr, "production: %s\n", stflash_errmsg(shift->s));
		return -1;
	}
	return 0;
}

/* As `stflash info` prints it; all 0 is that of a chip that hides it. */
static const char *uid_text(char text[27], const struct stflash_target_info *chip)
{
	if (!chip->uid[0] && !chip->uid[1] && !chip->uid[2])
		return "unreadable";
	snprintf(text, 27, "%08lx-%08lx-%08lx", (unsigned long)chip->uid[0], (unsigned long)chip->uid[1],
		 (unsigned long)chip->uid[2]);
	return text;
}

/* One board, from connecting to the line of the report. */
static void flash_one(struct shift *shift, const char *probe)
{
	struct stflash_target_info chip = { .struct_size = sizeof(chip) };
	struct stflash_write_report report = { .struct_size = sizeof(report) };
	char why[512] = "", uid[27];
	int err, late;

	err = stflash_connect(shift->s, probe, STFLASH_CONNECT_AUTO);
	if (!err)
		err = stflash_get_target_info(shift->s, &chip);
	if (!err)
		err = stflash_write(shift->s, shift->image, NULL, &report);
	if (err)
		snprintf(why, sizeof(why), "%s", stflash_errmsg(shift->s));
	late = stflash_disconnect(shift->s);
	if (late && !err)
		snprintf(why, sizeof(why), "%s", stflash_errmsg(shift->s));

	if (err || late) {
		shift->failed++;
		printf("FAIL\t%s\t%s\t%s\n", probe, chip.name ? uid_text(uid, &chip) : "-", why);
	} else {
		shift->passed++;
		printf("PASS\t%s\t%s\t%lu bytes proven in %s\n", probe, uid_text(uid, &chip),
		       (unsigned long)report.image_bytes, chip.name);
	}
	fflush(stdout);
}

/* The path names one probe even where clones share a serial number. */
static void flash_all(struct shift *shift)
{
	const struct stflash_probe_info *probe;
	struct stflash_probes *probes;

	if (stflash_list_probes(shift->s, &probes)) {
		fprintf(stderr, "production: %s\n", stflash_errmsg(shift->s));
		shift->failed++;
		return;
	}
	if (!stflash_get_probe(probes, 0))
		fprintf(stderr, "production: no probe is plugged in\n");
	for (size_t n = 0; (probe = stflash_get_probe(probes, n)); n++)
		flash_one(shift, probe->path);
	stflash_free_probes(probes);
}

static void run_shift(struct shift *shift, char **probes)
{
	char line[64];

	do {
		if (*probes)
			for (char **probe = probes; *probe; probe++)
				flash_one(shift, *probe);
		else
			flash_all(shift);
		fprintf(stderr, "%u passed, %u failed. Change the boards and press Enter.\n", shift->passed,
			shift->failed);
	} while (fgets(line, sizeof(line), stdin));
}

int main(int argc, char **argv)
{
	struct shift shift = { 0 };
	int status = 2;

	if (argc < 2) {
		fprintf(stderr, "usage: production FIRMWARE [PROBE...]\n");
		return status;
	}
	shift.s = stflash_new();
	shift.image = stflash_image_new();
	if (shift.s && shift.image && !load(&shift, argv[1])) {
		run_shift(&shift, argv + 2);
		status = shift.failed ? 1 : 0;
	}
	stflash_image_free(shift.image);
	stflash_free(shift.s);
	return status;
}
