/* SPDX-License-Identifier: MIT */
/* A chip on the bench, as a debugger sees it: what the tests of the chip's room share. */
#ifndef CHIP_FIXTURE_H
#define CHIP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/bytes.h"
#include "chip/chip.h"

#define RAM     0x20000000u
#define FLASH   0x08000000u
#define CODE_AT 0x20000200u

/* What the demo and the habits count: tests/firmware/counters.inc */
#define FW_BOOTS   0x20000404u
#define FW_FAULTS  0x20000408u
#define FW_MS      0x2000040cu
#define FW_LOOPS   0x20000410u
#define FW_DAMAGE  0x20000414u
#define FW_CHANGES 0x20000418u

#define DHCSR      0xe000edf0u
#define DCRSR      0xe000edf4u
#define DCRDR      0xe000edf8u
#define DEMCR      0xe000edfcu
#define DFSR       0xe000ed30u
#define AIRCR      0xe000ed0cu
#define DBGMCU_CR  0xe0042004u
#define APB1_FZ    0xe0042008u
#define HALT       0xa05f0003u
#define GO         0xa05f0001u
#define DETACH     0xa05f0000u
#define SYSRESET   0x05fa0004u
#define C_MASKINTS (1u << 3)
#define S_HALT     (1u << 17)
#define S_SLEEP    (1u << 18)
#define S_LOCKUP   (1u << 19)
#define S_RETIRE   (1u << 24)
#define S_RESET    (1u << 25)

static struct monitor mon;
static struct chip *chip;

static inline void sleep_ns(uint64_t ns)
{
	monitor_spend(&mon, SPENT_SLEEP, ns);
	chip_sync(chip);
}

static inline void sleep_us(uint64_t us)
{
	sleep_ns(us * 1000);
}

static inline void sleep_ms(uint64_t ms)
{
	sleep_ns(ms * 1000000);
}

static inline void bench_without_power(const char *name)
{
	const struct part *part = part_find(name);

	assert_non_null(part);
	memset(&mon, 0, sizeof(mon));
	chip_free(chip);
	chip = chip_new(part, &mon);
	assert_non_null(chip);
}

/* A powered chip of this name, nothing measured yet. */
static inline void bench(const char *name)
{
	bench_without_power(name);
	chip_power(chip, true);
}

static inline uint32_t rd_size(uint32_t addr, unsigned int size)
{
	uint32_t value = 0xdeadbeef;

	if (chip_ahb_read(chip, addr, size, &value) != AHB_OK)
		fail_msg("read of 0x%08x failed", (unsigned int)addr);
	return value;
}

static inline uint32_t rd(uint32_t addr)
{
	return rd_size(addr, 4);
}

static inline void wr_size(uint32_t addr, unsigned int size, uint32_t value)
{
	if (chip_ahb_write(chip, addr, size, value) != AHB_OK)
		fail_msg("write of 0x%08x failed", (unsigned int)addr);
}

static inline void wr(uint32_t addr, uint32_t value)
{
	wr_size(addr, 4, value);
}

static inline void wr16(uint32_t addr, uint32_t value)
{
	wr_size(addr, 2, value);
}

static inline void read_faults(uint32_t addr, unsigned int size)
{
	uint32_t value;

	if (chip_ahb_read(chip, addr, size, &value) != AHB_FAULT)
		fail_msg("read of 0x%08x did not fault", (unsigned int)addr);
}

static inline void write_faults(uint32_t addr, unsigned int size, uint32_t value)
{
	if (chip_ahb_write(chip, addr, size, value) != AHB_FAULT)
		fail_msg("write of 0x%08x did not fault", (unsigned int)addr);
}

static inline void no_anomaly(void)
{
	if (mon.n_anomalies)
		fail_msg("anomaly: %s", mon.anomaly[0]);
}

/* Exactly one, with these words in it; forgotten then. */
static inline void one_anomaly(const char *words)
{
	if (mon.n_anomalies != 1)
		fail_msg("%u anomalies instead of one with '%s': %s", (unsigned int)mon.n_anomalies, words,
			 mon.n_anomalies ? mon.anomaly[0] : "-");
	if (!strstr(mon.anomaly[0], words))
		fail_msg("anomaly '%s' does not say '%s'", mon.anomaly[0], words);
	mon.n_anomalies = 0;
}

static inline void halt(void)
{
	wr(DHCSR, HALT | (rd(DHCSR) & C_MASKINTS)); /* which must not change while the core runs */
	assert_true(rd(DHCSR) & S_HALT);
}

/* swd-dap-cortexm fact sheet section 5: software reset-halt */
static inline void reset_halt(void)
{
	halt();
	wr(DEMCR, 0x01000001);
	wr(AIRCR, SYSRESET);
	assert_true(rd(DHCSR) & S_HALT);
	wr(DEMCR, 0);
	wr(DFSR, 0x1f);
	(void)rd(DHCSR);
}

static inline uint32_t get_core_reg(unsigned int n)
{
	wr(DCRSR, n);
	return rd(DCRDR);
}

static inline void set_core_reg(unsigned int n, uint32_t value)
{
	wr(DCRDR, value);
	wr(DCRSR, 1u << 16 | n);
}

static inline void load_code(const uint16_t *code, size_t n)
{
	for (size_t i = 0; i < n; i++)
		wr16(CODE_AT + 2 * (uint32_t)i, code[i]);
}

/* Start code in SRAM with interrupts masked; the core must be halted. */
static inline void start_code(const uint16_t *code, size_t n)
{
	load_code(code, n);
	set_core_reg(15, CODE_AT);
	set_core_reg(13, RAM + 0x800);
	set_core_reg(16, 0x01000000);
	wr(DFSR, 0x1f);
	wr(DHCSR, 0xa05f000b);
	wr(DHCSR, 0xa05f0009);
}

/* Until BKPT; the time it may take is part of the test. */
static inline void run_code(const uint16_t *code, size_t n, uint64_t within_us)
{
	start_code(code, n);
	sleep_us(within_us);
	if (!(rd(DHCSR) & S_HALT))
		fail_msg("the code runs still");
	assert_int_equal(rd(DFSR), 2);
}

static inline int leave_bench(void **state)
{
	(void)state;
	chip_free(chip);
	chip = NULL;
	return 0;
}

#endif
