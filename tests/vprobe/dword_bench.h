/* SPDX-License-Identifier: MIT */
/* The flash controller of L4, G0, G4, WB, WL, C0 and U0: registers, and what its tests have in common. */
#ifndef TESTS_DWORD_BENCH_H
#define TESTS_DWORD_BENCH_H

#include "chip_fixture.h"

#define ACR     0x00u
#define KEYR    0x08u
#define OPTKEYR 0x0cu
#define SR      0x10u
#define CR      0x14u
#define ECCR    0x18u
#define OPTR    0x20u

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define EOP     0x00001u
#define OPERR   0x00002u
#define PROGERR 0x00008u
#define WRPERR  0x00010u
#define PGAERR  0x00020u
#define SIZERR  0x00040u
#define PGSERR  0x00080u
#define MISERR  0x00100u
#define FASTERR 0x00200u
#define RDERR   0x04000u
#define OPTVERR 0x08000u
#define BSY     0x10000u
#define BIT17   0x20000u /* BSY2 or PEMPTY */
#define CFGBSY  0x40000u
#define ERRORS  0x0c3fau

#define PG         0x1u
#define PER        0x2u
#define MER1       0x4u
#define PNB(n)     ((uint32_t)(n) << 3)
#define BKER_L4    0x800u
#define BKER_G0    0x2000u
#define MER2       0x8000u
#define STRT       0x10000u
#define OPTSTRT    0x20000u
#define FSTPG      0x40000u
#define EOPIE      0x1000000u
#define OBL_LAUNCH 0x8000000u
#define SEC_PROT   0x10000000u
#define OPTLOCK    0x40000000u
#define LOCK       0x80000000u

#define ECCD 0x80000000u

static uint32_t base; /* of the controller's registers */

static inline void unlock(void)
{
	wr(base + KEYR, KEY1);
	wr(base + KEYR, KEY2);
	assert_int_equal(rd(base + CR) & LOCK, 0);
}

static inline void after_reset(void)
{
	halt();
	unlock();
	wr(base + SR, ERRORS);
}

/* A part whose core is halted, whose flash is erased and unlocked. */
static inline void ready(const char *name)
{
	bench(name);
	base = !strncmp(name, "stm32w", 6) ? 0x58004000u : 0x40022000u;
	halt();
	memset(chip_flash(chip), 0xff, chip_part(chip)->flash_size);
	unlock();
	wr(base + SR, OPTVERR); /* which a WB sets after each reset */
}

static inline uint8_t *at(uint32_t addr)
{
	return chip_flash(chip) + (addr - FLASH);
}

static inline bool is_all(uint32_t addr, uint32_t len, uint8_t value)
{
	for (uint32_t i = 0; i < len; i++)
		if (at(addr)[i] != value)
			return false;
	return true;
}

/* Flags of FLASH_SR that are expected, which are cleared then */
static inline void flags(uint32_t expected)
{
	const uint32_t sr = rd(base + SR) & (ERRORS | EOP);

	if (sr != expected)
		fail_msg("FLASH_SR has 0x%x, not 0x%x", (unsigned int)sr, (unsigned int)expected);
	wr(base + SR, ERRORS | EOP);
}

static inline void wait_ready(void)
{
	sleep_ms(200);
	assert_int_equal(rd(base + SR) & (BSY | CFGBSY), 0);
}

static inline void write_unit(uint32_t addr, uint32_t low, uint32_t high)
{
	wr(addr, low);
	wr(addr + 4, high);
}

static inline void program(uint32_t addr, uint32_t low, uint32_t high)
{
	wr(base + CR, PG);
	write_unit(addr, low, high);
	wait_ready();
	wr(base + CR, 0);
}

static inline void erase(uint32_t cr)
{
	wr(base + CR, cr);
	wr(base + CR, cr | STRT);
	wait_ready();
	wr(base + CR, 0);
}

static inline void unlock_options(void)
{
	wr(base + OPTKEYR, OPTKEY1);
	wr(base + OPTKEYR, OPTKEY2);
	assert_int_equal(rd(base + CR) & OPTLOCK, 0);
}

static inline void program_option(uint32_t off, uint32_t value)
{
	if (rd(base + CR) & OPTLOCK)
		unlock_options();
	wr(base + off, value);
	wr(base + CR, OPTSTRT);
	assert_int_equal(rd(base + SR) & BSY, BSY);
	wait_ready();
}

/* The answer to it may be lost. */
static inline void launch(void)
{
	(void)chip_ahb_write(chip, base + CR, 4, OBL_LAUNCH);
	after_reset();
}

static inline void power_cycle(void)
{
	chip_power(chip, false);
	sleep_ms(10);
	chip_power(chip, true);
	after_reset();
}

/* Busy until just before us and ready after it. */
static inline void takes_us(uint64_t us)
{
	assert_int_equal(rd(base + SR) & BSY, BSY);
	sleep_us(us - 10);
	assert_int_equal(rd(base + SR) & BSY, BSY);
	sleep_us(20);
	assert_int_equal(rd(base + SR) & BSY, 0);
}

#endif
