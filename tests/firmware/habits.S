/* SPDX-License-Identifier: MIT */
/*
 * Firmware with a habit that makes a debugger's life hard, for every F1 and
 * F4; the family is told from the CPUID as in blink.S. The virtual probe puts
 * the number of the habit into the word "mode":
 *
 *	1 sleep		WFI for ever
 *	2 stop		Stop mode: WFI with SLEEPDEEP
 *	3 standby	Standby mode: the same with PDDS
 *	4 resetloop	resets itself a few hundred instructions after reset
 *	5 lockup	a fault whose handler faults
 *	6 watchdog	starts the IWDG with 20 ms and never feeds it
 *	7 dma		a DMA channel fills RAM round and round
 *	8 remap		turns the SWD pins into something else after reset
 */
	.syntax unified
	.cpu	cortex-m3
	.thumb

	.equ	STACK, 0x20000800

	.section .text
	.word	STACK
	.word	reset + 1
	.word	0			/* NMI */
	.word	0			/* HardFault: not Thumb code, so a fault locks up */
	.global	mode
mode:	.word	0

	.thumb_func
	.global	reset
reset:
	ldr	r4, mode
	ldr	r0, =0xe000ed00		/* CPUID */
	ldr	r0, [r0]
	ubfx	r5, r0, #4, #4		/* 3: Cortex-M3, F1; 4: Cortex-M4, F4 */

	/* Time for nothing in particular: firmware does not begin with its habits. */
	movs	r0, #100
1:	subs	r0, #1
	bne	1b

	cmp	r4, #2
	beq	deep
	cmp	r4, #3
	beq	deep
	cmp	r4, #4
	beq	resetloop
	cmp	r4, #5
	beq	lockup
	cmp	r4, #6
	beq	watchdog
	cmp	r4, #7
	beq	dma
	cmp	r4, #8
	beq	remap

sleep:	wfi
	b	sleep

deep:
	ldr	r0, =0x4002101c		/* F1 RCC_APB1ENR */
	cmp	r5, #3
	beq	1f
	ldr	r0, =0x40023840		/* F4 RCC_APB1ENR */
1:	ldr	r1, [r0]
	orr	r1, r1, #1 << 28	/* PWREN */
	str	r1, [r0]
	ldr	r0, =0x40007000		/* PWR_CR */
	movs	r1, #0
	cmp	r4, #3
	bne	2f
	movs	r1, #2			/* PDDS */
2:	str	r1, [r0]
	ldr	r0, =0xe000ed10		/* SCR */
	movs	r1, #4			/* SLEEPDEEP */
	str	r1, [r0]
	b	sleep

resetloop:
	ldr	r0, =0xe000ed0c		/* AIRCR */
	ldr	r1, =0x05fa0004		/* SYSRESETREQ */
	str	r1, [r0]
1:	b	1b

lockup:	udf	#0

watchdog:
	ldr	r0, =0x40003000		/* IWDG_KR */
	movw	r1, #0x5555
	str	r1, [r0]
	movs	r1, #200		/* 200 * 4 cycles of the LSI: 20 ms on an F1 */
	str	r1, [r0, #8]
	movw	r1, #0xcccc
	str	r1, [r0]
1:	b	1b

/* Memory is filled from one address, in a circle over the 8 KiB from 0x20000800 on. */
dma:
	cmp	r5, #3
	bne	1f
	ldr	r0, =0x40021014		/* RCC_AHBENR: DMA1EN */
	ldr	r1, [r0]
	orr	r1, r1, #1
	str	r1, [r0]
	ldr	r0, =0x40020000		/* DMA1 */
	movw	r1, #2048
	str	r1, [r0, #0x0c]		/* CNDTR1 */
	ldr	r1, =0x4001244c		/* ADC1_DR */
	str	r1, [r0, #0x10]		/* CPAR1 */
	ldr	r1, =STACK
	str	r1, [r0, #0x14]		/* CMAR1 */
	movw	r1, #0xaa1		/* MSIZE and PSIZE 32 bits, MINC, CIRC, EN */
	str	r1, [r0, #0x08]		/* CCR1 */
	b	sleep
1:	ldr	r0, =0x40023830		/* RCC_AHB1ENR: DMA2EN */
	ldr	r1, [r0]
	orr	r1, r1, #1 << 22
	str	r1, [r0]
	ldr	r0, =0x40026410		/* DMA2 stream 0 */
	movw	r1, #2048
	str	r1, [r0, #0x04]		/* NDTR */
	ldr	r1, =0x4001204c		/* ADC1_DR */
	str	r1, [r0, #0x08]		/* PAR */
	ldr	r1, =STACK
	str	r1, [r0, #0x0c]		/* M0AR */
	movw	r1, #0x5501		/* MSIZE and PSIZE 32 bits, MINC, CIRC, EN */
	str	r1, [r0]
	b	sleep

remap:
	cmp	r5, #3
	bne	1f
	ldr	r0, =0x40021018		/* RCC_APB2ENR: AFIOEN */
	ldr	r1, [r0]
	orr	r1, r1, #1
	str	r1, [r0]
	ldr	r0, =0x40010004		/* AFIO_MAPR: SWJ_CFG = 100, JTAG and SWD off */
	mov	r1, #4 << 24
	str	r1, [r0]
	b	sleep
1:	ldr	r0, =0x40023830		/* RCC_AHB1ENR: GPIOAEN */
	ldr	r1, [r0]
	orr	r1, r1, #1
	str	r1, [r0]
	ldr	r0, =0x40020000		/* GPIOA_MODER: PA13 and PA14 inputs */
	ldr	r1, [r0]
	bic	r1, r1, #0xf << 26
	str	r1, [r0]
	b	sleep

	.pool
