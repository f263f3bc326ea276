/* SPDX-License-Identifier: MIT */
/*
 * DBGMCU (RM0008 31.16, RM0090 38.16): identity, and what goes on in low power
 * and in debug state. Only power-on resets it. Of an F7 it reads 0 while NRST is
 * low (flash-f0f3f2f7 fact sheet section 6.2).
 */
#include "chip/internal.h"

#define DBGMCU_IDCODE  0x00u
#define DBGMCU_CR      0x04u
#define DBGMCU_APB1_FZ 0x08u
#define DBGMCU_APB2_FZ 0x0cu

#define IDCODE_RESERVED_BITS 0x6000u /* bits 15:12 read so on every chip seen */

static const struct dbgmcu_layout *layout(const struct chip *c)
{
	return c->family->dbgmcu;
}

static uint32_t fz1(const struct chip *c)
{
	return layout(c)->fz1_off ? layout(c)->fz1_off : DBGMCU_APB1_FZ;
}

static uint32_t fz2(const struct chip *c)
{
	return layout(c)->fz2_off ? layout(c)->fz2_off : DBGMCU_APB2_FZ;
}

/* Without its clock what is written is lost. */
static bool has_clock(const struct chip *c)
{
	const struct dbgmcu_layout *l = layout(c);

	if (l->clocked_by_core && c->nrst_low)
		return false;
	return !l->clock || (periph_word(c, l->clock_reg) & l->clock);
}

bool dbgmcu_frozen(const struct chip *c, enum freezes what)
{
	const struct dbgmcu_layout *l = layout(c);
	const uint8_t bit[] = { [FREEZES_IWDG] = l->iwdg, [FREEZES_WWDG] = l->wwdg, [FREEZES_TIM2] = l->tim2 };
	const uint32_t bits = l->freezes_in_cr ? c->dbgmcu.cr : c->dbgmcu.apb1_fz;

	return c->core.halted && (bits >> bit[what] & 1);
}

uint32_t dbgmcu_read(struct chip *c, uint32_t off, enum master master)
{
	if (layout(c)->hidden_from_software && master == MASTER_CORE && !c->core.debug_enabled)
		return 0;

	if ((layout(c)->clocked_by_core && c->nrst_low) || (layout(c)->silent_unclocked && !has_clock(c)))
		return 0;

	if (off == DBGMCU_IDCODE)
		return (uint32_t)c->part->rev_id << 16 | IDCODE_RESERVED_BITS | c->part->dev_id;
	if (off == DBGMCU_CR)
		return c->dbgmcu.cr;
	if (off == fz1(c))
		return c->dbgmcu.apb1_fz;
	return off == fz2(c) ? c->dbgmcu.apb2_fz : 0;
}

void dbgmcu_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (!has_clock(c))
		return;
	if (off == DBGMCU_CR)
		c->dbgmcu.cr = value & layout(c)->cr;
	else if (off == fz1(c))
		c->dbgmcu.apb1_fz = value & layout(c)->apb1_fz;
	else if (off == fz2(c))
		c->dbgmcu.apb2_fz = value & layout(c)->apb2_fz;
	iwdg_poll(c);
	wwdg_poll(c);
}

/* F0 and the M0+ have it among the peripherals. */
uint32_t dbgmcu_apb_read(struct chip *c, uint32_t off)
{
	return dbgmcu_read(c, off, MASTER_DEBUG);
}
