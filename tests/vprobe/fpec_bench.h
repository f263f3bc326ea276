/* SPDX-License-Identifier: MIT */
/* FPEC, the flash controller of the F1: registers, and what its tests have in common. */
#ifndef TESTS_FPEC_BENCH_H
#define TESTS_FPEC_BENCH_H

#include "chip_fixture.h"

#define BASE    0x40022000u
#define ACR     (BASE + 0x00)
#define KEYR    (BASE + 0x04)
#define OPTKEYR (BASE + 0x08)
#define SR      (BASE + 0x0c)
#define CR      (BASE + 0x10)
#define AR      (BASE + 0x14)
#define OBR     (BASE + 0x1c)
#define WRPR    (BASE + 0x20)
#define BANK2   0x40

#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

#define BSY      0x01u
#define PGERR    0x04u
#define WRPRTERR 0x10u
#define EOP      0x20u

#define PG     0x001u
#define PER    0x002u
#define MER    0x004u
#define OPTPG  0x010u
#define OPTER  0x020u
#define STRT   0x040u
#define LOCK   0x080u
#define OPTWRE 0x200u

#define OPTIONS 0x1ffff800u

static inline void unlock(void)
{
	wr(KEYR, KEY1);
	wr(KEYR, KEY2);
	assert_int_equal(rd(CR) & LOCK, 0);
}

static inline void unlock_options(void)
{
	unlock();
	wr(OPTKEYR, KEY1);
	wr(OPTKEYR, KEY2);
	assert_true(rd(CR) & OPTWRE);
}

static inline void wait_ready(uint64_t within_us)
{
	sleep_us(within_us);
	assert_int_equal(rd(SR) & BSY, 0);
}

/* A halted part, the controller unlocked, flash not 0xff anywhere. */
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

static inline void erase_page(uint32_t addr)
{
	wr(CR, PER);
	wr(AR, addr);
	wr(CR, PER | STRT);
}

#endif
