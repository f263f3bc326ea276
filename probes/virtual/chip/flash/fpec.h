/* SPDX-License-Identifier: MIT */
/* The flash controller of F1, F0 and F3, shared by its two files: fpec.c and fpec_options.c. */
#ifndef VIRTUAL_CHIP_FPEC_H
#define VIRTUAL_CHIP_FPEC_H

#include "chip/internal.h"

/* FLASH_SR, FLASH_CR, FLASH_OBR: PM0075 3 */
#define SR_BSY      (1u << 0)
#define SR_PGERR    (1u << 2)
#define SR_WRPRTERR (1u << 4)
#define SR_EOP      (1u << 5)
#define SR_W1C      (SR_PGERR | SR_WRPRTERR | SR_EOP)

#define CR_PG     (1u << 0)
#define CR_PER    (1u << 1)
#define CR_MER    (1u << 2)
#define CR_OPTPG  (1u << 4)
#define CR_OPTER  (1u << 5)
#define CR_STRT   (1u << 6)
#define CR_LOCK   (1u << 7)
#define CR_OPTWRE (1u << 9)
#define CR_ERRIE  (1u << 10)
#define CR_EOPIE  (1u << 12)
#define CR_LAUNCH (1u << 13) /* OBL_LAUNCH */
#define CR_KEPT   (CR_PG | CR_PER | CR_MER | CR_OPTPG | CR_OPTER | CR_ERRIE | CR_EOPIE)
#define CR_ERASES (CR_PER | CR_MER | CR_OPTER)

#define OBR_OPTERR  (1u << 0)
#define OBR_RDPRT_1 (1u << 1)
#define OBR_RDPRT_2 (3u << 1) /* flash-f0f3f2f7 fact sheet section 2.1 */
#define OBR_BFB2    (1u << 5) /* XL density; 0: boot from bank 2 */

/* The byte USER: bits that this model looks at */
#define USER_WDG_SW   (1u << 0)
#define USER_BFB2     (1u << 3) /* F1 */
#define USER_NBOOT0   (1u << 3) /* F0 */
#define USER_NBOOT1   (1u << 4) /* F0, F3 */
#define USER_BOOT_SEL (1u << 7) /* F0 */

#define RDP_BYTE_LEVEL_2 0xccu

#define FPEC_OPTIONS_BASE 0x1ffff800u
#define FPEC_OPTIONS_SIZE 16u
#define FPEC_BANK_2       0x08080000u /* XL density */

uint8_t *fpec_options(struct chip *c);
void fpec_load_options(struct chip *c, enum reset_cause cause);
/* What was loaded as USER. */
uint8_t fpec_user(const struct chip *c);
/* The chip is read-protected, and a debugger is there. */
bool fpec_is_closed(const struct chip *c);
bool fpec_store_option(struct chip *c, const struct access *a);
void fpec_finish_option(struct chip *c, const struct flash_op *op);
/* Any byte of [offset, offset + len) in a protected page? Of a whole bank (mass): only what WRP protects counts. */
bool fpec_protected(const struct chip *c, uint32_t offset, uint32_t len, bool mass);

#endif
