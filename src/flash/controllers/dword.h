/* SPDX-License-Identifier: MIT */
/* Registers of the double-word controller as offsets (RM0351 3.7), for its two files: dword.c and dword_options.c. */
#ifndef FLASH_DWORD_H
#define FLASH_DWORD_H

#define ACR     0x00u
#define KEYR    0x08u
#define OPTKEYR 0x0cu
#define SR      0x10u
#define CR      0x14u
#define ECCR    0x18u
#define ECC2R   0x1cu

/* SR: which bits mean busy differs; bit 17 is BSY2 on some, and PEMPTY on others (fact sheet section 3). */
#define SR_EOP     (1u << 0)
#define SR_PROGERR (1u << 3)
#define SR_WRPERR  (1u << 4)
#define SR_OPTVERR (1u << 15)
#define SR_ERRORS  0xc3fau
#define BSY        (1u << 16)
#define BSY2       (1u << 17)
#define CFGBSY     (1u << 18)
#define PESD       (1u << 19) /* of WB and WL: nothing begins while one of the two cores holds flash up (PES) */

#define CR_PG         (1u << 0)
#define CR_PER        (1u << 1)
#define CR_MER1       (1u << 2)
#define CR_MER2       (1u << 15)
#define CR_STRT       (1u << 16)
#define CR_OPTSTRT    (1u << 17)
#define CR_OBL_LAUNCH (1u << 27)
#define CR_OPTLOCK    (1u << 30)
#define CR_LOCK       (1u << 31)

#endif
