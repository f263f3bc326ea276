/* SPDX-License-Identifier: MIT */
/*
 * The firmware that a virtual part holds when nothing else was loaded: a real
 * program for every part. SysTick fires each millisecond, PC13 changes every
 * 500, and SRAM shows that the core runs: counters.inc says how. It is ARMv6-M,
 * so that every core runs it.
 */
	.cpu	cortex-m0
	.include "counters.inc"

/* r5 the register that sets the pin, r6 milliseconds until it changes, r7 pin state */
	.thumb_func
	.global	reset
reset:
	bl	start_counting
	ldr	r4, =parameters + 4
	ldmia	r4!, {r0-r3, r5, r6}
	ldr	r7, [r0]		/* the port's clock */
	orrs	r7, r1
	str	r7, [r0]
	ldr	r7, [r2]		/* the pin is an output */
	bics	r7, r3
	orrs	r7, r5
	str	r7, [r2]
	mov	r5, r6

	ldr	r6, =500
	movs	r7, #1
	lsls	r7, r7, #13
	bl	start_ticking
	b	main

	.thumb_func
systick:
	count_ms
	subs	r6, #1
	bne	1f
	ldr	r6, =500
	str	r7, [r5]
	ldr	r1, =1 << 13 | 1 << 29	/* swap the set and the reset half */
	eors	r7, r1
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
	parameter_words
