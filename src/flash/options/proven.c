/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "flash/options/options.h"

#define READS    3u
#define READ_MAX 16u

int option_read_proven(struct flash *f, uint32_t addr, void *buf, size_t len)
{
	uint8_t before[READ_MAX];
	int err;

	err = dap_read(f->core->dap, addr, buf, len);
	for (unsigned int n = 1; !err && n < READS; n++) {
		memcpy(before, buf, len);
		err = dap_read(f->core->dap, addr, buf, len);
		if (!err && memcmp(before, buf, len) == 0)
			return 0;
	}
	return err ? err
		   : fail(f->ctx, STFLASH_E_PROBE,
			  "the option bytes at 0x%08x are read differently each time: try a lower " HINT_SPEED
			  ", and look at "
			  "the wires",
			  (unsigned int)addr);
}
