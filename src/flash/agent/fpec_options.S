/* SPDX-License-Identifier: MIT */
/*
 * Rewrite the option bytes of F0, F1 or F3 (PM0075 2.3.5 and 2.3.6) in one go: erased,
 * they mean "read-out protected", so that no host, link or cable comes between
 * the erase and the eight half-words that follow. RDP is the first of them.
 * The controller is unlocked and OPTWRE is set already.
 *
 * in:	r0 FLASH registers	r1 eight half-words in RAM, the address of the watchdog's reload, and a zero
 *	r2 option bytes		r3 limit of polls of each step
 * out:	the zero has become r1: it runs
 *	r5 half-words that are not written: 0 when all are
 *	r7 the error flags of FLASH_SR that were seen
 * No stack. Runs anywhere, on any core. Ends at bkpt.
 */
	.syntax	unified
	.cpu	cortex-m0
	.thumb
	.global	_start

	.equ	SR, 0x0c
	.equ	SR_ERRORS, 0x14			/* WRPRTERR, PGERR */
	.equ	SR_CLEAR, 0x34			/* and EOP */
	.equ	CR, 0x10
	.equ	CR_ERASE, 0x220			/* OPTWRE, OPTER */
	.equ	CR_STRT, 0x40
	.equ	CR_PROGRAM, 0x210		/* OPTWRE, OPTPG */
	.equ	CR_IDLE, 0x200			/* OPTWRE alone */

_start:
	str	r1, [r1, #20]
	ldr	r4, [r1, #16]
	mov	r8, r4
	ldr	r4, =AGENT_IWDG_RELOAD
	mov	r9, r4
	movs	r5, #8
	movs	r7, #0
	movs	r4, #SR_CLEAR
	str	r4, [r0, #SR]
	ldr	r4, =CR_ERASE
	str	r4, [r0, #CR]
	movs	r6, #CR_STRT
	orrs	r4, r6
	str	r4, [r0, #CR]
	nop					/* erratum: BSY rises one cycle after STRT */
	bl	wait
	ldr	r4, =CR_PROGRAM
	str	r4, [r0, #CR]
next:
	ldrh	r4, [r1]
	adds	r1, #2
	strh	r4, [r2]
	adds	r2, #2
	bl	wait
	subs	r5, #1
	bne	next
	ldr	r4, =CR_IDLE
	str	r4, [r0, #CR]
stop:
	bkpt	#0
	b	stop

/*
 * An error does not end it: what can still be written is worth more than a reason. A hung controller does.
 * r10, r11: r1 and r2, whose place the watchdog takes
 */
wait:
	mov	r10, r1
	mov	r11, r2
	mov	r1, r8
	mov	r2, r9
	mov	r6, r3
1:	str	r2, [r1]
	ldr	r4, [r0, #SR]
	lsrs	r4, r4, #1			/* BSY */
	bcc	2f
	subs	r6, #1
	bne	1b
	b	stop
2:	lsls	r4, r4, #1
	movs	r6, #SR_ERRORS
	ands	r4, r6
	orrs	r7, r4
	mov	r1, r10
	mov	r2, r11
	bx	lr

	.align	2
	.ltorg
