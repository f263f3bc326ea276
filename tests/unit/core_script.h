/* SPDX-License-Identifier: MIT */
/* A core behind a scripted probe: its registers by name, and the exchanges that reach them. */
#ifndef CORE_SCRIPT_H
#define CORE_SCRIPT_H

#include "swd/cortexm.h"

#include "scripted.h"

#define V2 0x3748

#define CPUID 0xe000ed00u
#define AIRCR 0xe000ed0cu
#define DFSR  0xe000ed30u
#define DHCSR 0xe000edf0u
#define DEMCR 0xe000edfcu

#define HALT      WR(DHCSR, 0xa05f0003u)
#define RUN       WR(DHCSR, 0xa05f0001u)
#define MASK      WR(DHCSR, 0xa05f000bu)
#define LET_GO    WR(DHCSR, 0xa05f0000u)
#define HALTED    0x00030003u
#define RUNNING   0x01000001u
#define UNTOUCHED 0x01000000u
#define RESET_ST  0x02000000u

#define RECOVERED                                                                                        \
	OUT(0xf2, 0x46, 0xff, 0xff, 0x00, 0x00, B4(0x1eu)), OK, OUT(0xf2, 0x45, 0xff, 0xff, 0x04, 0x00), \
		IN(0x80, 0, 0, 0, B4(0xf0000040u))
#define NRST(level)                OUT(0xf2, 0x3c, level), OK
#define RDREG(n, v)                OUT(0xf2, 0x33, n), IN(0x80, 0, 0, 0, B4(v))
#define WRREG(n, v)                OUT(0xf2, 0x34, n, B4(v)), OK
#define ATTACH(dhcsr, demcr, dfsr) RD(CPUID, 0x411fc231u), RD(DHCSR, dhcsr), RD(DEMCR, demcr), RD(DFSR, dfsr)

static struct bench b;
static struct dap dap;
static struct core core;

static int attach(enum stflash_connect how, const struct exchange *script)
{
	int err;

	bench_open(&b, V2, v2j29s7, script);
	dap = (struct dap){ .ctx = &b.ctx, .probe = &b.probe };
	err = core_attach(&core, &dap, how);
	core.timeout_ms = 20;
	return err;
}

/* Attach to a core with these registers, then follow the script. */
static void attached(uint32_t dhcsr, uint32_t demcr, uint32_t dfsr, const struct exchange *script)
{
	const struct exchange prologue[] = { ATTACH(dhcsr, demcr, dfsr), END };

	assert_int_equal(attach(STFLASH_CONNECT_NORMAL, prologue), 0);
	script_finished(&b);
	b.tr.next = script;
}

#endif
