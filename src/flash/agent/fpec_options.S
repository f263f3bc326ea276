/* SPDX-License-Identifier: MIT */
/*
 * Rewrite the option bytes of an F1 (PM0075 2.3.5 and 2.3.6) in one go: erased,
 * they mean "read-out protected", so that no host, link or cable comes between
 * the erase and the eight half-words that follow. RDP is the first of them.
 * The controller is unlocked and OPTWRE is set already.
 *
 * in:	r0 FLASH registers	r1 eight half-words in RAM, the address of the watchdog's reload, and a zero
 *	r2 option bytes		r3 limit of polls of each step
 * out:	the zero has become r1: it runs
 *	r5 half-words that are not written: 0 when all are
 *	r7 the error flags of FLASH_SR that were seen
 * No stack. Runs anywhere. Ends at bkpt.
 */
	.syntax	unified
	.cpu	cortex-m3
	.thumb
	.global	_start

	.equ	SR, 0x0c
	.equ	SR_ERRORS, 0x14			/* WRPRTERR, PGERR */
	.equ	SR_CLEAR, 0x34			/* and EOP */
	.equ	CR, 0x10
	.equ	CR_ERASE, 0x220			/* OPTWRE, OPTER */
	.equ	CR_STRT, 0x40
	.equ	CR_PROGRAM, 0x210		/* OPTWRE, OPTPG */

_start:
	str	r1, [r1, #20]
	ldr	r8, [r1, #16]
	movw	r9, #AGENT_IWDG_RELOAD
	movs	r5, #8
	movs	r7, #0
	movs	r4, #SR_CLEAR
	str	r4, [r0, #SR]
	mov	r4, #CR_ERASE
	str	r4, [r0, #CR]
	orr	r4, r4, #CR_STRT
	str	r4, [r0, #CR]
	nop					/* erratum: BSY rises one cycle after STRT */
	bl	wait
	mov	r4, #CR_PROGRAM
	str	r4, [r0, #CR]
next:
	ldrh	r4, [r1], #2
	strh	r4, [r2], #2
	bl	wait
	subs	r5, r5, #1
	bne	next
	mov	r4, #0x200			/* OPTWRE alone */
	str	r4, [r0, #CR]
stop:
	bkpt	#0
	b	stop

/* An error does not end it: what can still be written is worth more than a reason. A hung controller does. */
wait:
	mov	r6, r3
1:	str	r9, [r8]
	ldr	r4, [r0, #SR]
	lsls	r10, r4, #31			/* BSY */
	beq	2f
	subs	r6, r6, #1
	bne	1b
	b	stop
2:	and	r4, r4, #SR_ERRORS
	orr	r7, r7, r4
	bx	lr

	.align	2
	.ltorg
