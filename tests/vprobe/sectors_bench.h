/* SPDX-License-Identifier: MIT */
/* The flash controller of the F4: registers, and what its tests have in common. */
#ifndef TESTS_SECTORS_BENCH_H
#define TESTS_SECTORS_BENCH_H

#include "chip_fixture.h"

#define BASE    0x40023c00u
#define ACR     (BASE + 0x00)
#define KEYR    (BASE + 0x04)
#define OPTKEYR (BASE + 0x08)
#define SR      (BASE + 0x0c)
#define CR      (BASE + 0x10)
#define OPTCR   (BASE + 0x14)
#define OPTCR1  (BASE + 0x18)

#define KEY1    0x45670123u
#define KEY2    0xcdef89abu
#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

#define EOP    0x001u
#define OPERR  0x002u
#define WRPERR 0x010u
#define PGPERR 0x040u
#define PGSERR 0x080u
#define RDERR  0x100u
#define BSY    0x10000u

#define PG      0x1u
#define SER     0x2u
#define MER     0x4u
#define SNB(n)  ((uint32_t)(n) << 3)
#define X8      0x000u
#define X16     0x100u
#define X32     0x200u
#define X64     0x300u
#define MER2    0x8000u
#define STRT    0x10000u
#define EOPIE   0x1000000u
#define ERRIE   0x2000000u
#define LOCK    0x80000000u
#define OPTSTRT 2u

static inline void unlock(void)
{
	wr(KEYR, KEY1);
	wr(KEYR, KEY2);
	assert_int_equal(rd(CR) & LOCK, 0);
}

static inline void ready(const char *name)
{
	bench(name);
	halt();
	memset(chip_flash(chip), 0x5a, chip_part(chip)->flash_size);
	unlock();
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

static inline void wait_ready_ms(uint64_t ms)
{
	sleep_ms(ms);
	assert_int_equal(rd(SR) & BSY, 0);
}

static inline void unlock_options(void)
{
	wr(OPTKEYR, OPTKEY1);
	wr(OPTKEYR, OPTKEY2);
	assert_int_equal(rd(OPTCR) & 1, 0);
}

static inline void program_optcr(uint32_t value, uint64_t within_ms)
{
	unlock_options();
	wr(OPTCR, value);
	wr(OPTCR, value | OPTSTRT);
	assert_int_equal(rd(SR) & BSY, BSY);
	wait_ready_ms(within_ms);
	wr(OPTCR, rd(OPTCR) | 1);
}

static inline void power_cycle(void)
{
	chip_power(chip, false);
	sleep_ms(10);
	chip_power(chip, true);
	halt();
}

static inline void start(uint32_t cr)
{
	wr(CR, cr);
	wr(CR, cr | STRT);
}

/* Busy until just before ms and ready after it. */
static inline void takes_ms(uint64_t ms)
{
	assert_int_equal(rd(SR) & BSY, BSY);
	sleep_us(1000 * ms - 100);
	assert_int_equal(rd(SR) & BSY, BSY);
	sleep_us(200);
	assert_int_equal(rd(SR) & BSY, 0);
}

#endif
