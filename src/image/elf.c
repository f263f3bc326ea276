/* SPDX-License-Identifier: MIT */
/*
 * ELF32, little-endian, for Arm: the loadable segments by physical address
 * (Tool Interface Standard ELF 1.2). Sections are neither needed nor read.
 */
#include "base/bytes.h"
#include "image/image.h"

#define EHDR_LEN 52u
#define PHDR_LEN 32u

#define EI_CLASS    4u
#define EI_DATA     5u
#define ELFCLASS32  1u
#define ELFDATA2LSB 1u
#define E_TYPE      16u
#define E_MACHINE   18u
#define E_ENTRY     24u
#define E_PHOFF     28u
#define E_PHENTSIZE 42u
#define E_PHNUM     44u
#define ET_EXEC     2u
#define ET_DYN      3u
#define EM_ARM      40u

#define P_TYPE   0u
#define P_OFFSET 4u
#define P_VADDR  8u
#define P_PADDR  12u
#define P_FILESZ 16u
#define PT_LOAD  1u

static int check_header(struct ctx *ctx, const uint8_t *elf, size_t len)
{
	if (len < EHDR_LEN)
		return fail(ctx, STFLASH_E_FILE, "the ELF file is cut off in its header");
	if (elf[EI_CLASS] != ELFCLASS32 || elf[EI_DATA] != ELFDATA2LSB)
		return fail(ctx, STFLASH_E_FILE,
			    "this ELF file is not 32-bit little-endian: it is for another machine");
	if (get_le16(elf + E_MACHINE) != EM_ARM)
		return fail(ctx, STFLASH_E_FILE, "this ELF file is for another machine (number %u; Arm is %u)",
			    get_le16(elf + E_MACHINE), EM_ARM);
	if (get_le16(elf + E_TYPE) != ET_EXEC && get_le16(elf + E_TYPE) != ET_DYN)
		return fail(ctx, STFLASH_E_FILE, "this ELF file is not linked: it is an object file, not a firmware");
	return 0;
}

/* Some linkers leave all physical addresses 0: then the virtual ones count. */
static bool has_physical(const uint8_t *ph, unsigned int n, size_t entsize)
{
	for (unsigned int i = 0; i < n; i++)
		if (get_le32(ph + i * entsize + P_TYPE) == PT_LOAD && get_le32(ph + i * entsize + P_PADDR) != 0)
			return true;
	return false;
}

int elf_parse(struct ctx *ctx, struct stflash_image *img, const uint8_t *elf, size_t len)
{
	const uint8_t *ph;
	uint32_t offset;
	unsigned int n, entsize;
	size_t at;
	int err;

	err = check_header(ctx, elf, len);
	if (err)
		return err;
	offset = get_le32(elf + E_PHOFF);
	entsize = get_le16(elf + E_PHENTSIZE);
	n = get_le16(elf + E_PHNUM);
	if (n == 0)
		return fail(ctx, STFLASH_E_FILE, "this ELF file has no program headers: nothing in it is to be loaded");
	if (entsize < PHDR_LEN || offset > len || (uint64_t)n * entsize > len - offset)
		return fail(ctx, STFLASH_E_FILE, "the ELF file is cut off in its program headers");

	ph = elf + offset;
	at = has_physical(ph, n, entsize) ? P_PADDR : P_VADDR;
	for (unsigned int i = 0; i < n; i++, ph += entsize) {
		const uint32_t from = get_le32(ph + P_OFFSET), size = get_le32(ph + P_FILESZ);

		if (get_le32(ph + P_TYPE) != PT_LOAD || size == 0)
			continue;
		if (from > len || size > len - from)
			return fail(ctx, STFLASH_E_FILE, "the ELF file is cut off in program segment %u", i);
		err = image_add(ctx, img, get_le32(ph + at), elf + from, size);
		if (err)
			return err;
	}
	img->has_entry = true;
	img->entry = get_le32(elf + E_ENTRY);
	return 0;
}
