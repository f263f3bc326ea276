/* SPDX-License-Identifier: MIT */
/* Where a core executes that is not to be halted: DWT_PCSR (ARMv7-M ARM C1.8), and its vector table. */
#include "swd/scs.h"

#define DWT_PCSR 0xe000101cu

/* A core that sleeps or stalls may have no sample at the moment. */
#define PCSR_LOOKS 3u

/*
 * All ones: none now, as in debug state; 0: the register is not there, or the
 * DWT has no clock for it. A fault: there is no DWT.
 */
static int read_pcsr(struct core *core, uint32_t *pc)
{
	int err = 0;

	*pc = 0;
	for (unsigned int i = 0; !err && i < PCSR_LOOKS && (*pc == 0 || *pc == UINT32_MAX); i++)
		err = dap_read32(core->dap, DWT_PCSR, pc);
	if (*pc == UINT32_MAX)
		*pc = 0;
	if (err != STFLASH_E_FAULT)
		return err;
	ctx_clear_error(core->ctx);
	*pc = 0;
	return 0;
}

int core_read_vtor(struct core *core, uint32_t *vtor)
{
	return dap_read32(core->dap, SCS_VTOR, vtor);
}

int core_sample(struct core *core, uint32_t *pc, uint32_t *vtor)
{
	uint32_t demcr;
	int err, put_back;

	err = core_read_vtor(core, vtor);
	if (!err)
		err = dap_read32(core->dap, SCS_DEMCR, &demcr);
	if (err || demcr & DEMCR_TRCENA)
		return err ? err : read_pcsr(core, pc);

	err = dap_write32(core->dap, SCS_DEMCR, demcr | DEMCR_TRCENA);
	if (!err)
		err = read_pcsr(core, pc);
	put_back = dap_write32(core->dap, SCS_DEMCR, demcr);
	core->demcr_touched |= put_back != 0; /* core_detach() tries again */
	return err ? err : put_back;
}
