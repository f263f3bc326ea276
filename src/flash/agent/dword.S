/* SPDX-License-Identifier: MIT */
/*
 * The agent for the double-word controller of L4, G0, G4, WB, WL, C0 and U0
 * (RM0351 3.3.7, RM0444 3.3.8): pages, and two words at a time, the low one
 * first. The host has unlocked the controller, and gives the bits of SR that
 * mean busy in bits 19:16 of the ERASE word of every job.
 */
	.equ	FLASH_SR, 0x10
	.equ	BSY_TO_SIGN, 0
	.equ	SR_ERRORS, 0xc3fa		/* OPTVERR, RDERR, FASTERR to PROGERR, OPERR */
	.equ	SR_CLEAR, 0xc3fb		/* and EOP */

	.include "common.inc"
	.include "mailbox.inc"
	.include "controller.inc"

/* r11: what means busy; r12: the ERASE word without it. */
	.macro	split
	ldr	r2, [r1, #AGENT_D_ERASE]
	movs	r3, #15
	lsls	r3, r3, #16
	ands	r3, r2
	mov	r11, r3
	eors	r2, r3
	mov	r12, r2
	.endm

job:
	unless	AGENT_OP_ERASE, program
	split
	begin
	ldr	r2, =SR_CLEAR
	str	r2, [r6, #FLASH_SR]
	mov	r3, r12
	str	r3, [r6, #FLASH_CR]
	movs	r2, #1
	lsls	r2, r2, #16			/* STRT */
	orrs	r3, r2
	str	r3, [r6, #FLASH_CR]
	dsb
	nop
	conclude

program:
	unless	AGENT_OP_PROGRAM, hash
	split
	begin
	movs	r3, #CR_PG
	prepare
next_unit:
	cmp	r4, r9
	beq	programmed
	ldr	r2, [r4]
	ldr	r3, [r4, #4]
	adds	r4, #8
	mov	r10, r3				/* the high word */
	ands	r3, r2
	adds	r3, #1				/* 0: both are erased, and never written */
	bne	2f
	adds	r5, #8
	b	next_unit
2:	await_turn
	mov	r3, r10
	stmia	r5!, {r2, r3}
	dsb					/* both have left before SR is polled */
	mov	r3, r5
	subs	r3, #8
	mov	r8, r3
	b	next_unit
programmed:
	mov	r1, r9
	conclude

	.thumb_set hashed, finish
	.include "hash.inc"
