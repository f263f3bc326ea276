/* SPDX-License-Identifier: MIT */
/*
 * The System Control Space as a debugger sees it (ARMv7-M ARM, DDI 0403, B3.2
 * and C1.6), and what the files of this layer share. Inside this layer only.
 */
#ifndef SWD_SCS_H
#define SWD_SCS_H

#include "swd/cortexm.h"

#define SCS_CPUID 0xe000ed00u
#define SCS_VTOR  0xe000ed08u
#define SCS_AIRCR 0xe000ed0cu
#define SCS_CFSR  0xe000ed28u
#define SCS_HFSR  0xe000ed2cu
#define SCS_DFSR  0xe000ed30u
#define SCS_DHCSR 0xe000edf0u
#define SCS_DEMCR 0xe000edfcu

/* Flash patch and breakpoint unit, data watchpoint and trace unit (C1.11, C1.8) */
#define FP_CTRL            0xe0002000u
#define FP_CTRL_ENABLE     (1u << 0)
#define FP_CTRL_KEY        (1u << 1)
#define DWT_COMP0          0xe0001020u
#define DWT_COMPARATORS    4u /* an ARMv6-M has two at most (ARMv6-M ARM C1.8.3) */
#define DWT_COMPARATOR_LEN 16u
#define DWT_FUNCTION       8u /* in a comparator's registers */
#define DWT_FUNCTION_MASK  0xfu

#define AIRCR_VECTKEY     0x05fa0000u
#define AIRCR_SYSRESETREQ (1u << 2)

#define DFSR_HALTED (1u << 0)
#define DFSR_BKPT   (1u << 1)
#define DFSR_VCATCH (1u << 3)
#define DFSR_ALL    0x1fu

#define DHCSR_DBGKEY      0xa05f0000u
#define DHCSR_C_DEBUGEN   (1u << 0)
#define DHCSR_C_HALT      (1u << 1)
#define DHCSR_C_STEP      (1u << 2)
#define DHCSR_C_MASKINTS  (1u << 3)
#define DHCSR_C_SNAPSTALL (1u << 5)
#define DHCSR_S_HALT      (1u << 17)
#define DHCSR_S_SLEEP     (1u << 18)
#define DHCSR_S_LOCKUP    (1u << 19)
#define DHCSR_S_RESET_ST  (1u << 25) /* cleared by reading */

#define DEMCR_VC_CORERESET (1u << 0)
#define DEMCR_VC_HARDERR   (1u << 10)
#define DEMCR_TRCENA       (1u << 24)

#define XPSR_T (1u << 24)

/* Write control bits of DHCSR; noted for core_detach(). */
int core_control(struct core *core, uint32_t bits) MUST_CHECK;

/* The bits of DHCSR that halt a core and leave its interrupt mask, which must not change while it runs, as it is. */
uint32_t core_halt_bits(const struct core *core);

/* Write DEMCR; noted for core_detach(). */
int core_write_demcr(struct core *core, uint32_t value) MUST_CHECK;

/* Clear the bits of DFSR that were not set when we came. */
int core_clear_dfsr(struct core *core) MUST_CHECK;

/* Write C_HALT and wait for S_HALT; saves nothing. */
int core_stop(struct core *core) MUST_CHECK;

/* Set C_MASKINTS or clear it, on a halted core; nothing is written when it is so already. */
int core_mask_interrupts(struct core *core, bool mask) MUST_CHECK;

/* DHCSR, and the state that it shows: IN_RESET only while the core stays in reset. */
int core_look(struct core *core, uint32_t *dhcsr, enum stflash_core_state *state) MUST_CHECK;

/* What a value of DHCSR says of the core. */
enum stflash_core_state core_decode_dhcsr(uint32_t dhcsr);

/* With NRST held low and SWD entered: halt after reset; tells core->nrst_wired. */
int core_halt_under_reset(struct core *core) MUST_CHECK;

#endif
