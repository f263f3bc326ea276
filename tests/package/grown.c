/* SPDX-License-Identifier: MIT */
/*
 * A program that uses each struct of the interface once, and sees when the
 * library writes behind one. Built with this header and run with a library
 * that was built with a later one, and the other way round.
 */
#include <stdio.h>
#include <string.h>

#include <stflash.h>

#define FLASH 0x08000000u

static int failures;

static void check(int good, const char *what)
{
	if (good)
		return;
	failures++;
	fprintf(stderr, "grown: %s\n", what);
}

/* A struct of the caller's, and what must stay as it was behind it. */
#define GUARDED(type)                     \
	struct {                          \
		struct type it;           \
		unsigned char behind[64]; \
	}
#define PREPARE(g) \
	(memset(&(g), 0xa5, sizeof(g)), memset(&(g).it, 0, sizeof((g).it)), (g).it.struct_size = sizeof((g).it))

static int is_whole(const unsigned char behind[64])
{
	for (size_t i = 0; i < 64; i++)
		if (behind[i] != 0xa5)
			return 0;
	return 1;
}

static void look(struct stflash *s)
{
	GUARDED(stflash_target_info) target;
	GUARDED(stflash_probe_info) probe;
	GUARDED(stflash_region) region;
	GUARDED(stflash_chip) chip;
	struct stflash_options *options = NULL;
	struct stflash_cells *cells = NULL;
	size_t n = 0;

	PREPARE(target);
	check(!stflash_get_target_info(s, &target.it), stflash_errmsg(s));
	check(target.it.flash_size == 65536 && !strncmp(target.it.name, "STM32F103", 9), "another chip");
	check(is_whole(target.behind), "stflash_target_info is larger than its size");

	PREPARE(probe);
	check(!stflash_get_probe_info(s, &probe.it), stflash_errmsg(s));
	check(!strcmp(probe.it.path, "virtual:stm32f103c8"), "another path");
	check(is_whole(probe.behind), "stflash_probe_info is larger than its size");

	PREPARE(region);
	check(stflash_get_region(s, 0, &region.it), "no region");
	check(region.it.kind == STFLASH_REGION_FLASH && region.it.size == 65536, "another region");
	check(is_whole(region.behind), "stflash_region is larger than its size");

	PREPARE(chip);
	check(stflash_get_chip(0, &chip.it) && chip.it.dev_id, "no chip");
	check(is_whole(chip.behind), "stflash_chip is larger than its size");

	check(!stflash_options_read(s, &options), stflash_errmsg(s));
	while (stflash_get_option(options, n))
		n++;
	check(n > 5 && !strcmp(stflash_get_option(options, 0)->name, "RDP"), "other option bytes");
	stflash_free_options(options);

	check(!stflash_map(s, false, &cells), stflash_errmsg(s));
	for (n = 0; stflash_get_cell(cells, n); n++)
		check(stflash_get_cell(cells, n)->addr == FLASH + 1024 * n, "another cell");
	check(n == 64, "other cells");
	stflash_free_cells(cells);
}

static void work(struct stflash *s)
{
	static const char firmware[] = "\x00\x50\x00\x20\x09\x00\x00\x08\xfe\xe7\xfe\xe7";
	static unsigned char dump[1024];
	const struct stflash_read_options gently = { .struct_size = sizeof(gently), .hold = STFLASH_HOLD_HALT };
	const struct stflash_write_options o = { .struct_size = sizeof(o), .discard_rest = true };
	GUARDED(stflash_write_report) written;
	GUARDED(stflash_verify_report) verified;
	GUARDED(stflash_dump_report) dumped;
	GUARDED(stflash_options_report) changed;
	struct stflash_image *image = stflash_image_new();
	static const char *const setting[] = { "Data0=0x12" };
	const uint32_t base = FLASH;

	check(!stflash_image_load(s, image, "a.bin", firmware, sizeof(firmware) - 1, STFLASH_FORMAT_BIN, &base),
	      "load");
	PREPARE(written);
	check(!stflash_write(s, image, &o, &written.it), stflash_errmsg(s));
	check(written.it.image_bytes == sizeof(firmware) - 1 && written.it.verified, "another report of the write");
	check(is_whole(written.behind), "stflash_write_report is larger than its size");

	PREPARE(verified);
	check(!stflash_verify(s, image, &gently, &verified.it), stflash_errmsg(s));
	check(verified.it.bytes == sizeof(firmware) - 1 && !verified.it.was_reset, "another report of the verify");
	check(is_whole(verified.behind), "stflash_verify_report is larger than its size");
	stflash_image_free(image);

	PREPARE(dumped);
	check(!stflash_dump(s, FLASH, dump, sizeof(dump), NULL, &dumped.it), stflash_errmsg(s));
	check(dumped.it.bytes == sizeof(dump) && dumped.it.proof == STFLASH_PROOF_HASH, "another report of the dump");
	check(!memcmp(dump, firmware, sizeof(firmware) - 1), "another dump");
	check(is_whole(dumped.behind), "stflash_dump_report is larger than its size");

	PREPARE(changed);
	check(!stflash_options_write(s, setting, 1, STFLASH_CHECK_ONLY, &changed.it), stflash_errmsg(s));
	check(changed.it.changed, "another report of the option bytes");
	check(is_whole(changed.behind), "stflash_options_report is larger than its size");
}

static void see_finding(const struct stflash_finding *finding, void *user)
{
	check(*finding->step && *finding->text, "an empty finding");
	++*(unsigned int *)user;
}

int main(void)
{
	struct stflash *s = stflash_new();
	struct stflash_probes *probes = NULL;
	const char *advice = "";
	unsigned int findings = 0;

	check(!stflash_find_probes(s, "virtual:stm32f103c8", &probes), stflash_errmsg(s));
	check(stflash_get_probe(probes, 0) && !stflash_get_probe(probes, 1), "not one probe");
	stflash_free_probes(probes);
	stflash_doctor(s, "virtual:stm32f103c8", false, see_finding, &findings, &advice);
	check(findings > 5 && *advice, "the doctor says nothing");

	check(!stflash_connect(s, "virtual:stm32f103c8", STFLASH_CONNECT_AUTO), stflash_errmsg(s));
	look(s);
	work(s);
	check(!stflash_disconnect(s), stflash_errmsg(s));
	stflash_free(s);
	return failures != 0;
}
