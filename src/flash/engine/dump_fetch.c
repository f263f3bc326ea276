/* SPDX-License-Identifier: MIT */
#include "base/failure.h"
#include "flash/engine/dump.h"

/* A fault where protection is on is no puzzle. */
static int dump_explain_fault(struct flash *f, int err)
{
	enum stflash_protection rdp;
	struct cleanup fault;
	bool hidden;

	if (err != STFLASH_E_FAULT)
		return err;

	cleanup_begin(&fault, f->ctx, err);
	hidden = !flash_read_protection(f, &rdp) && rdp != STFLASH_RDP_NONE;
	err = cleanup_end(&fault);
	if (!hidden)
		return err;
	return fail(f->ctx, STFLASH_E_PROTECTED,
		    "read-out protection is on and hides this memory from the debugger: only "
		    "`" HINT_UNPROTECT "` ends that, and it erases the whole flash");
}

int dump_fetch(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, struct stflash_dump_report *report)
{
	int err;

	err = dap_read(f->core->dap, addr, buf, len);
	if (err)
		return dump_explain_fault(f, err);
	report->transferred += len;
	return 0;
}
