/* SPDX-License-Identifier: MIT */
/* The flash controller of F2, F4 and F7, shared by its files: sectors.c, sectors_map.c and sectors_options.c. */
#ifndef VIRTUAL_CHIP_SECTORS_H
#define VIRTUAL_CHIP_SECTORS_H

#include "chip/internal.h"

#define SECTORS_BACKUP_SRAM 0x40024000u
#define SECTORS_BACKUP_SIZE 0x1000u

struct sector {
	unsigned int number; /* the manual's name for it */
	unsigned int snb;    /* in FLASH_CR */
	uint32_t offset, size;
};

/* False: there is no such sector. */
bool sector_at(const struct chip *c, uint32_t offset, struct sector *s);
bool sector_by_snb(const struct chip *c, unsigned int snb, struct sector *s);

/* Bytes of the smallest sectors, as the banks are now. */
uint32_t sectors_unit(const struct chip *c);

/* Flash is two banks, and where the second begins. */
bool sectors_dual(const struct chip *c);
uint32_t sectors_bank2(const struct chip *c);

/* SYSCFG_MEMRMP.UFB_MODE: either bank is seen where the other one is. */
uint32_t sectors_locate(const struct chip *c, uint32_t addr);

/* Not to be programmed or erased. */
bool sector_protected(const struct chip *c, const struct sector *s);
/* PCROP, which is in force once it is stored: the sector may be executed, but not read either. */
bool sector_pcrop(const struct chip *c, const struct sector *s);
bool sectors_any_protected(const struct chip *c, unsigned int banks);
/* In nanoseconds, by PSIZE; of so many bytes */
uint64_t sectors_mass_ns(const struct chip *c, uint32_t size, unsigned int psize);
void sectors_load_options(struct chip *c, enum reset_cause cause);
void sectors_write_optcr(struct chip *c, uint32_t value);
void sectors_write_optcr1(struct chip *c, uint32_t value);
void sectors_write_optcr2(struct chip *c, uint32_t value);
bool sectors_option_copy(const struct chip *c, uint32_t addr, uint32_t *value);
void sectors_finish_options(struct chip *c);
void sectors_tear_options(struct chip *c);

/* Set flags of FLASH_SR, with the interrupt that FLASH_CR.ERRIE asks for. */
void sectors_raise_errors(struct chip *c, uint32_t flags);

#define SR_WRPERR (1u << 4)

/* FLASH_OPTCR (RM0090 3.9.10) */
#define OPTCR_OPTLOCK (1u << 0)
#define OPTCR_OPTSTRT (1u << 1)
#define OPTCR_BFB2    (1u << 4)
#define OPTCR_WWDG_SW (1u << 4) /* F7 */
#define OPTCR_WDG_SW  (1u << 5)
#define OPTCR_NDBANK  (1u << 29) /* F76x, F77x */
#define OPTCR_DB1M    (1u << 30)
#define OPTCR2_RDP    (1u << 31) /* PCROP_RDP of F72x, F73x */
#define OPTCR_SPRMOD  (1u << 31)
#define OPTCR_RDP     0x0000ff00u
#define RDP_TORN      0xffu
#define RDP_LEVEL_0   0xaau
#define RDP_LEVEL_2   0xccu

/* timing-model fact sheet; the option bytes of an F4 take as long as a sector of 16 KiB, and so they do elsewhere */
#define SECTORS_PROGRAM_NS 16000u
#define SECTORS_OPTION_NS  250000000u
#define PSIZE_X32          2u

#endif
