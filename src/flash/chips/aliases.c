/* SPDX-License-Identifier: MIT */
/* Chips that the id alone does not tell (clones fact sheet section 1, errata sheets). */
#include "flash/chips/rows.h"

/* SW-DP of a Cortex-M3 r2p0 or M4; ST's F1 have an r1p1, which answers 0x1ba01477 (RM0008 31.8.3) */
#define DPIDR_M3_R2 0x2ba01477u
/* JEP106: seven continuations, and 0x51 */
#define GIGADEVICE 0x751u
#define ARM        0x43bu
#define HANGSHUN   0x555u

#define CPUID_F1 0x411fc231u /* r1p1; GigaDevice has r2p1 or an M4 */

const struct chip_alias chip_aliases[] = {
	/* Section 1: for words and margins. The ROM table is asked only where the core is not that of ST's F1. */
	{ .family = &family_f1, .not_cpuid = CPUID_F1, .slow = true },
	{ .family = &family_f0, .not_cpu = PART_M0, .slow = true },
	{ .family = &family_f1,
	  .not_cpuid = CPUID_F1,
	  .designer = GIGADEVICE,
	  .remark = "A GigaDevice chip, by its ROM table." },
	{ .family = &family_f1,
	  .not_cpuid = CPUID_F1,
	  .designer = ARM,
	  .rom_part = 0x4c3,
	  .remark = "Its ROM table is Arm's own, as that of CKS32, CS32, APM32 and CH32F103." },
	{ .family = &family_f1, .not_cpuid = CPUID_F1, .designer = HANGSHUN, .remark = "An HK32, by its ROM table." },
	{ .dev_id = 0x430, .not_cpuid = CPUID_F1, .is = 0x430, .maker = MAKER_GIGADEVICE },
	{ .dev_id = 0x418, .not_cpuid = CPUID_F1, .is = 0x418, .maker = MAKER_GIGADEVICE },
	{ .family = &family_f1,
	  .dpidr = DPIDR_M3_R2,
	  .cpu = PART_M3,
	  .remark = "Looks like a clone: ST's F1 answers DPIDR 0x1ba01477, this one 0x2ba01477." },
	{ .family = &family_f1,
	  .not_cpu = PART_M3,
	  .remark = "Looks like a clone: ST's F1 has a Cortex-M3, this one another core." },
	{ .family = &family_f0,
	  .not_cpu = PART_M0,
	  .remark = "Looks like a clone: ST's F0 has a Cortex-M0, this one another core." },
	/* GD32F103 and GD32F1x0, GD32F3x0, GD32E23x (flash-f1 fact sheet section 7, clones fact sheet section 1) */
	{ .rev_id = 0x1303,
	  .dev_id = 0x410,
	  .is = 0x410,
	  .maker = MAKER_GIGADEVICE,
	  .options = &gd_f0_options,
	  .perhaps = true },
	{ .rev_id = 0x1704, .dev_id = 0x410, .is = 0x410, .maker = MAKER_GIGADEVICE, .options = &gd_f0_options },
	{ .rev_id = 0x1909, .dev_id = 0x410, .is = 0x410, .maker = MAKER_GIGADEVICE_E },
	{ .cpu = PART_M23, .dev_id = 0x410, .is = 0x410, .maker = MAKER_GIGADEVICE_E },
	/* GD32E50x has the id of an F03x; its pages of 8 KiB take 64 bits at a time. */
	{ .cpu = PART_M33, .dev_id = 0x444, .is = 0x444, .maker = MAKER_NOT_KNOWN },
	/* Clones fact sheet section 3: what they tell as id is seen in a listing alone, their designer is sure. */
	{ .dev_id = 0x419, .odd_rev = true, .designer = GIGADEVICE, .is = 0x419, .maker = MAKER_GIGADEVICE },
	{ .odd_rev = true,
	  .designer = GIGADEVICE,
	  .rom_part = 0x2b3,
	  .is = 0x419,
	  .maker = MAKER_GIGADEVICE }, /* F450 */
	{ .odd_rev = true,
	  .designer = GIGADEVICE,
	  .rom_part = 0xa2e,
	  .is = 0x419,
	  .maker = MAKER_GIGADEVICE }, /* F470 */
	{ .odd_rev = true,
	  .designer = GIGADEVICE,
	  .rom_part = 0xfa4,
	  .is = 0x419,
	  .maker = MAKER_GIGADEVICE }, /* F405 */
	/* Clones fact sheet section 4 */
	{ .rev_id = 0x7005, .is = 0x240, .maker = MAKER_ARTERY },
	{ .rev_id = 0x7003, .is = 0x1c5, .maker = MAKER_ARTERY },
	/* Erratum: an F405/407/415/417 of revision A has the device id of an F2. The CPU tells them apart. */
	{ .dev_id = 0x411,
	  .cpu = PART_M4,
	  .is = 0x413,
	  .remark = "Revision A: it gives the device id of an F2 (0x411), but the core is a Cortex-M4." },
};

const size_t n_chip_aliases = ARRAY_SIZE(chip_aliases);
