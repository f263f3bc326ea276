/* SPDX-License-Identifier: MIT */
/*
 * What the chips of a family have in common, what the lines in it have, and the
 * parts that can be ordered: rows, a file for each family beside this one. No
 * code beyond them asks which family a chip is of.
 */
#ifndef VIRTUAL_CHIP_FAMILY_H
#define VIRTUAL_CHIP_FAMILY_H

#include "chip/chip.h"
#include "chip/flash/flash.h"

#define KIB 1024u
#define MHZ 1000000u

struct area {
	uint32_t base;
	uint32_t size;
};

/* --- peripherals ------------------------------------------------------------------- */

typedef uint32_t periph_read_fn(struct chip *c, uint32_t off);
typedef void periph_write_fn(struct chip *c, uint32_t off, uint32_t value);

#define SUB_WORD_MERGES (1u << 0) /* bytes and half-words may be written, the rest of the word stays */
#define SUB_WORD_PADS   (1u << 1) /* half-words may be written, the rest of the register is 0 anyway */

/* What answers where; the table ends with size 0. */
struct periph {
	struct area area;
	periph_read_fn *read; /* NULL: registers that keep what is written, and do nothing */
	periph_write_fn *write;
	unsigned int flags;
};

/* A register's value after reset, by its offset; value 0 ends. */
struct reset_value {
	uint32_t off, value;
};

/* How the ports are made: CRL and CRH of the F1 (RM0008 9.2), or MODER of all others (RM0090 8.4). */
struct gpio {
	bool moder;
	uint32_t base;                   /* GPIOA; 1 KiB each */
	uint32_t clock_reg;              /* of the RCC */
	uint32_t clock_a;                /* the bit of GPIOA in it; the others follow */
	const struct reset_value *reset; /* registers that are not 0 after reset; from base on */
};

/* DBGMCU: bits that exist, and in which of them something stands still in debug state */
struct dbgmcu_layout {
	uint32_t base;
	uint32_t cr, apb1_fz, apb2_fz;
	bool freezes_in_cr;        /* F1; else in APB1_FZ */
	uint8_t iwdg, wwdg, tim2;  /* bits */
	uint8_t fz1_off, fz2_off;  /* where APB1_FZ and APB2_FZ are; 0: at 0x08 and 0x0c */
	uint32_t clock_reg, clock; /* of the RCC: without the bit writes are lost; 0: always clocked */
	bool silent_unclocked;     /* nor is anything read then, IDCODE neither */
	bool hidden_from_software; /* reads 0 unless a debugger is there */
	bool clocked_by_core;      /* dead while NRST is low or the core sleeps */
};

/* Which bits of the clock tree are where */
struct rcc_layout {
	uint32_t base;
	bool multiplies; /* PLLMUL in CFGR, as in the F1; else PLLCFGR, as in the F4 */
	bool has_prediv; /* CFGR2.PREDIV before the PLL (F0, F3) */
	uint8_t cfgr, csr, apb1enr;
	uint8_t ppre1;          /* its lowest bit in CFGR */
	uint32_t csr_flags;     /* why there was a reset */
	uint32_t por_flags;     /* set by power-on */
	uint32_t pllcfgr;       /* after reset */
	uint32_t pllcfgr_fixed; /* bits of it that must stay so */
	uint32_t vco_min;
	struct reset_value enr;        /* clocks that are on after reset */
	uint32_t hz_per_ws;            /* of HCLK, for each wait state */
	uint32_t pclk1_max;            /* 0: a quarter of the line's HCLK */
	const struct clock_tree *tree; /* NULL: that of F0 to F7 */
};

/* What feeds SYSCLK */
enum clock_source { CLOCK_NONE, CLOCK_MSI, CLOCK_HSI, CLOCK_HSE, CLOCK_PLL, CLOCK_LSI, CLOCK_LSE };

/* RCC of L4, G0, G4, WB, WL, C0 and U0, as far as they differ (RM0351 6.4, RM0444 5.4, RM0440 7.4, RM0490 6.4) */
struct clock_tree {
	bool has_msi, has_pll;
	bool msirgsel; /* MSIRANGE counts once this bit is set (RM0351 6.4.1); a WB has no such bit (RM0434 8.4.1) */
	uint32_t hsi_hz;
	bool hsidiv;          /* CR has HSIDIV */
	uint32_t cr, cfgr;    /* after reset */
	uint8_t sw_bits;      /* of SW, and of SWS right above it */
	uint8_t hpre;         /* its lowest bit in CFGR */
	uint8_t sources[6];   /* enum clock_source, by SW */
	uint8_t pllm_bits;    /* from bit 4 of PLLCFGR on */
	uint8_t pllren, pllr; /* bits of PLLCFGR */
	bool pllr_even;       /* PLLR stands for 2, 4, 6, 8; else for itself and one */
	uint32_t rmvf;        /* of CSR */
};

/* --- families, lines ------------------------------------------------------------------ */

struct family {
	const struct flash_ctl *ctl;
	uint32_t ctl_base; /* of its registers */
	const struct fpec_variant *fpec;
	uint32_t reset_hz; /* of HCLK after reset; on F0 to F7 that is HSI */
	uint32_t lsi_hz;
	uint32_t ticks_calib; /* SYST_CALIB */
	uint32_t mem_mode;    /* register whose bits 1:0 say what is seen at 0, and a reset sets by the pins; 0: none */
	bool boots_at_address; /* BOOT_ADD words of the option bytes say where the core starts */
	bool nboot1;           /* an option bit takes the place of the BOOT1 pin */
	struct gpio gpio;
	bool dma_streams; /* as in the F4; else channels, as in the F1 */
	uint32_t dma_base;
	uint32_t pwr_base; /* 0: that of F0 to F7; else CR1 is there, with LPMS and LPR */
	const struct dbgmcu_layout *dbgmcu;
	const struct rcc_layout *rcc;
	const struct periph *periphs;
	const struct area *silent; /* read as 0 and swallow writes, where the manual has something; size 0 ends */
};

/* Words that the factory writes, one-time programmable bytes */
struct ids {
	uint32_t size_word, uid;
	struct area otp; /* its lock bytes are the last; size 0: none */
	uint32_t otp_block;
	uint32_t end; /* of all that begins with the system memory */
};

/* RAM beside that at 0x20000000 */
struct extra_ram {
	struct area area;
	bool code; /* instructions may be fetched from it */
};

/* The L1 caches of a Cortex-M7, bytes */
struct l1_sizes {
	uint32_t i, d;
};

#define LINE_XL        (1u << 0) /* F1: second bank from 0x08080000 with registers of its own */
#define LINE_CL        (1u << 1) /* F105, F107: other PLL */
#define LINE_VALUE     (1u << 2) /* F100: 24 MHz, no wait states */
#define LINE_DUAL_BANK (1u << 3) /* F42x, F43x, F469, F479 */
#define LINE_WRP15     (1u << 4) /* F413: OPTCR has 15 nWRP bits */
#define LINE_MPU       (1u << 5)
#define LINE_FSMC      (1u << 6)
#define LINE_PCROP     (1u << 7)  /* F4: OPTCR.SPRMOD and FLASH_SR.RDERR exist */
#define LINE_4K_PAGES  (1u << 8)  /* GigaDevice: pages of the second bank are 4 KiB */
#define LINE_EMPTY     (1u << 9)  /* F0: boots the ROM while the first word of flash was blank at the last loading */
#define LINE_BOOT_SEL  (1u << 10) /* F0: nBOOT0 of the option bytes may take the place of the BOOT0 pin */
#define LINE_PLLSRC2   (1u << 11) /* F0, F3: RCC_CFGR.PLLSRC has two bits */
#define LINE_NO_HSI_2  (1u << 12) /* F3: PLLSRC 00 is reserved */
#define LINE_NDBANK    (1u << 13) /* F76x, F77x: one bank or two by an option bit */
#define LINE_THIRD_MIB (1u << 14) /* GD32F4: behind two banks of 1 MiB four sectors of 256 KiB */

/* RAM that is seen once more below the flash */
struct ram_alias {
	struct area area;
	uint32_t target;
};

/* What the parts of one DBGMCU id have in common. */
struct line {
	const struct family *family;
	const struct ids *ids;
	uint32_t page_size; /* FPEC */
	struct area system; /* boot loader ROM */
	uint32_t max_hz;    /* of HCLK */
	uint32_t traits;
	struct extra_ram extra;
	uint8_t user_bits, wrp_bytes; /* FPEC: bits of USER, bytes of WRP that exist */
	const struct sectors_variant *sectors;
	const struct dword_variant *dword;
	struct ram_alias alias;
	struct area closed_ram; /* to a debugger while flash is read-protected */
	uint16_t rom_part;      /* in the ROM table; 0: the device id */
	uint16_t rom_designer;  /* JEP106: continuation << 7 | code; 0: ST's */
	uint32_t tcm_size;      /* of what is at 0x20000000, and is never cached */
	struct l1_sizes l1;
};

/* The parts of all families, in the order of part_at(). */
struct part_list {
	const struct part *parts;
	unsigned int n;
};

extern const struct part_list f0_parts, f1_parts, f2_parts, f3_parts, f4_parts, f7_parts, l4_parts, g0_parts, g4_parts,
	wb_parts, c0_parts;

/* What an F2 has like an F4 (f4.c) */
extern const struct dbgmcu_layout f4_dbgmcu;
extern const struct periph f4_periphs[];
extern const struct area f4_silent[];

/* DPIDR, CPUID, AHB-AP IDR */
#define M3_R1P1 0x1ba01477, 0x411fc231, 0x14770011
#define M4_R0P1 0x2ba01477, 0x410fc241, 0x24770011
#define M0P     0x0bc11477, 0x410cc601, 0x04770031

#define PART(name, text, id, rev, flash, ram, core, line)                         \
	{                                                                         \
		name, text, id, rev, (flash)*KIB, (ram)*KIB, core, &(line), flash \
	}

#endif
