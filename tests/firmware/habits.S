/* SPDX-License-Identifier: MIT */
/*
 * Firmware with a habit that makes a debugger's life hard, for every part:
 * ARMv6-M, and its last words say what the part has. All count as counters.inc
 * says. The virtual probe puts the number of the habit into the word "mode":
 *
 *	1 sleep		WFI in its loop, and nothing else
 *	2 stop		Stop mode: WFI with SLEEPDEEP
 *	3 standby	Standby mode: the same with PDDS
 *	4 resetloop	resets itself a few hundred instructions after reset
 *	5 lockup	a fault whose handler faults
 *	6 watchdog	starts the IWDG with 20 ms and never feeds it
 *	7 dma		the ADC fills 1 KiB from 0x20000000 on by DMA, round and round, 100000 words/s
 *	8 remap		turns the SWD pins into something else after reset
 *	9 mpu		as Zephyr: the MPU is on, and SRAM is not executable
 *	10 dma20	as dma, but a timer asks, 20 times a second
 *	11 wwdg		starts the window watchdog, and feeds it within the window
 *	12 iwdg		starts the IWDG with 50 ms, and feeds it
 *	13 fpb		an earlier debugger has left breakpoints, in the demo's main loop
 *	14 dwt		an earlier debugger has left a watchpoint, from 0x20000000 on
 *	15 ufb		shows bank 2 at 0x08000000 (SYSCFG_MEMRMP.UFB_MODE); the same program is in both
 *	16 latch	holds PB0 high, without which its board switches itself off
 *	17 cache	the L1 caches are on, and a line of the data cache is dirty (M7)
 */
	.cpu	cortex-m0
	.include "counters.inc"

/* Of r5: words before those of parameter_words */
	.equ	KIND, 0			/* bit 0: RCC and DMA of the F4, else of the F1; bit 1: GPIO has MODER */
	.equ	APB1ENR, 4
	.equ	GPIOA, 8
	.equ	FPB_COMP, 12		/* for the first breakpoint; the next are 4 further on */
	.equ	CLOCK_REG, 20
	.equ	CLOCK_BIT, 24		/* of GPIOC */

	.thumb_func
	.global	reset
reset:
	ldr	r4, =mode
	ldr	r4, [r4]
	ldr	r5, =habit_parameters
	bl	start_counting
	bl	start_ticking

	/* Time for nothing in particular: firmware does not begin with its habits. */
	movs	r0, #100
1:	subs	r0, #1
	bne	1b

	ldr	r0, =habits
	lsls	r1, r4, #2
	ldr	r0, [r0, r1]
	bx	r0

	.pool
	.balign	4
habits:
	.word	main + 1, main + 1, deep + 1, deep + 1, resetloop + 1, fails + 1, watchdog + 1, dma + 1, remap + 1
	.word	mpu + 1, dma20 + 1, wwdg + 1, iwdg + 1, fpb + 1, dwt + 1, ufb + 1, latch + 1, cache + 1

	.thumb_func
systick:
	count_ms
	bx	lr

/* r4 the habit, r6 and r7 what feeds its watchdog: a register and what is written there */
	.thumb_func
main:	wfi
	bl	count_round
	cmp	r4, #7			/* .data is where they let DMA write */
	beq	main
	cmp	r4, #10
	beq	main
	bl	check_data
	cmp	r4, #12
	beq	feed
	cmp	r4, #11
	bne	main
	ldr	r0, [r6]		/* WWDG_CR: T within the window? */
	movs	r1, #0x7f
	ands	r0, r1
	cmp	r0, #0x70
	bhs	main
feed:	str	r7, [r6]
	b	main

	.pool

	.org	FPB_OFFSET
	.space	4 * FPB_WORDS		/* where breakpoints are laid: nothing runs here */

/* Set the bits r2 of the register r0. Changes r1. */
	.thumb_func
set_bits:
	ldr	r1, [r0]
	orrs	r1, r2
	str	r1, [r0]
	bx	lr

	.thumb_func
deep:
	ldr	r0, [r5, #APB1ENR]
	ldr	r2, =1 << 28		/* PWREN */
	bl	set_bits
	ldr	r0, =0x40007000		/* PWR_CR */
	movs	r1, #0
	cmp	r4, #3
	bne	2f
	movs	r1, #2			/* PDDS */
2:	str	r1, [r0]
	ldr	r0, =0xe000ed10		/* SCR */
	movs	r1, #4			/* SLEEPDEEP */
	str	r1, [r0]
	b	main

	.thumb_func
resetloop:
	ldr	r0, =0xe000ed0c		/* AIRCR */
	ldr	r1, =0x05fa0004		/* SYSRESETREQ */
	str	r1, [r0]
1:	b	1b

	.thumb_func
fails:	udf	#0

	.thumb_func
watchdog:
	ldr	r0, =0x40003000		/* IWDG_KR */
	ldr	r1, =0x5555
	str	r1, [r0]
	movs	r1, #200		/* 200 * 4 cycles of the LSI: 20 ms at 40 kHz */
	str	r1, [r0, #8]
	ldr	r1, =0xcccc
	str	r1, [r0]
1:	b	1b

/* The ADC fills memory by DMA, in a circle over the 1 KiB from 0x20000000 on. */
	.thumb_func
dma:
	ldr	r0, [r5, #KIND]
	lsrs	r0, r0, #1
	bcs	1f
	ldr	r0, =0x40021014		/* RCC_AHBENR: DMA1EN */
	movs	r2, #1
	bl	set_bits
	ldr	r0, =0x40020008		/* DMA1 channel 1: ADC1 */
	ldr	r1, =0x4001244c		/* ADC1_DR of an F1 */
	b	ring_of_channel
1:	ldr	r0, =0x40023830		/* RCC_AHB1ENR: DMA2EN */
	ldr	r2, =1 << 22
	bl	set_bits
	ldr	r0, =0x40026410		/* DMA2 stream 0: ADC1 is its channel 0 */
	ldr	r1, =0x4001204c		/* ADC1_DR */
	movs	r2, #0
	b	ring_of_stream

/* The update event of TIM2 asks 20 times a second. */
	.thumb_func
dma20:
	ldr	r0, [r5, #APB1ENR]
	movs	r2, #1			/* TIM2EN */
	bl	set_bits
	ldr	r0, =0x40000000		/* TIM2 */
	ldr	r1, =8000 - 1
	str	r1, [r0, #0x28]		/* PSC: 1 or 2 kHz */
	movs	r1, #50 - 1
	ldr	r2, [r5, #KIND]
	lsrs	r2, r2, #1
	bcc	2f
	movs	r1, #100 - 1
2:	str	r1, [r0, #0x2c]		/* ARR */
	ldr	r1, =1 << 8
	str	r1, [r0, #0x0c]		/* DIER: UDE */
	movs	r1, #1
	str	r1, [r0]		/* CR1: CEN */
	ldr	r2, [r5, #KIND]
	lsrs	r2, r2, #1
	bcs	1f
	ldr	r0, =0x40021014		/* RCC_AHBENR: DMA1EN */
	movs	r2, #1
	bl	set_bits
	ldr	r0, =0x4002001c		/* DMA1 channel 2: TIM2_UP */
	ldr	r1, =0x40000024		/* TIM2_CNT */
	b	ring_of_channel
1:	ldr	r0, =0x40023830		/* RCC_AHB1ENR: DMA1EN */
	ldr	r2, =1 << 21
	bl	set_bits
	ldr	r0, =0x40026028		/* DMA1 stream 1: TIM2_UP is its channel 3 */
	ldr	r1, =0x40000024		/* TIM2_CNT */
	ldr	r2, =3 << 25
	b	ring_of_stream

ring_of_channel:
	str	r1, [r0, #0x08]		/* CPAR */
	ldr	r1, =256
	str	r1, [r0, #0x04]		/* CNDTR */
	ldr	r1, =DATA
	str	r1, [r0, #0x0c]		/* CMAR */
	ldr	r1, =0xaa1		/* MSIZE and PSIZE 32 bits, MINC, CIRC, EN */
	str	r1, [r0]
	b	main

ring_of_stream:
	str	r1, [r0, #0x08]		/* PAR */
	ldr	r1, =256
	str	r1, [r0, #0x04]		/* NDTR */
	ldr	r1, =DATA
	str	r1, [r0, #0x0c]		/* M0AR */
	ldr	r1, =0x5501		/* MSIZE and PSIZE 32 bits, MINC, CIRC, EN */
	orrs	r1, r2			/* CHSEL */
	str	r1, [r0]
	b	main

	.pool

	.thumb_func
remap:
	ldr	r0, [r5, #KIND]
	lsrs	r0, r0, #2
	bcs	1f
	ldr	r0, =0x40021018		/* RCC_APB2ENR: AFIOEN */
	movs	r2, #1
	bl	set_bits
	ldr	r0, =0x40010004		/* AFIO_MAPR: SWJ_CFG = 100, JTAG and SWD off */
	ldr	r1, =4 << 24
	str	r1, [r0]
	b	main
1:	ldr	r0, [r5, #CLOCK_REG]
	ldr	r2, [r5, #CLOCK_BIT]
	lsrs	r2, r2, #2		/* GPIOAEN */
	bl	set_bits
	ldr	r0, [r5, #GPIOA]	/* MODER: PA13 and PA14 inputs */
	ldr	r1, [r0]
	ldr	r2, =0xf << 26
	bics	r1, r2
	str	r1, [r0]
	b	main

/* Regions as Zephyr lays them: flash to read and execute, SRAM to read and write; the rest as the default map has it. */
	.thumb_func
mpu:
	ldr	r0, =0xe000ed90		/* MPU_TYPE; then CTRL, RNR, RBAR, RASR */
	movs	r1, #0
	str	r1, [r0, #8]
	ldr	r1, =0x08000000
	str	r1, [r0, #12]
	ldr	r1, =0x06020029		/* read only, C, 2 MiB, on */
	str	r1, [r0, #16]
	movs	r1, #1
	str	r1, [r0, #8]
	ldr	r1, =0x20000000
	str	r1, [r0, #12]
	ldr	r1, =0x130b0025		/* XN, full access, normal memory, 512 KiB, on */
	str	r1, [r0, #16]
	ldr	r1, =0xe000ed24		/* SHCSR: the three faults have handlers */
	ldr	r2, =7 << 16
	str	r2, [r1]
	movs	r1, #5			/* PRIVDEFENA, ENABLE */
	str	r1, [r0, #4]
	dsb
	isb
	b	main

/* T counts from 0x7f to 0x40 in 64 * 4096 * 2 cycles of PCLK1: 65 ms at 8 MHz, 32 ms at 16 MHz. */
	.thumb_func
wwdg:
	ldr	r0, [r5, #APB1ENR]
	ldr	r2, =1 << 11		/* WWDGEN */
	bl	set_bits
	ldr	r6, =0x40002c00		/* WWDG_CR */
	movs	r1, #0xf0		/* WWDGTB 1, W 0x70 */
	str	r1, [r6, #4]
	movs	r7, #0xff		/* WDGA, T 0x7f */
	str	r7, [r6]
	b	main

	.thumb_func
iwdg:
	ldr	r6, =0x40003000		/* IWDG_KR */
	ldr	r1, =0x5555
	str	r1, [r6]
	ldr	r1, =500		/* 500 * 4 cycles of the LSI: 50 ms at 40 kHz, 63 ms at 32 kHz */
	str	r1, [r6, #8]
	ldr	r1, =0xcccc
	str	r1, [r6]
	ldr	r7, =0xaaaa
	b	main

	.pool

	.thumb_func
fpb:
	ldr	r0, =0xe0002000		/* FP_CTRL; FP_COMP0 at 8 */
	ldr	r1, [r5, #FPB_COMP]
	movs	r2, #8
1:	str	r1, [r0, r2]
	adds	r1, #4
	adds	r2, #4
	cmp	r2, #8 + 4 * FPB_WORDS
	bne	1b
	movs	r1, #3			/* KEY, ENABLE */
	str	r1, [r0]
	b	main

	.thumb_func
dwt:
	ldr	r0, =0xe000edfc		/* DEMCR: TRCENA */
	ldr	r2, =1 << 24
	bl	set_bits
	ldr	r0, =0xe0001020		/* DWT_COMP0; then MASK0, FUNCTION0 */
	ldr	r1, =DATA
	str	r1, [r0]
	movs	r1, #6			/* 64 bytes */
	str	r1, [r0, #4]
	movs	r1, #7			/* read or write */
	str	r1, [r0, #8]
	b	main

/* From the store on the next instruction comes from the other bank. */
	.thumb_func
ufb:
	ldr	r0, =0x40023844		/* RCC_APB2ENR: SYSCFGEN */
	ldr	r2, =1 << 14
	bl	set_bits
	ldr	r0, =0x40013800		/* SYSCFG_MEMRMP */
	ldr	r2, =1 << 8		/* UFB_MODE */
	bl	set_bits
	dsb
	isb
	b	main

	.thumb_func
latch:
	ldr	r0, [r5, #KIND]
	lsrs	r0, r0, #2
	bcs	1f
	ldr	r0, =0x40021018		/* RCC_APB2ENR: IOPBEN */
	movs	r2, #1 << 3
	bl	set_bits
	ldr	r0, =0x40010c00		/* GPIOB */
	movs	r1, #1
	str	r1, [r0, #0x10]		/* BSRR: PB0 high */
	movs	r2, #0xf
	movs	r3, #0x2		/* CRL: push-pull, 2 MHz */
	b	2f
1:	ldr	r0, [r5, #CLOCK_REG]
	ldr	r2, [r5, #CLOCK_BIT]
	lsrs	r2, r2, #1		/* GPIOBEN */
	bl	set_bits
	ldr	r0, [r5, #GPIOA]
	ldr	r1, =0x400
	adds	r0, r1			/* GPIOB */
	movs	r1, #1
	str	r1, [r0, #0x18]		/* BSRR: PB0 high */
	movs	r2, #0x3
	movs	r3, #0x1		/* MODER: output */
2:	ldr	r1, [r0]
	bics	r1, r2
	orrs	r1, r3
	str	r1, [r0]
	b	main

/* Cortex-M7: invalidate both caches, switch them on, and write into SRAM behind the DTCM, which is cached. */
	.thumb_func
cache:
	ldr	r0, =0xe000ef50		/* ICIALLU */
	movs	r1, #0
	str	r1, [r0]
	ldr	r0, =0xe000ed84		/* CSSELR: L1 data */
	str	r1, [r0]
	subs	r0, #4			/* CCSIDR */
	ldr	r1, [r0]
	lsls	r1, r1, #4
	lsrs	r1, r1, #17		/* number of sets, less 1 */
	lsls	r1, r1, #5
	ldr	r0, =0xe000ef60		/* DCISW */
1:	movs	r2, #3
2:	lsls	r3, r2, #30
	orrs	r3, r1
	str	r3, [r0]
	subs	r2, #1
	bpl	2b
	subs	r1, #32
	bpl	1b
	dsb
	ldr	r0, =0xe000ed14		/* CCR: DC, IC */
	ldr	r2, =3 << 16
	bl	set_bits
	dsb
	isb
	ldr	r0, =0x20030000
	ldr	r1, =0xd1127d1a
	str	r1, [r0]
	b	main

	.pool
	.balign	4
habit_parameters:
	.word	0, 0x4002101c, 0x40010800, 0xc8000001 + FPB_OFFSET
	parameter_words
