/* SPDX-License-Identifier: MIT */
/*
 * The agent for the sector controller of F2, F4 and F7 (RM0090 section 3.6):
 * sectors, and bytes, half-words or words as PSIZE says. The host has unlocked
 * the controller and gives PSIZE in the ERASE word of every job.
 */
	.equ	FLASH_SR, 0x0c
	.equ	BSY_TO_SIGN, 15			/* SR.BSY is bit 16 */
	.equ	SR_ERRORS, 0xf2			/* PGSERR, PGPERR, PGAERR, WRPERR, OPERR */
	.equ	SR_CLEAR, 0xf3			/* and EOP */
	.equ	CR_PSIZE, 0x300
	.equ	CR_STRT, 0x10000

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
	orr	r3, r3, #CR_STRT
	str	r3, [r6, #FLASH_CR]
	dsb
	nop
	conclude

program:
	unless	AGENT_OP_PROGRAM, hash
	begin
	ldr	r3, [r1, #AGENT_D_ERASE]
	and	r3, r3, #CR_PSIZE
	orr	r3, r3, #CR_PG
	prepare
	lsrs	r3, r3, #8
	beq	bytes
	cmp	r3, #1
	beq	halves
	mov	r10, #0xffffffff
	stream	ldr, str, 4
	b	programmed
halves:	movw	r10, #0xffff
	stream	ldrh, strh, 2
	b	programmed
bytes:	movs	r2, #0xff
	mov	r10, r2
	stream	ldrb, strb, 1
programmed:
	conclude
	.thumb_set hashed, finish
	.include "hash.inc"
