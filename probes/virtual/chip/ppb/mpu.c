/* SPDX-License-Identifier: MIT */
/* The registers of the memory protection unit (ARMv7-M B3.5); what it does is in core/mpu.c. */
#include "chip/internal.h"

#define MPU_TYPE   0xd90u
#define MPU_CTRL   0xd94u
#define MPU_RNR    0xd98u
#define MPU_RBAR   0xd9cu
#define MPU_RASR   0xda0u
#define MPU_END    0xdbcu
#define ALIAS_SIZE 8u /* RBAR and RASR again, three times */

#define CTRL_IMPLEMENTED 7u
#define CTRL_ENABLE      (1u << 0)
#define CTRL_HFNMIENA    (1u << 1)

#define RBAR_ADDR  0xffffffe0u
#define RBAR_VALID (1u << 4)

#define RASR_IMPLEMENTED 0x173fff3fu
#define RASR_ENABLE      (1u << 0)
#define RASR_V6M         0x1707ff3fu /* ARMv6-M B3.5: no TEX */
#define SMALLEST_SIZE    4u          /* 32 bytes */
#define SMALLEST_V6M     7u          /* 256 */

bool mpu_has(uint32_t off)
{
	return off >= MPU_TYPE && off < MPU_END;
}

static uint32_t unalias(uint32_t off)
{
	return off > MPU_RASR ? MPU_RBAR + (off - MPU_RBAR) % ALIAS_SIZE : off;
}

uint32_t mpu_read(const struct chip *c, uint32_t off)
{
	const struct core *core = &c->core;

	if (!core->mpu.regions)
		return 0;
	switch (unalias(off)) {
	case MPU_TYPE:
		return core->mpu.regions << 8;
	case MPU_CTRL:
		return core->mpu.ctrl;
	case MPU_RNR:
		return core->mpu.rnr;
	case MPU_RBAR:
		return core->mpu.rbar[core->mpu.rnr] | core->mpu.rnr;
	default:
		return core->mpu.rasr[core->mpu.rnr];
	}
}

static void select_region(struct chip *c, uint32_t n)
{
	if (n < c->core.mpu.regions)
		c->core.mpu.rnr = n;
	else
		monitor_anomaly(c->mon, "MPU region %u is selected, of %u", (unsigned int)n, c->core.mpu.regions);
}

static void set_control(struct chip *c, uint32_t value)
{
	if ((value & CTRL_HFNMIENA) && !(value & CTRL_ENABLE))
		monitor_anomaly(c->mon, "MPU_CTRL: HFNMIENA without ENABLE");
	c->core.mpu.ctrl = value & CTRL_IMPLEMENTED;
}

static void set_base(struct chip *c, uint32_t value)
{
	if (value & RBAR_VALID)
		select_region(c, value & 15);
	c->core.mpu.rbar[c->core.mpu.rnr] = value & RBAR_ADDR;
}

static void set_attributes(struct chip *c, uint32_t value)
{
	const bool v6m = c->core.type->v6m;

	if ((value & RASR_ENABLE) && ((value >> 1) & 31) < (v6m ? SMALLEST_V6M : SMALLEST_SIZE))
		monitor_anomaly(c->mon, "MPU_RASR 0x%08x: a region is at least %u bytes", (unsigned int)value,
				v6m ? 256u : 32u);
	c->core.mpu.rasr[c->core.mpu.rnr] = value & (v6m ? RASR_V6M : RASR_IMPLEMENTED);
}

void mpu_write(struct chip *c, uint32_t off, uint32_t value)
{
	if (!c->core.mpu.regions)
		return;
	switch (unalias(off)) {
	case MPU_TYPE:
		return;
	case MPU_CTRL:
		set_control(c, value);
		break;
	case MPU_RNR:
		select_region(c, value);
		break;
	case MPU_RBAR:
		set_base(c, value);
		break;
	default:
		set_attributes(c, value);
		break;
	}
	core_flush_fetch(&c->core);
}
