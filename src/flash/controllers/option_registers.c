/* SPDX-License-Identifier: MIT */
#include "flash/controllers/option_registers.h"

#include "base/bytes.h"

#define OPTKEY1 0x08192a3bu
#define OPTKEY2 0x4c5d6e7fu

int option_registers_read(struct flash *f, struct option_words *o)
{
	const uint32_t *reg = f->options->in_force;
	uint8_t bytes[4];
	int err = 0;

	*o = (struct option_words){ .damaged = false };
	for (unsigned int n = 0; !err && n < OPTION_WORDS && reg[n]; n++) {
		err = option_read_proven(f, reg[n], bytes, sizeof(bytes));
		o->word[n] = get_le32(bytes);
	}
	return err;
}

struct flash_lock option_registers_lock(const char *reg_name, uint32_t keyr, uint32_t reg, uint32_t bit)
{
	return (struct flash_lock){
		.subject = "the option bytes do",
		.reg_name = reg_name,
		.keyr = keyr,
		.key = { OPTKEY1, OPTKEY2 },
		.reg = reg,
		.bit = bit,
		.closed = bit,
	};
}

int option_registers_prepare(struct flash *f, unsigned int timeout_ms)
{
	const struct controller *c = f->chip->controller;
	int err;

	err = flash_poll(f, c->base + c->sr, c->busy, 0, timeout_ms, NULL);
	return err ? err : dap_write32(f->core->dap, c->base + c->sr, c->errors | c->done);
}

int option_registers_judge(struct flash *f, uint32_t sr, uint32_t errors)
{
	if (!(sr & errors))
		return 0;
	return fail(f->ctx, STFLASH_E_FLASH, "the option bytes were not written (FLASH_SR 0x%x)", (unsigned int)sr);
}

int option_registers_explain(struct flash *f, int err, uint32_t sr, bool pcrop)
{
	if (err == STFLASH_E_FLASH && (sr & f->chip->controller->write_protected) && pcrop)
		return fail(f->ctx, STFLASH_E_PROTECTED,
			    "the chip refuses to remove PCROP, which it does only while read-out protection is "
			    "active; nothing was changed: power the board off and on, then repeat the command");
	fail_prefix(f->ctx,
		    "the option bytes were being written and may be incomplete: repeat the command; a chip "
		    "that is read-out protected then is brought back by `" HINT_UNPROTECT "`, without its flash");
	return err;
}

int option_registers_need_power_cycle(struct flash *f, const struct option_words *old, const struct option_words *now,
				      bool *needed)
{
	*needed = option_rdp_level(f, now) > option_rdp_level(f, old);
	return 0;
}
