/* SPDX-License-Identifier: MIT */
/* Registers of the sector controller as offsets (RM0090 3.9), for its two files: sectors.c and sectors_options.c. */
#ifndef FLASH_SECTORS_H
#define FLASH_SECTORS_H

#define FLASH_BASE 0x40023c00u
#define ACR        0x00u
#define KEYR       0x04u
#define OPTKEYR    0x08u
#define SR         0x0cu
#define CR         0x10u
#define OPTCR      0x14u

#define SR_EOP    (1u << 0)
#define SR_OPERR  (1u << 1)
#define SR_WRPERR (1u << 4)
#define SR_PGAERR (1u << 5)
#define SR_PGPERR (1u << 6)
#define SR_PGSERR (1u << 7)
#define SR_RDERR  (1u << 8)
#define SR_BSY    (1u << 16)
#define SR_ERRORS (SR_OPERR | SR_WRPERR | SR_PGAERR | SR_PGPERR | SR_PGSERR)

#endif
