/* SPDX-License-Identifier: MIT */
/*
 * The agent for the FPEC of F0, F1 and F3 (PM0075 section 2.3): pages and
 * half-words. The host has unlocked the controller.
 */
	.equ	BSY_TO_SIGN, 31			/* SR.BSY is bit 0 */
	.equ	SR_ERRORS, 0x14			/* WRPRTERR, PGERR */
	.equ	SR_CLEAR, 0x34			/* and EOP */
	.equ	FLASH_AR, 0x14
	.equ	CR_STRT, 0x40

	.include "common.inc"
	.include "mailbox.inc"
	.include "controller.inc"

job:
	unless	AGENT_OP_ERASE, program
	ldr	r6, [r1, #AGENT_D_CTRL]
	ldr	r8, [r1, #AGENT_D_ADDR]
	bl	ready
	movs	r2, #SR_CLEAR
	str	r2, [r6, #FLASH_SR]
	ldr	r3, [r1, #AGENT_D_ERASE]
	str	r3, [r6, #FLASH_CR]
	str	r8, [r6, #FLASH_AR]
	orr	r3, r3, #CR_STRT
	str	r3, [r6, #FLASH_CR]
	nop					/* erratum: BSY rises one cycle after STRT */
	ldr	r2, [r6, #FLASH_SR]
	conclude

program:
	unless	AGENT_OP_PROGRAM, hash
	ldr	r6, [r1, #AGENT_D_CTRL]
	ldr	r8, [r1, #AGENT_D_ADDR]
	bl	ready
	movs	r3, #CR_PG
	prepare
	movw	r9, #0xffff
	stream	ldrh, strh, 2
programmed:
	conclude

	.include "hash.inc"
