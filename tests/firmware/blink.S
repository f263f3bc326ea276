/* SPDX-License-Identifier: MIT */
/*
 * The firmware that a virtual part holds when nothing else was loaded: a real
 * program for every F1 and F4. SysTick fires each millisecond, PC13 changes
 * every 500, and SRAM shows that the core runs: counters.inc says how.
 *
 * The family is told from the CPUID: F1 is a Cortex-M3, F4 a Cortex-M4.
 */
	.include "counters.inc"

	.equ	F1_RCC_APB2ENR, 0x40021018
	.equ	F1_GPIOC, 0x40011000
	.equ	F4_RCC_AHB1ENR, 0x40023830
	.equ	F4_GPIOC, 0x40020800

/* r5 the register that sets the pin, r6 milliseconds until it changes, r7 pin state */
	.thumb_func
	.global	reset
reset:
	bl	start_counting
	ldr	r0, =SCB_CPUID
	ldr	r0, [r0]
	ubfx	r0, r0, #4, #12
	movw	r1, #0xc23		/* Cortex-M3 */
	cmp	r0, r1
	bne	is_f4

	ldr	r0, =F1_RCC_APB2ENR
	ldr	r1, [r0]
	orr	r1, r1, #1 << 4		/* IOPCEN */
	str	r1, [r0]
	ldr	r5, =F1_GPIOC
	ldr	r1, [r5, #4]		/* CRH */
	bic	r1, r1, #0xf << 20
	orr	r1, r1, #0x2 << 20	/* PC13: push-pull, 2 MHz */
	str	r1, [r5, #4]
	adds	r5, #0x10		/* BSRR */
	b	start

is_f4:
	ldr	r0, =F4_RCC_AHB1ENR
	ldr	r1, [r0]
	orr	r1, r1, #1 << 2		/* GPIOCEN */
	str	r1, [r0]
	ldr	r5, =F4_GPIOC
	ldr	r1, [r5]		/* MODER */
	bic	r1, r1, #3 << 26
	orr	r1, r1, #1 << 26	/* PC13: output */
	str	r1, [r5]
	adds	r5, #0x18		/* BSRR */

start:
	movw	r6, #500
	mov	r7, #1 << 13
	bl	start_ticking
	b	main

	.thumb_func
systick:
	count_ms
	subs	r6, #1
	bne	1f
	movw	r6, #500
	str	r7, [r5]
	eor	r7, r7, #1 << 13	/* swap the set and the reset half */
	eor	r7, r7, #1 << 29
	ldr	r1, [r0, #CHANGES]
	adds	r1, #1
	str	r1, [r0, #CHANGES]
1:	bx	lr

	.org	FPB_OFFSET
main:
	wfi
	bl	count_round
	bl	check_data
	b	main

	.pool
