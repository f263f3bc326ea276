/* SPDX-License-Identifier: MIT */
/*
 * What the boot loader in system memory does before it waits for a host: where
 * the option bytes ask for it, it starts the program of bank 2, or else that of
 * bank 1, if the first word there is a stack pointer in SRAM (AN2606, "dual bank
 * boot"). It cannot see BOOT0, so it does that whatever the pins say. On F4, L4
 * and G4 it also swaps the banks and shows flash at 0 (RM0090 9.2.1: UFB_MODE;
 * RM0351 9.2.1: FB_MODE). The
 * waiting itself is an endless loop here.
 *
 * Runs anywhere. The chip's model fills in the words at the end.
 */
	.syntax unified
	.thumb

	.equ	UFB_MODE, 1 << 8
	.equ	SRAM, 0x20000000
	.equ	FLASH, 0x08000000

	.thumb_func
	.global	reset
reset:
	b	decide
wait:					/* for a host; all other vectors lead here */
	b	wait

decide:
	adr	r4, parameters
	ldm	r4!, {r0-r3, r6, r7}	/* option register, bit, its value, bank 2, size of SRAM, MEMRMP */
	cmp	r0, #0
	beq	wait
	ldr	r0, [r0]
	ands	r0, r1
	cmp	r0, r2
	bne	wait

	mov	r5, #FLASH
	cbz	r3, try_bank_1
	ldr	r0, [r3]
	sub	r1, r0, #SRAM
	subs	r1, #1			/* the stack grows down: the first byte of SRAM is no place for it */
	cmp	r1, r6
	bhs	try_bank_1
	mov	r1, #UFB_MODE
	cbz	r7, start_r3
	b	swap

try_bank_1:
	ldr	r0, [r5]
	sub	r1, r0, #SRAM
	subs	r1, #1
	cmp	r1, r6
	bhs	wait
	mov	r1, #0
	cbz	r7, start_r5

swap:					/* what starts is seen at FLASH then */
	ldrd	r2, r6, [r4]		/* what clocks SYSCFG: register and bit */
	ldr	r3, [r2]
	orr	r3, r3, r6
	str	r3, [r2]
	str	r1, [r7]
	dsb
	isb
start_r5:
	mov	r3, r5
start_r3:
	ldm	r3, {r0, r1}
	msr	msp, r0
	bx	r1

	.ltorg
	.align	2
parameters:
	.space	32
