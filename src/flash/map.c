/* SPDX-License-Identifier: MIT */
/* Which bank, which sector and which byte of the contents an address of flash is. */
#include "flash/map.h"

static bool bank_holds(const struct flash_bank *bank, uint32_t addr)
{
	return addr >= bank->addr && addr - bank->addr < bank->size;
}

uint32_t map_offset(const struct flash *f, uint32_t addr)
{
	uint32_t before = 0;
	unsigned int i = 0;

	for (; i + 1 < f->n_banks && !bank_holds(&f->bank[i], addr); i++)
		before += f->bank[i].size;
	return before + (addr - f->bank[i].addr);
}

uint32_t map_address(const struct flash *f, uint32_t offset)
{
	unsigned int i = 0;

	for (; i + 1 < f->n_banks && offset >= f->bank[i].size; i++)
		offset -= f->bank[i].size;
	return f->bank[i].addr + offset;
}

uint32_t map_stretch_end(const struct flash *f, uint32_t addr)
{
	uint32_t end = 0;

	for (unsigned int i = 0; i < f->n_banks; i++)
		if (bank_holds(&f->bank[i], end ? end : addr))
			end = f->bank[i].addr + f->bank[i].size;
	return end;
}

uint32_t map_next(const struct flash *f, uint32_t addr)
{
	for (unsigned int i = 0; i + 1 < f->n_banks; i++)
		if (f->bank[i].addr + f->bank[i].size == addr && f->bank[i + 1].addr > addr)
			return f->bank[i + 1].addr;
	return 0;
}

bool map_holds(const struct flash *f, uint32_t addr, size_t len)
{
	const uint32_t end = map_stretch_end(f, addr);

	return end && len <= end - addr;
}

uint32_t map_registers(const struct flash *f, uint32_t addr)
{
	unsigned int bank = f->n_banks ? f->n_banks - 1 : 0;

	while (bank && addr < f->bank[bank].addr)
		bank--;
	return f->chip->controller->base + f->bank[bank].regs;
}

const struct sector *flash_sector_at(const struct flash *f, uint32_t addr)
{
	size_t low = 0, high = f->n_sectors;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const struct sector *sec = &f->sectors[mid];

		if (addr < sec->addr)
			high = mid;
		else if (addr - sec->addr < sec->size)
			return sec;
		else
			low = mid + 1;
	}
	return NULL;
}
