/* SPDX-License-Identifier: MIT */
/*
 * Where the host and the agent meet in RAM: offsets and numbers, nothing else.
 * The assembler reads this file too (build.sh turns each line into an .equ),
 * so a value is a plain number here, not an expression.
 */
#ifndef FLASH_AGENT_LAYOUT_H
#define FLASH_AGENT_LAYOUT_H

/* Mailbox: what the agent says */
#define AGENT_MB_DONE  0x00u /* jobs completed; AGENT_BOOTING before the agent runs; AGENT_FAILED */
#define AGENT_MB_UNITS 0x04u /* units hashed so far by the HASH that runs now, 0 between jobs */
#define AGENT_MB_ERROR 0x08u /* AGENT_ERR_* */
#define AGENT_MB_SR    0x0cu /* FLASH_SR at the failure */
#define AGENT_MB_ADDR  0x10u /* address at the failure */

/* Mailbox: what both of them change */
#define AGENT_MB_SPARE 0x14u /* where a store goes that has nothing to lock, or no watchdog to feed */
#define AGENT_MB_RESET 0x18u /* for AIRCR when the host is gone; the agent clears it at its first change of flash */
#define AGENT_MB_PING  0x1cu /* another value begins the wait for a job anew */
#define AGENT_MB_ALIVE 0x20u /* the agent: changes while it waits for a job */
#define AGENT_MB_MAGIC 0x24u /* AGENT_MAGIC: a mailbox of ours; an agent that resets the chip takes it away */

/* Mailbox: what the host says before it starts the agent, and nobody changes; the code follows */
#define AGENT_MB_BUSY_LIMIT 0x28u /* polls of a busy controller before giving up */
#define AGENT_MB_IDLE_LIMIT 0x2cu /* polls for a job before giving up */
#define AGENT_MB_FIRST      0x30u /* address of the first descriptor */
#define AGENT_MB_STRIDE     0x34u /* from one descriptor to the next: frame_len */
#define AGENT_MB_END        0x38u /* the address that comes after the last descriptor of the first RAM */
#define AGENT_MB_MORE       0x3cu /* address of the first descriptor in more RAM, or FIRST again */
#define AGENT_MB_MORE_END   0x40u /* the address that comes after the last descriptor there; 0: none is there */
#define AGENT_MB_LOCK_CR    0x44u /* address of the FLASH_CR to lock after a failure */
#define AGENT_MB_LOCK_CR2   0x48u /* of a second bank's, or the same again */
#define AGENT_MB_LOCK       0x4cu /* value that locks */
#define AGENT_MB_WATCHDOG   0x50u /* address to write the watchdog's reload to */
#define AGENT_MB_AIRCR      0x54u /* address of AIRCR */
#define AGENT_MAILBOX_LEN   0x58u

#define AGENT_MAGIC 0x73744667u

/* ARMv7-M ARM B3.2.6: VECTKEY and SYSRESETREQ */
#define AGENT_AIRCR       0xe000ed0cu
#define AGENT_AIRCR_RESET 0x05fa0004u

#define AGENT_BOOTING 0xfffffffeu
#define AGENT_FAILED  0xffffffffu

#define AGENT_ERR_FLAGS 1u /* the controller set an error flag */
#define AGENT_ERR_BUSY  2u /* still busy after busy_limit polls */
#define AGENT_ERR_IDLE  3u /* no job within idle_limit polls: the host is gone */
#define AGENT_ERR_JOB   4u /* the words of a descriptor do not add up */

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
