/* SPDX-License-Identifier: MIT */
/*
 * The system control space (ARMv7-M B3.2 to B3.4): system control block and
 * NVIC. What execution depends on is in struct core; this is how software and
 * debuggers see it. ARMv6-M has less of it (B3.2): what it lacks reads as zero
 * and takes no writes.
 */
#include "chip/internal.h"

#include <string.h>

#define ICTR  0x004u
#define CPUID 0xd00u
#define ICSR  0xd04u
#define VTOR  0xd08u
#define AIRCR 0xd0cu
#define SCR   0xd10u
#define CCR   0xd14u
#define SHPR1 0xd18u
#define SHPR3 0xd20u
#define SHCSR 0xd24u
#define CFSR  0xd28u
#define HFSR  0xd2cu
#define DFSR  0xd30u
#define MMFAR 0xd34u
#define BFAR  0xd38u
#define CPACR 0xd88u
#define STIR  0xf00u

#define NVIC_ISER 0x100u
#define NVIC_ICER 0x180u
#define NVIC_ISPR 0x200u
#define NVIC_ICPR 0x280u
#define NVIC_IABR 0x300u
#define NVIC_IPR  0x400u

#define ICSR_NMIPENDSET (1u << 31)
#define ICSR_PENDSVSET  (1u << 28)
#define ICSR_PENDSVCLR  (1u << 27)
#define ICSR_PENDSTSET  (1u << 26)
#define ICSR_PENDSTCLR  (1u << 25)
#define ICSR_ISRPENDING (1u << 22)
#define ICSR_RETTOBASE  (1u << 11)

#define AIRCR_VECTKEY       0x05fau
#define AIRCR_VECTKEYSTAT   0xfa050000u
#define AIRCR_VECTRESET     (1u << 0)
#define AIRCR_VECTCLRACTIVE (1u << 1)
#define AIRCR_SYSRESETREQ   (1u << 2)

/* --- interrupt enable, pending, active: one bit each, 32 in a word ------------- */

static uint32_t collect(const struct core *core, const bool *bits, uint32_t word)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < 32 && 32 * word + i < core->type->n_irqs; i++)
		value |= (uint32_t)bits[EXC_IRQ0 + 32 * word + i] << i;
	return value;
}

static void assign(const struct core *core, bool *bits, uint32_t word, uint32_t mask, bool to)
{
	for (unsigned int i = 0; i < 32 && 32 * word + i < core->type->n_irqs; i++)
		if (mask >> i & 1)
			bits[EXC_IRQ0 + 32 * word + i] = to;
}

static uint32_t nvic_read(const struct core *core, uint32_t off)
{
	const uint32_t word = (off >> 2) & 7;

	if (off >= NVIC_IPR) {
		const uint32_t irq = off - NVIC_IPR;

		return irq + 3 < core->type->n_irqs ? get_le32(core->priority + EXC_IRQ0 + irq) : 0;
	}
	switch (off & ~0x7fu) {
	case NVIC_ISER:
	case NVIC_ICER:
		return collect(core, core->enabled, word);
	case NVIC_ISPR:
	case NVIC_ICPR:
		return collect(core, core->pending, word);
	default:
		return collect(core, core->active, word);
	}
}

static void nvic_write(struct core *core, uint32_t off, uint32_t value)
{
	const uint32_t word = (off >> 2) & 7;

	if (off >= NVIC_IPR) {
		const uint32_t irq = off - NVIC_IPR;

		if (irq + 3 < core->type->n_irqs)
			put_le32(core->priority + EXC_IRQ0 + irq, value & (core->type->priority_bits * 0x01010101u));
		return;
	}
	switch (off & ~0x7fu) {
	case NVIC_ISER:
		assign(core, core->enabled, word, value, true);
		break;
	case NVIC_ICER:
		assign(core, core->enabled, word, value, false);
		break;
	case NVIC_ISPR:
		assign(core, core->pending, word, value, true);
		break;
	case NVIC_ICPR:
		assign(core, core->pending, word, value, false);
		break;
	default: /* the active bits are read only */
		break;
	}
}

/* --- system control block --------------------------------------------------------- */

static uint32_t icsr_read(const struct core *core)
{
	uint32_t value = core->xpsr & 0x1ff;
	unsigned int n_active = 0;

	for (unsigned int i = 1; i < EXC_N; i++)
		n_active += core->active[i];
	for (unsigned int i = EXC_IRQ0; i < EXC_N; i++)
		if (core->pending[i])
			value |= ICSR_ISRPENDING;
	if (n_active <= 1)
		value |= ICSR_RETTOBASE;
	value |= core_highest_pending(core) << 12;
	value |= core->pending[EXC_NMI] ? ICSR_NMIPENDSET : 0;
	value |= core->pending[EXC_PENDSV] ? ICSR_PENDSVSET : 0;
	value |= core->pending[EXC_SYSTICK] ? ICSR_PENDSTSET : 0;
	return value;
}

static void icsr_write(struct core *core, uint32_t value)
{
	if (value & ICSR_NMIPENDSET)
		core_set_pending(core, EXC_NMI);
	if (value & ICSR_PENDSVSET)
		core_set_pending(core, EXC_PENDSV);
	else if (value & ICSR_PENDSVCLR)
		core->pending[EXC_PENDSV] = false;
	if (value & ICSR_PENDSTSET)
		core_set_pending(core, EXC_SYSTICK);
	else if (value & ICSR_PENDSTCLR)
		core->pending[EXC_SYSTICK] = false;
}

static void aircr_write(struct chip *c, uint32_t value)
{
	if (value >> 16 != AIRCR_VECTKEY)
		return;
	if (c->core.type->v6m && (value & AIRCR_VECTRESET)) {
		monitor_anomaly(c->mon, "AIRCR 0x%08x: ARMv6-M has no VECTRESET", (unsigned int)value);
		value &= ~AIRCR_VECTRESET;
	}
	if (!c->core.type->v6m)
		c->core.aircr_prigroup = (value >> 8) & 7;
	if ((value & AIRCR_SYSRESETREQ) && (value & AIRCR_VECTRESET)) {
		monitor_anomaly(c->mon, "SYSRESETREQ and VECTRESET written together");
		value &= ~AIRCR_VECTRESET;
	}
	if (value & AIRCR_SYSRESETREQ)
		c->reset_wanted = true;
	if ((value & (AIRCR_VECTRESET | AIRCR_VECTCLRACTIVE)) && !c->core.halted) {
		monitor_anomaly(c->mon, "AIRCR 0x%08x: VECTRESET and VECTCLRACTIVE need a halted core",
				(unsigned int)value);
		return;
	}
	if (value & AIRCR_VECTCLRACTIVE)
		memset(c->core.active, 0, sizeof(c->core.active));
	if (value & AIRCR_VECTRESET)
		c->vectreset_wanted = true;
	core_break_off(&c->core);
}

/* SHCSR: which bit shows which flag of which exception */
static const struct {
	unsigned int bit, exception;
	bool is_active;
} shcsr_bits[] = {
	{ 0, EXC_MEMMANAGE, true },  { 1, EXC_BUSFAULT, true },     { 3, EXC_USAGEFAULT, true },
	{ 7, EXC_SVCALL, true },     { 8, EXC_DEBUGMON, true },     { 10, EXC_PENDSV, true },
	{ 11, EXC_SYSTICK, true },   { 12, EXC_USAGEFAULT, false }, { 13, EXC_MEMMANAGE, false },
	{ 14, EXC_BUSFAULT, false }, { 15, EXC_SVCALL, false },
};

#define SHCSR_ENABLES      0x00070000u
#define SHCSR_SVCALLPENDED 0x00008000u

static uint32_t shcsr_read(const struct core *core)
{
	uint32_t value = core->shcsr & SHCSR_ENABLES;

	if (core->type->v6m)
		return core->pending[EXC_SVCALL] ? SHCSR_SVCALLPENDED : 0;
	for (size_t i = 0; i < ARRAY_SIZE(shcsr_bits); i++) {
		const unsigned int n = shcsr_bits[i].exception;

		value |= (uint32_t)(shcsr_bits[i].is_active ? core->active[n] : core->pending[n]) << shcsr_bits[i].bit;
	}
	return value;
}

static void shcsr_write(struct core *core, uint32_t value)
{
	if (core->type->v6m) {
		core->pending[EXC_SVCALL] = value & SHCSR_SVCALLPENDED;
		return;
	}
	core->shcsr = value & SHCSR_ENABLES;
	for (size_t i = 0; i < ARRAY_SIZE(shcsr_bits); i++) {
		const unsigned int n = shcsr_bits[i].exception;
		const bool set = value >> shcsr_bits[i].bit & 1;

		if (shcsr_bits[i].is_active)
			core->active[n] = set;
		else
			core->pending[n] = set;
	}
}

static uint32_t scb_read(struct chip *c, uint32_t off)
{
	const struct core *core = &c->core;

	switch (off) {
	case CPUID:
		return c->part->cpuid;
	case ICSR:
		return icsr_read(core);
	case VTOR:
		return core->vtor;
	case AIRCR:
		return AIRCR_VECTKEYSTAT | core->aircr_prigroup << 8;
	case SCR:
		return core->scr;
	case CCR:
		return core->ccr;
	case SHPR1:
	case SHPR1 + 4:
	case SHPR3:
		return get_le32(core->priority + EXC_MEMMANAGE + (off - SHPR1));
	case SHCSR:
		return shcsr_read(core);
	case CFSR:
		return core->cfsr;
	case HFSR:
		return core->hfsr;
	case MMFAR:
		return core->mmfar;
	case BFAR:
		return core->bfar;
	case CPACR:
		return core->cpacr;
	default:
		return c->scs.plain[off / 4];
	}
}

/* SHPR1 to SHPR3: MemManage, BusFault, UsageFault; SVCall; DebugMonitor, PendSV, SysTick */
static uint32_t shpr_mask(const struct core *core, uint32_t off)
{
	static const uint32_t v7m[] = { 0x00ffffff, 0xff000000, 0xffff00ff }, v6m[] = { 0, 0xff000000, 0xffff0000 };
	const unsigned int i = (off - SHPR1) / 4;

	return (core->type->v6m ? v6m[i] : v7m[i]) & (core->type->priority_bits * 0x01010101u);
}

static void scb_write(struct chip *c, uint32_t off, uint32_t value)
{
	struct core *core = &c->core;

	switch (off) {
	case CPUID:
		break;
	case ICSR:
		icsr_write(core, value);
		break;
	case VTOR:
		core->vtor = value & core->type->vtor_bits;
		break;
	case AIRCR:
		aircr_write(c, value);
		break;
	case SCR:
		core->scr = value & 0x16;
		break;
	case CCR:
		core->ccr = (value & core->type->ccr_bits) | (core->type->ccr & ~core->type->ccr_bits);
		cache_switched(c);
		break;
	case SHPR1:
	case SHPR1 + 4:
	case SHPR3:
		put_le32(core->priority + EXC_MEMMANAGE + (off - SHPR1), value & shpr_mask(core, off));
		break;
	case SHCSR:
		shcsr_write(core, value);
		break;
	case CFSR:
		core->cfsr &= ~value;
		break;
	case HFSR:
		core->hfsr &= ~value;
		break;
	case MMFAR:
		core->mmfar = value;
		break;
	case BFAR:
		core->bfar = value;
		break;
	case CPACR:
		core->cpacr = core->type->dsp ? value & 0x00f00000 : 0;
		break;
	case STIR:
		if ((value & 0x1ff) < core->type->n_irqs)
			core_set_pending(core, EXC_IRQ0 + (value & 0x1ff));
		break;
	default:
		c->scs.plain[off / 4] = value;
	}
}

static bool is_debug(uint32_t off)
{
	return off == DFSR || (off >= 0xdf0 && off < 0xe00);
}

/* ARMv6-M B3.2.2 and C1.6: an M0 has no vector table but that at 0; no fault status; SHCSR and the debug registers for
 * debuggers.
 */
static bool is_missing(const struct chip *c, uint32_t off, enum master master)
{
	if (!c->core.type->v6m)
		return false;
	switch (off) {
	case VTOR:
		return !c->core.type->vtor_bits;
	case ICTR:
	case SHPR1:
	case CFSR:
	case HFSR:
	case MMFAR:
	case BFAR:
	case CPACR:
	case STIR:
		return true;
	default:
		return master == MASTER_CORE && (off == SHCSR || is_debug(off));
	}
}

uint32_t scs_read(struct chip *c, uint32_t off, enum master master)
{
	if (is_missing(c, off, master))
		return 0;
	if (is_debug(off))
		return debug_read(c, off, master);
	if (off >= 0x10 && off < 0x20)
		return systick_read(c, off);
	if (off >= NVIC_ISER && off < 0x800)
		return nvic_read(&c->core, off);
	if (off == ICTR)
		return (c->core.type->n_irqs - 1) / 32;
	if (mpu_has(off))
		return mpu_read(c, off);
	if (cache_has(c, off))
		return cache_read(c, off);
	return scb_read(c, off);
}

void scs_write(struct chip *c, uint32_t off, uint32_t value, enum master master)
{
	unsigned int next;

	if (is_missing(c, off, master))
		return;
	if (is_debug(off)) {
		debug_write(c, off, value, master);
		return;
	}
	if (off >= 0x10 && off < 0x20)
		systick_write(c, off, value);
	else if (off >= NVIC_ISER && off < 0x800)
		nvic_write(&c->core, off, value);
	else if (mpu_has(off))
		mpu_write(c, off, value);
	else if (cache_has(c, off))
		cache_write(c, off, value);
	else
		scb_write(c, off, value);

	/* Enables and priorities changed: let the core look again. */
	next = core_highest_pending(&c->core);
	if (next)
		core_set_pending(&c->core, next);
}

/*
 * Priorities and fault status may be written in bytes and half-words (ARMv7-M
 * B3.1.1); ARMv6-M has words only (B3.1.1). False: not this register.
 */
bool scs_write_bytes(struct chip *c, const struct access *a)
{
	const uint32_t off = a->addr & 0xfff, word = off & ~3u;
	const unsigned int shift = 8 * (off & 3);
	const uint32_t mask = ((1u << 8 * a->size) - 1) << shift;

	if (c->core.type->v6m)
		return false;
	if (word == CFSR) {
		scs_write(c, word, (a->value << shift) & mask, a->master);
		return true;
	}
	if ((word < NVIC_IPR || word >= 0x800) && (word < SHPR1 || word > SHPR3))
		return false;
	scs_write(c, word, (scs_read(c, word, a->master) & ~mask) | ((a->value << shift) & mask), a->master);
	return true;
}

/* What a core reset puts back here; struct core's fields are core_reset()'s. */
void scs_reset(struct chip *c)
{
	c->scs.systick = (struct systick){ .since = running_cycles(c) };
	memset(c->scs.plain, 0, sizeof(c->scs.plain));
}
