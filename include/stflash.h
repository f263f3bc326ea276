/* SPDX-License-Identifier: MIT */
/**
 * @file stflash.h
 * Read, erase, program and verify the flash of STM32 microcontrollers through an ST-LINK probe, without OpenOCD or
 * vendor tools.
 *
 * A program makes a session (stflash_new()), connects it to a probe and the chip behind it (stflash_connect()), works,
 * and frees it (stflash_free()).
 *
 * Errors: every function that can fail returns 0 or a negative enum stflash_error; stflash_errmsg() then gives one
 * sentence for the person at the bench: what failed, why, and what to do next. The codes named with a function are its
 * own; besides, whatever talks to the probe may return STFLASH_E_PROBE, _TIMEOUT, _STALL, _UNPLUGGED, _NO_TARGET and
 * _CANCELLED, and STFLASH_E_ARG where it needs a connection and there is none. Output is filled in on success only,
 * unless said otherwise.
 *
 * Structs may grow, at their end, and a program that was built before that works as it did. One that the caller makes
 * begins with its own size, which says how much of it the caller knows: struct stflash_write_options o = { sizeof(o) };
 * what is not named is 0 then. Without it a call returns STFLASH_E_ARG. All others the library makes and hands out as
 * pointers; the caller never copies, allocates or counts them.
 *
 * Memory: strings and arrays that go in are not kept after the call. Strings that come out belong to what they came in:
 * those in a struct of the caller's to the session, until the same is asked again or the session is freed; the others
 * to the list or the struct that holds them.
 *
 * Threads: one session belongs to one thread at a time; different sessions are independent. stflash_cancel() alone may
 * be called from any thread and from a signal handler. Callbacks are called by the thread that made the call.
 *
 * The target: a job that runs a program of its own on the chip resets it before and, unless told otherwise, after the
 * work, so that the firmware starts anew; its report says so. What does not reset leaves a core that ran running, and
 * debug, watchdog and vector catch bits as they were found.
 *
 * The library never prints, never exits, and keeps no global state.
 */
#ifndef STFLASH_H
#define STFLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks what the library exports. */
#if defined(_WIN32) && defined(STFLASH_BUILD)
#define STFLASH_API __declspec(dllexport)
#elif defined(_WIN32)
#define STFLASH_API
#elif defined(__GNUC__)
#define STFLASH_API __attribute__((visibility("default")))
#else
#define STFLASH_API
#endif

/** What went wrong. Those down to STFLASH_E_SEVERAL are also the exit status of the command line, negated. */
enum stflash_error {
	STFLASH_OK = 0,
	STFLASH_E_OTHER = -1,       /**< anything without a better name */
	STFLASH_E_ARG = -2,         /**< the call, an address, a size or an image makes no sense */
	STFLASH_E_NO_PROBE = -3,    /**< no such probe is plugged in or reachable */
	STFLASH_E_ACCESS = -4,      /**< the probe may not be opened by this user */
	STFLASH_E_PROBE = -5,       /**< the probe answered nonsense or an error */
	STFLASH_E_NO_TARGET = -6,   /**< no chip answers, or it stopped answering */
	STFLASH_E_PROTECTED = -7,   /**< read-out or write protection forbids it */
	STFLASH_E_UNSUPPORTED = -8, /**< this chip, probe or firmware cannot do it */
	STFLASH_E_FLASH = -9,       /**< the flash controller reported an error */
	STFLASH_E_MISMATCH = -10,   /**< flash holds something else than it should */
	STFLASH_E_SEVERAL = -11,    /**< several probes fit and none was chosen */
	STFLASH_E_CANCELLED = -12,  /**< stflash_cancel() was called */
	STFLASH_E_NO_MEMORY = -13,  /**< the host is out of memory */
	STFLASH_E_FILE = -14,       /**< a file cannot be read, written or understood */
	STFLASH_E_BUSY = -15,       /**< another program uses the probe */
	STFLASH_E_TIMEOUT = -16,    /**< the probe did not answer in time */
	STFLASH_E_STALL = -17,      /**< the probe refused a USB transfer */
	STFLASH_E_UNPLUGGED = -18,  /**< the probe went away */
	STFLASH_E_FAULT = -19,      /**< the target refused a memory access */
};

/** How loud a log line is; each level includes those before it. */
enum stflash_log_level {
	STFLASH_LOG_NONE,
	STFLASH_LOG_DOUBT = STFLASH_LOG_NONE, /**< of a line: data may not be what they look like; always told */
	STFLASH_LOG_WARN,                     /**< the user should know on the first run */
	STFLASH_LOG_INFO,                     /**< what was found and done */
	STFLASH_LOG_DEBUG,                    /**< each step, for a bug report */
	STFLASH_LOG_WIRE,                     /**< every transfer */
};

/** What a progress callback reports on. */
enum stflash_phase {
	STFLASH_READING,
	STFLASH_CHECKING, /**< comparing contents on the target */
	STFLASH_WRITING,  /**< programming; done and total count on over the erases of the same job */
	STFLASH_ERASING,  /**< by the time that it takes: counted as what could be programmed meanwhile */
	STFLASH_VERIFYING,
};

/** How to take hold of the core. */
enum stflash_connect {
	STFLASH_CONNECT_AUTO,   /**< normal; when nothing answers under reset, then by hand (stflash_set_prompt()) */
	STFLASH_CONNECT_NORMAL, /**< halt only when a job needs it, run on afterwards */
	STFLASH_CONNECT_UNDER_RESET, /**< hold NRST while attaching; needs the wire */
	STFLASH_CONNECT_ATTACH,      /**< never halt and never reset the core */
};

/** Which step of connecting led to the chip. */
enum stflash_way {
	STFLASH_WAY_NONE,        /**< not connected */
	STFLASH_WAY_NORMAL,      /**< it answered at once */
	STFLASH_WAY_UNDER_RESET, /**< with the NRST wire held low, and halted before its first instruction */
	STFLASH_WAY_BY_HAND,     /**< the person pressed the board's RESET button when asked to */
};

/** What stflash_connect() and stflash_wait_for_power_cycle() ask of the person at the board. */
enum stflash_prompt {
	STFLASH_PROMPT_HOLD_RESET,    /**< no other way is left: hold the board's RESET button down */
	STFLASH_PROMPT_RELEASE_RESET, /**< the chip answers: let the button go */
	STFLASH_PROMPT_CAUGHT,        /**< the core has been caught; nothing is asked for any more */
	STFLASH_PROMPT_POWER_CYCLE,   /**< switch the board's whole supply off and on */
};

/** What stands behind the words "the dump is right". */
enum stflash_proof {
	STFLASH_PROOF_NONE,  /**< not provable (registers, RAM): each transfer's status was good */
	STFLASH_PROOF_HASH,  /**< a hash computed on the target equals that of the bytes received */
	STFLASH_PROOF_TWICE, /**< read twice, equal both times */
};

/** State of the core. */
enum stflash_core_state {
	STFLASH_CORE_UNKNOWN,
	STFLASH_CORE_RUNNING,
	STFLASH_CORE_HALTED,
	STFLASH_CORE_SLEEPING,
	STFLASH_CORE_LOCKUP,
	STFLASH_CORE_IN_RESET,
};

/** Read-out protection. */
enum stflash_protection {
	STFLASH_RDP_UNKNOWN,
	STFLASH_RDP_NONE,
	STFLASH_RDP_LEVEL_1,
	STFLASH_RDP_LEVEL_2,
};

/** What a stretch of the chip's address space is. */
enum stflash_region_kind {
	STFLASH_REGION_FLASH,      /**< the main flash */
	STFLASH_REGION_RAM,        /**< SRAM, core-coupled RAM and the like */
	STFLASH_REGION_OTP,        /**< programmed once and never erased (F4) */
	STFLASH_REGION_OPTIONS,    /**< option bytes */
	STFLASH_REGION_SYSTEM,     /**< system memory: the ROM boot loader */
	STFLASH_REGION_BACKUP_RAM, /**< RAM that a battery keeps (F4) */
};

/** What a reset starts, as the BOOT pins and the option bytes say. */
enum stflash_boot {
	STFLASH_BOOT_UNKNOWN,
	STFLASH_BOOT_FLASH,  /**< the firmware in flash */
	STFLASH_BOOT_LOADER, /**< the boot loader in ROM (system memory), because BOOT0 is high */
	STFLASH_BOOT_BANKS, /**< the boot loader, which BFB2 has start the firmware of bank 2, or else that of bank 1 */
	STFLASH_BOOT_RAM,   /**< what RAM holds, because BOOT0 and BOOT1 are high */
};

/**
 * What a sentence may advise to use: a setting, a value or a function of this library. A sentence has the library's own
 * name for it unless stflash_set_hint_words() gives another.
 */
enum stflash_hint {
	STFLASH_HINT_SPEED,         /**< stflash_set_speed(), a lower clock mostly; the sentence has a number or none */
	STFLASH_HINT_FLASH_SIZE,    /**< stflash_set_flash_size() */
	STFLASH_HINT_PSIZE,         /**< stflash_write_options.width */
	STFLASH_HINT_UNDER_RESET,   /**< STFLASH_CONNECT_UNDER_RESET */
	STFLASH_HINT_ATTACH,        /**< STFLASH_CONNECT_ATTACH, mostly as what forbids something */
	STFLASH_HINT_NO_RESET,      /**< STFLASH_HOLD_HALT */
	STFLASH_HINT_NO_AGENT,      /**< stflash_write_options.no_agent */
	STFLASH_HINT_SKIP_OUTSIDE,  /**< stflash_image_skip_outside() */
	STFLASH_HINT_OTP_PERMANENT, /**< stflash_write_options.otp_permanent */
	STFLASH_HINT_LEVEL_2,       /**< STFLASH_ALLOW_LEVEL_2_FOR_EVER, which nothing undoes */
	STFLASH_HINT_PROBE,         /**< a selector; the sentence has one */
	STFLASH_HINT_LIST,          /**< stflash_find_probes() */
	STFLASH_HINT_READ,          /**< stflash_dump() */
	STFLASH_HINT_WRITE,         /**< stflash_write() */
	STFLASH_HINT_RESET,         /**< stflash_reset() */
	STFLASH_HINT_MAP,           /**< stflash_map() */
	STFLASH_HINT_FIND_EXTENT,   /**< stflash_find_extent() */
	STFLASH_HINT_DOCTOR_RESET,  /**< the argument may_reset of stflash_doctor() */
	STFLASH_HINT_OPTIONS,       /**< stflash_options_read() */
	STFLASH_HINT_OPTIONS_SET,   /**< stflash_options_write(); the sentence has the setting */
	STFLASH_HINT_PROTECT,       /**< stflash_protect() */
	STFLASH_HINT_UNPROTECT,     /**< stflash_unprotect() with STFLASH_ALLOW_ERASE, which erases the whole flash */
	STFLASH_HINT_BOOT_LOCK,     /**< STFLASH_ALLOW_BOOT_LOCK, which nothing may undo */
	STFLASH_N_HINTS,            /**< how many there are; grows */
};

struct stflash;

/** Receives finished log lines without a newline. Must not call back into the session. */
typedef void (*stflash_log_fn)(enum stflash_log_level level, const char *line, void *user);

/**
 * Shows the person what to do with the RESET button or the supply, within @p seconds. Returns at once; whether it was
 * done is seen on the chip. Must not call back into the session (stflash_cancel() excepted).
 */
typedef void (*stflash_prompt_fn)(enum stflash_prompt what, unsigned int seconds, void *user);

/** Receives progress in bytes, @p done of @p total. Must not call back into the session (stflash_cancel() excepted). */
typedef void (*stflash_progress_fn)(enum stflash_phase phase, uint64_t done, uint64_t total, void *user);

/** A probe that can be reached, as its descriptors have it. Strings are never NULL, nor cut. */
struct stflash_probe_info {
	size_t struct_size;   /**< sizeof(struct stflash_probe_info) */
	const char *serial;   /**< as hexadecimal digits or as the probe has it; "" when unknown */
	const char *model;    /**< "ST-LINK/V2", "ST-LINK/V2-1", ... */
	const char *firmware; /**< "V2J29S7"; "" until asked */
	const char *path;     /**< selects exactly this one: "usb:1-4.2", "usbip://host:port/1-1" */
	uint16_t vid;         /**< USB vendor id, 0x0483 */
	uint16_t pid;         /**< USB product id */
	int access;           /**< 0 when it may be opened, else STFLASH_E_ACCESS, STFLASH_E_BUSY, ... */
	const char *cure;     /**< what to do when it may not; "" otherwise */
	bool in_container; /**< with STFLASH_E_ACCESS: no program here may open it, root included, as in a container */
};

/** What is known of the connected chip. Zero means unknown unless said otherwise. */
struct stflash_target_info {
	size_t struct_size;           /**< sizeof(struct stflash_target_info) */
	const char *name;             /**< "STM32F103 medium density" */
	uint32_t dpidr;               /**< SW-DP identification */
	uint32_t cpuid;               /**< SCB CPUID */
	uint16_t dev_id;              /**< DBGMCU_IDCODE[11:0], errata applied */
	uint16_t rev_id;              /**< DBGMCU_IDCODE[31:16] */
	uint32_t uid[3];              /**< unique id, lowest address first; all 0 when unreadable */
	uint32_t flash_base;          /**< of the main flash, 0x08000000; more of it: stflash_get_region() */
	uint32_t flash_size;          /**< bytes of it, with those of radio_size */
	bool flash_size_guessed;      /**< the size word was absurd: the most of the line is assumed */
	uint32_t target_mv;           /**< voltage the probe sees; clones show their own rail */
	uint32_t speed_khz;           /**< SWD clock in use */
	enum stflash_way way;         /**< that led to the chip */
	enum stflash_protection rdp;  /**< read-out protection in force */
	enum stflash_core_state core; /**< at the moment of asking */
	uint32_t pc;                  /**< program counter; 0 when the core runs */
	const char *remarks;     /**< clone, erratum, guess, PCROP: words, one sentence each; "" when nothing is odd */
	enum stflash_boot boot;  /**< as far as a core that is not reset for it shows */
	const char *boot_remark; /**< why the firmware does not run, or would not after a reset, without a full stop;
				    "" when nothing speaks for that */
	uint32_t radio_size;     /**< bytes at the end of flash that the radio core of a WB or WL has for itself: they
				    read as 0, and nothing changes them */
};

/** What a job that reads flash does to the core. Without a reset no program runs on the chip: flash is read twice. */
enum stflash_hold {
	STFLASH_HOLD_RESET, /**< reset before and after, halted meanwhile: a program on the chip hashes; quick, proven
			     */
	STFLASH_HOLD_HALT,  /**< halted where it is, its watchdogs held, and run on */
	STFLASH_HOLD_NONE,  /**< neither reset nor halted; STFLASH_CONNECT_ATTACH allows nothing else */
};

/** What a job leaves running. */
enum stflash_afterwards {
	STFLASH_THEN_RUN,  /**< system reset, the firmware runs */
	STFLASH_THEN_HALT, /**< system reset, halted before the first instruction */
	STFLASH_THEN_STAY, /**< no reset: halted where the work was; after reading until the next job or disconnect */
};

/** What is to be in the target's memory: bytes by address. Made by stflash_image_new(). */
struct stflash_image;

/** How to read flash. All zero but the size is what most people want. */
struct stflash_read_options {
	size_t struct_size;           /**< sizeof(struct stflash_read_options) */
	enum stflash_hold hold;       /**< what may be done to the core */
	enum stflash_afterwards then; /**< what is left running; means something with STFLASH_HOLD_RESET alone */
	/**
	 * What flash most likely holds, such as an older dump: parts for which the chip's own hash is that of these
	 * bytes are not transferred; where flash is read twice, a reading that equals them counts as the second. NULL:
	 * nothing
	 */
	const struct stflash_image *like;
};

/** Outcome of stflash_dump(). */
struct stflash_dump_report {
	size_t struct_size;       /**< sizeof(struct stflash_dump_report) */
	enum stflash_proof proof; /**< what stands behind it */
	uint64_t bytes;           /**< length of the dump */
	uint64_t transferred;     /**< bytes that came over the wire */
	uint64_t blank;           /**< bytes found blank on the target and not transferred */
	unsigned int retries;     /**< blocks that had to be read again */
	bool was_reset;           /**< the chip was reset for it */
	uint64_t like; /**< bytes out of stflash_read_options.like: with STFLASH_PROOF_HASH not transferred and equal
			  by the 64-bit hash, with STFLASH_PROOF_TWICE read once */
	uint32_t speed_khz;  /**< SWD clock at its end: a long read by a V3 may have gone on at a faster one */
	uint64_t unreadable; /**< at least so many bytes the chip does not give, since a power cut has torn them: 0xff
				in the buffer, and the result is STFLASH_E_FLASH */
};

/** How a file holds an image. */
enum stflash_format {
	STFLASH_FORMAT_AUTO,  /**< by content */
	STFLASH_FORMAT_BIN,   /**< raw bytes, which do not say where they belong */
	STFLASH_FORMAT_IHEX,  /**< Intel HEX */
	STFLASH_FORMAT_SREC,  /**< Motorola S-record */
	STFLASH_FORMAT_ELF,   /**< ELF32 for Arm; loading only */
	STFLASH_FORMAT_DFUSE, /**< DfuSe, ST's files for USB bootloaders (UM0391), and plain DFU; loading only */
	STFLASH_FORMAT_UF2,   /**< UF2, for bootloaders that are USB drives; loading only */
};

/** What a write does with one erasable unit. */
enum stflash_action {
	STFLASH_KEEP_EQUAL, /**< holds the image already: nothing to do */
	STFLASH_PROGRAM,    /**< programmed without erasing: blank where the image goes, or only bits to clear */
	STFLASH_ERASE,      /**< erased, then programmed */
};

/** A run of neighbouring units that are treated alike. */
struct stflash_step {
	enum stflash_action action; /**< what is done with them */
	uint32_t addr;              /**< of the first */
	uint32_t size;              /**< bytes of all */
	unsigned int first;         /**< number of the first page or sector, as the manual counts */
	unsigned int count;         /**< how many */
	bool mass_erase;            /**< one erase of the whole flash replaces those of the units */
	const char *unit;           /**< what the manual calls one: "page" or "sector" */
};

/** Receives the plan of a write, one call a step, before anything is changed. */
typedef void (*stflash_plan_fn)(const struct stflash_step *step, void *user);

/**
 * Called once before a write changes flash when stflash_judge_image() finds something wrong. Must not call back into
 * the session (stflash_cancel() excepted).
 * @return milliseconds to wait, in which stflash_cancel() still ends the write with nothing changed; 0: go on at once
 */
typedef unsigned int (*stflash_doubt_fn)(const char *sentence, void *user);

/** Bytes outside of its image that a write erases and puts back. After a failure flash may not have them any more. */
struct stflash_kept {
	uint32_t uid[3];                   /**< of the chip that they belong to; all 0 when unreadable */
	const struct stflash_image *image; /**< never empty */
};

/**
 * Receives what a write will put back, before the first erase; once more before a second try that erases more. From
 * then on only the program has these bytes. Valid during the call. Of the session only stflash_cancel() and
 * stflash_image_text() may be called.
 */
typedef void (*stflash_keep_fn)(const struct stflash_kept *kept, void *user);

/** How to write. All zero but the size is what most people want. */
struct stflash_write_options {
	size_t struct_size;           /**< sizeof(struct stflash_write_options) */
	bool discard_rest;            /**< do not keep what touched units hold outside the image */
	bool no_verify;               /**< skip the proof at the end */
	bool no_agent;                /**< write through the debug port alone: slow, needs no target RAM */
	bool dry_run;                 /**< find out and tell the plan, change nothing, neither halt nor reset */
	bool may_reset;               /**< with dry_run: reset the chip, so that a program on it looks: quick */
	unsigned int width;           /**< F2/F4/F7 programming width in bits: 8, 16, 32; 0: by the voltage */
	enum stflash_afterwards then; /**< what is left running */
	stflash_plan_fn plan;         /**< may be NULL */
	void *plan_user;              /**< handed to plan */
	stflash_keep_fn keep;         /**< may be NULL */
	void *keep_user;              /**< handed to keep */
	stflash_doubt_fn doubt;       /**< may be NULL: a doubt is a warning in the log then, as it is anyway */
	void *doubt_user;             /**< handed to doubt */
	bool otp_permanent;           /**< program OTP where the image has bytes there: nothing ever undoes that */
	bool force_erase;             /**< stflash_write(): erase every touched unit, blank or equal ones too */
	bool skip_blank;              /**< stflash_erase(): leave alone what reads blank, which saves time and wear */
};

/** Outcome of stflash_write(), stflash_erase() and stflash_erase_all(). */
struct stflash_write_report {
	size_t struct_size;            /**< sizeof(struct stflash_write_report) */
	uint64_t image_bytes;          /**< bytes of the image that are in flash */
	uint64_t ram_bytes;            /**< bytes of the image that are in RAM: loaded, and compared by reading back */
	uint64_t otp_bytes;            /**< bytes of the image that are in OTP: compared by reading back */
	uint64_t otp_programmed_bytes; /**< of these, bytes that OTP did not hold yet */
	uint64_t programmed_bytes;     /**< bytes sent for programming; blank ones are not */
	uint64_t kept_bytes;           /**< bytes outside of the image that were saved and put back */
	unsigned int units;            /**< erasable units touched by the image or range */
	unsigned int equal;            /**< of these: held the image already; with skip_blank: were blank, not erased */
	unsigned int erased;           /**< of the units */
	unsigned int programmed;       /**< of the units */
	bool mass_erase;               /**< the whole flash was erased at once */
	bool by_agent;                 /**< a program on the target did the work */
	bool verified;                 /**< flash was proven afterwards; after an erase: found blank */
	const char *unit;        /**< what the manual calls a unit, "page" or "sector", static storage; NULL: none */
	bool was_reset;          /**< the chip was reset for it, as always but for a dry run */
	bool started;            /**< an image all in RAM was started, at pc */
	uint32_t pc;             /**< where it starts; 0: it holds no program that could be started */
	uint32_t sp;             /**< its stack pointer; 0 likewise */
	unsigned int blank;      /**< after an erase: units that read blank before, whether they were erased or not */
	enum stflash_boot boot;  /**< what the reset at the end started, or would; of a stflash_write() to flash */
	const char *boot_remark; /**< why that is not the firmware, without a full stop; "" when it is, or is not known
				  */
};

/** Outcome of stflash_verify(). Filled when it returns 0 and when it returns STFLASH_E_MISMATCH. */
struct stflash_verify_report {
	size_t struct_size;       /**< sizeof(struct stflash_verify_report) */
	uint64_t bytes;           /**< bytes of the image that were compared */
	uint64_t ram_bytes;       /**< bytes that were not: RAM beside flash, which running firmware changes */
	uint64_t differing;       /**< bytes that differ */
	uint32_t first_addr;      /**< of the first difference */
	uint8_t expected;         /**< what the image has there */
	uint8_t found;            /**< what the target has there */
	bool rest_known;          /**< the rest of flash was looked at; not beside sectors under PCROP */
	bool rest_blank;          /**< flash holds nothing but the image */
	uint64_t rest_bytes;      /**< length of the rest; 0: the image covers the whole flash, or it is not known */
	uint64_t rest_used_bytes; /**< bytes of those units outside the image that are not blank; an upper bound */
	uint32_t rest_first_addr; /**< start of the first stretch outside of the image that is not blank */
	enum stflash_proof proof; /**< what stands behind it */
	bool was_reset;           /**< the chip was reset for it */
};

/** The option bytes of a chip, field by field. */
struct stflash_options;

/** One field of the option bytes, by the name that the reference manual has for it. */
struct stflash_option {
	const char *name;    /**< "RDP", "nRST_STOP", "WRP0", "nWRP", "WRP1A_STRT" */
	uint32_t value;      /**< as the register has it */
	uint32_t max;        /**< the largest value that fits */
	bool known;          /**< false: the chip is protected and does not tell; value is 0 then */
	bool writable;       /**< by stflash_options_write(), on this chip as it is now */
	const char *meaning; /**< of the value, in words */
};

/** What stflash_options_write() and stflash_unprotect() may do beyond harmless things. */
enum stflash_allow {
	STFLASH_ALLOW_ERASE = 1 << 0, /**< lift read-out protection, which makes the chip erase all of its flash */
	/** Set RDP level 2 (not F1): SWD, JTAG and the boot loader are closed FOR EVER, nothing and nobody opens them
	   again. */
	STFLASH_ALLOW_LEVEL_2_FOR_EVER = 1 << 1,
	STFLASH_CHECK_ONLY =
		1 << 2, /**< change nothing: refuse what would be refused, tell whether anything would change */
	/** Set BOOT_LOCK (G0, G4, C0, U0, WL), or raise RDP while it is set: both together close the debug port FOR
	   EVER (RM0440 3.4.2). */
	STFLASH_ALLOW_BOOT_LOCK = 1 << 3,
};

/** Outcome of a change of the option bytes. */
struct stflash_options_report {
	size_t struct_size; /**< sizeof(struct stflash_options_report) */
	bool changed;       /**< false: they were so already, nothing was written */
	bool lifted_rdp;    /**< read-out protection went from level 1 to 0, with which a chip erases its flash */
	/**
	 * With lifted_rdp: the whole flash was looked at, and is blank. False with power_cycle: it cannot be looked at
	 * before. False without: it holds data, because the protection was stored but not in force yet.
	 */
	bool erased_flash;
	bool power_cycle; /**< in force only once the supply was off and on again; a reset is not enough */
	bool verified;    /**< read back from the chip; false where protection hides them until the power cycle */
};

/** What stflash_map() found. */
struct stflash_cells;

/** A stretch of flash as stflash_map() sees it. */
struct stflash_map_cell {
	uint32_t addr;        /**< where it begins */
	uint32_t size;        /**< bytes */
	bool used;            /**< holds something else than erased bytes; false where it cannot be read */
	bool read_protected;  /**< read-out protection hides it, of the whole chip or of a sector (PCROP) */
	bool write_protected; /**< by the option bytes */
	bool radio;           /**< belongs to the radio core of a WB or WL; it counts as protected both ways then */
	bool securable;       /**< firmware can hide it until the next reset (SEC_SIZE of G0, G4 and C0) */
};

/** How stflash_reset() leaves the core. */
enum stflash_reset { STFLASH_RESET_RUN, STFLASH_RESET_HALT };

/* ------------------------------------------------------------------ session */

/** @return the version, "0.1.0"; static storage */
STFLASH_API const char *stflash_version(void);

/** @return the name of an error code in words, static storage, never NULL */
STFLASH_API const char *stflash_strerror(int code);

/** Make a session: only allocates. @return it, to be freed with stflash_free(), or NULL when out of memory */
STFLASH_API struct stflash *stflash_new(void);

/** Disconnect when connected and free: @p s is gone, and with it its messages. @p s may be NULL. */
STFLASH_API void stflash_free(struct stflash *s);

/** @return the sentence of the last failure of @p s, "" when there was none; never NULL, valid until the next call */
STFLASH_API const char *stflash_errmsg(struct stflash *s);

/** @return what that sentence advises to use: a bit 1 << enum stflash_hint for each; 0 for none */
STFLASH_API uint32_t stflash_hints(const struct stflash *s);

/**
 * Have sentences (of failures, in the log, of the doctor, in reports) name what they advise in the words of a front
 * end, such as "--speed".
 * @param words by enum stflash_hint; not copied, so they have to live as long as @p s. An entry that is NULL, and what
 *        comes after the first @p n, has the library's own name
 */
STFLASH_API void stflash_set_hint_words(struct stflash *s, const char *const *words, size_t n);

/** Receive log lines up to @p level, and those of STFLASH_LOG_DOUBT at any; @p fn NULL turns logging off (the default).
 * @p user is handed to @p fn. */
STFLASH_API void stflash_set_log(struct stflash *s, enum stflash_log_level level, stflash_log_fn fn, void *user);

/** Receive progress; @p fn NULL turns it off (the default). @p user is handed to @p fn. */
STFLASH_API void stflash_set_progress(struct stflash *s, stflash_progress_fn fn, void *user);

/**
 * Let stflash_connect() guide a person through a reset by hand where neither a normal attach nor the NRST wire leads to
 * the chip: firmware that turns SWD off, on a probe whose NRST is not wired. @p fn NULL (the default): nobody is there
 * to press a button.
 */
STFLASH_API void stflash_set_prompt(struct stflash *s, stflash_prompt_fn fn, void *user);

/**
 * Never exceed this SWD clock, from the next connection on.
 * @param khz 0 (the default): up to 4000; with a V3 up to 8000, and a long proven read tries up to 24000, which stays
 * for this connection when 16 KiB that are known arrive right at it
 */
STFLASH_API void stflash_set_speed(struct stflash *s, unsigned int khz);

/** Believe this flash size, not the announced one, from the next connection on. @param kib 0 (the default): announced
 */
STFLASH_API void stflash_set_flash_size(struct stflash *s, unsigned int kib);

/**
 * End the running call as soon as it is safe: it returns STFLASH_E_CANCELLED with the flash locked. Async-signal-safe
 * and thread-safe. The session stays cancelled until stflash_uncancel(); stflash_disconnect() works all the same.
 */
STFLASH_API void stflash_cancel(struct stflash *s);

/** Forget a cancellation. */
STFLASH_API void stflash_uncancel(struct stflash *s);

/* ------------------------------------------------------------------- probes */

/** Probes that were found. */
struct stflash_probes;

/**
 * List the local ST-LINK probes. Reads descriptors only: no probe is claimed and no target is touched.
 * @param[out] list of none or more, to be freed with stflash_free_probes()
 */
STFLASH_API int stflash_list_probes(struct stflash *s, struct stflash_probes **list);

/**
 * Find the probes that a selector fits. Each that is free is opened for a moment and asked for its firmware; no target
 * is touched. One that cannot be opened says why in access and cure.
 * @param selector as for stflash_connect(); NULL or "": every local probe; "usbip://HOST[:PORT]": every ST-LINK that
 *        this server exports
 * @param[out] list of none or more, to be freed with stflash_free_probes()
 */
STFLASH_API int stflash_find_probes(struct stflash *s, const char *selector, struct stflash_probes **list);

/** @return the probe number @p n of a list, from 0; NULL behind the last. Valid until @p list is freed, may be NULL */
STFLASH_API const struct stflash_probe_info *stflash_get_probe(const struct stflash_probes *list, size_t n);

/** Free what stflash_list_probes() or stflash_find_probes() gave. @p list may be NULL. */
STFLASH_API void stflash_free_probes(struct stflash_probes *list);

/* --------------------------------------------------------------- connection */

/**
 * Open a probe, attach to the chip behind it and identify the chip. The core is left as it was found
 * (STFLASH_CONNECT_UNDER_RESET: halted after reset) until a job needs more.
 * @param selector NULL or "" (the only probe there is), a serial number or a unique prefix of one, "usb:BUS-PORT.PORT",
 *        "usbip://HOST[:PORT][/BUSID]", "virtual[:CHIP[,key=value...]]"
 * @return STFLASH_E_NO_PROBE, STFLASH_E_SEVERAL, STFLASH_E_ACCESS, STFLASH_E_BUSY, STFLASH_E_PROBE and its kin,
 *        STFLASH_E_NO_TARGET, STFLASH_E_UNSUPPORTED (unknown chip, V1 probe)
 */
STFLASH_API int stflash_connect(struct stflash *s, const char *selector, enum stflash_connect how);

/**
 * Put back the debug bits of the target (a core that ran runs on, one that still holds a program of ours is reset),
 * leave debug mode, release the probe. Does nothing when not connected.
 * @return 0, or the first error met; the session is disconnected in any case
 */
STFLASH_API int stflash_disconnect(struct stflash *s);

/** One line of a report, without its end. */
typedef void (*stflash_line_fn)(const char *line, void *user);

/**
 * Write down what happens between this computer and a board, for somebody who
 * looks for a fault without having that board: versions, every transfer of a
 * connection, of the questions that stflash_get_target_info() asks, of a reset
 * to the first instruction, and of 1 KiB of RAM written and read, with the time
 * of each. Contents of flash and RAM are left out, their length and hash stand
 * for them; serial number and unique id are shortened. The chip is reset and
 * runs afterwards; its RAM is overwritten.
 *
 * The session is not to be connected. What fails is part of the report.
 * @return 0 when there was a probe to report on; otherwise why there was none
 */
STFLASH_API int stflash_report(struct stflash *s, const char *selector, stflash_line_fn line, void *user);

/** Fill in what is known of the connected probe, asking nobody. */
STFLASH_API int stflash_get_probe_info(struct stflash *s, struct stflash_probe_info *info);

/** Fill in what is known of the connected chip; reads voltage, protection, UID and core state now, halts nothing. */
STFLASH_API int stflash_get_target_info(struct stflash *s, struct stflash_target_info *info);

/** A stretch of memory of the connected chip. */
struct stflash_region {
	size_t struct_size;            /**< sizeof(struct stflash_region) */
	enum stflash_region_kind kind; /**< what it is */
	const char *name;              /**< what the manual calls it; valid as long as the program runs */
	uint32_t addr;                 /**< of its first byte */
	uint32_t size;                 /**< bytes; of RAM, those of the largest part of the line: the ids do not tell */
	uint32_t least;                /**< bytes of it that every part of the line has */
	uint32_t erase_size;           /**< bytes of its smallest erasable unit; 0: it is not erased */
	unsigned int units;            /**< how many erasable units it has */
	uint8_t erased;                /**< what an erased byte reads as */
};

/**
 * The memory number @p n of the connected chip, from 0: flash, RAM, and whatever else it has.
 * @return false when there is none, no chip is connected, or struct_size is 0; nothing is filled in then
 */
STFLASH_API bool stflash_get_region(const struct stflash *s, size_t n, struct stflash_region *region);

/**
 * What stflash_target_info.name says of the connected chip, without asking the chip again.
 * @return static storage, valid as long as the program runs; "" when no chip is connected
 */
STFLASH_API const char *stflash_chip_name(const struct stflash *s);

/** A line of chips that share a device id. */
struct stflash_chip {
	size_t struct_size; /**< sizeof(struct stflash_chip) */
	const char *name;   /**< what stflash_target_info.chip says; valid as long as the program runs */
	uint16_t dev_id;    /**< of DBGMCU_IDCODE, 12 bits */
	uint32_t flash_max; /**< bytes of flash of the largest chip of the line */
	uint32_t page_size; /**< bytes of the smallest erasable unit */
	uint32_t ram_max;   /**< bytes of RAM at 0x20000000 of the largest chip of the line */
};

/**
 * The supported line of chips number @p n, from 0. Needs no session, and may be called by any thread.
 * @return false when there is none, or struct_size is 0; nothing is filled in then
 */
STFLASH_API bool stflash_get_chip(size_t n, struct stflash_chip *chip);

/* ------------------------------------------------------------------- doctor */

/** What a step of stflash_doctor() has found. */
enum stflash_verdict {
	STFLASH_VERDICT_GOOD,
	STFLASH_VERDICT_ODD,     /**< works, but is worth knowing */
	STFLASH_VERDICT_BAD,     /**< stands in the way of flashing */
	STFLASH_VERDICT_UNKNOWN, /**< was not looked at; the text says why */
};

/** One step of stflash_doctor(). */
struct stflash_finding {
	const char
		*step; /**< "usb", "access", "probe", "voltage", "swd", "nrst", "chip", "core", "protection", "boot" */
	enum stflash_verdict verdict; /**< good or bad */
	const char *text;             /**< what was found, in words; valid during the call, like @p step */
};

/** Receives the findings of stflash_doctor(), one call a step. Must not call back into the session. */
typedef void (*stflash_finding_fn)(const struct stflash_finding *finding, void *user);

/**
 * Find out why it does not work: from the USB device to the protection of the chip, step by step, each told as it is
 * found. Connects and disconnects by itself. The chip is left as it was, unless it answers only in reset, or @p
 * may_reset asks to reset it: only that shows whether NRST is wired.
 * @param[out] advice one sentence to act on, whatever the outcome; never NULL, the session's, until the same is asked
 * again
 * @return 0 when a write would work, else the error that it would meet
 */
STFLASH_API int stflash_doctor(struct stflash *s, const char *selector, bool may_reset, stflash_finding_fn found,
			       void *user, const char **advice);

/* ------------------------------------------------------------------- memory */

/**
 * Read target memory of any address and length, over the debug port, halted or running. Aligned words are fastest. No
 * proof beyond each transfer's status.
 * @param buf receives @p len bytes; undefined when the call fails
 * @return STFLASH_E_ARG for a range past the end of the address space, STFLASH_E_FAULT when the bus refuses, as it does
 *        for protected flash
 */
STFLASH_API int stflash_read(struct stflash *s, uint32_t addr, void *buf, size_t len);

/**
 * Write target RAM or registers, any address and length, over the debug port, halted or running. What was written
 * stays.
 * @return STFLASH_E_ARG for flash, which stflash_write() writes, and for a range past the end of the address space;
 *        STFLASH_E_FAULT when the bus refuses
 */
STFLASH_API int stflash_write_ram(struct stflash *s, uint32_t addr, const void *buf, size_t len);

/**
 * Read memory and prove it. In flash: a hash computed on the target is compared with the bytes received, blank parts
 * are not transferred, a block that does not match is read again and then failed. For that the chip is reset before and
 * after; @p options can forbid it, and STFLASH_CONNECT_ATTACH does: flash is read twice then. Elsewhere: read without
 * proof, neither reset nor halted.
 * @param buf receives @p len bytes; undefined when the call fails
 * @param options NULL: the defaults
 * @param report filled on success; may be NULL
 * @return STFLASH_E_ARG for a range outside of all memory, STFLASH_E_PROTECTED, STFLASH_E_FAULT, STFLASH_E_MISMATCH
 *        when it could not be proven; STFLASH_E_FLASH with report->unreadable bytes that the chip does not give,
 * because their ECC does not fit: then @p buf holds 0xff there and all the rest as it is, and the report is filled
 */
STFLASH_API int stflash_dump(struct stflash *s, uint32_t addr, void *buf, size_t len,
			     const struct stflash_read_options *options, struct stflash_dump_report *report);

/* --------------------------------------------------------------------- core */

/**
 * Reset the chip and leave it running, or halted before its first instruction. By NRST when connected under reset and
 * the wire is there, else by SYSRESETREQ. STFLASH_RESET_HALT outlasts stflash_disconnect(), which then leaves debug
 * enabled. Refused with STFLASH_CONNECT_ATTACH, like the two below.
 */
STFLASH_API int stflash_reset(struct stflash *s, enum stflash_reset how);

/** Halt the core, its watchdogs held; it stays halted until stflash_run(), stflash_reset() or disconnect. */
STFLASH_API int stflash_halt(struct stflash *s);

/** Let a halted core run on from where it is; one that runs is left alone. */
STFLASH_API int stflash_run(struct stflash *s);

/* ------------------------------------------------------------------- images */

/** Make an empty image. Free it with stflash_image_free(). NULL when out of memory. */
STFLASH_API struct stflash_image *stflash_image_new(void);

/** Free an image. @p image may be NULL. */
STFLASH_API void stflash_image_free(struct stflash_image *image);

/**
 * Add the contents of a file that was read into memory; they are copied. Needs no connection. After a failure the image
 * is as before. STFLASH_FORMAT_AUTO: as the contents are; what is known to be no firmware (an archive, a web page,
 * text), or not what the ending of @p name says, is refused.
 * @param name of the file, with its ending; also for messages
 * @param base where a binary or a plain DFU file goes; for other formats NULL, or the lowest address in the file
 * @return STFLASH_E_FILE with one sentence that starts with @p name: damaged, no firmware, for another machine,
 *         overlapping; STFLASH_E_ARG: the base
 */
STFLASH_API int stflash_image_load(struct stflash *s, struct stflash_image *image, const char *name, const void *data,
				   size_t len, enum stflash_format format, const uint32_t *base);

/**
 * Put bytes into an image, such as a serial number; they are copied. Needs no connection. After a failure the image is
 * as before.
 * @param name for messages
 * @param over replace what the image has there; otherwise that is refused
 * @return STFLASH_E_ARG when the image has bytes there, STFLASH_E_FILE when they run past the end of the address space
 */
STFLASH_API int stflash_image_put(struct stflash *s, struct stflash_image *image, const char *name, uint32_t addr,
				  const void *data, size_t len, bool over);

/** @return bytes in the image, gaps not counted */
STFLASH_API size_t stflash_image_bytes(const struct stflash_image *image);

/**
 * The segment number @p n, from 0 by ascending address. *@p data belongs to the image and is valid until the next
 * stflash_image_load() or stflash_image_free(). False when there is none; nothing is filled in then.
 */
STFLASH_API bool stflash_image_segment(const struct stflash_image *image, size_t n, uint32_t *addr,
				       const uint8_t **data, size_t *len);

/**
 * Refuse an image as stflash_write() with these @p options does (NULL: as stflash_verify()): one that says it is for
 * another chip (STFLASH_E_FILE), or has bytes where nothing is written (STFLASH_E_ARG).
 */
STFLASH_API int stflash_image_check(struct stflash *s, const struct stflash_image *image,
				    const struct stflash_write_options *options);

/** A stretch of an image that stflash_image_skip_outside() has left out. */
struct stflash_skipped {
	uint32_t addr;     /**< of its first byte */
	uint64_t bytes;    /**< how many */
	const char *where; /**< in words: "in the option bytes" */
};

/** Receives what is left out, one call a stretch. Must not call back into the session. */
typedef void (*stflash_skipped_fn)(const struct stflash_skipped *skipped, void *user);

/**
 * Take out of an image what is not in the flash of the connected chip: RAM, option
 * bytes, external memory and so on. stflash_write() and stflash_verify() refuse an
 * image that has bytes where nothing is written.
 * @param with_otp leave OTP in, for stflash_write_options.otp_permanent
 * @param skipped may be NULL
 * @return STFLASH_E_ARG when nothing is left; the image is as before then
 */
STFLASH_API int stflash_image_skip_outside(struct stflash *s, struct stflash_image *image, bool with_otp,
					   stflash_skipped_fn skipped, void *user);

/** @return the format that the contents of a file show, never STFLASH_FORMAT_AUTO; binary where they show none */
STFLASH_API enum stflash_format stflash_image_detect(const void *data, size_t len);

/** @return the format that the ending of a file's name says (docs/formats.md), or STFLASH_FORMAT_AUTO */
STFLASH_API enum stflash_format stflash_format_of_name(const char *name);

/** Make the text of an Intel HEX or S-record file, to be freed with stflash_free_text(). Needs no connection. */
STFLASH_API int stflash_format_text(struct stflash *s, enum stflash_format format, uint32_t addr, const void *data,
				    size_t len, char **text, size_t *text_len);

/** The same for a whole image, gaps and all, as Intel HEX. */
STFLASH_API int stflash_image_text(struct stflash *s, const struct stflash_image *image, char **text, size_t *text_len);

/** The same as Intel HEX or S-records. Needs no connection. STFLASH_E_ARG: another @p format. */
STFLASH_API int stflash_image_format_text(struct stflash *s, enum stflash_format format,
					  const struct stflash_image *image, char **text, size_t *text_len);

/** Free what stflash_format_text(), stflash_image_text() or stflash_image_format_text() gave. @p text may be NULL. */
STFLASH_API void stflash_free_text(char *text);

/* -------------------------------------------------------------------- flash */

/**
 * Write an image to flash: plan, erase what must be, program, prove on the
 * target. Everything is checked before a byte changes. The chip is reset first, and afterwards as @p options says.
 * Bytes of touched units outside of the image are kept unless told otherwise;
 * should the write fail, stflash_get_kept() has them.
 *
 * What is in OTP is programmed where OTP is blank, and refused where it is not.
 * What is in RAM beside flash is loaded before the firmware starts. An image all
 * in RAM is loaded, compared by reading it back, and started after a reset, at the
 * entry point of its file or by its vector table (SP, PC, VTOR); other
 * @p options leave it halted and ready. Without either it is data: the core is not
 * reset and goes on as it was.
 * @param options NULL: the defaults
 * @param report filled on success; may be NULL
 * @return STFLASH_E_ARG (outside of memory), STFLASH_E_PROTECTED (nothing was
 *         changed; OTP holds something else, too), STFLASH_E_FLASH (the text says what state the flash is in),
 *         STFLASH_E_CANCELLED
 */
STFLASH_API int stflash_write(struct stflash *s, const struct stflash_image *image,
			      const struct stflash_write_options *options, struct stflash_write_report *report);

/**
 * What the last stflash_write() had erased outside of its image when it failed. Complete that write (the same image
 * again) and write kept->image, in any order: every byte is as it should be.
 * @return owned by @p s, until its next stflash_write() or stflash_free(); NULL when nothing is lost
 */
STFLASH_API const struct stflash_kept *stflash_get_kept(const struct stflash *s);

/**
 * Does the image look like firmware for the connected chip? Looks at its stack pointer and its reset vector.
 * @param[out] sentence what looks wrong, without a full stop; "" when nothing does. The session's, until the same is
 *        asked again
 * @return STFLASH_E_ARG for an image that this chip has no place for
 */
STFLASH_API int stflash_judge_image(struct stflash *s, const struct stflash_image *image, const char **sentence);

/**
 * Compare the image with the target, exactly its span, on the target itself where that is possible; look at the rest of
 * flash too. RAM is compared only of an image all in RAM. The chip is reset for it as by stflash_dump().
 * @param options NULL: the defaults
 * @return 0, or STFLASH_E_MISMATCH with the first difference in the text
 */
STFLASH_API int stflash_verify(struct stflash *s, const struct stflash_image *image,
			       const struct stflash_read_options *options, struct stflash_verify_report *report);

/**
 * Erase the units that hold addr..addr+len-1 and check that they are blank. @p addr and @p len must be borders of
 * units: nothing else is lost by mistake. The chip is reset as by stflash_write().
 * @param options NULL: the defaults; what is about images means nothing here
 * @param report filled on success; may be NULL
 * @return STFLASH_E_ARG (no borders of units), STFLASH_E_PROTECTED (nothing was changed), STFLASH_E_FLASH
 */
STFLASH_API int stflash_erase(struct stflash *s, uint32_t addr, uint32_t len,
			      const struct stflash_write_options *options, struct stflash_write_report *report);

/** Erase the whole flash and check that it is blank; otherwise as stflash_erase(). */
STFLASH_API int stflash_erase_all(struct stflash *s, const struct stflash_write_options *options,
				  struct stflash_write_report *report);

/**
 * See which parts of flash are blank, used and protected, kibibyte by kibibyte. All of it is read over the wire, and
 * the core neither reset nor halted.
 * @param may_reset reset the chip before and after instead, so that a program on it looks: quick (not with
 *        STFLASH_CONNECT_ATTACH)
 * @param[out] cells ascending, without gaps; to be freed with stflash_free_cells()
 */
STFLASH_API int stflash_map(struct stflash *s, bool may_reset, struct stflash_cells **cells);

/** @return the cell number @p n, from 0; NULL behind the last. Valid until @p cells, may be NULL, are freed */
STFLASH_API const struct stflash_map_cell *stflash_get_cell(const struct stflash_cells *cells, size_t n);

/** Free what stflash_map() gave. @p cells may be NULL. */
STFLASH_API void stflash_free_cells(struct stflash_cells *cells);

/** How far flash answers, by reading it, in bytes; after how many it repeats itself (0: not, UINT32_MAX: unknown). */
STFLASH_API int stflash_find_extent(struct stflash *s, uint32_t *answers, uint32_t *mirror);

/* ------------------------------------------------------------- option bytes */

/**
 * Read the option bytes as they are stored (on a protected F1, as they are in force), field by field in the manual's
 * order. The core is neither halted nor reset; at read-out protection level 1 any connected debugger may stop its
 * firmware, until the next power-on.
 * @param[out] list to be freed with stflash_free_options()
 */
STFLASH_API int stflash_options_read(struct stflash *s, struct stflash_options **list);

/** @return the field number @p n, from 0; NULL behind the last. Valid until @p list, may be NULL, is freed */
STFLASH_API const struct stflash_option *stflash_get_option(const struct stflash_options *list, size_t n);

/** Free what stflash_options_read() gave. @p list may be NULL. */
STFLASH_API void stflash_free_options(struct stflash_options *list);

/**
 * Change option bytes: all settings at once, everything else kept, read back. Resets the chip before and after.
 * A setting is "NAME=VALUE" with a name that stflash_options_read() gives and a number, or one of these:
 * - "WRP=0-7,12", "WRP=none", "WRP=all": exactly these pages or sectors (F4) are write-protected afterwards, by
 *   their numbers in the manual; pages are protected in groups, and whole groups are protected
 * - "RDP=0", "RDP=1", "RDP=2": the level; in hexadecimal, "RDP=0xa5", the byte
 * @param allow bits of enum stflash_allow, 0 for none
 * @param report filled on success; may be NULL
 * @return STFLASH_E_ARG (no such name or value), STFLASH_E_PROTECTED (needs a bit of @p allow, or level 2 is set;
 *        nothing was changed), STFLASH_E_UNSUPPORTED, STFLASH_E_FLASH
 */
STFLASH_API int stflash_options_write(struct stflash *s, const char *const *settings, size_t n, unsigned int allow,
				      struct stflash_options_report *report);

/** Set read-out protection level 1; other option bytes are kept. Otherwise as stflash_options_write(). */
STFLASH_API int stflash_protect(struct stflash *s, struct stflash_options_report *report);

/**
 * Lift read-out protection level 1 and all write protection; other option bytes are kept. Where level 1 is set the chip
 * erases its whole flash: that needs STFLASH_ALLOW_ERASE; the report tells whether it was seen. Otherwise as
 * stflash_options_write().
 */
STFLASH_API int stflash_unprotect(struct stflash *s, unsigned int allow, struct stflash_options_report *report);

/**
 * After stflash_unprotect() has reported power_cycle: have the person at the board switch its supply off and on
 * (stflash_set_prompt()), and connect again, for a minute, until the flash can be read. @p selector and @p how are
 * those of stflash_connect(), but nobody is asked for the RESET button.
 * @return 0 with the session connected anew; STFLASH_E_PROTECTED when time is up, or at once when there is nobody to
 *        ask; STFLASH_E_CANCELLED. After a failure the session is disconnected
 */
STFLASH_API int stflash_wait_for_power_cycle(struct stflash *s, const char *selector, enum stflash_connect how);

#ifdef __cplusplus
}
#endif

#endif
