/* SPDX-License-Identifier: MIT */
/*
 * The agent for the FPEC of F0, F1 and F3 (PM0075 section 2.3): pages and
 * half-words. The host has unlocked the controller.
 */
	.equ	FLASH_SR, 0x0c
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
	begin
	movs	r2, #SR_CLEAR
	str	r2, [r6, #FLASH_SR]
	ldr	r3, [r1, #AGENT_D_ERASE]
	str	r3, [r6, #FLASH_CR]
	mov	r2, r8
	str	r2, [r6, #FLASH_AR]
	movs	r2, #CR_STRT
	orrs	r3, r2
	str	r3, [r6, #FLASH_CR]
	nop					/* erratum: BSY rises one cycle after STRT */
	ldr	r2, [r6, #FLASH_SR]
	conclude

program:
	unless	AGENT_OP_PROGRAM, hash
	begin
	movs	r3, #CR_PG
	prepare
	ldr	r2, =0xffff
	mov	r10, r2
	stream	ldrh, strh, 2
	conclude

	.thumb_set hashed, finish
	.include "hash.inc"
