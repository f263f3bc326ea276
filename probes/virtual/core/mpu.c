/* SPDX-License-Identifier: MIT */
/*
 * The memory protection unit: ARMv7-M ARM B3.5. While it is on the core takes
 * no shortcut to memory, so that every access comes by here. Debuggers do not.
 */
#include "core/cpu.h"

#define CTRL_HFNMIENA   (1u << 1)
#define CTRL_PRIVDEFENA (1u << 2)

#define RASR_ENABLE (1u << 0)
#define RASR_XN     (1u << 28)

#define SMALLEST_WITH_SUBREGIONS 7u /* RASR.SIZE: 256 bytes */

/* B3.5.1: region n holds the address, and the eighth of it is not switched off. */
static bool region_holds(const struct core *c, unsigned int n, uint32_t addr)
{
	const uint32_t rasr = c->mpu.rasr[n], size = bits(rasr, 5, 1);
	const uint32_t offset_mask = (uint32_t)((2ull << size) - 1);

	if (!(rasr & RASR_ENABLE) || (addr ^ c->mpu.rbar[n]) & ~offset_mask & ~0x1fu)
		return false;
	return size < SMALLEST_WITH_SUBREGIONS || !bit(rasr, 8 + ((addr & offset_mask) >> (size - 2)));
}

/* The higher number wins where regions overlap. -1: none. */
static int find_region(const struct core *c, uint32_t addr)
{
	for (int n = (int)c->mpu.regions - 1; n >= 0; n--)
		if (region_holds(c, (unsigned int)n, addr))
			return n;
	return -1;
}

/* RASR.AP (table B3-15) */
static bool permits(uint32_t ap, bool write, bool privileged)
{
	switch (ap) {
	case 1:
		return privileged;
	case 2:
		return privileged || !write;
	case 3:
		return true;
	case 5:
		return privileged && !write;
	case 6:
	case 7:
		return !write;
	default: /* 4 is UNPREDICTABLE */
		return false;
	}
}

/* HardFault, NMI and FAULTMASK: the MPU is off there unless HFNMIENA. */
static bool is_in_force(const struct core *c)
{
	const bool negative = c->active[EXC_HARDFAULT] || c->active[EXC_NMI] || c->faultmask;

	return !negative || (c->mpu.ctrl & CTRL_HFNMIENA);
}

bool mpu_allows(const struct core *c, uint32_t addr, enum mpu_access access, bool privileged)
{
	uint32_t rasr;
	int n;

	if (!mpu_is_on(c) || is_private(addr) || !is_in_force(c))
		return true;
	n = find_region(c, addr);
	if (n < 0)
		return privileged && (c->mpu.ctrl & CTRL_PRIVDEFENA);
	rasr = c->mpu.rasr[n];
	if (access == MPU_FETCH && (rasr & RASR_XN))
		return false;
	return permits(bits(rasr, 26, 24), access == MPU_WRITE, privileged);
}

bool core_mpu_caches(const struct core *c, uint32_t addr)
{
	const int n = mpu_is_on(c) && is_in_force(c) ? find_region(c, addr) : -1;

	return n < 0 || bit(c->mpu.rasr[n], 17) || bit(c->mpu.rasr[n], 21);
}
