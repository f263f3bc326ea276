/* SPDX-License-Identifier: MIT */
/*
 * What a chip is made of: the vocabulary of the rows in flash/chips. There are
 * no functions here; flash/chips/chips.h has those that find a row.
 */
#ifndef FLASH_CHIP_H
#define FLASH_CHIP_H

#include "stflash.h"
#include "swd/cortexm.h"

/* Erasable units: count of size bytes each; { 0, 0 } ends. Of the largest part of the line; the size word trims it. */
struct sector_run {
	uint16_t count;
	uint32_t size;
};

/* A bit of a register in which option bytes are in force; reg 0: no such condition. */
struct when {
	uint32_t reg;
	uint8_t bit, is;
};

struct bank {
	uint32_t addr;
	uint32_t size;                 /* at most; 0: all that the size leaves */
	const struct sector_run *runs; /* NULL: there is no such bank */
	uint16_t number;               /* of its first sector, as the manual counts */
	uint16_t select;               /* of its first sector, in the control register (SNB, PNB) */
	uint8_t regs;                  /* where its registers are, from those of the first bank on */
	bool in_halves;                /* each half of its sectors is erased by itself */
};

#define BANKS_MAX 3u

/* How flash is divided, by its size and the option bytes: the first row of a list that fits. The last one always does.
 */
struct geometry {
	uint32_t least; /* bytes of flash from which on this holds */
	struct when when;
	struct bank bank[BANKS_MAX]; /* the list ends at one without runs */
	struct when swapped;         /* the two are seen in each other's place (nSWAP_BANK) */
};

/* Memory beside flash. The first RAM of a list is the one that the agent runs in. */
struct region {
	enum stflash_region_kind kind;
	const char *name;
	uint32_t addr;
	uint32_t size;      /* bytes that the largest part with this id has; 0 ends a list */
	uint32_t least;     /* of a RAM: bytes that every part with this id really has */
	uint16_t block;     /* of one-time programmable memory: bytes that a lock byte stands for */
	unsigned int flags; /* REGION_... */
};

/* For reading, what is seen of flash at struct chip.alias ends behind so many bytes. */
#define ALIAS_SIZE 0x00200000u

#define REGION_NO_CODE (1u << 0) /* the core has no instruction bus to it */
#define REGION_FRAMES  (1u << 1) /* RAM of its own, to which the agent's ring goes on */

enum option_kind {
	OPTION_RDP,
	OPTION_WRP,          /* one bit for a group of units, 0 protects */
	OPTION_SPRMOD,       /* turns OPTION_WRP into PCROP, where 1 protects */
	OPTION_PCROP,        /* one bit for a unit, 1 protects it against reading as data too */
	OPTION_PCROP_GOES,   /* 1: PCROP goes along with the erase of RDP from level 1 to 0 */
	OPTION_BOOT_ADDRESS, /* bits 29:14 of where the core starts; meaning[0] says when */
	OPTION_FIRST,        /* of a range of its own: where it begins */
	OPTION_LAST,         /* and where it ends */
	OPTION_SECURE,       /* so many units from the start of bank 0 that firmware can hide until the next reset */
	OPTION_SECURE_2,     /* and from that of bank 1 */
	OPTION_BOOT_LOCK,    /* 1: flash is started whatever else is set, and at RDP level 1 no debugger gets in */
	OPTION_CHOICE,       /* meaning[value] */
	OPTION_SPLIT,   /* the same of two bits, the upper one SPLIT_BELOW places below the lower (RM0473 nRST_MODE) */
	OPTION_NUMBER,  /* meaning[0] says what of */
	OPTION_KEY,     /* 1: a key is set; it cannot be changed here */
	OPTION_RDP_KEY, /* likewise, the one without which RDP does not go from level 1 to 0 */
	OPTION_DATA,    /* the user's own */
};

#define SPLIT_BELOW 6u

struct option_field {
	const char *name; /* the manual's; NULL ends a list */
	enum option_kind kind;
	uint8_t word, bit, width;
	const char *const *meaning; /* of OPTION_CHOICE and OPTION_BOOT_LOCK, one for each value */
};

/* Bits of an option word that protect sectors, one after the other; the last one has all the sectors that remain. */
struct option_wrp {
	uint8_t bank; /* 0 or 1, of struct sector; OPTION_ANY_BANK */
	uint8_t word, bit, width;
	uint16_t first;  /* number of the sector that the first bit stands for */
	uint32_t bytes;  /* of flash that a bit stands for; 0: sectors */
	uint8_t sectors; /* that a bit stands for; 0: one */
	uint8_t banks;   /* holds only while flash has so many; 0: however many */
};

#define OPTION_ANY_BANK 0xffu
#define OPTION_WORDS    14u

/*
 * Units that a pair of numbers protects, first to last; none while the first is above the last. They count from the
 * start of a bank, or of flash while there is only one.
 */
struct option_range {
	const char *first, *last;      /* names of the two fields; NULL ends a list */
	uint8_t first_word, last_word; /* the first one is in the lowest bits */
	uint8_t last_bit, width;
	uint8_t bank;              /* 0 or 1 */
	bool in_one_bank;          /* of bank 1: counts too while flash is one bank, from the start of that */
	bool pcrop;                /* against reading too */
	uint16_t granule;          /* bytes that a number stands for; 0: a page */
	uint16_t granule_one_bank; /* likewise, while there is one bank only */
};

/* What somebody may not want: bits of a word that take a value. */
struct option_risk {
	uint8_t word;
	uint32_t mask, value; /* mask 0 ends a list */
	const char *words;    /* subject, verb, consequence */
};

struct option_access;

/* How FLASH_OBR of an FPEC shows what is in force of the first word, and what else differs (PM0075 3.7, RM0091 3.5.7).
 */
struct fpec_layout {
	uint8_t user, data;  /* the lowest bit of each */
	uint8_t user_absent; /* bits of USER that no part has: 1 from the factory, whatever FLASH_OBR shows */
};

/* Where the level of read-out protection that is in force shows as bits; reg 0: the value of RDP in the first word
 * does. */
struct level_bits {
	uint32_t reg;
	uint32_t level_1, level_2; /* set from that level on; level_2 0: there is none */
};

/* The option bytes of a line: what they are called and mean, and the controller's way to read and write them. */
struct option_set {
	const struct option_access *access; /* flash/options/options.h */
	const struct option_field *fields;
	const struct option_wrp *wrp;
	size_t n_wrp;
	const struct option_range *ranges; /* NULL: bits protect */
	const struct option_risk *risks;   /* NULL: none that is not plain from the words of its field */
	const char *closes; /* memory that level 1 closes to a debugger beside flash; NULL: nothing that matters */
	/* Bits of the words that some parts with this id have not: all of lacks_if read as 0 there. And of the first
	 * word. */
	uint32_t lacks, lacks_if, lacks_bits;
	/* Words, and bits of the first one, that the chip's maker or its radio core sets: shown, and never changed. */
	uint32_t fixed, fixed_bits;
	uint32_t factory; /* the first word, for a chip that has lost its option bytes; 0: it takes these by itself */
	uint32_t in_force[OPTION_WORDS]; /* the register that shows each word; 0: there is none, nor one after it */
	struct level_bits level;
	uint8_t rdp_level_0; /* the values to write; whatever is neither 0 nor 2 is level 1 */
	uint8_t rdp_level_1;
	uint8_t rdp_level_2; /* 0: there is none */
	bool rdp_waits;      /* lifted protection stays active until the supply was off, and nothing tells before */
	uint32_t launch;     /* of FLASH_CR: loads what is stored, with a reset (OBL_LAUNCH); 0: every reset does */
	const struct fpec_layout *fpec; /* of options_fpec */
};

/* What is to be done to a register: write value, set or clear its bits, or wait until all of these are 1. */
enum step_op { STEP_END, STEP_SET, STEP_OR, STEP_CLEAR, STEP_UNTIL };

struct step {
	enum step_op op;
	uint32_t reg, value;
};

/* A faster core clock than that after reset, legal at any supply. The oscillator that programming needs stays on. */
struct fast_clock {
	const struct step *steps; /* on a chip that was just reset */
	uint32_t khz;
};

/* What all chips of a family have in common. */
struct family {
	const char *name;
	uint32_t size_word; /* address of the u16 with the flash size in KiB */
	uint32_t uid;       /* 96 bits */
	const struct core_dbgmcu *dbgmcu;
	uint32_t reset_khz;                  /* the core clock after a reset; 0: not known */
	const struct fast_clock *fast_clock; /* NULL: there is none that is sure */
	bool nboot1;                         /* an option bit takes the place of the BOOT1 pin */
	uint32_t memrmp;        /* SYSCFG_MEMRMP: firmware can map other memory to 0; 0: only the BOOT pins choose it */
	bool rdp_hides_vectors; /* read-out protection refuses a debugger those at 0 too */
	bool starts_by_address; /* nothing is mapped to 0: a word of the option bytes is where the core starts */
};

/* Which of two banks is started, and seen at the first address of flash. */
struct bank_choice {
	struct when asked;  /* the boot loader starts bank 2, or else bank 1 (BFB2) */
	const char *bank_1; /* the setting that starts bank 1 whatever bank 2 holds */
	const char
		*swap; /* what of SYSCFG_MEMRMP is set while firmware sees them swapped; NULL: there is no such bit */
	uint8_t swap_bit;
};

struct controller;

/* Whose layout a row describes: a clone may have an id of ST's and another flash. */
enum chip_maker {
	MAKER_ST,
	MAKER_GIGADEVICE,
	MAKER_GIGADEVICE_E, /* its lines that take flash by words */
	MAKER_NOT_KNOWN,    /* no row: a chip that is none of those whose id it has */
	MAKER_ARTERY,
};

/* What a chip says that it is. */
struct chip_identity {
	uint32_t dpidr, cpuid;
	uint32_t idcode;   /* DBGMCU_IDCODE: REV_ID and DEV_ID */
	uint16_t designer; /* of its ROM table, as JEP106 has it: continuation << 8 | code; 0: not known */
	uint16_t rom_part; /* likewise: the part */
};

#define IDCODE_DEV_ID 0xfffu

/* A clock without which cores of this CPUID[15:4] may read DBGMCU_IDCODE as 0. */
struct idcode_clock {
	uint16_t cpu; /* 0 ends a list */
	uint32_t reg, bits;
};

/* Pages from a start page on that a second core may have for itself: FLASH_OPTR.ESE, FLASH_SFR (RM0434 3.10.15). */
struct radio_flash {
	struct when secure; /* it has any at all */
	uint32_t sfr;
	uint8_t fsd;   /* of SFR: 1, none is secure */
	uint32_t sfsa; /* of SFR, from bit 0 on: the number of its first page */
	uint32_t page; /* bytes */
};

struct chip {
	uint16_t dev_id;
	enum chip_maker maker; /* ST's row is the one of its id; others are found by a row of flash/chips/aliases.c */
	const char *name;      /* NULL ends a list */
	const struct family *family;
	const struct controller *controller;
	const struct option_set *options;
	const struct geometry *geometry;
	const struct radio_flash *radio; /* NULL: all of flash is this core's */
	const struct bank_choice *banks; /* NULL: one bank, or two of which the first is always started */
	uint32_t alias;                  /* flash, for reading, is seen from here on too */
	uint32_t max_flash;              /* bytes; assumed when the size word is absurd */
	const struct region *regions;
	const struct fast_clock *fast_clock; /* NULL: that of the family */
	bool boot_sel;                       /* option bits may take the place of the BOOT0 pin: BOOT_SEL, nBOOT0 */
	bool notes_empty; /* boots its ROM if flash was blank when option bytes were loaded last (RM0091 2.5) */
};

/*
 * A chip that the id alone does not tell, or tells wrongly: a clone, a chip
 * with an erratum. It is recognised to be described right, not to be refused.
 * What is 0 is not asked for.
 */
struct chip_alias {
	uint16_t dev_id;             /* as the chip gives it */
	uint16_t rev_id;             /* likewise */
	bool odd_rev;                /* a revision as ST gives none */
	const struct family *family; /* of the chip that the id tells */
	uint16_t designer, rom_part;
	uint32_t dpidr;
	uint16_t cpu;       /* CPUID[15:4] */
	uint16_t not_cpu;   /* any but this */
	uint32_t not_cpuid; /* the whole CPUID, if it is known */
	uint16_t is;        /* the row that describes it, by id and maker; 0: the one of its id */
	enum chip_maker maker;
	const struct option_set *options; /* in place of the row's, or perhaps */
	bool perhaps;                     /* what FLASH_OBR shows decides between the two */
	bool slow;                        /* may take ten times as long to erase and to program */
	const char *remark;               /* for `info`; NULL: the row's name says it */
};

#endif
