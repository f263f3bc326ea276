/* SPDX-License-Identifier: MIT */
/* 32-bit branches, special registers, hints and barriers: ARMv7-M ARM A5.3.4, B5.2. */
#include "core/cpu.h"

/* --- hints and processor state, 16-bit ones too ---------------------------------- */

void hint(struct core *c, unsigned int op1)
{
	switch (op1) {
	case 2: /* WFE */
		c->sleeping = !c->event;
		c->sleeps_for_event = true;
		c->event = false;
		break;
	case 3: /* WFI */
		c->sleeping = true;
		c->sleeps_for_event = false;
		break;
	case 4: /* SEV */
		c->event = true;
		return;
	default: /* NOP, YIELD, DBG and the unallocated ones, which are NOP */
		return;
	}
	c->attention = true;
}

/* CPS (B5.2.1): ignored when unprivileged; FAULTMASK cannot be set in HardFault or NMI. */
void change_processor_state(struct core *c, bool disable, bool primask, bool faultmask)
{
	if (!is_privileged(c))
		return;
	if (primask)
		c->primask = disable;
	if (faultmask && (!disable || core_execution_priority(c) > -1))
		c->faultmask = disable;
	c->attention = true;
}

/* --- MRS, MSR ----------------------------------------------------------------------- */

enum {
	SYSM_XPSR_LAST = 7,
	SYSM_MSP = 8,
	SYSM_PSP = 9,
	SYSM_PRIMASK = 16,
	SYSM_BASEPRI = 17,
	SYSM_BASEPRI_MAX = 18,
	SYSM_FAULTMASK = 19,
	SYSM_CONTROL = 20,
};

static uint32_t apsr_mask(const struct core *c)
{
	return c->type->v6m ? 0xf0000000u : 0xf8000000u | (c->type->dsp ? XPSR_GE : 0);
}

uint32_t read_special(const struct core *c, unsigned int sysm)
{
	uint32_t value = 0;

	if (sysm <= SYSM_XPSR_LAST) {
		if (bit(sysm, 0) && is_privileged(c))
			value |= c->xpsr & XPSR_IPSR;
		if (!bit(sysm, 2))
			value |= c->xpsr & apsr_mask(c);
		return value; /* EPSR reads as zero */
	}
	if (sysm == SYSM_CONTROL)
		return c->control;
	if (!is_privileged(c))
		return 0;

	switch (sysm) {
	case SYSM_MSP:
		return c->msp;
	case SYSM_PSP:
		return c->psp;
	case SYSM_PRIMASK:
		return c->primask;
	case SYSM_BASEPRI:
	case SYSM_BASEPRI_MAX:
		return c->basepri;
	case SYSM_FAULTMASK:
		return c->faultmask;
	default:
		return 0;
	}
}

static void write_apsr(struct core *c, unsigned int mask, uint32_t value)
{
	uint32_t writable = 0;

	if (mask & 2)
		writable |= apsr_mask(c) & 0xf8000000u;
	if ((mask & 1) && c->type->dsp)
		writable |= XPSR_GE;
	c->xpsr = (c->xpsr & ~writable) | (value & writable);
}

/* SPSEL can be written in Thread mode only. */
static void write_control(struct core *c, uint32_t value)
{
	const uint32_t writable =
		(c->type->unprivileged ? CONTROL_NPRIV : 0) | (in_handler_mode(c) ? 0 : CONTROL_SPSEL);

	c->control = (c->control & ~writable) | (value & writable);
	select_stack(c);
}

static void write_basepri_max(struct core *c, uint8_t value)
{
	if (value && (value < c->basepri || !c->basepri))
		c->basepri = value;
}

/* ARMv6-M B5.2.3: an M0 has none of them. */
static bool is_v7m_mask(unsigned int sysm)
{
	return sysm >= SYSM_BASEPRI && sysm <= SYSM_FAULTMASK;
}

void write_special(struct core *c, unsigned int sysm, unsigned int mask, uint32_t value)
{
	if (sysm < 4) {
		write_apsr(c, mask, value);
		return;
	}
	if (!is_privileged(c) || (c->type->v6m && is_v7m_mask(sysm)))
		return;

	c->attention = true;
	switch (sysm) {
	case SYSM_MSP:
		c->msp = value & ~3u;
		break;
	case SYSM_PSP:
		c->psp = value & ~3u;
		break;
	case SYSM_PRIMASK:
		c->primask = value & 1;
		break;
	case SYSM_BASEPRI:
		c->basepri = value & 0xf0;
		break;
	case SYSM_BASEPRI_MAX:
		write_basepri_max(c, value & 0xf0);
		break;
	case SYSM_FAULTMASK:
		if (!(value & 1) || core_execution_priority(c) > -1)
			c->faultmask = value & 1;
		return;
	case SYSM_CONTROL:
		write_control(c, value);
		break;
	default:
		return;
	}
}

/* --- A5.3.4: branches and miscellaneous control --------------------------------------- */

static void branch_conditional(struct core *c, uint32_t op)
{
	const uint32_t offset = bits(op, 26, 26) << 20 | bits(op, 11, 11) << 19 | bits(op, 13, 13) << 18 |
				bits(op, 21, 16) << 12 | bits(op, 10, 0) << 1;

	if (condition_passed(c, bits(op, 25, 22)))
		branch_to(c, c->pc + 4 + sign_extend(offset, 21));
}

/* B (T4) and BL: the offset is S:I1:I2:imm10:imm11:0 with I = NOT(J EOR S). */
static uint32_t long_target(const struct core *c, uint32_t op)
{
	const uint32_t s = bits(op, 26, 26);
	const uint32_t i1 = ~(bits(op, 13, 13) ^ s) & 1;
	const uint32_t i2 = ~(bits(op, 11, 11) ^ s) & 1;
	const uint32_t offset = s << 24 | i1 << 23 | i2 << 22 | bits(op, 25, 16) << 12 | bits(op, 10, 0) << 1;

	return c->pc + 4 + sign_extend(offset, 25);
}

static void wide_hint(struct core *c, uint32_t op)
{
	if (bits(op, 10, 8) != 0) {
		undefined(c);
		return;
	}
	hint(c, bits(op, 7, 0));
}

/* CLREX, DSB, DMB, ISB: accesses are in order and complete here; who wants to know counts the DSBs. */
static void barrier(struct core *c, uint32_t op)
{
	switch (bits(op, 7, 4)) {
	case 2:
		c->exclusive = false;
		break;
	case 4:
		c->barriers++;
		return;
	case 5:
	case 6:
		return;
	default:
		undefined(c);
		break;
	}
}

static void control(struct core *c, uint32_t op)
{
	const unsigned int sysm = bits(op, 7, 0);

	switch (bits(op, 26, 20)) {
	case 0x38: /* MSR */
	case 0x39:
		write_special(c, sysm, bits(op, 11, 10), get_reg(c, bits(op, 19, 16)));
		break;
	case 0x3a:
		wide_hint(c, op);
		break;
	case 0x3b:
		barrier(c, op);
		break;
	case 0x3e: /* MRS */
	case 0x3f:
		set_reg(c, bits(op, 11, 8), read_special(c, sysm));
		break;
	default: /* UDF too */
		undefined(c);
		break;
	}
}

void thumb32_branches_and_control(struct core *c, uint32_t op)
{
	switch (bits(op, 14, 14) << 1 | bits(op, 12, 12)) {
	case 0:
		if (bits(op, 25, 23) == 7) {
			control(c, op);
			return;
		}
		branch_conditional(c, op);
		break;
	case 1: /* B */
		branch_to(c, long_target(c, op));
		break;
	case 3: /* BL */
		c->lr = c->next_pc | 1;
		branch_to(c, long_target(c, op));
		break;
	default: /* BLX to ARM code: none here */
		undefined(c);
		break;
	}
}
