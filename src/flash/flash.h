/* SPDX-License-Identifier: MIT */
/*
 * The flash of the connected chip: what it is, a proven read, and (flash
 * engine) plan, erase, program, verify.
 */
#ifndef FLASH_FLASH_H
#define FLASH_FLASH_H

#include "flash/agent/hash.h"
#include "flash/chips/chips.h"

#define FLASH_MAX_SECTORS 1024u

/* Bytes, of all families (L1: half a page) */
#define PROGRAM_UNIT_MAX 128u

/* Supply from which on an F2, F4 or F7 may be programmed 32 bits at a time (RM0090 table 7) */
#define FLASH_X32_FROM_MV 2700u

/* For struct controller.lock: the longest erase of one unit; what still goes on then is ended by a reset. */
#define FLASH_LOCK_TIMEOUT_MS 4000u

/* One erasable unit. */
struct sector {
	uint32_t addr;
	uint32_t size;
	uint16_t number;      /* the manual's number: page of F1, sector of F4 */
	uint16_t select;      /* CR.SNB; or CR.PNB with what is above it, CR.BKER */
	uint8_t bank;         /* 0 or 1 */
	bool in_halves;       /* each half is erased by itself */
	bool write_protected; /* by the option bytes, once flash_read_write_protection() has looked */
	bool pcrop;           /* likewise, and so that it cannot be read either, only executed */
	bool securable;       /* likewise: firmware can hide it until the next reset */
};

/* Flash whose addresses follow one another, and that one set of registers serves. */
struct flash_bank {
	uint32_t addr;
	uint32_t size;
	uint8_t regs; /* from the controller's first register on */
};

/* What was met of flash whose ECC does not fit (engine/torn.h), in address order as it was read. */
struct torn_run {
	uint32_t addr, end;
};
struct torn {
	struct torn_run run[4];
	size_t n_runs;
	bool more;    /* than these */
	bool refused; /* some of it is a bus error */
};

struct flash {
	struct ctx *ctx;
	struct core *core;
	const struct chip *chip;
	struct chip_identity id;
	const struct option_set *options; /* those of the row, or of a clone */
	bool options_unclear;             /* they may be of another layout: shown, and not changed */
	uint32_t options_lacked;          /* bits of words that this part has not (struct option_set.lacks) */
	bool securable;                   /* firmware can hide part of it: it is never erased all at once */
	bool slow;                        /* a clone that may take ten times as long */
	uint32_t size;                    /* bytes, without those of a radio core */
	uint32_t radio;                   /* address from which on flash is a radio core's, up to its end; 0: none is */
	uint32_t radio_size;              /* bytes of that */
	char radio_words[80];             /* where that is, for sentences */
	uint32_t announced;               /* by the size word, bytes; 0: it says nothing that can be */
	uint32_t mirror_from; /* offset from which flash seems to show itself once more, 0: nothing of that kind was
				 seen */
	bool size_guessed;
	bool size_given; /* by the user: not to be found out again */
	unsigned int n_banks;
	struct flash_bank bank[BANKS_MAX];
	bool banks_swapped; /* bank[0] is what the manual calls bank 2; its registers go by the manual */
	size_t n_sectors;
	struct sector *sectors;      /* owned */
	char boot_remark[256];       /* what reports point to */
	unsigned int n_mass_erases;  /* operations that erase everything: 2 where each bank has its own registers */
	uint32_t target_mv;          /* supply as the probe sees it, 0: unknown; given by the session */
	uint32_t speed_khz;          /* SWD clock; given by the session */
	void (*waiting)(void *user); /* called while a register is polled slowly; NULL: nothing */
	void *waiting_user;
	struct torn torn;            /* since the engine began */
	enum stflash_protection rdp; /* when flash_read_protection() looked last */
	bool protection_known;       /* sectors are marked since the last reset: nothing is to be read for it again */
	bool boots_banks;            /* BFB2, likewise: the boot loader starts bank 2, or else bank 1 */
	unsigned int psize;          /* F2/F4/F7: CR.PSIZE to use (0 x8, 1 x16, 2 x32), set by engine_begin_write() */
};

/* The first address of flash, and the first behind it; between the two there may be a hole (map.h). */
static inline uint32_t flash_first(const struct flash *f)
{
	return f->bank[0].addr;
}

static inline uint32_t flash_end(const struct flash *f)
{
	const struct flash_bank *last = &f->bank[f->n_banks ? f->n_banks - 1 : 0];

	return last->addr + last->size;
}

struct agent_builds;

/* Of a unit of so many bytes or fewer, by PSIZE; size 0, which ends a list: of everything. */
struct erase_time {
	uint32_t size;
	uint32_t us[3];
};

/* What can be programmed over something that is not erased. */
enum overwrite {
	OVERWRITE_NEVER, /* flash with ECC */
	OVERWRITE_ZEROS, /* a half-word of zeros (PM0075 2.3.3, RM0091 3.2.2) */
	OVERWRITE_BITS,  /* bits that are 1 become 0 (RM0090 3.6.4, PM0059 1.5.3, RM0385 3.3.6) */
};

#define SR_NAMES 9u

/* What removes write protection: a command with its setting, or the vendor's tool where option bytes are not written.
 */
const char *flash_wrp_remedy(const struct flash *f);

/* Of f->size bytes of flash from base on, take off those that a radio core has for itself, and note them. */
int flash_leave_radio(struct flash *f, uint32_t base) MUST_CHECK;

/* Is any of the range such a part? */
static inline bool flash_has_radio(const struct flash *f, uint32_t addr, size_t len)
{
	return f->radio_size && addr < (uint64_t)f->radio + f->radio_size && (uint64_t)addr + len > f->radio;
}

/* STFLASH_E_PROTECTED then: nothing of it can be changed. */
int flash_check_radio(struct flash *f, uint32_t addr, size_t len) MUST_CHECK;

/*
 * A flash controller: a chapter of the manual in numbers. Host and agent work
 * from the same row; controllers/procedure.h has the steps, which are the same
 * for all. Range checks, order, progress, cancel and what to write belong to
 * the engine.
 */
struct controller {
	const char *name;      /* "FPEC", "sector controller" */
	const char *unit_name; /* what the manual calls an erasable unit: "page", "sector" */
	const char *read_only; /* why nothing is changed on these chips; NULL: they are written */
	const struct agent_builds *agent;
	uint32_t base;                  /* of its registers */
	const char *const *error_names; /* of SR from bit 0 on, SR_NAMES; NULL: says nothing */

	uint8_t keyr, sr, cr; /* offsets of its registers */
	uint8_t eccr,
		ecc2r; /* of those, one for each bank or for both, that show by eccd flash whose ECC does not fit */
	uint32_t eccd;
	uint8_t ar;           /* of the one that takes the address of what is erased; 0: CR selects it */
	uint8_t select_bit;   /* where CR has the number of a sector, without an AR */
	uint8_t psize_bit;    /* where CR has PSIZE, with has_psize */
	uint8_t width;        /* bytes of a program access; 0: PSIZE says */
	uint8_t program_unit; /* bytes that can only be programmed together */
	uint8_t erased;       /* a byte, once erased */
	enum overwrite overwrite;
	bool stale_errors_block;                  /* error flags of before keep the next operation from starting */
	uint32_t busy, errors, done;              /* of SR */
	uint32_t write_protected, not_erased;     /* of errors, where they mean that alone; 0: none does */
	uint32_t pg, erase, mass, start, cr_lock; /* of CR */
	uint32_t mass_bank_2;                     /* likewise, beside mass, where bank 2 has no registers of its own */
	uint32_t erase_limit_ms, mass_limit_ms;   /* longer than it takes, on a clone too */
	/* Typical times of the datasheets by PSIZE, for choosing between two ways; program_ns for 32 bits. */
	const struct erase_time *times;
	uint32_t mass_bytes; /* that the time of everything is for; 0: however many there are */
	uint32_t program_ns[3];

	uint32_t agent_bits;    /* what its agent wants to be told in the ERASE word of every job */
	uint8_t empty_reg;      /* offset of the register, and the bit, that shows that it was blank at the last */
	uint8_t empty_bit;      /* start; 0: it shows nowhere */
	bool has_psize;         /* the width of programming can be chosen: psize */
	uint32_t busy_limit_ms; /* longer than any operation takes, on a clone too */
};

/* What an erase leaves in every byte. */
static inline uint8_t flash_erased(const struct flash *f)
{
	return f->chip->controller->erased;
}

static inline bool flash_bytes_erased(const struct flash *f, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != flash_erased(f))
			return false;
	return true;
}

/* Bytes that are programmed and hashed together: what an image covers of them in part is completed. A power of two. */
static inline uint32_t flash_program_unit(const struct flash *f)
{
	return f->chip->controller->program_unit > HASH_WORD ? f->chip->controller->program_unit : HASH_WORD;
}

/* A limit of the controller's, for this chip (clones fact sheet section 6). */
static inline uint32_t flash_limit_ms(const struct flash *f, uint32_t limit_ms)
{
	return f->slow ? 10 * limit_ms : limit_ms;
}

/* Set the bits of a register that was read before: read, or, write. */
int flash_set_bits(struct flash *f, uint32_t reg, uint32_t bits) MUST_CHECK;
int flash_clear_bits(struct flash *f, uint32_t reg, uint32_t bits) MUST_CHECK;

/* Poll a register until (value & mask) == wanted, at most timeout_ms; *value (may be NULL) receives the last one. */
int flash_poll(struct flash *f, uint32_t reg, uint32_t mask, uint32_t wanted, unsigned int timeout_ms,
	       uint32_t *value) MUST_CHECK;

/* The same for an operation that takes at_least_ms: with pauses that grow (wait_pause()), not look after look. */
int flash_poll_slowly(struct flash *f, uint32_t reg, uint32_t mask, uint32_t wanted, unsigned int at_least_ms,
		      unsigned int timeout_ms, uint32_t *value) MUST_CHECK;

/* A lock of a controller, which two keys open. */
struct flash_lock {
	const char *subject; /* who does not open, with its verb, for the sentence */
	const char *reg_name;
	uint32_t keyr; /* the register that takes the keys */
	uint32_t key[2];
	uint32_t reg;    /* the register that shows the lock */
	uint32_t bit;    /* in reg */
	uint32_t closed; /* what bit reads while it is closed: the bit itself, or 0 */
	uint32_t keep;   /* bits of reg that stay as they are when the lock is closed; the others become 0 */
};

/* PM0075 2.3.1 and 2.4.2, RM0090 3.6.1: the keys of FLASH_CR, and on F1 of the option bytes */
#define FLASH_KEY1 0x45670123u
#define FLASH_KEY2 0xcdef89abu

/* FLASH_CR.LOCK */
struct flash_lock flash_cr_lock(uint32_t keyr, uint32_t cr, uint32_t bit);

/*
 * Give locks their keys, in this order, each once. One that looks open is
 * closed first, for the bit of a clone may read so while it is closed. Those
 * that do not open get another try after a reset, which ends with the core
 * halted and all locks closed but these. The controller is idle.
 */
int flash_open_locks(struct flash *f, const struct flash_lock *locks, size_t n) MUST_CHECK;

/* Reset, and the core halted: at its first instruction, or else, as with a protected F4, wherever it is by then. */
int flash_reset_halt(struct flash *f) MUST_CHECK;

/* Lock the idle controller at cr by the bit lock, unless it is locked. */
int flash_lock(struct flash *f, uint32_t cr, uint32_t lock) MUST_CHECK;

extern const struct controller flash_fpec; /* F0, F1, F3 */
extern const struct controller flash_fpec_words;
extern const struct controller flash_at32; /* only read */
extern const struct controller flash_dword_l47, flash_dword_l4r, flash_dword_l43, flash_dword_g4, flash_dword_g47,
	flash_dword_g0, flash_dword_g0b, flash_dword_wb; /* the last one of WL too */
extern const struct controller flash_sectors;            /* F2, and F4 without PCROP */
extern const struct controller flash_sectors_pcrop;
extern const struct controller flash_sectors_dual;     /* two banks */
extern const struct controller flash_sectors_f7;       /* F74x, F75x */
extern const struct controller flash_sectors_f7_pcrop; /* F72x, F73x */
extern const struct controller flash_sectors_f7_dual;  /* F76x, F77x: one bank or two */

/* Identify the chip on a connected core: id, size, sectors, DBGMCU row. STFLASH_E_UNSUPPORTED for an unknown id. */
int flash_probe(struct flash *f, struct core *core) MUST_CHECK;

/* Find out size and sectors anew, after a change of the option bytes. */
int flash_map(struct flash *f) MUST_CHECK;

/*
 * Take another size than the one announced. STFLASH_E_ARG when the line has not
 * so much, or nothing answers at its end.
 */
int flash_believe_size(struct flash *f, uint32_t size) MUST_CHECK;

/*
 * Before a size beyond the announced one is believed: does flash answer there?
 * STFLASH_E_ARG with the size that does. What looks like a mirror is warned of
 * and noted; not looked at while read-out protection hides it.
 */
int flash_check_given_size(struct flash *f, uint32_t size) MUST_CHECK;

/* STFLASH_E_UNSUPPORTED on a chip that is only read. */
int flash_check_supported(struct flash *f) MUST_CHECK;

/* STFLASH_E_ARG when a mirror was noted: nothing may be changed through it. */
int flash_check_mirror(struct flash *f) MUST_CHECK;

/* A mirror cannot be seen: flash is blank, or holds one word everywhere. */
#define FLASH_MIRROR_UNKNOWN UINT32_MAX

/*
 * How far flash really answers, whatever the chip announces, at most to the end
 * of the largest part of its line: in bytes, and after how many its contents
 * come again, which is a mirror or the same data twice (0: they do not). Reads
 * all of it and writes nothing. STFLASH_E_PROTECTED where protection hides it.
 */
int flash_find_extent(struct flash *f, uint32_t *answers, uint32_t *mirror) MUST_CHECK;

/* Free what flash_probe() allocated. */
void flash_release(struct flash *f);

/* The sector that holds addr, NULL outside of flash. */
const struct sector *flash_sector_at(const struct flash *f, uint32_t addr);

struct like;

/* Proven read, see stflash_dump(); options->like, which this layer does not know, as like. */
int flash_dump(struct flash *f, uint32_t addr, uint8_t *buf, size_t len, const struct stflash_read_options *options,
	       const struct like *like, struct stflash_dump_report *report) MUST_CHECK;

/* Are the option bytes those of the chip's row, or of another layout, which a clone may have? */
int flash_choose_options(struct flash *f, const struct option_set *other) MUST_CHECK;

/* Of a chip that can be made to: load the option bytes anew, which resets it, and halt as core_reset_halt() does. */
int flash_launch(struct flash *f) MUST_CHECK;

/* The level in force. */
int flash_read_level(struct flash *f, enum stflash_protection *rdp) MUST_CHECK;
/* The same, noted in the flash, and whether option bytes choose the bank that starts. */
int flash_read_protection(struct flash *f, enum stflash_protection *rdp) MUST_CHECK;
/* Mark the sectors that the option bytes in force forbid to write, and to read, unless protection_known. */
int flash_read_write_protection(struct flash *f) MUST_CHECK;

/* Refuse when one of the units that chosen() names is write-protected; nothing has been changed then. */
int flash_check_writable(struct flash *f, bool (*chosen)(const void *user, size_t unit), const void *user) MUST_CHECK;

/* Would the controller refuse to erase everything: is any unit write-protected or securable, or a radio core's? */
bool flash_refuses_mass_erase(const struct flash *f);

/* STFLASH_E_PROTECTED with a sentence when read-out protection is on. */
int flash_check_readable(struct flash *f) MUST_CHECK;
/* err, of a chip that has lost its option bytes: what it obeys since is not to be written as if it were meant. */
int flash_refuse_lost(struct flash *f, int err) MUST_CHECK;

/* What removes the read protection of single sectors (PCROP), for sentences that name it. */
#define PCROP_CURE                                                                                    \
	"`" HINT_PROTECT "`, a power cycle and then `" HINT_UNPROTECT "` remove that, and erase the " \
	"whole flash"

/* STFLASH_E_PROTECTED when a sector of the range is under PCROP. Two sentences: what only reads can read around it. */
int flash_check_pcrop(struct flash *f, uint32_t addr, size_t len, bool reading) MUST_CHECK;

/* How many sectors are under PCROP; also marks them. */
int flash_count_pcrop(struct flash *f, unsigned int *n) MUST_CHECK;

int flash_read_uid(struct flash *f, uint32_t uid[3]) MUST_CHECK;

#endif
