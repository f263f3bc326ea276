/* SPDX-License-Identifier: MIT */
/* Chips that the id alone does not tell (clones fact sheet section 1, errata sheets). */
#include "flash/chips/rows.h"

/* SW-DP of a Cortex-M3 r2p0 or M4; ST's F1 have an r1p1, which answers 0x1ba01477 (RM0008 31.8.3) */
#define DPIDR_M3_R2 0x2ba01477u
/* JEP106: seven continuations, and 0x51 */
#define GIGADEVICE 0x751u

#define CPUID_F1 0x411fc231u /* r1p1; GigaDevice has r2p1 or an M4 */

const struct chip_alias chip_aliases[] = {
	{ .dev_id = 0x430, .not_cpuid = CPUID_F1, .is = 0x430, .maker = MAKER_GIGADEVICE },
	{ .family = &family_f1,
	  .dpidr = DPIDR_M3_R2,
	  .cpu = PART_M3,
	  .remark = "Looks like a clone: ST's F1 answers DPIDR 0x1ba01477, this one 0x2ba01477." },
	{ .family = &family_f1,
	  .not_cpu = PART_M3,
	  .remark = "Looks like a clone: ST's F1 has a Cortex-M3, this one another core." },
	/* GD32F1x0, GD32F3x0 and GD32E23x (flash-f1 fact sheet section 7) */
	{ .family = &family_f1, .rev_id = 0x1303, .options = &gd_f0_options },
	{ .family = &family_f1, .rev_id = 0x1704, .options = &gd_f0_options },
	{ .family = &family_f1, .rev_id = 0x1909, .options = &gd_words_options },
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
