/* SPDX-License-Identifier: MIT */
/*
 * The processors, a row each. CCR after reset (ARMv7-M B3.2.8, ARMv6-M B3.2.8,
 * Cortex-M7 TRM): STKALIGN is 0 on the M3 r1p1, 1 on later ones; an M0 traps
 * unaligned accesses and aligns its stack, always; an M7 always predicts
 * branches (BP), and has its caches' switches there.
 */
#include "core/cpu.h"

#define CCR_V7M    0x0000031bu
#define CCR_CACHES 0x00030000u
#define CCR_BP     (1u << 18)

#define IRQS (EXC_N - EXC_IRQ0)

const struct core_type core_m0 = {
	.v6m = true, .n_irqs = 32, .priority_bits = 0xc0, .ccr = CCR_STKALIGN | CCR_UNALIGN_TRP
};

const struct core_type core_m3 = { .bit_bands = true, .n_irqs = IRQS, .priority_bits = 0xf0, .ccr_bits = CCR_V7M };

const struct core_type core_m3_r2 = {
	.bit_bands = true, .n_irqs = IRQS, .priority_bits = 0xf0, .ccr = CCR_STKALIGN, .ccr_bits = CCR_V7M
};

const struct core_type core_m4 = {
	.bit_bands = true, .dsp = true, .n_irqs = IRQS, .priority_bits = 0xf0, .ccr = CCR_STKALIGN, .ccr_bits = CCR_V7M
};

const struct core_type core_m7 = {
	.dsp = true,
	.n_irqs = IRQS,
	.priority_bits = 0xf0,
	.ccr = CCR_STKALIGN | CCR_BP,
	.ccr_bits = (CCR_V7M & ~CCR_STKALIGN) | CCR_CACHES,
};
