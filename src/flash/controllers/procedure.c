/* SPDX-License-Identifier: MIT */
#include "flash/controllers/procedure.h"

#include "base/bytes.h"
#include "flash/controllers/by_host.h"
#include "flash/map.h"

static const struct controller *controller_of(const struct flash *f)
{
	return f->chip->controller;
}

/* PSIZE is chosen for every chip, and means nothing to a controller without. */
static unsigned int psize_of(const struct flash *f)
{
	return controller_of(f)->has_psize ? f->psize : 0;
}

/* One of as many sets of registers as there are operations that erase everything. */
static uint32_t set_of_registers(const struct flash *f, unsigned int n)
{
	return controller_of(f)->base + f->bank[n].regs;
}

static uint32_t psize_bits(const struct flash *f)
{
	return (uint32_t)psize_of(f) << controller_of(f)->psize_bit;
}

/*
 * Old error flags may block the next operation. The agent clears those of every
 * line before each; RDERR shows once for all the reads that nobody asked for:
 * of the vectors, where the first sector is under PCROP.
 */
int controller_unlock(struct flash *f)
{
	const struct controller *c = controller_of(f);
	struct flash_lock locks[ARRAY_SIZE(f->bank)];
	int err;

	for (unsigned int i = 0; i < f->n_mass_erases; i++)
		locks[i] = flash_cr_lock(set_of_registers(f, i) + c->keyr, set_of_registers(f, i) + c->cr, c->cr_lock);
	err = flash_open_locks(f, locks, f->n_mass_erases);
	if (err || !c->stale_errors_block)
		return err;
	return dap_write32(f->core->dap, c->base + c->sr, c->errors | c->done);
}

static int lock_one(struct flash *f, uint32_t base, unsigned int timeout_ms)
{
	const struct controller *c = controller_of(f);
	int err;

	err = flash_poll(f, base + c->sr, c->busy, 0, timeout_ms, NULL);
	return err ? err : flash_lock(f, base + c->cr, c->cr_lock);
}

int controller_lock(struct flash *f, unsigned int timeout_ms)
{
	int first = 0;

	for (unsigned int i = 0; i < f->n_mass_erases; i++) {
		const int err = lock_one(f, set_of_registers(f, i), timeout_ms);

		first = first ? first : err;
	}
	return first;
}

/* PSIZE sets the speed of an erase too. */
uint32_t controller_erase_bits(const struct flash *f, const struct sector *sec)
{
	const struct controller *c = controller_of(f);

	if (!sec)
		return c->mass | (f->n_banks > 1 ? c->mass_bank_2 : 0) | psize_bits(f);
	return c->erase | (c->ar ? 0 : (uint32_t)sec->select << c->select_bit) | psize_bits(f);
}

unsigned int controller_program_width(const struct flash *f)
{
	return controller_of(f)->width ? controller_of(f)->width : 1u << psize_of(f);
}

static struct flash_port port_at(const struct flash *f, uint32_t base)
{
	const struct controller *c = controller_of(f);

	const unsigned int width = controller_program_width(f);

	return (struct flash_port){
		.sr = base + c->sr,
		.cr = base + c->cr,
		.ar = c->ar ? base + c->ar : 0,
		.busy = c->busy,
		.errors = c->errors,
		.done = c->done,
		.program = c->pg | psize_bits(f),
		.start = c->start,
		.width = width,
		.unit = c->program_unit > width ? c->program_unit : width,
	};
}

static int erase_one(struct flash *f, const struct sector *sec)
{
	const struct flash_port port = port_at(f, map_registers(f, sec->addr));
	const uint32_t bits = controller_erase_bits(f, sec),
		       limit_ms = flash_limit_ms(f, controller_of(f)->erase_limit_ms);
	int err;

	err = by_host_erase(f, &port, bits, sec->addr, limit_ms);
	if (!err && sec->in_halves)
		err = by_host_erase(f, &port, bits, sec->addr + sec->size / 2, limit_ms);
	return err;
}

int controller_erase(struct flash *f, const struct sector *sec)
{
	int err = 0;

	if (sec)
		return erase_one(f, sec);
	for (unsigned int i = 0; !err && i < f->n_mass_erases; i++) {
		const struct flash_port port = port_at(f, set_of_registers(f, i));

		err = by_host_erase(f, &port, controller_erase_bits(f, NULL), f->bank[i].addr,
				    flash_limit_ms(f, controller_of(f)->mass_limit_ms));
	}
	return err;
}

int controller_program(struct flash *f, uint32_t addr, const uint8_t *data, size_t len)
{
	const struct flash_port port = port_at(f, map_registers(f, addr));

	return by_host_program(f, &port, addr, data, len);
}

uint32_t controller_erase_us(const struct flash *f, const struct sector *sec)
{
	const struct controller *c = controller_of(f);
	const struct erase_time *time = c->times;

	while (time->size && (!sec || time->size < sec->size))
		time++;
	if (!sec && c->mass_bytes)
		return (uint32_t)((uint64_t)time->us[psize_of(f)] * f->size / c->mass_bytes);
	return time->us[psize_of(f)] * (sec && sec->in_halves ? 2u : 1u);
}

uint32_t controller_program_ns(const struct flash *f)
{
	return controller_of(f)->program_ns[psize_of(f)];
}
