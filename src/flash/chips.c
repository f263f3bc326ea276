/* SPDX-License-Identifier: MIT */
/*
 * One row per device id; sizes and addresses as the chips fact sheet has them
 * (ST's CMSIS headers and packs, openocd, stlink-org agreeing).
 */
#include "flash/chips.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "flash/flash.h"

#define KIB 1024u

/* SW-DP of a Cortex-M3 r1p1 and of a r2p0 or M4; ST's F1 answer the first (RM0008 31.8.3) */
#define DPIDR_M3_R1 0x1ba01477u
#define DPIDR_M3_R2 0x2ba01477u
#define CPUID_F1    0x411fc231u /* r1p1; GigaDevice has r2p1 or an M4 (clones fact sheet section 1) */

/* CPUID[15:4] */
enum {
	PART_M0 = 0xc20,
	PART_M3 = 0xc23,
	PART_M4 = 0xc24,
	PART_M0P = 0xc60,
	PART_M23 = 0xd20,
	PART_M33 = 0xd21,
};

#define ID_F2  0x411u
#define ID_F40 0x413u

static unsigned int cpu_part(uint32_t cpuid)
{
	return cpuid >> 4 & 0xfff;
}

/* Pages of the F1 lines (PM0075 2.1) */
static const struct sector_run pages_32x1k[] = { { 32, 1 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x1k[] = { { 128, 1 * KIB }, { 0, 0 } };
static const struct sector_run pages_128x2k[] = { { 128, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_256x2k[] = { { 256, 2 * KIB }, { 0, 0 } };
static const struct sector_run pages_512x2k[] = { { 512, 2 * KIB }, { 0, 0 } };

/* Second bank: 4 KiB by GigaDevice's manual as Black Magic reads it, 2 KiB by what others see (clones fact sheet 2). */
static const struct sector_run pages_gd_1m[] = { { 256, 2 * KIB }, { 128, 4 * KIB }, { 0, 0 } };

/* Sectors of the F4 lines: 4 x 16 KiB, 64 KiB, then 128 KiB each (RM0090 3.4, RM0430 3.4) */
#define F4_SMALL            \
	{ 4, 16 * KIB },    \
	{                   \
		1, 64 * KIB \
	}
static const struct sector_run sectors_128k[] = { F4_SMALL, { 0, 0 } };
static const struct sector_run sectors_256k[] = { F4_SMALL, { 1, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_512k[] = { F4_SMALL, { 3, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_1m[] = { F4_SMALL, { 7, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_1536k[] = { F4_SMALL, { 11, 128 * KIB }, { 0, 0 } };
static const struct sector_run sectors_2x1m[] = { F4_SMALL, { 7, 128 * KIB }, F4_SMALL, { 7, 128 * KIB }, { 0, 0 } };

/*
 * DBGMCU: keep debug alive in Sleep, Stop and Standby, freeze IWDG and WWDG
 * while the core is halted (RM0008 31.16.3; RM0090 38.16.3).
 */
static const struct core_dbgmcu dbgmcu_f1 = { .cr = 0xe0042004, .cr_bits = 0x307 };
static const struct core_dbgmcu dbgmcu_f4 = {
	.cr = 0xe0042004,
	.cr_bits = 0x7,
	.apb1_fz = 0xe0042008,
	.apb1_bits = 0x1800,
};

/* What all F1 (RM0008 30, PM0075 2) and all F4 (RM0090 3 and 39) have in common */
#define F1_COMMON                                                                                   \
	.driver = &flash_fpec, .size_reg = 0x1ffff7e0, .uid_reg = 0x1ffff7e8, .dbgmcu = &dbgmcu_f1, \
	.core_of_st = PART_M3
#define F4_COMMON .driver = &flash_sectors, .size_reg = 0x1fff7a22, .uid_reg = 0x1fff7a10, .dbgmcu = &dbgmcu_f4

/* Each in a list that a row points to. System memory holds the ROM boot loader. */
#define SYSTEM(at, bytes)                                                                             \
	{                                                                                             \
		.kind = STFLASH_REGION_SYSTEM, .name = "system memory", .addr = (at), .size = (bytes) \
	}
#define OPTIONS(at)                                                                              \
	{                                                                                        \
		.kind = STFLASH_REGION_OPTIONS, .name = "option bytes", .addr = (at), .size = 16 \
	}
#define F1_REGIONS(system_at, system_bytes)                           \
	{                                                             \
		SYSTEM(system_at, system_bytes), OPTIONS(0x1ffff800), \
		{                                                     \
			.size = 0                                     \
		}                                                     \
	}

static const struct region f1_regions[] = F1_REGIONS(0x1ffff000, 2 * KIB);
static const struct region f1_xl_regions[] = F1_REGIONS(0x1fffe000, 6 * KIB);
static const struct region f1_cl_regions[] = F1_REGIONS(0x1fffb000, 18 * KIB);

/* RM0090 3.3 and 3.4 (OTP: 16 blocks of 32 bytes, and a lock byte for each) */
#define F4_REGIONS                                                                              \
	SYSTEM(0x1fff0000, 30 * KIB), OPTIONS(0x1fffc000),                                      \
	{                                                                                       \
		.kind = STFLASH_REGION_OTP, .name = "OTP", .addr = 0x1fff7800, .size = 512 + 16 \
	}
/* Core-coupled RAM hangs on the D-bus alone (RM0090 2.3.1), the backup SRAM needs its clock (RM0090 2.3). */
#define F4_CCM                                                                                       \
	{                                                                                            \
		.kind = STFLASH_REGION_RAM, .name = "CCM RAM", .addr = 0x10000000, .size = 64 * KIB, \
		.flags = REGION_NO_CODE                                                              \
	}
#define F4_BACKUP_RAM                                                                                         \
	{                                                                                                     \
		.kind = STFLASH_REGION_BACKUP_RAM, .name = "backup SRAM", .addr = 0x40024000, .size = 4 * KIB \
	}
static const struct region f4_regions[] = { F4_REGIONS, { .size = 0 } };
static const struct region f405_regions[] = { F4_CCM, F4_REGIONS, F4_BACKUP_RAM, { .size = 0 } };
static const struct region f42x_regions[] = {
	F4_CCM, F4_REGIONS, OPTIONS(0x1ffec000), F4_BACKUP_RAM, { .size = 0 },
};
static const struct region f446_regions[] = { F4_REGIONS, F4_BACKUP_RAM, { .size = 0 } };

const struct chip chips[] = {
	{
		.dev_id = 0x412,
		.name = "STM32F103/101/102 low density",
		F1_COMMON,
		.layout = pages_32x1k,
		.max_flash = 32 * KIB,
		.ram_size = 4 * KIB,
		.ram_max = 10 * KIB,
		.regions = f1_regions,
	},
	{
		.dev_id = 0x410,
		.name = "STM32F103/101/102 medium density",
		F1_COMMON,
		.layout = pages_128x1k,
		.max_flash = 128 * KIB,
		.ram_size = 10 * KIB,
		.ram_max = 20 * KIB,
		.regions = f1_regions,
	},
	{
		.dev_id = 0x414,
		.name = "STM32F103/101 high density",
		F1_COMMON,
		.layout = pages_256x2k,
		.max_flash = 512 * KIB,
		.ram_size = 32 * KIB,
		.ram_max = 64 * KIB,
		.regions = f1_regions,
		.traits = CHIP_WRP_TAIL,
	},
	{
		.dev_id = 0x430,
		.name = "STM32F103/101 XL density",
		F1_COMMON,
		.layout = pages_512x2k,
		.max_flash = 1024 * KIB,
		.ram_size = 80 * KIB,
		.ram_max = 96 * KIB,
		.regions = f1_xl_regions,
		.traits = CHIP_XL_BANKS | CHIP_WRP_TAIL,
	},
	{
		.dev_id = 0x430,
		.foreign = true,
		.name = "GD32F103/303 XL density (clone)",
		F1_COMMON,
		.layout = pages_gd_1m,
		.max_flash = 1024 * KIB,
		.ram_size = 80 * KIB,
		.ram_max = 96 * KIB,
		.regions = f1_xl_regions,
		.traits = CHIP_XL_BANKS | CHIP_WRP_TAIL | CHIP_IN_HALVES,
	},
	{
		.dev_id = 0x418,
		.name = "STM32F105/107 connectivity line",
		F1_COMMON,
		.layout = pages_128x2k,
		.max_flash = 256 * KIB,
		.ram_size = 64 * KIB,
		.ram_max = 64 * KIB,
		.regions = f1_cl_regions,
		.traits = CHIP_WRP_TAIL,
	},
	{
		.dev_id = 0x420,
		.name = "STM32F100 low and medium density value line",
		F1_COMMON,
		.layout = pages_128x1k,
		.max_flash = 128 * KIB,
		.ram_size = 4 * KIB,
		.ram_max = 8 * KIB,
		.regions = f1_regions,
	},
	{
		.dev_id = 0x428,
		.name = "STM32F100 high density value line",
		F1_COMMON,
		.layout = pages_256x2k,
		.max_flash = 512 * KIB,
		.ram_size = 24 * KIB,
		.ram_max = 32 * KIB,
		.regions = f1_regions,
		.traits = CHIP_WRP_TAIL,
	},
	{
		.dev_id = 0x423,
		.name = "STM32F401xB/C",
		F4_COMMON,
		.layout = sectors_256k,
		.max_flash = 256 * KIB,
		.ram_size = 64 * KIB,
		.ram_max = 64 * KIB,
		.regions = f4_regions,
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x433,
		.name = "STM32F401xD/E",
		F4_COMMON,
		.layout = sectors_512k,
		.max_flash = 512 * KIB,
		.ram_size = 96 * KIB,
		.ram_max = 96 * KIB,
		.regions = f4_regions,
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = ID_F40,
		.name = "STM32F405/407/415/417",
		F4_COMMON,
		.layout = sectors_1m,
		.max_flash = 1024 * KIB,
		.ram_size = 112 * KIB,
		.ram_max = 128 * KIB,
		.regions = f405_regions,
	},
	{
		.dev_id = 0x458,
		.name = "STM32F410",
		F4_COMMON,
		.layout = sectors_128k,
		.max_flash = 128 * KIB,
		.ram_size = 32 * KIB,
		.ram_max = 32 * KIB,
		.regions = f4_regions,
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x431,
		.name = "STM32F411",
		F4_COMMON,
		.layout = sectors_512k,
		.max_flash = 512 * KIB,
		.ram_size = 128 * KIB,
		.ram_max = 128 * KIB,
		.regions = f4_regions,
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x441,
		.name = "STM32F412",
		F4_COMMON,
		.layout = sectors_1m,
		.max_flash = 1024 * KIB,
		.ram_size = 256 * KIB,
		.ram_max = 256 * KIB,
		.regions = f4_regions,
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x463,
		.name = "STM32F413/423",
		F4_COMMON,
		.layout = sectors_1536k,
		.max_flash = 1536 * KIB,
		.ram_size = 256 * KIB,
		.ram_max = 320 * KIB,
		.regions = f4_regions,
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x421,
		.name = "STM32F446",
		F4_COMMON,
		.layout = sectors_512k,
		.max_flash = 512 * KIB,
		.ram_size = 112 * KIB,
		.ram_max = 128 * KIB,
		.regions = f446_regions,
		.traits = CHIP_RDERR,
	},
	{
		.dev_id = 0x419,
		.name = "STM32F427/429/437/439",
		F4_COMMON,
		.layout = sectors_2x1m,
		.max_flash = 2048 * KIB,
		.ram_size = 112 * KIB,
		.ram_max = 192 * KIB,
		.regions = f42x_regions,
		.traits = CHIP_DUAL_BANK | CHIP_RDERR,
	},
	{
		.dev_id = 0x434,
		.name = "STM32F469/479",
		F4_COMMON,
		.layout = sectors_2x1m,
		.max_flash = 2048 * KIB,
		.ram_size = 160 * KIB,
		.ram_max = 320 * KIB,
		.regions = f42x_regions,
		.traits = CHIP_DUAL_BANK | CHIP_RDERR,
	},
};

const size_t n_chips = ARRAY_SIZE(chips);

const struct chip *chip_find(uint16_t dev_id, uint32_t cpuid)
{
	const struct chip *found = NULL;

	/* Erratum: an F405/407/415/417 of revision A has the device id of an F2. The CPU tells them apart. */
	if (dev_id == ID_F2 && cpu_part(cpuid) == PART_M4)
		dev_id = ID_F40;

	for (size_t i = 0; i < n_chips; i++) {
		if (chips[i].dev_id != dev_id)
			continue;
		if (chips[i].foreign == (cpuid != 0 && cpuid != CPUID_F1))
			return &chips[i];
		found = found ? found : &chips[i];
	}
	return found;
}

uint32_t chip_idcode_addr(uint32_t cpuid)
{
	switch (cpu_part(cpuid)) {
	case PART_M0:
	case PART_M0P:
	case PART_M23:
		return 0x40015800;
	case PART_M33:
		return 0xe0044000;
	default:
		return 0xe0042000;
	}
}

uint32_t chip_flash_size(const struct chip *chip, uint16_t size_word, bool *guessed)
{
	const uint32_t size = size_word * KIB;

	*guessed = size == 0 || size > chip->max_flash || size % chip->layout[0].size != 0;
	return *guessed ? chip->max_flash : size;
}

/* Append a sentence; what does not fit is left out whole. */
static void remark(char *text, size_t len, const char *sentence)
{
	const size_t used = strlen(text);
	const char *gap = used ? " " : "";

	if (used + strlen(gap) + strlen(sentence) < len)
		snprintf(text + used, len - used, "%s%s", gap, sentence);
}

const char *chip_ram_text(const struct chip *chip, char text[CHIP_RAM_TEXT_MAX])
{
	if (chip->ram_size == chip->ram_max)
		snprintf(text, CHIP_RAM_TEXT_MAX, "%u KiB", (unsigned int)(chip->ram_size / KIB));
	else
		snprintf(text, CHIP_RAM_TEXT_MAX, "%u KiB to %u KiB", (unsigned int)(chip->ram_size / KIB),
			 (unsigned int)(chip->ram_max / KIB));
	return text;
}

void chip_remarks(const struct chip *chip, uint32_t dpidr, uint32_t cpuid, uint32_t idcode, char *text, size_t len)
{
	if (len == 0)
		return;
	text[0] = '\0';

	if (chip->core_of_st == PART_M3 && dpidr == DPIDR_M3_R2 && cpu_part(cpuid) == PART_M3)
		remark(text, len, "Looks like a clone: ST's F1 answers DPIDR 0x1ba01477, this one 0x2ba01477.");
	else if (chip->core_of_st && cpu_part(cpuid) != chip->core_of_st)
		remark(text, len, "Looks like a clone: ST's F1 has a Cortex-M3, this one another core.");
	if (chip->dev_id != (idcode & 0xfff))
		remark(text, len, "Revision A: it gives the device id of an F2 (0x411), but the core is a Cortex-M4.");
}
