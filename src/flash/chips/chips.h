/* SPDX-License-Identifier: MIT */
/* The rows of chips: which of them is connected, and what a row says. Nothing else asks for an id. */
#ifndef FLASH_CHIPS_H
#define FLASH_CHIPS_H

#include "flash/chip.h"

/* Row n of all families, NULL behind the last. */
const struct chip *chip_row(size_t n);

/* "STM32F1, STM32F4": the families that there are rows of. Returns text. */
const char *chip_families(char *text, size_t len);

/* The row for what a chip says it is: that of its id, or of the clone or the erratum that it shows. NULL when unknown.
 */
const struct chip *chip_find(const struct chip_identity *id);

/* Does the designer, which is not known yet, decide between rows or words? It costs two accesses. */
bool chip_asks_designer(const struct chip_identity *id);

/* The option bytes of its row, or those of the clone that it says it is; *perhaps: only FLASH_OBR tells which. */
const struct option_set *chip_options(const struct chip *chip, const struct chip_identity *id, bool *perhaps);

/* May its flash take ten times as long as that of ST's? (clones fact sheet section 6) */
bool chip_is_slow(const struct chip *chip, const struct chip_identity *id);

/* Where the DBGMCU_IDCODE of a core of this CPUID is (chips fact sheet section 4). */
uint32_t chip_idcode_addr(uint32_t cpuid);

/* The clock that DBGMCU_IDCODE of a core of this CPUID may need, NULL: none. */
const struct idcode_clock *chip_idcode_clock(uint32_t cpuid);

/* The smallest erasable unit that its flash can have, bytes. */
uint32_t chip_unit(const struct chip *chip);

/* Bytes from the size word (KiB) of this chip; absurd values (0, 0xffff, above the line's most) give max_flash and
 * *guessed. */
uint32_t chip_flash_size(const struct chip *chip, uint16_t size_word, bool *guessed);

/* Words about identity for `info`: clone, erratum. Empty string when nothing is odd. */
void chip_remarks(const struct chip *chip, const struct chip_identity *id, char *text, size_t len);

/* ---------------------------------------------------------- a row: regions.c */

/* Is the row that of parts with this id? */
bool chip_has_id(const struct chip *chip, uint16_t dev_id);

/* The RAM that the agent runs in. Every chip has one; of a list without one, its end, which has no bytes. */
const struct region *chip_ram(const struct chip *chip);

/* More RAM for the agent's frames, NULL: none. A part may lack it. */
const struct region *chip_frame_ram(const struct chip *chip);

/* Bytes of that RAM and of what follows it without a gap: of the largest part with this id, or of the smallest. */
uint32_t chip_ram_bytes(const struct chip *chip, bool most);

#define CHIP_RAM_TEXT_MAX 32u
/* That RAM: "20 KiB", or "10 KiB to 20 KiB" where the parts of a line differ and the ids do not tell. */
const char *chip_ram_text(const struct chip *chip, char text[CHIP_RAM_TEXT_MAX]);

/* Is all of addr..addr+len-1 RAM of the largest part with this id? A stack pointer is right if the word below it
 * is. len is not 0. */
bool chip_is_ram(const struct chip *chip, uint32_t addr, size_t len);

/* The address of flash that is seen at addr, or addr itself: flash is seen at chip->alias too. */
uint32_t chip_unalias(const struct chip *chip, uint32_t addr);

/* The region that holds addr, NULL when none does. */
const struct region *chip_region_at(const struct chip *chip, uint32_t addr);

/* The first region of a kind, NULL when there is none. */
const struct region *chip_region(const struct chip *chip, enum stflash_region_kind kind);

#endif
