/* SPDX-License-Identifier: MIT */
/*
 * DBGMCU (RM0008 31.16, RM0090 38.16): identity, and what goes on in low power
 * and in debug state. Only power-on resets it.
 */
#include "chip/internal.h"

#define DBGMCU_IDCODE  0x00u
#define DBGMCU_CR      0x04u
#define DBGMCU_APB1_FZ 0x08u
#define DBGMCU_APB2_FZ 0x0cu

#define CR_F1_IMPLEMENTED    0x7fffffe7u
#define CR_F4_IMPLEMENTED    0x000000e7u
#define APB1_FZ_IMPLEMENTED  0x07e01dffu
#define APB2_FZ_IMPLEMENTED  0x00070003u
#define IDCODE_RESERVED_BITS 0x6000u /* bits 15:12 read so on every F1 and F4 seen */

static bool is_f1(const struct chip *c)
{
	return c->line->family == FAMILY_F1;
}

/* The core is halted, and the bit is set: DBGMCU_CR on an F1, APB1_FZ on an F4. */
bool dbgmcu_frozen(const struct chip *c, enum freezes what)
{
	static const struct {
		uint8_t f1, f4;
	} bit[] = {
		[FREEZES_IWDG] = { 8, 12 },
		[FREEZES_WWDG] = { 9, 11 },
		[FREEZES_TIM2] = { 11, 0 },
	};
	const uint32_t bits = is_f1(c) ? c->dbgmcu.cr >> bit[what].f1 : c->dbgmcu.apb1_fz >> bit[what].f4;

	return c->core.halted && (bits & 1);
}

uint32_t dbgmcu_read(struct chip *c, uint32_t off, enum master master)
{
	/* Errata sheets of the F1 (ES096 2.3 and its like): software sees 0 unless a debugger is there. */
	if (is_f1(c) && master == MASTER_CORE && !c->core.debug_enabled)
		return 0;

	switch (off) {
	case DBGMCU_IDCODE:
		return (uint32_t)c->part->rev_id << 16 | IDCODE_RESERVED_BITS | c->part->dev_id;
	case DBGMCU_CR:
		return c->dbgmcu.cr;
	case DBGMCU_APB1_FZ:
		return c->dbgmcu.apb1_fz;
	case DBGMCU_APB2_FZ:
		return c->dbgmcu.apb2_fz;
	default:
		return 0;
	}
}

void dbgmcu_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (off == DBGMCU_CR)
		c->dbgmcu.cr = value & (is_f1(c) ? CR_F1_IMPLEMENTED : CR_F4_IMPLEMENTED);
	else if (off == DBGMCU_APB1_FZ && !is_f1(c))
		c->dbgmcu.apb1_fz = value & APB1_FZ_IMPLEMENTED;
	else if (off == DBGMCU_APB2_FZ && !is_f1(c))
		c->dbgmcu.apb2_fz = value & APB2_FZ_IMPLEMENTED;
	iwdg_poll(c);
	wwdg_poll(c);
}
