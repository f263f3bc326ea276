/* SPDX-License-Identifier: MIT */
/*
 * Erasing and programming by the host, through the debug port alone: the steps
 * are those of every controller, the registers and bits its own. Without an
 * agent nothing else runs, so BSY is waited for after each access: a debugger
 * that goes on at once is held up by the bus until the probe answers WAIT.
 *
 * What begins an operation is written once. After an unclear answer (WAIT, a
 * fault of USB or of the link) the host waits and looks whether it was done.
 */
#ifndef FLASH_BY_HOST_H
#define FLASH_BY_HOST_H

#include "flash/flash.h"

struct flash_port {
	uint32_t sr, cr;
	uint32_t ar;             /* takes the address of what is erased; 0: CR does */
	uint32_t busy;           /* of SR */
	uint32_t errors;         /* likewise; written to clear them */
	uint32_t done;           /* likewise */
	uint32_t program, start; /* of CR */
	unsigned int width;      /* of one program access, bytes */
	unsigned int unit;       /* bytes that are programmed by accesses one right after the other */
};

/* Wait for BSY = 0, then judge the errors, which mean nothing earlier, on clones least of all. */
int by_host_wait(struct flash *f, const struct flash_port *port, uint32_t addr, unsigned int timeout_ms) MUST_CHECK;

/* bits of CR choose what is erased. */
int by_host_erase(struct flash *f, const struct flash_port *port, uint32_t bits, uint32_t addr,
		  unsigned int timeout_ms) MUST_CHECK;

/* program holds PG, and on F4 PSIZE. Erased items are left out: they could not be programmed later otherwise. */
int by_host_program(struct flash *f, const struct flash_port *port, uint32_t addr, const uint8_t *data,
		    size_t len) MUST_CHECK;

#endif
