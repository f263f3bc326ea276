/* SPDX-License-Identifier: MIT */
/*
 * Parts that can be ordered, one row each: flash and RAM as the datasheets
 * have them, device ids from the reference manuals' DBGMCU_IDCODE.
 */
#include "chip/internal.h"

#include <ctype.h>
#include <string.h>

#define MHZ 1000000u

static const struct line f1_ld = { FAMILY_F1, 1024, { 0x1ffff000, 0x800 }, 0, 72 * MHZ, 0 };
static const struct line f1_md = { FAMILY_F1, 1024, { 0x1ffff000, 0x800 }, 0, 72 * MHZ, 0 };
static const struct line f1_hd = { FAMILY_F1, 2048, { 0x1ffff000, 0x800 }, 0, 72 * MHZ, LINE_FSMC };
static const struct line f1_xl = {
	FAMILY_F1, 2048, { 0x1fffe000, 0x1800 }, 0, 72 * MHZ, LINE_XL | LINE_MPU | LINE_FSMC
};
static const struct line gd_xd = { FAMILY_F1, 2048,      { 0x1fffe000, 0x1800 },
				   0,         108 * MHZ, LINE_XL | LINE_MPU | LINE_FSMC | LINE_4K_PAGES };
static const struct line f1_cl = { FAMILY_F1, 2048, { 0x1fffb000, 0x4800 }, 0, 72 * MHZ, LINE_CL };
static const struct line f1_vl = { FAMILY_F1, 1024, { 0x1ffff000, 0x800 }, 0, 24 * MHZ, LINE_VALUE };
static const struct line f1_vl_hd = { FAMILY_F1, 2048, { 0x1ffff000, 0x800 }, 0, 24 * MHZ, LINE_VALUE | LINE_FSMC };

#define F4_SYSTEM                  \
	{                          \
		0x1fff0000, 0x7800 \
	}
#define KIB 1024u

static const struct line f401 = { FAMILY_F4, 0, F4_SYSTEM, 0, 84 * MHZ, LINE_MPU | LINE_PCROP };
static const struct line f405 = { FAMILY_F4, 0, F4_SYSTEM, 64 * KIB, 168 * MHZ, LINE_MPU | LINE_FSMC };
static const struct line f41x = { FAMILY_F4, 0, F4_SYSTEM, 0, 100 * MHZ, LINE_MPU | LINE_PCROP };
static const struct line f412 = { FAMILY_F4, 0, F4_SYSTEM, 0, 100 * MHZ, LINE_MPU | LINE_PCROP | LINE_FSMC };
static const struct line f413 = {
	FAMILY_F4, 0, F4_SYSTEM, 0, 100 * MHZ, LINE_MPU | LINE_PCROP | LINE_FSMC | LINE_WRP15
};
static const struct line f42x = { FAMILY_F4, 0,         F4_SYSTEM,
				  64 * KIB,  180 * MHZ, LINE_MPU | LINE_PCROP | LINE_FSMC | LINE_DUAL_BANK };
static const struct line f446 = { FAMILY_F4, 0, F4_SYSTEM, 0, 180 * MHZ, LINE_MPU | LINE_PCROP | LINE_FSMC };

/* DPIDR, CPUID, AHB-AP IDR */
#define M3_R1P1 0x1ba01477, 0x411fc231, 0x14770011
#define M3_R2P1 0x2ba01477, 0x412fc231, 0x24770011 /* clones of the F1: a younger M3 than ST's */
#define GD_M3   0x1ba01477, 0x412fc231, 0x14770011
#define M4_R0P1 0x2ba01477, 0x410fc241, 0x24770011

#define PART(name, text, id, rev, flash, ram, core, line)                         \
	{                                                                         \
		name, text, id, rev, (flash)*KIB, (ram)*KIB, core, &(line), flash \
	}
#define F1_LD(name, flash, ram)    PART(name, "STM32F1 low density", 0x412, 0x1000, flash, ram, M3_R1P1, f1_ld)
#define F1_MD(name, flash, ram)    PART(name, "STM32F1 medium density", 0x410, 0x2003, flash, ram, M3_R1P1, f1_md)
#define F1_HD(name, flash, ram)    PART(name, "STM32F1 high density", 0x414, 0x1003, flash, ram, M3_R1P1, f1_hd)
#define F1_XL(name, flash, ram)    PART(name, "STM32F1 XL density", 0x430, 0x1000, flash, ram, M3_R1P1, f1_xl)
#define F1_CL(name, flash)         PART(name, "STM32F105/107", 0x418, 0x1001, flash, 64, M3_R1P1, f1_cl)
#define F1_VL(name, flash, ram)    PART(name, "STM32F100 value line", 0x420, 0x1001, flash, ram, M3_R1P1, f1_vl)
#define F1_VL_HD(name, flash, ram) PART(name, "STM32F100 value line", 0x428, 0x1000, flash, ram, M3_R1P1, f1_vl_hd)
#define CLONE(name, text, rev, flash, word)                                          \
	{                                                                            \
		name, text, 0x410, rev, (flash)*KIB, 20 * KIB, M3_R2P1, &f1_md, word \
	}

#define F401_BC(name, flash) PART(name, "STM32F401xB/C", 0x423, 0x1001, flash, 64, M4_R0P1, f401)
#define F401_DE(name, flash) PART(name, "STM32F401xD/E", 0x433, 0x1001, flash, 96, M4_R0P1, f401)
#define F40X(name, flash)    PART(name, "STM32F405/407/415/417", 0x413, 0x1007, flash, 128, M4_R0P1, f405)
#define F410(name, flash)    PART(name, "STM32F410", 0x458, 0x1000, flash, 32, M4_R0P1, f41x)
#define F411(name, flash)    PART(name, "STM32F411", 0x431, 0x1000, flash, 128, M4_R0P1, f41x)
#define F412(name, flash)    PART(name, "STM32F412", 0x441, 0x2000, flash, 256, M4_R0P1, f412)
#define F413(name, flash)    PART(name, "STM32F413/423", 0x463, 0x1000, flash, 320, M4_R0P1, f413)
#define F42X(name, flash)    PART(name, "STM32F427/429/437/439", 0x419, 0x2001, flash, 192, M4_R0P1, f42x)
#define F446(name, flash)    PART(name, "STM32F446", 0x421, 0x1000, flash, 128, M4_R0P1, f446)
#define F46X(name, flash)    PART(name, "STM32F469/479", 0x434, 0x1000, flash, 320, M4_R0P1, f42x)

const struct part parts[] = {
	F1_VL("stm32f100c4", 16, 4),
	F1_VL("stm32f100r4", 16, 4),
	F1_VL("stm32f100c6", 32, 4),
	F1_VL("stm32f100r6", 32, 4),
	F1_VL("stm32f100c8", 64, 8),
	F1_VL("stm32f100r8", 64, 8),
	F1_VL("stm32f100cb", 128, 8),
	F1_VL("stm32f100rb", 128, 8),
	F1_VL("stm32f100vb", 128, 8),
	F1_VL_HD("stm32f100rc", 256, 24),
	F1_VL_HD("stm32f100rd", 384, 32),
	F1_VL_HD("stm32f100re", 512, 32),
	F1_VL_HD("stm32f100ze", 512, 32),

	F1_LD("stm32f101c4", 16, 4),
	F1_LD("stm32f101r4", 16, 4),
	F1_LD("stm32f101c6", 32, 6),
	F1_MD("stm32f101c8", 64, 10),
	F1_MD("stm32f101rb", 128, 16),
	F1_HD("stm32f101rc", 256, 32),
	F1_HD("stm32f101rd", 384, 48),
	F1_HD("stm32f101ze", 512, 48),
	F1_XL("stm32f101vf", 768, 80),
	F1_XL("stm32f101zg", 1024, 80),

	F1_LD("stm32f102c4", 16, 4),
	F1_LD("stm32f102c6", 32, 6),
	F1_MD("stm32f102r8", 64, 10),
	F1_MD("stm32f102cb", 128, 16),

	F1_LD("stm32f103c4", 16, 6),
	F1_LD("stm32f103c6", 32, 10),
	F1_LD("stm32f103r6", 32, 10),
	F1_MD("stm32f103c8", 64, 20),
	F1_MD("stm32f103t8", 64, 20),
	F1_MD("stm32f103r8", 64, 20),
	F1_MD("stm32f103cb", 128, 20),
	F1_MD("stm32f103rb", 128, 20),
	F1_MD("stm32f103vb", 128, 20),
	F1_HD("stm32f103rc", 256, 48),
	F1_HD("stm32f103vc", 256, 48),
	F1_HD("stm32f103rd", 384, 64),
	F1_HD("stm32f103re", 512, 64),
	F1_HD("stm32f103ve", 512, 64),
	F1_HD("stm32f103ze", 512, 64),
	F1_XL("stm32f103rf", 768, 96),
	F1_XL("stm32f103zf", 768, 96),
	F1_XL("stm32f103rg", 1024, 96),
	F1_XL("stm32f103vg", 1024, 96),
	F1_XL("stm32f103zg", 1024, 96),

	F1_CL("stm32f105r8", 64),
	F1_CL("stm32f105rb", 128),
	F1_CL("stm32f105rc", 256),
	F1_CL("stm32f105vc", 256),
	F1_CL("stm32f107rb", 128),
	F1_CL("stm32f107rc", 256),
	F1_CL("stm32f107vc", 256),

	/* flash-f1 fact sheet section 7. The size word of some reads 0; many a C8 holds 128 KiB and says 64. */
	CLONE("cks32f103c8", "CKS32F103 clone", 0x2003, 64, 64),
	CLONE("cs32f103c8", "CS32F103 clone", 0x2003, 64, 0),
	CLONE("apm32f103cb", "APM32F103 clone", 0x2003, 128, 128),
	/* Clones fact sheet section 2: GigaDevice's pages from 512 KiB on are 4 KiB, or 2 KiB, as one believes. */
	{ "gd32f103vg", "GD32F103 clone", 0x430, 0x1000, 1024 * KIB, 96 * KIB, GD_M3, &gd_xd, 1024 },
	{ "gd32f103vg-2k", "GD32F103 clone", 0x430, 0x1000, 1024 * KIB, 96 * KIB, GD_M3, &f1_xl, 1024 },
	/* And a clone with an id of its own, which no tool knows. */
	{ "stm32f103c8-id999", "clone with an unknown id", 0x999, 0x1000, 64 * KIB, 20 * KIB, M3_R1P1, &f1_md, 64 },
	{ "stm32f103c8-128k", "STM32F1 medium density", 0x410, 0x2003, 128 * KIB, 20 * KIB, M3_R1P1, &f1_md, 64 },

	F401_BC("stm32f401cb", 128),
	F401_BC("stm32f401rb", 128),
	F401_BC("stm32f401cc", 256),
	F401_BC("stm32f401rc", 256),
	F401_DE("stm32f401cd", 384),
	F401_DE("stm32f401ce", 512),
	F401_DE("stm32f401re", 512),
	F401_DE("stm32f401ve", 512),

	F40X("stm32f405rg", 1024),
	F40X("stm32f405vg", 1024),
	F40X("stm32f405zg", 1024),
	F40X("stm32f405oe", 512),
	F40X("stm32f405ve", 512),
	F40X("stm32f407ve", 512),
	F40X("stm32f407ze", 512),
	F40X("stm32f407vg", 1024),
	F40X("stm32f407zg", 1024),
	F40X("stm32f407ig", 1024),
	F40X("stm32f415rg", 1024),
	F40X("stm32f415vg", 1024),
	F40X("stm32f417ve", 512),
	F40X("stm32f417vg", 1024),
	F40X("stm32f417ig", 1024),
	/* Revision A gives the id of an F2: errata sheet ES0182, and seen live as 0x20006411. */
	PART("stm32f407vg-a", "STM32F405/407/415/417", 0x411, 0x2000, 1024, 128, M4_R0P1, f405),

	F410("stm32f410c8", 64),
	F410("stm32f410r8", 64),
	F410("stm32f410cb", 128),
	F410("stm32f410rb", 128),
	F411("stm32f411cc", 256),
	F411("stm32f411rc", 256),
	F411("stm32f411ce", 512),
	F411("stm32f411re", 512),
	F411("stm32f411ve", 512),
	F412("stm32f412ce", 512),
	F412("stm32f412re", 512),
	F412("stm32f412cg", 1024),
	F412("stm32f412zg", 1024),
	F413("stm32f413cg", 1024),
	F413("stm32f413ch", 1536),
	F413("stm32f413zh", 1536),
	F413("stm32f423ch", 1536),
	F413("stm32f423vh", 1536),
	F413("stm32f423zh", 1536),

	F42X("stm32f427vg", 1024),
	F42X("stm32f427vi", 2048),
	F42X("stm32f427zi", 2048),
	F42X("stm32f429ve", 512),
	F42X("stm32f429ze", 512),
	F42X("stm32f429vg", 1024),
	F42X("stm32f429zg", 1024),
	F42X("stm32f429vi", 2048),
	F42X("stm32f429zi", 2048),
	F42X("stm32f437vg", 1024),
	F42X("stm32f437vi", 2048),
	F42X("stm32f437zi", 2048),
	F42X("stm32f439vg", 1024),
	F42X("stm32f439zg", 1024),
	F42X("stm32f439zi", 2048),

	F446("stm32f446rc", 256),
	F446("stm32f446zc", 256),
	F446("stm32f446re", 512),
	F446("stm32f446ve", 512),
	F446("stm32f446ze", 512),

	F46X("stm32f469ve", 512),
	F46X("stm32f469ne", 512),
	F46X("stm32f469ng", 1024),
	F46X("stm32f469ni", 2048),
	F46X("stm32f479ng", 1024),
	F46X("stm32f479ni", 2048),
	F46X("stm32f479zi", 2048),
};

const unsigned int n_parts = ARRAY_SIZE(parts);

/* What may follow the name in an order code: package letter, temperature digit, options ("T6", "T6TR"). */
static bool is_order_suffix(const char *s)
{
	if (!*s)
		return true;
	if (!isalpha((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return false;
	for (s += 2; *s; s++)
		if (!isalnum((unsigned char)*s))
			return false;
	return true;
}

static bool begins_with(const char *s, const char *prefix)
{
	for (; *prefix; s++, prefix++)
		if (tolower((unsigned char)*s) != tolower((unsigned char)*prefix))
			return false;
	return true;
}

const struct part *part_find(const char *name)
{
	for (unsigned int i = 0; i < n_parts; i++) {
		const size_t len = strlen(parts[i].name);

		if (begins_with(name, parts[i].name) && is_order_suffix(name + len))
			return &parts[i];
	}
	return NULL;
}
