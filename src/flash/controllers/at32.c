/* SPDX-License-Identifier: MIT */
/*
 * The flash controller of Artery's AT32F403A to F415 (clones fact sheet section
 * 4). It is only read: what erases and programs it is known from other tools
 * alone, and not the same in all of them.
 */
#include "base/bytes.h"
#include "flash/flash.h"
#include "flash/options/options.h"

#define AT32_BASE 0x40022000u
#define STS       0x0cu
#define CTRL      0x10u

/* openocd waits 0.5 s for a page and 2.4 s for everything; here they serve estimates alone. */
static const struct erase_time at32_times[] = { { UINT32_MAX, { 50000 } }, { 0, { 2400000 } } };

const struct controller flash_at32 = {
	.name = "AT32 flash controller",
	.unit_name = "sector",
	.read_only = "an AT32 has a flash controller of its own, which stflash reads and does not write",
	.base = AT32_BASE,
	.sr = STS,
	.cr = CTRL,
	.width = 4,
	.program_unit = 4,
	.erased = 0xff,
	.times = at32_times,
	.program_ns = { 50000 },
};

static int at32_read_options(struct flash *f, struct option_words *o)
{
	(void)f;
	*o = (struct option_words){ .damaged = false };
	return 0;
}

/* There are no fields that could be set: nothing comes this far. */
const struct option_access options_at32 = { .read = at32_read_options };
