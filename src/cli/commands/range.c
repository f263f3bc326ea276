/* SPDX-License-Identifier: MIT */
#include "cli/commands/range.h"

#include <inttypes.h>

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

int range_find(struct cli *cli, struct range *r)
{
	struct stflash_target_info target = { .struct_size = sizeof(target) };
	int err = 0;

	if (r->whole) {
		err = stflash_get_target_info(cli->session, &target);
		r->addr = target.flash_base;
		r->len = target.flash_size - target.radio_size;
		r->radio = target.radio_size ? r->addr + (uint32_t)r->len : 0;
	} else if (r->to_end) {
		const uint32_t end = range_memory_end(cli, r->addr);

		if (!end)
			return cli_fail(cli, STFLASH_E_ARG,
					"0x%08" PRIx32
					" is in no memory of this chip whose end is known: give ADDR and SIZE",
					r->addr);
		r->len = end - r->addr;
	}
	return err;
}
