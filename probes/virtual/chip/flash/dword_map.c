/* SPDX-License-Identifier: MIT */
/*
 * Banks and pages of L4, L4+, G0, G4, WB, WL, C0 and U0 (flash-l4g0g4 fact
 * sheet section 2): one bank or two by an option bit, in some lines with other
 * pages and a hole between them; either may be seen in the place of the other.
 */
#include "chip/flash/dword.h"

/* SYSCFG_MEMRMP.FB_MODE (RM0351 9.2.1) */
#define MEMRMP_FB_MODE (1u << 8)

/* Answers nothing: what lies in the hole */
#define NOWHERE 0x0ffffff8u

bool dword_dual(const struct chip *c)
{
	const struct dword_banks *row = dword_variant(c)->banks;
	uint32_t bit = NEVER_DUAL;

	for (size_t i = 0; i < ARRAY_SIZE(dword_variant(c)->banks); i++, row++) {
		if (c->part->flash_size / KIB < row->kib)
			continue;
		bit = row->bit;
		break;
	}
	return bit == ALWAYS_DUAL || (bit & dword_optr(c));
}

uint32_t dword_bank2(const struct chip *c)
{
	return dword_dual(c) ? c->part->flash_size / 2 : c->part->flash_size;
}

uint32_t dword_page_size(const struct chip *c)
{
	const struct dword_variant *v = dword_variant(c);

	return v->single_page && !dword_dual(c) ? v->single_page : v->page;
}

/* By SYSCFG_MEMRMP.FB_MODE, or by nSWAP_BANK of a G0 */
static bool is_swapped(const struct chip *c)
{
	const struct dword_variant *v = dword_variant(c);

	if (v->nswap)
		return !(dword_optr(c) & v->nswap);
	return v->bfb2 && (periph_word(c, c->family->mem_mode) & MEMRMP_FB_MODE);
}

/* What is kept is one bank right behind the other. */
static uint32_t close_hole(const struct chip *c, uint32_t addr)
{
	const uint32_t offset = addr - FLASH_BASE, half = c->part->flash_size / 2, at = dword_variant(c)->bank2_at;

	if (!at || offset < half || offset >= at + half)
		return addr;
	return offset < at ? NOWHERE : FLASH_BASE + half + (offset - at);
}

uint32_t dword_locate(const struct chip *c, uint32_t addr)
{
	const uint32_t half = c->part->flash_size / 2;
	uint32_t offset;

	if (!dword_dual(c))
		return addr;
	addr = close_hole(c, addr);
	offset = addr - FLASH_BASE;
	if (offset >= 2 * half || !is_swapped(c))
		return addr;
	return offset < half ? addr + half : addr - half;
}

/*
 * PNB counts within the bank that BKER names. RM0444 numbers the pages of a
 * G0's bank 2 from 256 on; that the low bits count then has been seen to work.
 */
bool dword_page_by_cr(const struct chip *c, uint32_t cr, struct dword_page *page)
{
	const struct dword_variant *v = dword_variant(c);
	const uint32_t first_of_bank2 = 256;
	const bool second = cr & v->bker;
	uint32_t pnb = cr >> CR_PNB_BIT & ((1u << v->pnb_bits) - 1);

	if (second && v->nswap && pnb >= first_of_bank2)
		pnb -= first_of_bank2;
	page->bank = second ? BANK_2 : BANK_1;
	page->size = dword_page_size(c);
	page->offset = pnb * page->size + (second ? dword_bank2(c) : 0);
	if (second && !dword_dual(c))
		return false;
	return page->offset < (second ? c->part->flash_size : dword_bank2(c));
}
