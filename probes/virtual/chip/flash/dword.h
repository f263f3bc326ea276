/* SPDX-License-Identifier: MIT */
/* The controller of L4, L4+, G0, G4, WB, WL, C0 and U0, shared by its files dword....c. */
#ifndef VIRTUAL_CHIP_DWORD_H
#define VIRTUAL_CHIP_DWORD_H

#include "chip/internal.h"

#define DWORD 8u

/* FLASH_SR (RM0351 3.7.5) */
#define SR_EOP        (1u << 0)
#define SR_OPERR      (1u << 1)
#define SR_PROGERR    (1u << 3)
#define SR_WRPERR     (1u << 4)
#define SR_PGAERR     (1u << 5)
#define SR_SIZERR     (1u << 6)
#define SR_PGSERR     (1u << 7)
#define SR_MISERR     (1u << 8)
#define SR_FASTERR    (1u << 9)
#define SR_RDERR      (1u << 14)
#define SR_OPTVERR    (1u << 15)
#define SR_OEMOPTWERR (1u << 12) /* of U0 */
#define SR_BSY        (1u << 16)
#define SR_BSY2       (1u << 17)
#define SR_CFGBSY     (1u << 18)
#define SR_OEM1LOCK   (1u << 20) /* of U0 */
#define SR_OEM2LOCK   (1u << 21)
#define SR_ERRORS                                                                                                    \
	(SR_OPERR | SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_PGSERR | SR_MISERR | SR_FASTERR | SR_RDERR | \
	 SR_OPTVERR)
/* What a programming error before leaves, and keeps the next operation from starting */
#define SR_BLOCKING (SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_PGSERR | SR_MISERR | SR_FASTERR)

/* FLASH_CR (RM0351 3.7.6) */
#define CR_PG      (1u << 0)
#define CR_PER     (1u << 1)
#define CR_MER1    (1u << 2)
#define CR_PNB_BIT 3u
#define CR_MER2    (1u << 15)
#define CR_STRT    (1u << 16)
#define CR_OPTSTRT (1u << 17)
#define CR_FSTPG   (1u << 18)
#define CR_EOPIE   (1u << 24)
#define CR_ERRIE   (1u << 25)
#define CR_RDERRIE (1u << 26)
#define CR_LAUNCH  (1u << 27)
#define CR_OPTLOCK (1u << 30)
#define CR_LOCK    (1u << 31)
#define CR_ERASES  (CR_PER | CR_MER1 | CR_MER2)

/* FLASH_OPTR (fact sheet section 9.1) */
#define OPTR_RDP         0xffu
#define OPTR_IWDG_SW     (1u << 16)
#define OPTR_WWDG_SW     (1u << 19)
#define DWORD_RDP_0      0xaau
#define DWORD_RDP_2      0xccu
#define PCROP_RDP        (1u << 31) /* of the end of the first area */
#define SEC2_SHIFT       20u        /* SECR of a G0 with two banks: the size of bank 2's */
#define OPTION_END_SHIFT 16u        /* WRP: the last page */

static inline const struct dword_variant *dword_variant(const struct chip *c)
{
	return c->line->dword;
}

/* dword_map.c: banks, and pages as FLASH_CR names them */
struct dword_page {
	unsigned int bank; /* BANK_1 or BANK_2 */
	uint32_t offset, size;
};

bool dword_dual(const struct chip *c);
uint32_t dword_bank2(const struct chip *c);
uint32_t dword_page_size(const struct chip *c);
uint32_t dword_locate(const struct chip *c, uint32_t addr);
/* False: there is no such page. */
bool dword_page_by_cr(const struct chip *c, uint32_t cr, struct dword_page *page);

/* dword_units.c: what each double word is beyond its bytes */
bool unit_is_blank(const struct chip *c, uint32_t offset);
bool unit_takes(const struct chip *c, uint32_t offset, uint64_t value);
void unit_programmed(struct chip *c, uint32_t offset, uint64_t value);
void units_erased(struct chip *c, uint32_t offset, uint32_t len);
void unit_tear(struct chip *c, uint32_t offset);
/* False: it reads as a bus error. Else ECCD is set, and the core has an NMI, where its ECC does not fit. */
bool unit_read(struct chip *c, const struct access *a);
void units_reorder(struct chip *c, bool to_dual);
/* The core reads it through the data cache. False: what it gets was there before the last operation. */
bool units_cache(struct chip *c, uint32_t offset);
void units_forget_cache(struct chip *c);

/* dword_protection.c; by offset in the array */
bool dword_is_shut(const struct chip *c);
bool dword_write_protected(const struct chip *c, uint32_t offset);
bool dword_pcrop(const struct chip *c, uint32_t offset);
bool dword_secret(const struct chip *c, uint32_t offset);
bool dword_of_cpu2(const struct chip *c, uint32_t offset);
/* A mass erase of these banks is refused. */
bool dword_keeps(const struct chip *c, unsigned int banks);
bool dword_boot_lock(const struct chip *c);
bool dword_ram_is_open(const struct chip *c, const struct access *a);
enum mem_mode dword_boot_mode(const struct chip *c);

/* dword_options.c */
/* Its number in the list, of the register at that offset; DWORD_OPTIONS: none */
unsigned int dword_option_at(const struct chip *c, uint32_t off);
uint32_t dword_optr(const struct chip *c);
/* OEMKEYSR of a U0 */
uint32_t dword_oemkeysr(const struct chip *c);
void dword_factory_options(struct chip *c);
void dword_load_options(struct chip *c, enum reset_cause cause);
void dword_write_option(struct chip *c, unsigned int i, uint32_t value);
void dword_start_options(struct chip *c);
void dword_finish_options(struct chip *c);
bool dword_option_copy(const struct chip *c, uint32_t addr, uint32_t *value);

/* dword.c: set flags of FLASH_SR, with the interrupt that FLASH_CR asks for */
void dword_raise(struct chip *c, uint32_t flags);
/* One that only a wrong sequence leads to: an anomaly too */
void dword_wrong(struct chip *c, uint32_t flags, const char *what, uint32_t addr);
void dword_check_power(struct chip *c);

/* dword_program.c */
bool dword_store(struct chip *c, const struct access *a);
/* The next double word of a row has not come in time. */
void dword_judge_row(struct chip *c);
bool dword_takes_more(const struct chip *c, uint32_t addr);
bool dword_is_of_array(const struct chip *c, const struct flash_op *op);
void dword_tear(struct chip *c, const struct flash_op *op);

static inline bool dword_in_array(const struct chip *c, uint32_t addr)
{
	return addr - FLASH_BASE < c->part->flash_size;
}

#endif
