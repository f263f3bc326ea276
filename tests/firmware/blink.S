/* SPDX-License-Identifier: MIT */
/*
 * The firmware that a virtual part holds when nothing else was loaded: a real
 * program for every F1 and F4. SysTick fires each millisecond, PC13 changes
 * every 500, and SRAM shows that the core runs:
 *
 *	0x20000000	0x600df00d once main was reached
 *	0x20000004	milliseconds
 *	0x20000008	changes of the pin
 *	0x2000000c	how often the main loop went round
 *
 * The family is told from the CPUID: F1 is a Cortex-M3, F4 a Cortex-M4.
 */
	.syntax unified
	.cpu	cortex-m3
	.thumb

	.equ	MARK, 0x20000000
	.equ	STACK, 0x20000800	/* the smallest part has 4 KiB */

	.equ	SCB_CPUID, 0xe000ed00
	.equ	SYST_CSR, 0xe000e010	/* then RVR and CVR */

	.equ	F1_RCC_APB2ENR, 0x40021018
	.equ	F1_GPIOC, 0x40011000
	.equ	F4_RCC_AHB1ENR, 0x40023830
	.equ	F4_GPIOC, 0x40020800

	.section .text
	.word	STACK
	.word	reset + 1
	.word	fault + 1		/* NMI */
	.word	fault + 1		/* HardFault */
	.word	fault + 1		/* MemManage */
	.word	fault + 1		/* BusFault */
	.word	fault + 1		/* UsageFault */
	.word	0, 0, 0, 0
	.word	fault + 1		/* SVCall */
	.word	fault + 1		/* DebugMonitor */
	.word	0
	.word	fault + 1		/* PendSV */
	.word	systick + 1

	.thumb_func
fault:	b	fault

/* r4 where the mark is, r5 the register that sets the pin, r6 milliseconds until it changes, r7 pin state */
	.thumb_func
	.global	reset
reset:
	ldr	r4, =MARK
	movs	r0, #0
	str	r0, [r4, #4]
	str	r0, [r4, #8]
	str	r0, [r4, #12]

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
	ldr	r2, =8000 - 1		/* HSI 8 MHz */
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
	ldr	r2, =16000 - 1		/* HSI 16 MHz */

start:
	ldr	r0, =SYST_CSR
	str	r2, [r0, #4]
	movs	r1, #0
	str	r1, [r0, #8]
	movs	r1, #7			/* core clock, interrupt, on */
	str	r1, [r0]
	movw	r6, #500
	mov	r7, #1 << 13
	ldr	r0, =0x600df00d
	str	r0, [r4]

main:
	wfi
	ldr	r0, [r4, #12]
	adds	r0, #1
	str	r0, [r4, #12]
	b	main

	.thumb_func
systick:
	ldr	r0, [r4, #4]
	adds	r0, #1
	str	r0, [r4, #4]
	subs	r6, #1
	bne	1f
	movw	r6, #500
	str	r7, [r5]
	eor	r7, r7, #1 << 13	/* swap the set and the reset half */
	eor	r7, r7, #1 << 29
	ldr	r0, [r4, #8]
	adds	r0, #1
	str	r0, [r4, #8]
1:	bx	lr

	.pool
