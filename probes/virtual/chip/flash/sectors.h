/* SPDX-License-Identifier: MIT */
/* The F4's flash controller, shared by its files: sectors.c, sectors_map.c and sectors_options.c. */
#ifndef VIRTUAL_CHIP_SECTORS_H
#define VIRTUAL_CHIP_SECTORS_H

#include "chip/internal.h"

#define SECTORS_OTP_BASE 0x1fff7800u
#define SECTORS_OTP_SIZE 528u /* 16 blocks of 32 bytes, then a lock byte for each */

struct sector {
	unsigned int number; /* the manual's name for it */
	unsigned int snb;    /* in FLASH_CR */
	uint32_t offset, size;
};

/* False: there is no such sector. */
bool sector_at(const struct chip *c, uint32_t offset, struct sector *s);
bool sector_by_snb(const struct chip *c, unsigned int snb, struct sector *s);

/* Flash is two banks, and where the second begins. */
bool sectors_dual(const struct chip *c);
uint32_t sectors_bank2(const struct chip *c);

/* Not to be programmed or erased. */
bool sector_protected(const struct chip *c, const struct sector *s);
/* PCROP, which is in force once it is stored: the sector may be executed, but not read either. */
bool sector_pcrop(const struct chip *c, const struct sector *s);
bool sectors_any_protected(const struct chip *c, unsigned int banks);
void sectors_load_options(struct chip *c, enum reset_cause cause);
void sectors_write_optcr(struct chip *c, uint32_t value);
void sectors_write_optcr1(struct chip *c, uint32_t value);
void sectors_finish_options(struct chip *c);

/* Set flags of FLASH_SR, with the interrupt that FLASH_CR.ERRIE asks for. */
void sectors_raise_errors(struct chip *c, uint32_t flags);

#define SR_WRPERR (1u << 4)

/* FLASH_OPTCR (RM0090 3.9.10) */
#define OPTCR_OPTLOCK (1u << 0)
#define OPTCR_OPTSTRT (1u << 1)
#define OPTCR_BFB2    (1u << 4)
#define OPTCR_WDG_SW  (1u << 5)
#define OPTCR_DB1M    (1u << 30)
#define OPTCR_SPRMOD  (1u << 31)
#define RDP_LEVEL_0   0xaau
#define RDP_LEVEL_2   0xccu

/* timing-model fact sheet, and for the option bytes the time of a 16 KiB sector */
#define SECTORS_PROGRAM_NS 16000u
#define SECTORS_OPTION_NS  250000000u
#define MASS_ERASE_X32_NS  8000000000u /* per MiB */

#endif
