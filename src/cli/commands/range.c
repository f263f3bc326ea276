/* SPDX-License-Identifier: MIT */
#include "cli/commands/range.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands/memory.h"
#include "cli/words.h"

#define ADDRESS_SPACE 0x100000000u

int range_take(struct cli *cli, struct range *r, const char *word)
{
	if (r->n_numbers == 2)
		return cli_usage(cli, "%s takes two numbers, ADDR and SIZE, not a third, '%s'", cli->command->name,
				 word);
	if (parse_number(word, &r->number[r->n_numbers++]))
		return 0;
	return cli_usage(cli,
			 r->or_files ? "'%s' is not a number; a file of that name is ./%s" : "'%s' is not a number",
			 word, word);
}

int range_check(struct cli *cli, struct range *r)
{
	const uint64_t addr = r->number[0], len = r->number[1];

	r->whole = r->n_numbers == 0;
	r->to_end = r->n_numbers == 1;
	r->addr = FLASH_START;
	if (r->whole)
		return 0;
	if (addr >= ADDRESS_SPACE)
		return cli_usage(cli, "the address 0x%" PRIx64 " has more than 32 bits", addr);
	r->addr = (uint32_t)addr;
	if (r->to_end)
		return 0;
	if (!len)
		return cli_usage(cli, "nothing to read: the size is 0");
	if (len > ADDRESS_SPACE - addr)
		return cli_usage(cli, "the size %" PRIu64 " is more than there can be from that address", len);
	r->len = (size_t)len;
	return 0;
}

/* RAM: as much as every part of the line has, but where addr is in what only some have. */
static uint32_t end_of_region(const struct stflash_region *region, uint32_t addr)
{
	return region->addr + (addr < region->addr + region->least ? region->least : region->size);
}

uint32_t range_memory_end(const struct cli *cli, uint32_t addr)
{
	struct stflash_region region = { .struct_size = sizeof(region) };
	enum stflash_region_kind kind = STFLASH_REGION_FLASH;
	uint32_t end = addr;
	bool grows;

	do {
		grows = false;
		for (size_t n = 0; stflash_get_region(cli->session, n, &region); n++)
			if (end == addr ? end >= region.addr && end - region.addr < region.size
					: end == region.addr && region.kind == kind) {
				kind = region.kind;
				end = end_of_region(&region, end);
				grows = true;
			}
	} while (grows);
	return end == addr ? 0 : end;
}

static void add_part(struct range *r, uint64_t first, uint64_t end)
{
	if (first >= end || r->n_parts == ARRAY_SIZE(r->part))
		return;
	r->part[r->n_parts++] = (struct range_part){ (uint32_t)first, (size_t)(end - first) };
}

/* What of it is flash, where that has a hole; otherwise all of it is one part. */
static void cut_at_hole(struct cli *cli, struct range *r)
{
	struct stflash_region region = { .struct_size = sizeof(region) };
	const uint64_t end = (uint64_t)r->addr + r->len;
	size_t len = 0;

	r->n_parts = 0;
	for (size_t n = 0; stflash_get_region(cli->session, n, &region) && region.kind == STFLASH_REGION_FLASH; n++)
		add_part(r, r->addr > region.addr ? r->addr : region.addr,
			 end < (uint64_t)region.addr + region.size ? end : (uint64_t)region.addr + region.size);
	if (r->n_parts < 2 || r->part[0].addr != r->addr || r->part[1].addr + r->part[1].len != end) {
		r->n_parts = 0;
		add_part(r, r->addr, end);
	}
	for (size_t i = 0; i < r->n_parts; i++)
		len += r->part[i].len;
	r->len = len;
}

/* From the first byte of flash to its last that is not a radio core's. */
static int find_whole(struct cli *cli, struct range *r)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	struct stflash_region region = { .struct_size = sizeof(region) };
	int err;

	err = stflash_get_target_info(cli->session, &target);
	r->addr = target.flash_base;
	for (size_t n = 0; stflash_get_region(cli->session, n, &region) && region.kind == STFLASH_REGION_FLASH; n++)
		r->len = region.addr + region.size - r->addr;
	r->radio = target.radio_size ? r->addr + (uint32_t)r->len : 0;
	return err;
}

int range_find(struct cli *cli, struct range *r)
{
	int err = 0;

	if (r->whole) {
		err = find_whole(cli, r);
	} else if (r->to_end) {
		const uint32_t end = range_memory_end(cli, r->addr);

		if (!end)
			return cli_fail(cli, STFLASH_E_ARG,
					"0x%08" PRIx32
					" is in no memory of this chip whose end is known: give ADDR and SIZE",
					r->addr);
		r->len = end - r->addr;
	}
	if (!err)
		cut_at_hole(cli, r);
	return err;
}

static void add_report(struct stflash_dump_report *sum, const struct stflash_dump_report *part)
{
	sum->bytes += part->bytes;
	sum->transferred += part->transferred;
	sum->blank += part->blank;
	sum->like += part->like;
	sum->retries += part->retries;
	sum->proof = part->proof == STFLASH_PROOF_HASH ? sum->proof : part->proof;
	sum->speed_khz = part->speed_khz;
}

static int dump_part(struct cli *cli, struct range *r, const struct range_part *part, uint8_t *buf,
		     const struct stflash_read_options *how, struct stflash_dump_report *report)
{
	const int err = stflash_dump(cli->session, part->addr, buf, part->len, how, report);
	const size_t used = strlen(r->lacks);

	if (err != STFLASH_E_FLASH || !report->unreadable)
		return err;
	snprintf(r->lacks + used, sizeof(r->lacks) - used, "%s%s", used ? "; " : "", stflash_errmsg(cli->session));
	return 0;
}

int range_dump(struct cli *cli, struct range *r, uint8_t *buf, const struct stflash_read_options *how,
	       struct stflash_dump_report *report)
{
	const struct range_part whole = { r->addr, r->len };
	struct stflash_read_options first = *how;
	struct stflash_dump_report part = { .struct_size = sizeof(part) };
	int err;

	if (r->n_parts < 2)
		return dump_part(cli, r, &whole, buf, how, report);
	first.then = STFLASH_THEN_STAY;
	err = dump_part(cli, r, &r->part[0], buf, &first, report);
	if (!err)
		err = dump_part(cli, r, &r->part[1], buf + r->part[0].len, how, &part);
	if (!err)
		add_report(report, &part);
	return err;
}

int range_tell_lacks(struct cli *cli, const struct range *r)
{
	return r->lacks[0] ? cli_fail(cli, STFLASH_E_FLASH, "%s", r->lacks) : 0;
}

int range_put(struct cli *cli, const struct range *r, const char *name, const uint8_t *buf, struct stflash_image *image)
{
	int err = 0;

	for (size_t i = 0; !err && i < r->n_parts; i++) {
		err = stflash_image_put(cli->session, image, name, r->part[i].addr, buf, r->part[i].len, false);
		buf += r->part[i].len;
	}
	return err;
}
