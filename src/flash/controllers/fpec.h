/* SPDX-License-Identifier: MIT */
/* Registers of the FPEC as offsets, and their bits (PM0075 3), for its two files: fpec.c and fpec_options.c. */
#ifndef FLASH_FPEC_H
#define FLASH_FPEC_H

#include "flash/flash.h"

#define FPEC_BASE 0x40022000u

#define ACR     0x00u
#define KEYR    0x04u
#define OPTKEYR 0x08u
#define SR      0x0cu
#define CR      0x10u
#define AR      0x14u
#define OBR     0x1cu
#define WRPR    0x20u

#define SR_BSY      (1u << 0)
#define SR_PGERR    (1u << 2)
#define SR_WRPRTERR (1u << 4)
#define SR_EOP      (1u << 5)
#define SR_ERRORS   (SR_PGERR | SR_WRPRTERR)

#define CR_PG     (1u << 0)
#define CR_PER    (1u << 1)
#define CR_MER    (1u << 2)
#define CR_OPTPG  (1u << 4)
#define CR_OPTER  (1u << 5)
#define CR_STRT   (1u << 6)
#define CR_LOCK   (1u << 7)
#define CR_OPTWRE (1u << 9)

#endif
