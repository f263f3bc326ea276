/* SPDX-License-Identifier: MIT */
/* Memory as instructions see it: alignment, privilege, the MPU, bus faults, the fetch of code. ARMv7-M ARM B2.3, B3.1.
 */
#include "core/cpu.h"

/* B3.1: the system address map; instructions in these regions are XN */
static bool is_execute_never(uint32_t addr)
{
	return (addr >= 0x40000000u && addr < 0x60000000u) || addr >= 0xa0000000u;
}

/* --- data ------------------------------------------------------------------- */

static bool bus_fault(struct core *c, uint32_t addr)
{
	c->cfsr |= CFSR_PRECISERR | CFSR_BFARVALID;
	c->bfar = addr;
	raise_exception(c, EXC_BUSFAULT);
	return false;
}

static bool access_violation(struct core *c, uint32_t addr)
{
	c->cfsr |= CFSR_DACCVIOL | CFSR_MMARVALID;
	c->mmfar = addr;
	raise_exception(c, EXC_MEMMANAGE);
	return false;
}

static uint32_t size_mask(unsigned int size)
{
	return 0xffffffffu >> (32 - 8 * size);
}

static void find_ram(struct core *c, uint32_t addr)
{
	uint32_t base, len;
	uint8_t *mem;

	if (!c->bus.ram || mpu_is_on(c))
		return;
	mem = c->bus.ram(c->bus.user, addr, &base, &len);
	if (!mem)
		return;

	c->ram_mem = mem;
	c->ram_base = base;
	c->ram_limit = len >= 4 ? len - 3 : 0;
}

static bool bus_read(struct core *c, uint32_t addr, unsigned int size, uint32_t *value)
{
	uint64_t cycles = 0;
	enum core_bus_result result;

	note_poll(c);
	find_ram(c, addr);
	result = c->bus.read(c->bus.user, addr, size, ACCESS_DATA, value, &cycles);
	c->cycles += cycles;
	*value &= size_mask(size);
	return result == CORE_BUS_OK;
}

/* A store may have changed anything in the system control space: look again before the next instruction. */
static bool bus_write(struct core *c, uint32_t addr, unsigned int size, uint32_t value)
{
	uint64_t cycles = 0;
	enum core_bus_result result;

	note_poll(c);
	find_ram(c, addr);
	result = c->bus.write(c->bus.user, addr, size, value, &cycles);
	c->cycles += cycles;
	c->attention = true;
	return result == CORE_BUS_OK;
}

bool bus_read_word(struct core *c, uint32_t addr, uint32_t *value)
{
	return bus_read(c, addr, 4, value);
}

bool bus_write_word(struct core *c, uint32_t addr, uint32_t value)
{
	return bus_write(c, addr, 4, value);
}

/* The MPU first; then the private peripheral bus, which refuses unprivileged accesses (STIR is not modelled). */
static bool is_permitted(struct core *c, uint32_t addr, enum mpu_access access)
{
	const bool privileged = is_privileged(c) && !c->as_unprivileged;

	if (!mpu_allows(c, addr, access, privileged))
		return access_violation(c, addr);
	return privileged || !is_private(addr) || bus_fault(c, addr);
}

static bool read_aligned(struct core *c, uint32_t addr, unsigned int size, uint32_t *value)
{
	if (!is_permitted(c, addr, MPU_READ))
		return false;
	if (!bus_read(c, addr, size, value))
		return bus_fault(c, addr);
	return true;
}

static bool write_aligned(struct core *c, uint32_t addr, unsigned int size, uint32_t value)
{
	if (!is_permitted(c, addr, MPU_WRITE))
		return false;
	if (!bus_write(c, addr, size, value))
		return bus_fault(c, addr);
	return true;
}

bool mem_is_aligned(struct core *c, uint32_t addr, unsigned int size)
{
	if (!(addr & (size - 1)))
		return true;
	usage_fault(c, CFSR_UNALIGNED);
	return false;
}

/* The processor splits an unaligned access: what is left of size bytes at addr begins with one of these. */
static unsigned int part_size(uint32_t addr, unsigned int left)
{
	return (addr & 1) || left < 2 ? 1 : 2;
}

bool mem_read_slow(struct core *c, uint32_t addr, unsigned int size, uint32_t *value)
{
	uint32_t whole = 0;
	unsigned int done, part;

	if (!(addr & (size - 1)))
		return read_aligned(c, addr, size, value);
	if ((c->ccr & CCR_UNALIGN_TRP) && !mem_is_aligned(c, addr, size))
		return false;

	for (done = 0; done < size; done += part) {
		uint32_t piece;

		part = part_size(addr + done, size - done);
		if (!read_aligned(c, addr + done, part, &piece))
			return false;
		whole |= piece << (8 * done);
		spend(c, done != 0, 0);
	}
	*value = whole;
	return true;
}

bool mem_write_slow(struct core *c, uint32_t addr, unsigned int size, uint32_t value)
{
	unsigned int done, part;

	if (!(addr & (size - 1)))
		return write_aligned(c, addr, size, value & size_mask(size));
	if ((c->ccr & CCR_UNALIGN_TRP) && !mem_is_aligned(c, addr, size))
		return false;

	for (done = 0; done < size; done += part) {
		part = part_size(addr + done, size - done);
		if (!write_aligned(c, addr + done, part, (value >> (8 * done)) & size_mask(part)))
			return false;
		spend(c, done != 0, 0);
	}
	return true;
}

/* The registers change only when every word has arrived: the instruction can be executed again. */
bool load_multiple(struct core *c, uint32_t list, uint32_t addr)
{
	uint32_t values[16] = { 0 };
	unsigned int i, n = 0;

	if (!mem_is_aligned(c, addr, 4))
		return false;
	for (i = 0; i < 16; i++) {
		if (!bit(list, i))
			continue;
		if (!mem_read(c, addr + 4 * n, 4, &values[i]))
			return false;
		n++;
	}

	spend_load(c);
	spend(c, n ? n - 1 : 0, 0);
	for (i = 0; i < 15; i++)
		if (bit(list, i))
			set_reg(c, i, values[i]);
	if (bit(list, 15))
		bx_write_pc(c, values[15]);
	return true;
}

bool store_multiple(struct core *c, uint32_t list, uint32_t addr)
{
	unsigned int n = 0;

	if (!mem_is_aligned(c, addr, 4))
		return false;
	for (unsigned int i = 0; i < 15; i++) {
		if (!bit(list, i))
			continue;
		if (!mem_write(c, addr + 4 * n, 4, get_reg(c, i)))
			return false;
		n++;
	}
	spend(c, n ? n - 1 : 0, 0);
	return true;
}

/* --- instructions --------------------------------------------------------------- */

static void find_window(struct core *c)
{
	uint32_t base, len, wait;
	const uint8_t *mem;

	if (!c->bus.window || is_execute_never(c->pc) || mpu_is_on(c))
		return;
	mem = c->bus.window(c->bus.user, c->pc, &base, &len, &wait);
	if (!mem)
		return;

	c->fetch_mem = mem;
	c->fetch_base = base;
	c->fetch_limit = len >= 4 ? len - 3 : 0;
	c->fetch_wait = wait;
}

static bool fetch_halfword(struct core *c, uint32_t addr, uint32_t *value)
{
	uint64_t cycles = 0;
	enum core_bus_result result;

	*value = 0;
	if (is_execute_never(addr) || !mpu_allows(c, addr, MPU_FETCH, is_privileged(c))) {
		c->cfsr |= CFSR_IACCVIOL;
		raise_exception(c, EXC_MEMMANAGE);
		return false;
	}

	result = c->bus.read(c->bus.user, addr, 2, ACCESS_FETCH, value, &cycles);
	c->cycles += cycles;
	*value &= 0xffff;
	if (result == CORE_BUS_OK)
		return true;

	c->cfsr |= CFSR_IBUSERR;
	raise_exception(c, EXC_BUSFAULT);
	return false;
}

uint32_t fetch_slow(struct core *c)
{
	uint32_t first, second;

	find_window(c);
	if (c->pc - c->fetch_base < c->fetch_limit)
		return fetch_from_window(c, c->pc - c->fetch_base);

	if (!fetch_halfword(c, c->pc, &first) || thumb16[first >> 9])
		return first;
	if (!fetch_halfword(c, c->pc + 2, &second))
		return 0;
	return first << 16 | second;
}
