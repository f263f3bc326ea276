/* SPDX-License-Identifier: MIT */
/*
 * Memory of any address, length and alignment: 8-bit up to the first word
 * boundary, 32-bit from there, 8-bit for the rest (as openocd, pyOCD and
 * probe-rs do). A lone word goes by the debug register commands, which carry
 * their status; a lone half-word is one 16-bit access.
 */
#include "base/bytes.h"
#include "swd/dap.h"

/* From here on there is nothing but registers of the core and of debug (ARMv7-M ARM B3.1). */
#define PRIVATE_PERIPHERALS 0xe0000000u

/* The next piece of a range that one command can carry. */
struct piece {
	unsigned int width;
	size_t len;
};

static struct piece dap_next_piece(const struct dap *dap, uint32_t addr, size_t len,
				   size_t (*max)(const struct stlink *p, unsigned int width))
{
	struct piece piece = { .width = 1, .len = len };

	if (addr % 4 == 0 && len >= 4) {
		piece.width = 4;
		piece.len = min_size(len - len % 4, max(dap->probe, 4));
	} else if (addr % 2 == 0 && len == 2 && dap->probe->features & STLINK_HAS_MEM16) {
		piece.width = 2;
	} else if (addr % 4) {
		piece.len = min_size(len, 4 - addr % 4);
	}
	return piece;
}

static int check_range(struct dap *dap, uint32_t addr, size_t len)
{
	if (len > (uint64_t)UINT32_MAX + 1 - addr)
		return fail(dap->ctx, STFLASH_E_ARG, "%zu bytes from 0x%08x go beyond the end of the address space",
			    len, (unsigned int)addr);
	return 0;
}

/* A lone word, unless a probe refused it whose debug register commands reach nothing but such registers. */
static bool by_debug_register(struct piece piece, uint32_t addr, int last_err)
{
	return piece.width == 4 && piece.len == 4 && (last_err != STFLASH_E_FAULT || addr >= PRIVATE_PERIPHERALS);
}

static int dap_read_piece(struct dap *dap, struct piece piece, uint32_t addr, uint8_t *buf)
{
	uint32_t word;
	int err, last_err = 0;

	for (unsigned int tries = 0;; tries++) {
		if (by_debug_register(piece, addr, last_err)) {
			err = stlink_read_debug32(dap->probe, addr, &word);
			if (!err)
				put_le32(buf, word);
		} else {
			err = stlink_read_mem(dap->probe, piece.width, addr, buf, piece.len);
		}
		if (!err)
			return 0;
		last_err = err;
		err = dap_after_failure(dap, err, tries);
		if (err)
			return err;
	}
}

static int write_piece(struct dap *dap, struct piece piece, uint32_t addr, const uint8_t *buf)
{
	int err, last_err = 0;

	for (unsigned int tries = 0;; tries++) {
		if (by_debug_register(piece, addr, last_err))
			err = stlink_write_debug32(dap->probe, addr, get_le32(buf));
		else
			err = stlink_write_mem(dap->probe, piece.width, addr, buf, piece.len);
		if (!err)
			return 0;
		last_err = err;
		err = dap_after_failure(dap, err, tries);
		if (err)
			return err;
	}
}

int dap_read(struct dap *dap, uint32_t addr, void *buf, size_t len)
{
	uint8_t *at = buf;
	int err;

	err = check_range(dap, addr, len);
	while (!err && len) {
		const struct piece piece = dap_next_piece(dap, addr, len, stlink_max_read);

		err = dap_read_piece(dap, piece, addr, at);
		addr += (uint32_t)piece.len;
		at += piece.len;
		len -= piece.len;
	}
	return err;
}

int dap_write(struct dap *dap, uint32_t addr, const void *buf, size_t len)
{
	const uint8_t *at = buf;
	int err;

	err = check_range(dap, addr, len);
	while (!err && len) {
		const struct piece piece = dap_next_piece(dap, addr, len, stlink_max_write);

		err = write_piece(dap, piece, addr, at);
		addr += (uint32_t)piece.len;
		at += piece.len;
		len -= piece.len;
	}
	return err;
}

int dap_read32(struct dap *dap, uint32_t addr, uint32_t *value)
{
	uint8_t raw[4];
	int err;

	err = dap_read(dap, addr, raw, sizeof(raw));
	if (!err)
		*value = get_le32(raw);
	return err;
}

int dap_write32(struct dap *dap, uint32_t addr, uint32_t value)
{
	uint8_t raw[4];

	put_le32(raw, value);
	return dap_write(dap, addr, raw, sizeof(raw));
}

int dap_read16(struct dap *dap, uint32_t addr, uint16_t *value)
{
	uint8_t raw[4];
	int err;

	/* Firmware before V2J26 has no 16-bit command: the word around it is read then, not two bytes. */
	if (dap->probe->features & STLINK_HAS_MEM16 || addr % 2) {
		err = dap_read(dap, addr, raw, 2);
		if (!err)
			*value = get_le16(raw);
		return err;
	}
	err = dap_read(dap, addr - addr % 4, raw, sizeof(raw));
	if (!err)
		*value = get_le16(raw + addr % 4);
	return err;
}

bool dap_has_width(const struct dap *dap, unsigned int width)
{
	return width != 2 || dap->probe->features & STLINK_HAS_MEM16;
}

int dap_write_width(struct dap *dap, unsigned int width, uint32_t addr, const void *buf, size_t len)
{
	const size_t max = stlink_max_write(dap->probe, width);
	const uint8_t *at = buf;
	int err;

	err = check_range(dap, addr, len);
	while (!err && len) {
		const size_t chunk = min_size(len, max);

		err = stlink_write_mem_once(dap->probe, width, addr, at, chunk);
		if (err) {
			dap_clean_up(dap);
			return err;
		}
		addr += (uint32_t)chunk;
		at += chunk;
		len -= chunk;
	}
	return err;
}

int dap_write32_once(struct dap *dap, uint32_t addr, uint32_t value)
{
	uint8_t raw[4];

	put_le32(raw, value);
	return dap_write_width(dap, 4, addr, raw, sizeof(raw));
}
