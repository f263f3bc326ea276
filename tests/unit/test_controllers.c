/* SPDX-License-Identifier: MIT */
/* Flash controllers that do not do what they are told: what is said of it, and that it is never a success. */
#include "fake_target.h"
#include "row_of_id.h"

#include "flash/controllers/explain.h"
#include "flash/controllers/procedure.h"
#include "flash/engine/engine.h"
#include "flash/engine/write.h"
#include "flash/options/options.h"

#define CPUID_M4 0x410fc241u
#define IDCODE   0xe0042000u

#define F1_SIZE 0x1ffff7e0u
#define F3_SIZE 0x1ffff7ccu
#define F1_RCC  0x40021000u
#define F1_SR   0x4002200cu
#define F1_CR   0x40022010u
#define F1_OBR  0x4002201cu
#define F1_WRPR 0x40022020u

#define F4_SIZE  0x1fff7a20u
#define F4_RCC   0x40023800u
#define F4_SR    0x40023c0cu
#define F4_CR    0x40023c10u
#define F4_OPTCR 0x40023c14u

#define LOCKED 0x80u
#define OPTWRE 0x200u

static struct flash flash;
static struct stflash_write_report report;

static void probe(uint32_t cpuid, uint16_t dev_id)
{
	flash_release(&flash);
	fake_setup(NULL);
	memset(&report, 0, sizeof(report));
	fake.frozen = true;
	fake_core.cpuid = cpuid;
	fake_register(IDCODE, 0x20030000u | dev_id);
}

/* An F103x8 as a reset leaves it, but unlocked; its registers stay like this, whatever is written. */
static void medium_density(void)
{
	probe(0x411fc231, 0x410);
	fake_register(F1_SIZE, 64);
	fake_register(F1_RCC, 0x03000083); /* HSI and the PLL are ready */
	fake_register(F1_SR, 0);
	fake_register(F1_CR, 0);
	fake_register(F1_OBR, 0x03fffffc);
	fake_register(F1_WRPR, 0xffffffff);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
}

static void f407(void)
{
	probe(CPUID_M4, 0x413);
	fake_register(F4_SIZE, 1024);
	fake_register(F4_RCC, 0x03000083);
	fake_register(F4_SR, 0);
	fake_register(F4_CR, 0);
	fake_register(F4_OPTCR, 0x0fffaaec);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
}

static int teardown(void **state)
{
	(void)state;
	flash_release(&flash);
	flash = (struct flash){ 0 };
	return 0;
}

static void says(const char *words)
{
	const bool said = strstr(fake_ctx.errmsg, words);

	if (!said)
		print_error("'%s' lacks '%s'\n", fake_ctx.errmsg, words);
	assert_true(said);
}

static int erase_page_3(bool no_agent)
{
	const struct stflash_write_options o = { .no_agent = no_agent };

	memset(fake.flash + 0xc00, 0, 1024);
	return flash_erase(&flash, CHIP_FLASH_BASE + 0xc00, 1024, &o, &report);
}

/* The stand-in's agent says that it erased, and nothing was. */
static void an_erase_that_changed_nothing_is_told(void **state)
{
	(void)state;
	medium_density();
	assert_int_equal(erase_page_3(false), STFLASH_E_FLASH);
	says("page 3 (0x08000c00) is not blank after it was erased; the erase may be incomplete");
	assert_true(report.by_agent);
	assert_false(report.verified);
	assert_int_equal(fake.resets, 2);
	assert_true(fake.core_runs);

	medium_density();
	assert_int_equal(erase_page_3(true), STFLASH_E_FLASH);
	says("page 3 (0x08000c00) is not blank after it was erased");
	assert_false(report.by_agent);
}

static void a_controller_that_stays_locked_is_told_before_anything_is_erased(void **state)
{
	(void)state;
	medium_density();
	fake_register(F1_CR, LOCKED);
	assert_int_equal(erase_page_3(false), STFLASH_E_FLASH);
	assert_string_equal(fake_ctx.errmsg, "the flash controller does not unlock (FLASH_CR 0x00000080): "
					     "power the board off and on, and try again");
	assert_int_equal(report.erased, 0);
	assert_int_equal(fake.keys, 4);
	assert_int_equal(fake.resets, 3); /* before the work, before the keys once more, and at the end */
	assert_true(fake.core_runs);
}

/* An F407 whose FLASH_CR opens with the second key. */
static void locked_f407(void)
{
	f407();
	fake.obeys = F4_CR;
	fake.opens_with = 0xcdef89ab;
	fake.lock = 1u << 31;
	fake_register(F4_CR, 1u << 31);
}

/* PM0075 2.3.1, RM0090 3.6.1: a key that comes twice shuts the lock until the next reset. */
static void a_key_is_never_sent_twice(void **state)
{
	static const struct {
		bool lost;
		unsigned int unclear, keys, resets;
	} rows[] = {
		{ false, 0, 2, 0 },
		{ false, 1, 3, 1 }, /* the first one: that half the way is done does not show */
		{ true, 1, 3, 1 },
		{ true, 2, 2, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		locked_f407();
		fake.keys_unclear = rows[i].unclear;
		fake.keys_lost = rows[i].lost;
		assert_int_equal(controller_unlock(&flash), rows[i].unclear < 2 ? 0 : STFLASH_E_TIMEOUT);
		assert_int_equal(fake.keys, rows[i].keys);
		assert_int_equal(fake.resets, rows[i].resets);
	}

	/* Both arrive, and the answer to the second is lost: the lock shows that it is open. */
	locked_f407();
	fake.opens_with = 0x45670123;
	fake.keys_unclear = 1;
	assert_int_equal(controller_unlock(&flash), 0);
	assert_int_equal(fake.keys, 1);
	assert_int_equal(fake.resets, 0);
	assert_int_equal(fake_ctx.err, 0);

	/* A clone whose lock looks open at all times tells nothing. */
	f407();
	fake.keys_unclear = 1;
	assert_int_equal(controller_unlock(&flash), 0);
	assert_int_equal(fake.keys, 3);
	assert_int_equal(fake.resets, 1);
}

static void an_error_of_the_controller_ends_the_erase(void **state)
{
	(void)state;
	medium_density();
	fake_register(F1_SR, 1u << 4);
	assert_int_equal(erase_page_3(true), STFLASH_E_PROTECTED);
	says("page 3 (0x08000c00, 1 KiB) is write-protected (FLASH_SR 0x10): `" HINT_OPTIONS_SET
	     " WRP=none` removes that");
	assert_false(report.verified);
}

/* PM0075 table 4, RM0090 3.9.4: the flags. */
static void flags_are_told_in_words(void **state)
{
	static const struct {
		bool f4;
		uint32_t addr, sr;
		int err;
		const char *words;
	} rows[] = {
		{ false, 0x08000c02, 1u << 4, STFLASH_E_PROTECTED, "page 3 (0x08000c00, 1 KiB) is write-protected" },
		{ false, 0x08000c02, 1u << 2, STFLASH_E_FLASH,
		  "0x08000c02 could not be programmed: it is not erased (FLASH_SR 0x4 PGERR)" },
		{ false, 0x1ffff800, 1u << 4, STFLASH_E_FLASH,
		  "the flash controller failed at 0x1ffff800 (FLASH_SR 0x10 WRPRTERR)" },
		{ true, 0x08004000, 1u << 4, STFLASH_E_PROTECTED,
		  "sector 1 (0x08004000, 16 KiB) is write-protected (FLASH_SR 0x10): `" HINT_OPTIONS_SET " WRP=none` "
		  "removes" },
		{ true, 0x08004000, 1u << 1, STFLASH_E_FLASH,
		  "the flash controller failed at 0x08004000 (FLASH_SR 0x2 OPERR)" },
		{ true, 0x08004000, 7u << 5, STFLASH_E_FLASH, "(FLASH_SR 0xe0 PGSERR PGPERR PGAERR)" },
		{ true, 0x08004000, 1u << 8, STFLASH_E_FLASH, "(FLASH_SR 0x100 RDERR)" },
		{ true, 0x1fffc000, 1u << 4, STFLASH_E_FLASH, "failed at 0x1fffc000 (FLASH_SR 0x10 WRPERR)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].f4)
			f407();
		else
			medium_density();
		assert_int_equal(controller_explain(&flash, rows[i].addr, rows[i].sr), rows[i].err);
		says(rows[i].words);
	}
}

static int set_option(const char *setting)
{
	struct stflash_options_report r = { 0 };
	const int err = flash_options_set(&flash, &setting, 1, 0, &r);

	assert_false(r.verified);
	return err;
}

static void option_bytes_that_stay_as_they_were_are_told(void **state)
{
	(void)state;
	f407();
	assert_int_equal(set_option("nRST_STOP=0"), STFLASH_E_FLASH);
	says("nRST_STOP reads back as 0x1, not as the 0x0 that was written");
	assert_int_equal(fake.resets, 2);

	f407();
	fake_register(F4_OPTCR, 0x0fffaaed);
	assert_int_equal(set_option("nRST_STOP=0"), STFLASH_E_FLASH);
	assert_string_equal(fake_ctx.errmsg, "the option bytes do not unlock (FLASH_OPTCR 0x0fffaaed): "
					     "power the board off and on, and try again");

	f407();
	fake_register(F4_SR, 1u << 4);
	assert_int_equal(set_option("nRST_STOP=0"), STFLASH_E_FLASH);
	says("may be incomplete: repeat the command; a chip that is read-out protected then is brought back by ");
	says("without its flash: the option bytes were not written (FLASH_SR 0x10)");
	assert_true(fake.core_runs);
}

static void option_bytes_are_believed_when_two_reads_agree(void **state)
{
	struct option_words o;

	(void)state;
	f407();
	fake.flickers_at = F4_OPTCR;
	fake.flickers = 1;
	assert_int_equal(flash_options_read(&flash, &o), 0);
	assert_int_equal(o.word[0], 0x0fffaaec);

	fake.flickers = 9;
	assert_int_equal(set_option("nRST_STOP=0"), STFLASH_E_PROBE);
	says("the option bytes at 0x40023c14 are read differently each time: try a lower " HINT_SPEED);
	assert_int_equal(fake.resets, 0);
}

/* No error is reported, and yet; written by the host here, because the RAM does not keep the program. */
static void an_f1_that_stores_other_option_bytes_is_told_so(void **state)
{
	(void)state;
	medium_density();
	fake_register(F1_CR, OPTWRE);
	fake.worn_at = CHIP_RAM_BASE + 10;
	for (uint32_t i = 0; i < FAKE_OPTIONS_LEN; i += 4)
		fake_register(FAKE_OPTIONS + i, i ? 0x00ff00ff : 0x00ff5aa5);
	assert_int_equal(set_option("nRST_STOP=0"), STFLASH_E_FLASH);
	says("may be left erased, which counts as read-out protected: after a power cycle `" HINT_UNPROTECT "`");
	says("the option bytes do not hold what was written");
	assert_true(fake.core_runs);
}

/* The chip cancels it (RM0090 3.7.5); a level that was set under the debugger's eyes is not in force yet. */
static void a_chip_that_refuses_to_lift_pcrop_is_to_be_power_cycled(void **state)
{
	struct stflash_options_report r = { 0 };

	(void)state;
	probe(CPUID_M4, 0x423);
	fake_register(F4_SIZE, 256);
	fake_register(F4_SR, 1u << 4);
	fake_register(F4_CR, 0);
	fake_register(F4_OPTCR, 0x800255ec);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
	assert_int_equal(flash_unprotect(&flash, STFLASH_ALLOW_ERASE, &r), STFLASH_E_PROTECTED);
	says("the chip refuses to remove PCROP, which it does only while read-out protection is active; nothing was "
	     "changed: power the board off and on, then repeat the command");
	assert_false(r.verified);
	assert_true(fake.core_runs);
}

/* An F407 at level 1 that takes its option bytes; what it does to its flash is another matter. */
static int unprotect_f407(struct stflash_options_report *r)
{
	*r = (struct stflash_options_report){ 0 };
	fake.obeys = F4_OPTCR;
	fake.opens_with = 0x4c5d6e7f; /* OPTKEY2 */
	fake.lock = 1;
	fake_register(F4_OPTCR, 0x0fff55ec);
	return flash_unprotect(&flash, STFLASH_ALLOW_ERASE, r);
}

/* RM0090 3.7.3: the erase goes with a level that is in force; one that is only stored looks the same before. */
static void flash_is_said_to_be_erased_only_when_it_was_seen_to_be(void **state)
{
	struct stflash_options_report r;

	(void)state;
	f407();
	assert_int_equal(unprotect_f407(&r), 0);
	assert_true(r.lifted_rdp && r.erased_flash && r.verified);
	assert_false(r.power_cycle);

	f407();
	fake.flash[0xfffff] = 0xfe;
	assert_int_equal(unprotect_f407(&r), 0);
	assert_true(r.lifted_rdp && r.verified);
	assert_false(r.erased_flash || r.power_cycle);
	assert_true(fake.core_runs);

	f407();
	fake.fault_at = CHIP_FLASH_BASE;
	assert_int_equal(unprotect_f407(&r), 0);
	assert_true(r.lifted_rdp && r.power_cycle);
	assert_false(r.erased_flash);

	f407();
	fake.fault_at = CHIP_FLASH_BASE + 0x80000;
	fake.fails_with = AGENT_ERR_FLAGS;
	assert_true(unprotect_f407(&r) < 0);
	says("read-out protection is removed, but whether the flash was erased could not be seen: ");
	assert_true(fake.core_runs);
}

/* Erase and rewrite of an F1's option bytes are a program in RAM: where that cannot be trusted, nothing begins. */
static void ram_that_does_not_keep_the_loader_leaves_the_option_bytes_alone(void **state)
{
	struct stflash_options_report r = { 0 };

	(void)state;
	medium_density();
	fake_register(F1_OBR, 0x03fffffe); /* protected: the stored bytes are hidden */
	fake_register(F1_CR, OPTWRE);
	fake.worn_at = CHIP_RAM_BASE + 10;
	fake.old_probe = true;
	assert_int_equal(flash_unprotect(&flash, STFLASH_ALLOW_ERASE, &r), STFLASH_E_UNSUPPORTED);
	assert_string_equal(fake_ctx.errmsg, "RAM at 0x20000000 does not keep what is written there");
	assert_true(fake.core_runs);
}

/* Twice the program in RAM, then the host itself. On an F1 the change waits for the next power-on. */
static void ram_that_does_not_keep_the_loader_is_done_without(void **state)
{
	struct stflash_options_report r = { 0 };

	(void)state;
	medium_density();
	fake_register(F1_OBR, 0x03fffffe);
	fake_register(F1_CR, OPTWRE);
	fake.worn_at = CHIP_RAM_BASE + 10;
	assert_int_equal(flash_unprotect(&flash, STFLASH_ALLOW_ERASE, &r), 0);
	assert_true(r.changed);
	assert_true(r.power_cycle);
	assert_false(r.verified);
	assert_int_equal(fake.resets, 4); /* one before each try, one that ends it */

	fake_register(F1_SR, 1u << 4);
	assert_int_equal(flash_unprotect(&flash, STFLASH_ALLOW_ERASE, &r), STFLASH_E_FLASH);
	says("the option bytes were being rewritten and may be left erased");
	says("the flash controller reported an error while it wrote the option bytes (FLASH_SR 0x10)");
}

/* OBL_LAUNCH, once; what is still not in force then waits for the next power-on. */
static void an_f3_is_made_to_load_its_option_bytes(void **state)
{
	struct stflash_options_report r = { 0 };

	(void)state;
	for (int no_launch = 0; no_launch < 2; no_launch++) {
		probe(CPUID_M4, 0x422);
		fake_register(F3_SIZE, 256);
		fake_register(F1_SR, 0);
		fake_register(F1_CR, OPTWRE);
		fake_register(F1_OBR, 0xffffff02);
		fake_register(F1_WRPR, 0xffffffff);
		assert_int_equal(flash_probe(&flash, &fake_core), 0);
		fake.worn_at = CHIP_RAM_BASE + 10;
		fake.no_launch = no_launch;
		assert_int_equal(flash_unprotect(&flash, STFLASH_ALLOW_ERASE, &r), 0);
		assert_true(r.changed && r.power_cycle);
		assert_false(r.verified);
		assert_int_equal(fake.launches, 1);
		assert_int_equal(fake.launch_reg, F1_CR);
		assert_int_equal(fake.launch_value, OPTWRE | 1u << 13);
		assert_int_equal(fake.resets, 4); /* where nothing is launched a plain one takes its place */
	}
}

/* Where level 2 is in force at once the debug port is closed: that is no failure, and there is nobody to let go. */
static void an_f3_that_level_2_closes_is_left_alone(void **state)
{
	static const char *const setting = "RDP=2";
	struct stflash_options_report r = { 0 };
	struct stlink adapter = { .lost = false };

	(void)state;
	probe(CPUID_M4, 0x422);
	fake_core.dap->probe = &adapter;
	fake_register(F3_SIZE, 256);
	fake_register(F1_SR, 0);
	fake_register(F1_CR, OPTWRE);
	fake_register(F1_OBR, 0xffffff02);
	fake_register(F1_WRPR, 0xffffffff);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
	fake.worn_at = CHIP_RAM_BASE + 10;
	fake.gone_at_launch = true;
	fake_core.attached = true;
	assert_int_equal(flash_options_set(&flash, &setting, 1, 0, &r), STFLASH_E_PROTECTED);
	assert_int_equal(fake.launches, 0);
	assert_int_equal(flash_options_set(&flash, &setting, 1, STFLASH_ALLOW_LEVEL_2_FOR_EVER, &r), 0);
	assert_true(r.changed);
	assert_false(r.verified || r.power_cycle || fake_core.attached);
	fake_core.dap->probe = NULL;
}

static char attempted[512];

static void note_attempt(enum stflash_log_level level, const char *text, void *user)
{
	(void)level;
	(void)user;
	if (!strncmp(text, "writing the option bytes, attempt", 33))
		snprintf(attempted, sizeof(attempted), "%s", text);
}

/* It says so itself: the program is not waited for as long as one that runs may take. */
static void a_core_that_does_not_run_the_loader_is_done_without(void **state)
{
	struct stflash_options_report r = { 0 };

	(void)state;
	medium_density();
	fake_register(F1_OBR, 0x03fffffe);
	fake_register(F1_CR, OPTWRE);
	fake_ctx.log = note_attempt;
	fake_ctx.log_level = STFLASH_LOG_INFO;
	fake.dead = true;
	assert_int_equal(flash_unprotect(&flash, STFLASH_ALLOW_ERASE, &r), 0);
	assert_string_equal(attempted,
			    "writing the option bytes, attempt 2 of 3: the program that writes the option "
			    "bytes does not run in the RAM at 0x20000000: power the board off and on, and try "
			    "again");
	assert_true(r.changed);
	assert_int_equal(fake.resets, 4);

	/* Where the host cannot do it either, nothing was begun, and nobody is told that it was. */
	fake.old_probe = true;
	assert_int_equal(flash_unprotect(&flash, STFLASH_ALLOW_ERASE, &r), STFLASH_E_UNSUPPORTED);
	assert_string_equal(fake_ctx.errmsg, "the program that writes the option bytes does not run in the RAM at "
					     "0x20000000: power the board off and on, and try again");
}

static void option_bytes_that_cannot_be_changed_are_told_before_anything_is_done(void **state)
{
	(void)state;
	f407();
	fake_register(F4_OPTCR, 0x0fffccec);
	assert_int_equal(set_option("nRST_STOP=0"), STFLASH_E_PROTECTED);
	says("RDP level 2 is set: option bytes cannot be changed any more");
	assert_int_equal(fake.resets, 0);

	medium_density();
	fake_register(F1_OBR, 0x03fffffe);
	assert_int_equal(set_option("nRST_STOP=0"), STFLASH_E_PROTECTED);
	says("hides its RDP byte, which is written along with every other: give RDP=1 to keep the protection");
	assert_int_equal(fake.resets, 0);

	/* of a chip that is a GD32F103 or a GD32F1x0: as the one it has a hardware watchdog, as the other none */
	flash_release(&flash);
	fake_register(IDCODE, 0x13030410);
	fake_register(F1_OBR, 0x00000702);
	assert_int_equal(flash_probe(&flash, &fake_core), 0);
	assert_true(flash.options_unclear);
	assert_int_equal(set_option("RDP=1"), STFLASH_E_UNSUPPORTED);
	says("does not show whether its option bytes are laid out as those of a GD32F103 or of a GD32F1x0");
	assert_int_equal(fake.resets, 0);

	medium_density();
	fake_register(F1_OBR, 0x03fffffe);
	assert_int_equal(set_option("RDP=1"), STFLASH_E_FLASH);
	assert_string_equal(fake_ctx.errmsg, "the option bytes do not unlock (FLASH_CR 0x00000000): "
					     "power the board off and on, and try again");
}

static char warned[512];

static void note_warning(enum stflash_log_level level, const char *text, void *user)
{
	(void)user;
	if (level <= STFLASH_LOG_WARN)
		snprintf(warned, sizeof(warned), "%s", text);
}

/* RM0091 2.5: an F04x looks only while it loads option bytes. The work is done, whatever comes of that. */
static void an_f042_that_is_not_made_to_look_is_told(void **state)
{
	struct engine e = { .flash = &flash, .held = true, .writer = true };

	(void)state;
	for (int no_launch = 0; no_launch < 2; no_launch++) {
		flash_release(&flash);
		fake_setup(NULL);
		fake.frozen = true;
		fake.no_launch = no_launch;
		fake_core.cpuid = 0x410cc200;
		fake_register(0x40015800, 0x20006445);
		fake_register(F3_SIZE, 32);
		fake_register(F1_CR, OPTWRE);
		fake_register(F1_OBR, 0xffffff00);
		assert_int_equal(flash_probe(&flash, &fake_core), 0);
		fake_ctx.log = note_warning;
		fake_ctx.log_level = STFLASH_LOG_WARN;
		warned[0] = '\0';
		assert_int_equal(engine_look_whether_empty(&e), 0);
		assert_int_equal(fake.launches, 1);
		assert_int_equal(!!strstr(warned, "the chip has not seen that its flash has changed"), no_launch);
	}
}

static int erase_sector_1(uint32_t mv, unsigned int width)
{
	const struct stflash_write_options o = { .no_agent = true, .width = width };

	f407();
	fake_ctx.log = note_warning;
	fake_ctx.log_level = STFLASH_LOG_WARN;
	warned[0] = '\0';
	flash.target_mv = mv;
	memset(fake.flash + 0x4000, 0, 0x4000);
	return flash_erase(&flash, CHIP_FLASH_BASE + 0x4000, 0x4000, &o, &report);
}

/* RM0090 table 7: 32 bits from 2.7 V on, 16 from 2.1 V on, 8 below. */
static void the_width_follows_the_supply_or_is_warned_of(void **state)
{
	static const struct {
		uint32_t mv;
		unsigned int width, psize;
		const char *words;
	} rows[] = {
		{ 3300, 0, 2, "" },
		{ 2700, 32, 2, "" },
		{ 2699, 0, 1, "the supply is only 2.69 V: 16 bits at a time, slower than the 32" },
		{ 2099, 0, 0, "the supply is only 2.09 V: 8 bits at a time" },
		{ 0, 0, 0, "the probe cannot measure the supply: 8 bits at a time" },
		{ 0, 32, 2, "" },
		{ 2699, 32, 2, "32 bits at a time with a supply of 2.69 V: the manual forbids it" },
		{ 2099, 16, 1, "16 bits at a time with a supply of 2.09 V: the manual forbids it" },
		{ 2099, 8, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(erase_sector_1(rows[i].mv, rows[i].width), STFLASH_E_FLASH);
		says("sector 1 (0x08004000) is not blank after it was erased");
		assert_int_equal(flash.psize, rows[i].psize);
		assert_int_equal(*rows[i].words != '\0', *warned != '\0');
		assert_non_null(strstr(warned, rows[i].words));
		assert_int_equal(controller_erase_bits(&flash, NULL), 1u << 2 | rows[i].psize << 8);
	}
	assert_int_equal(erase_sector_1(3300, 24), STFLASH_E_ARG);
	assert_string_equal(fake_ctx.errmsg, "flash is programmed 8, 16 or 32 bits at a time, not 24");
	assert_int_equal(fake.resets, 0);
}

static void an_agent_that_does_not_run_is_done_without(void **state)
{
	(void)state;
	medium_density();
	fake_ctx.log = note_warning;
	fake_ctx.log_level = STFLASH_LOG_WARN;
	fake.dead = true;
	assert_int_equal(erase_page_3(false), STFLASH_E_FLASH);
	assert_non_null(strstr(warned, "the flash agent does not run in the RAM at 0x20000000: working through the "
				       "debug port alone, which is slower"));
	assert_false(report.by_agent);
	says("page 3 (0x08000c00) is not blank after it was erased");
	assert_int_equal(fake.resets, 3); /* whatever ran instead of the agent is gone before the host works */
}

static void an_agent_that_stops_at_its_first_job_is_done_without(void **state)
{
	(void)state;
	medium_density();
	fake_ctx.log = note_warning;
	fake_ctx.log_level = STFLASH_LOG_WARN;
	fake.stops_in_job = true;
	assert_int_equal(erase_page_3(false), STFLASH_E_FLASH);
	assert_non_null(strstr(warned, "going on over the wire alone, without a program in the chip"));
	assert_false(report.by_agent);
	assert_int_equal(report.erased, 1);
	says("page 3 (0x08000c00) is not blank after it was erased");
}

/* DS5319 table 28, DS8626 table 40: the width counts for those that have one. */
static void typical_times_follow_size_and_width(void **state)
{
	static const struct {
		uint16_t id;
		unsigned int psize;
		uint32_t size, us, ns;
		bool in_halves;
	} rows[] = {
		{ 0x410, 2, 1024, 20000, 105000, false },      { 0x410, 0, 0, 20000, 105000, false },
		{ 0x430, 2, 4096, 40000, 105000, true },       { 0x413, 0, 16 * 1024, 400000, 64000, false },
		{ 0x413, 1, 64 * 1024, 700000, 32000, false }, { 0x413, 2, 128 * 1024, 1000000, 16000, false },
		{ 0x413, 2, 0, 4000000, 16000, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sector sec = { .size = rows[i].size, .in_halves = rows[i].in_halves };
		const struct flash f = { .chip = row_of_id(rows[i].id, 0), .psize = rows[i].psize, .size = 512 * 1024 };

		assert_int_equal(controller_erase_us(&f, rows[i].size ? &sec : NULL), rows[i].us);
		assert_int_equal(controller_program_ns(&f), rows[i].ns);
	}
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typical_times_follow_size_and_width),
		TEST(an_erase_that_changed_nothing_is_told),
		TEST(a_controller_that_stays_locked_is_told_before_anything_is_erased),
		TEST(a_key_is_never_sent_twice),
		TEST(an_error_of_the_controller_ends_the_erase),
		TEST(flags_are_told_in_words),
		TEST(option_bytes_that_stay_as_they_were_are_told),
		TEST(option_bytes_are_believed_when_two_reads_agree),
		TEST(an_f1_that_stores_other_option_bytes_is_told_so),
		TEST(a_chip_that_refuses_to_lift_pcrop_is_to_be_power_cycled),
		TEST(flash_is_said_to_be_erased_only_when_it_was_seen_to_be),
		TEST(ram_that_does_not_keep_the_loader_leaves_the_option_bytes_alone),
		TEST(ram_that_does_not_keep_the_loader_is_done_without),
		TEST(an_f3_is_made_to_load_its_option_bytes),
		TEST(an_f3_that_level_2_closes_is_left_alone),
		TEST(an_f042_that_is_not_made_to_look_is_told),
		TEST(a_core_that_does_not_run_the_loader_is_done_without),
		TEST(option_bytes_that_cannot_be_changed_are_told_before_anything_is_done),
		TEST(the_width_follows_the_supply_or_is_warned_of),
		TEST(an_agent_that_does_not_run_is_done_without),
		TEST(an_agent_that_stops_at_its_first_job_is_done_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
