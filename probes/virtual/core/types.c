/* SPDX-License-Identifier: MIT */
/*
 * The processors, a row each. CCR after reset (ARMv7-M B3.2.8, ARMv6-M B3.2.8,
 * Cortex-M7 TRM): STKALIGN is 0 on the M3 r1p1, 1 on later ones; an M0 traps
 * unaligned accesses and aligns its stack, always, and so does an M0+; an M7 always predicts
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

const struct core_type core_m0plus = {
	.v6m = true,
	.unprivileged = true,
	.n_irqs = 32,
	.priority_bits = 0xc0,
	.vtor_bits = 0xffffff00,
	.ccr = CCR_STKALIGN | CCR_UNALIGN_TRP,
};

#define V7M .unprivileged = true, .n_irqs = IRQS, .priority_bits = 0xf0, .vtor_bits = 0x3fffff80

const struct core_type core_m3 = { V7M, .bit_bands = true, .ccr_bits = CCR_V7M };

const struct core_type core_m3_r2 = { V7M, .bit_bands = true, .ccr = CCR_STKALIGN, .ccr_bits = CCR_V7M };

const struct core_type core_m4 = { V7M, .bit_bands = true, .dsp = true, .ccr = CCR_STKALIGN, .ccr_bits = CCR_V7M };

const struct core_type core_m7 = {
	V7M,
	.dsp = true,
	.ccr = CCR_STKALIGN | CCR_BP,
	.ccr_bits = (CCR_V7M & ~CCR_STKALIGN) | CCR_CACHES,
};
