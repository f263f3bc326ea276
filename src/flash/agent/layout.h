/* SPDX-License-Identifier: MIT */
/*
 * Where the host and the agent meet in RAM: offsets and numbers, nothing else.
 * The assembler reads this file too (build.sh turns each line into an .equ),
 * so a value is a plain number here, not an expression.
 */
#ifndef FLASH_AGENT_LAYOUT_H
#define FLASH_AGENT_LAYOUT_H

/*
 * Mailbox. It is the core's table of vectors too while the agent runs (ARMv7-M ARM B1.5.3, ARMv6-M ARM B1.5.3): the
 * words for a stack and a reset are not used by exceptions, and are the agent's. Of the others only NMI and HardFault
 * are ever taken, for nothing else is enabled.
 */
#define AGENT_MB_DONE      0x00u /* jobs completed; AGENT_BOOTING before the agent runs; AGENT_BOOTING - AGENT_ERR_* */
#define AGENT_MB_UNITS     0x04u /* units hashed so far by the HASH that runs now, 0 between jobs */
#define AGENT_MB_NMI       0x08u /* where an NMI leads: AGENT_STRUCK */
#define AGENT_MB_HARDFAULT 0x0cu /* and a HardFault */
#define AGENT_MB_SR        0x10u /* FLASH_SR at the failure */
#define AGENT_MB_ADDR      0x14u /* address at the failure */

/* Mailbox: what both of them change */
#define AGENT_MB_RESET 0x18u /* for AIRCR when the host is gone; the agent clears it at its first change of flash */
#define AGENT_MB_PING  0x1cu /* another value begins the wait for a job anew */
#define AGENT_MB_ALIVE 0x20u /* the agent: changes while it waits for a job */
#define AGENT_MB_MAGIC 0x24u /* AGENT_MAGIC: a mailbox of ours; an agent that resets the chip takes it away */
#define AGENT_MB_SPARE 0x28u /* where a store goes that has nothing to lock, or no watchdog to feed */

/* Mailbox: what the host says before it starts the agent, and nobody changes; the code follows */
#define AGENT_MB_BUSY_LIMIT 0x2cu /* polls of a busy controller before giving up */
#define AGENT_MB_IDLE_LIMIT 0x30u /* polls for a job before giving up */
#define AGENT_MB_FIRST      0x34u /* address of the first descriptor */
#define AGENT_MB_STRIDE     0x38u /* from one descriptor to the next: frame_len */
#define AGENT_MB_END        0x3cu /* the address that comes after the last descriptor of the first RAM */
#define AGENT_MB_MORE       0x40u /* address of the first descriptor in more RAM, or FIRST again */
#define AGENT_MB_MORE_END   0x44u /* the address that comes after the last descriptor there; 0: none is there */
#define AGENT_MB_LOCK_CR    0x48u /* address of the FLASH_CR to lock after a failure; SR is before it */
#define AGENT_MB_LOCK_CR2   0x4cu /* of a second bank's, or the same again */
#define AGENT_MB_LOCK       0x50u /* value that locks */
#define AGENT_MB_WATCHDOG   0x54u /* address to write the watchdog's reload to */
#define AGENT_MB_AIRCR      0x58u /* address of AIRCR */
#define AGENT_MAILBOX_LEN   0x5cu

#define AGENT_MAGIC 0x73744667u

/* Code: where an NMI or a HardFault comes in; it is started at its first byte */
#define AGENT_STRUCK 2u

/* ARMv7-M ARM B3.2.6: VECTKEY and SYSRESETREQ */
#define AGENT_AIRCR       0xe000ed0cu
#define AGENT_AIRCR_RESET 0x05fa0004u

#define AGENT_BOOTING 0xffffffffu

#define AGENT_ERR_FLAGS 1u /* the controller set an error flag */
#define AGENT_ERR_BUSY  2u /* still busy after busy_limit polls */
#define AGENT_ERR_IDLE  3u /* no job within idle_limit polls: the host is gone */
#define AGENT_ERR_JOB   4u /* the words of a descriptor do not add up */
#define AGENT_ERR_NMI   5u /* an NMI or a HardFault: as a rule flash whose ECC does not fit */
#define AGENT_ERR_LAST  5u

/* Descriptor: offsets from its start, which is AGENT_DESC_LEN before the end of the frame */
#define AGENT_D_OP         0x00u
#define AGENT_D_ERASE      0x04u /* the bits for CR without STRT: PER, MER, SER | SNB; on F4 with PSIZE, always */
#define AGENT_D_CTRL       0x08u /* base of the controller's registers (F1 XL bank 2: +0x40) */
#define AGENT_D_ADDR       0x0cu /* PROGRAM: first address. ERASE: any address in the page */
#define AGENT_D_LEN        0x10u /* PROGRAM: bytes of data, multiple of 4; they end where the descriptor begins */
#define AGENT_D_HASH_ADDR  0x14u
#define AGENT_D_HASH_WORDS 0x18u /* words to hash, all units together */
#define AGENT_D_HASH_UNIT  0x1cu /* words in a unit; the last unit may be shorter */
#define AGENT_D_SCAN_PIECE 0x10u /* SCAN, which has no data: bytes in a piece of what is hashed */
#define AGENT_D_CHECK      0x20u /* makes the sum of all words 0xffffffff: a job that arrived damaged is not done */
#define AGENT_D_SEQ        0x24u
#define AGENT_DESC_LEN     0x28u
#define AGENT_DESC_WORDS   10u

#define AGENT_OP_ERASE   1u
#define AGENT_OP_PROGRAM 2u
#define AGENT_OP_HASH    4u
#define AGENT_OP_SCAN    8u /* beside HASH, by the agent for reading alone */

/* Independent watchdog, the same on F0 to F7 (RM0008 19.4.1, RM0090 21.4.1) */
#define AGENT_IWDG_KR     0x40003000u
#define AGENT_IWDG_RELOAD 0xaaaau

#endif
