/* SPDX-License-Identifier: MIT */
#include "probe/spec.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "stlink/stlink_proto.h"

#define DEFAULT_CHIP   "stm32f103c8"
#define DEFAULT_SERIAL "57FF72067265575742132067"
#define DEFAULT_MV     3245u
#define MAX_MV         5500u
#define NUMBER_MAX     0xffffffffu
#define LONGEST_SPEC   2048u

struct parser {
	struct probe_spec *spec;
	const char *key;
	char *why;
	size_t why_size;
	bool has_firmware;
	bool has_mode;
};

static int refuse(struct parser *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int refuse(struct parser *p, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(p->why, p->why_size, fmt, args);
	va_end(args);
	return -1;
}

/* Decimal or 0x, the whole of it. */
static bool parse_number(const char *text, uint64_t max, uint64_t *value)
{
	const int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	char *end;

	if (!isxdigit((unsigned char)text[0]))
		return false;
	*value = strtoull(text, &end, base);
	return !*end && *value <= max;
}

static int take_number(struct parser *p, const char *text, uint32_t max, uint32_t *value)
{
	uint64_t number;

	if (!parse_number(text, max, &number))
		return refuse(p, "%s=%s: give a number from 0 to %u", p->key, text, (unsigned int)max);
	*value = (uint32_t)number;
	return 0;
}

static int take_flag(struct parser *p, const char *text, bool *flag)
{
	if (strcmp(text, "0") && strcmp(text, "1"))
		return refuse(p, "%s=%s: give 0 or 1", p->key, text);
	*flag = text[0] == '1';
	return 0;
}

static int take_absence(struct parser *p, const char *text, bool *flag)
{
	bool present = true;
	const int err = take_flag(p, text, &present);

	*flag = !present;
	return err;
}

static int take_path(struct parser *p, const char *text, char path[SPEC_PATH_MAX])
{
	if (!*text)
		return refuse(p, "%s=: give a file name", p->key);
	if (strlen(text) >= SPEC_PATH_MAX)
		return refuse(p, "%s: the file name is longer than %u characters", p->key, SPEC_PATH_MAX - 1);
	strcpy(path, text);
	return 0;
}

static int key_flash(struct parser *p, const char *text)
{
	return take_path(p, text, p->spec->flash_file);
}

static int key_live(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->live);
}

static int key_stats(struct parser *p, const char *text)
{
	return take_path(p, text, p->spec->stats_file);
}

static int key_probe(struct parser *p, const char *text)
{
	p->spec->model = probe_model_find(text);
	if (!p->spec->model)
		return refuse(p, "probe=%s: give v2, v2-1, v3 or newer", text);
	return 0;
}

static int key_as(struct parser *p, const char *text)
{
	p->spec->as = personality_find(text);
	if (!p->spec->as)
		return refuse(p, "as=%s: give J37, J23, clone, fast, oddmode, stuckmode or oddstatus", text);
	return 0;
}

/* J29S7, J37M26, J7M2B5S1; the V2 or V3 in front of it, as it is printed everywhere, is allowed. */
static int key_firmware(struct parser *p, const char *text)
{
	struct fw_version fw = { 0 };
	const char *s = text;

	if ((s[0] == 'V' || s[0] == 'v') && isdigit((unsigned char)s[1]))
		s += 2;
	while (*s) {
		const char letter = (char)toupper((unsigned char)*s++);
		unsigned int *part = letter == 'J'   ? &fw.jtag
				     : letter == 'S' ? &fw.swim
				     : letter == 'M' ? &fw.msd
				     : letter == 'B' ? &fw.bridge
						     : NULL;
		char *end;
		unsigned long number;

		if (!part || !isdigit((unsigned char)*s))
			return refuse(p, "fw=%s: give a version like J29S7 or J37M26", text);
		number = strtoul(s, &end, 10);
		if (number > 63)
			return refuse(p, "fw=%s: the parts of a version have six bits, 0 to 63", text);
		*part = (unsigned int)number;
		s = end;
	}
	if (s == text)
		return refuse(p, "fw=: give a version like J29S7 or J37M26");
	p->spec->firmware = fw;
	p->has_firmware = true;
	return 0;
}

static int key_serial(struct parser *p, const char *text)
{
	if (!*text || strlen(text) >= SPEC_SERIAL_MAX)
		return refuse(p, "serial=%s: give 1 to %u characters", text, SPEC_SERIAL_MAX - 1);
	strcpy(p->spec->serial, text);
	p->spec->has_serial = true;
	return 0;
}

static int key_raw_serial(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->raw_serial);
}

static int key_strict(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->strict);
}

static int key_pace(struct parser *p, const char *text)
{
	if (strcmp(text, "real"))
		return refuse(p, "pace=%s: the only pace to ask for is real", text);
	p->spec->pace_real = true;
	return 0;
}

/* Milliseconds, or off. */
static int take_limit(struct parser *p, const char *text, uint32_t *ms)
{
	if (!strcmp(text, "off")) {
		*ms = 0;
		return 0;
	}
	if (take_number(p, text, 60000, ms) || !*ms)
		return refuse(p, "%s=%s: give milliseconds from 1 to 60000, or off", p->key, text);
	return 0;
}

static int key_gaps(struct parser *p, const char *text)
{
	const size_t len = strlen(text);
	uint32_t ms = 0;
	uint64_t us;
	int err;

	if (len > 2 && !strcmp(text + len - 2, "us")) {
		char digits[8] = "";

		if (len - 2 < sizeof(digits))
			memcpy(digits, text, len - 2);
		if (!parse_number(digits, 999999, &us) || !us)
			return refuse(p, "%s=%s: give 1us to 999999us", p->key, text);
		p->spec->gap_us = (uint32_t)us;
		return 0;
	}
	err = take_limit(p, text, &ms);
	p->spec->gap_us = ms * 1000u;
	return err;
}

static int key_patience(struct parser *p, const char *text)
{
	return take_limit(p, text, &p->spec->patience_ms);
}

static int key_mv(struct parser *p, const char *text)
{
	return take_number(p, text, MAX_MV, &p->spec->target_mv);
}

static int key_mode(struct parser *p, const char *text)
{
	static const struct {
		const char *name;
		uint8_t mode;
	} modes[] = {
		{ "dfu", STLINK_MODE_DFU },
		{ "mass", STLINK_MODE_MASS },
		{ "debug", STLINK_MODE_DEBUG },
	};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].name, text))
			continue;
		p->spec->start_mode = modes[i].mode;
		p->has_mode = true;
		return 0;
	}
	return refuse(p, "mode=%s: give dfu, mass or debug", text);
}

static int key_power(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->no_power);
}

static int key_nrst(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->nrst_not_wired);
}

static int key_pll(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->no_pll);
}

static int key_lockbit(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->hides_locks);
}

static int key_mirror(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->mirrored);
}

static int key_eccfault(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->torn_faults);
}

static int key_eccnmi(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->torn_is_quiet);
}

static int key_rcc(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->no_rcc);
}

static int key_iwdg(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->no_iwdg);
}

static int key_dbgmcu(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->no_dbgmcu);
}

static int key_catch(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->no_catch);
}

static int key_nrstlow(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->nrst_left_low);
}

static int key_ramexec(struct parser *p, const char *text)
{
	return take_absence(p, text, &p->spec->no_ram_exec);
}

static int key_stall(struct parser *p, const char *text)
{
	if (take_number(p, text, 1000000, &p->spec->ahb_patience_us) || !p->spec->ahb_patience_us)
		return refuse(p, "stall=%s: give microseconds from 1 to 1000000", text);
	return 0;
}

static int key_boot0(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->boot0);
}

static int key_boot1(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->boot1);
}

/* "20:50": pressed at the 20th try, for 50 ms */
static int key_button(struct parser *p, const char *text)
{
	char enter[16];
	const size_t len = strcspn(text, ":");

	snprintf(enter, sizeof(enter), "%.*s", (int)len, text);
	if (!text[len] || take_number(p, enter, NUMBER_MAX, &p->spec->button_enter) ||
	    take_number(p, text + len + 1, 600000, &p->spec->button_ms) || !p->spec->button_enter)
		return refuse(p, "button=%s: give TRY:MS, a number from 1 and up to 600000 ms", text);
	return 0;
}

static int key_firmware_habit(struct parser *p, const char *text)
{
	const char *name;
	char all[160] = "";

	for (unsigned int i = 0; (name = chip_habit_name(i)) != NULL; i++) {
		if (!strcmp(name, text)) {
			p->spec->habit = name;
			return 0;
		}
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "", name);
	}
	return refuse(p, "firmware=%s: give one of %s", text, all);
}

static int key_latch(struct parser *p, const char *text)
{
	if (take_number(p, text, 60000, &p->spec->latch_ms) || !p->spec->latch_ms)
		return refuse(p, "latch=%s: give milliseconds from 1 to 60000", text);
	return 0;
}

static int key_between(struct parser *p, const char *text)
{
	return take_number(p, text, 600000, &p->spec->between_ms);
}

static int key_swdoff(struct parser *p, const char *text)
{
	p->spec->swd_off = true;
	return take_number(p, text, NUMBER_MAX, &p->spec->swd_off_after);
}

static int key_rdp(struct parser *p, const char *text)
{
	uint32_t level = 0;
	const int err = take_number(p, text, 2, &level);

	p->spec->rdp = (int)level;
	return err;
}

static int key_wrp(struct parser *p, const char *text)
{
	p->spec->has_wrp = true;
	return take_number(p, text, NUMBER_MAX, &p->spec->wrp);
}

static int key_pcrop(struct parser *p, const char *text)
{
	p->spec->has_pcrop = true;
	return take_number(p, text, NUMBER_MAX, &p->spec->pcrop);
}

static int key_hwwdg(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->hardware_watchdog);
}

static int key_bfb2(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->boot_bank_2);
}

static int key_banks(struct parser *p, const char *text)
{
	return take_number(p, text, 2, &p->spec->banks);
}

static int key_noisy(struct parser *p, const char *text)
{
	return take_number(p, text, 24000, &p->spec->noisy_khz);
}

static int key_noack(struct parser *p, const char *text)
{
	return take_flag(p, text, &p->spec->no_ack);
}

/* "unplug@120" -> the kind and the text after '@' */
static bool split_fault(const char *text, enum fault_kind *kind, const char **number)
{
	const size_t len = strcspn(text, "@");

	if (!text[len])
		return false;
	for (unsigned int i = 0; i < FAULT_KINDS; i++) {
		if (strlen(fault_name(i)) != len || strncmp(fault_name(i), text, len))
			continue;
		*kind = (enum fault_kind)i;
		*number = text + len + 1;
		return true;
	}
	return false;
}

static int key_fault(struct parser *p, const char *text)
{
	struct fault fault = { .place = AT_USB };
	const char *number;

	if (p->spec->n_faults == FAULTS_MAX)
		return refuse(p, "fault=%s: at most %u faults in one run", text, FAULTS_MAX);
	if (!split_fault(text, &fault.kind, &number))
		return refuse(p, "fault=%s: give KIND@NUMBER; --help lists the kinds", text);

	if (fault.kind == FAULT_BAD_CELL) {
		fault.place = AT_ADDRESS;
	} else if (!strncmp(number, "swd:", 4)) {
		fault.place = AT_SWD;
		number += 4;
	} else if (!strncmp(number, "flash:", 6)) {
		fault.place = AT_FLASH;
		number += 6;
	}
	if (!fault_allows(fault.kind, fault.place))
		return refuse(p, "fault=%s: this kind happens to USB transfers only, give a plain number", text);
	if (!parse_number(number, UINT64_MAX >> 1, &fault.number) || !fault.number)
		return refuse(p, "fault=%s: '%s' is not a number from 1", text, number);
	p->spec->faults[p->spec->n_faults++] = fault;
	return 0;
}

static const struct {
	const char *name;
	int (*take)(struct parser *p, const char *text);
	const char *help;
} keys[] = {
	{ "flash", key_flash,
	  "FILE       contents at the start, and where they are kept (option bytes: FILE.options)" },
	{ "live", key_live,
	  "1          the flash file holds at every moment what the chip does, even when we are killed" },
	{ "probe", key_probe, "v2|v2-1|v3|newer  the kind of ST-LINK; v2. newer: a V3 whose product id nobody knows" },
	{ "fw", key_firmware, "J29S7      its firmware; v2 J29S7, v2-1 J37M26, v3 J7M2" },
	{ "as", key_as,
	  "NAME       J37 refuses INIT_AP, J23 loses data of long reads, clone has other reply lengths, fast says "
	  "twice "
	  "the clock, oddmode, stuckmode, oddstatus" },
	{ "serial", key_serial, "TEXT       its serial number" },
	{ "rawserial", key_raw_serial, "1          sent as old V2s do: 12 raw bytes" },
	{ "mode", key_mode, "dfu|mass|debug  the mode it is in when plugged in" },
	{ "mv", key_mv, "N          target voltage in mV; 3245" },
	{ "power", key_power, "0          the target has no supply" },
	{ "nrst", key_nrst, "0          the NRST line is not wired" },
	{ "pll", key_pll, "0          the PLL of the target never locks" },
	{ "lockbit", key_lockbit, "0          a clone: its flash is locked, and the lock bits say that it is not" },
	{ "mirror", key_mirror,
	  "1          behind the end of flash its contents come once more, instead of a bus error" },
	{ "eccfault", key_eccfault,
	  "1          a double word whose ECC does not fit is a bus error, not an NMI (L4, G0, G4, WB, WL)" },
	{ "eccnmi", key_eccnmi, "0          nor is it an NMI when a debugger reads it" },
	{ "rcc", key_rcc, "0          a clone: its bus has nothing where the RCC is" },
	{ "iwdg", key_iwdg, "0          nor where the independent watchdog is" },
	{ "dbgmcu", key_dbgmcu, "0          DBGMCU has the id and no other register" },
	{ "catch", key_catch, "0          a reset of the target clears C_DEBUGEN and DEMCR: nothing is caught" },
	{ "nrstlow", key_nrstlow, "1          a run that was killed has left NRST low" },
	{ "ramexec", key_ramexec, "0          nothing in the target's RAM can be executed: no agent runs" },
	{ "stall", key_stall,
	  "US         an access that the target's bus holds up for longer ends in WAIT, and a write is not made; "
	  "8000" },
	{ "firmware", key_firmware_habit, "NAME       a firmware with a habit instead of the demo, see below" },
	{ "latch", key_latch,
	  "MS         the board gives up its supply when the firmware has not held PB0 high for MS" },
	{ "boot0", key_boot0, "1          the BOOT0 pin is high: the boot loader runs instead of the firmware" },
	{ "boot1", key_boot1, "1          the BOOT1 pin too: with boot0=1 what SRAM holds runs" },
	{ "button", key_button,
	  "TRY:MS     somebody presses the board's RESET at the TRY-th try to enter SWD, for MS" },
	{ "noack", key_noack, "1          SWDIO and SWCLK are not wired" },
	{ "noisy", key_noisy, "KHZ        link errors above this clock" },
	{ "swdoff", key_swdoff, "N          the firmware turns SWD off N instructions after reset" },
	{ "rdp", key_rdp, "0|1|2      read protection level" },
	{ "wrp", key_wrp,
	  "MASK       write protection: bit n is the n-th page group (F0, F1, F3), sector (F2, F4, F7) or page; of "
	  "pages all "
	  "from the lowest to the highest bit" },
	{ "pcrop", key_pcrop,
	  "MASK       PCROP instead: bit n is the n-th sector (F4, F72x) or page (L4, G0, G4, WB, WL, C0), which can "
	  "be executed only" },
	{ "hwwdg", key_hwwdg, "1          the independent watchdog starts by itself" },
	{ "bfb2", key_bfb2,
	  "1          the boot loader starts bank 2 (BFB2; F1 XL density, F42x, F43x, F469, F479, L4, G4)" },
	{ "banks", key_banks,
	  "1|2        flash is so many banks (F76x, F77x; F42x, F43x, F469, F479 of 1 MiB; L4, L4+, G0, G4)" },
	{ "pace", key_pace, "real       answer when hardware would" },
	{ "gaps", key_gaps,
	  "MS|off     a longer pause between requests is a sleep of the host, up to a second of it; off. Also 100us" },
	{ "patience", key_patience,
	  "MS|off the host sleeps through a longer operation of the flash before it asks on; off" },
	{ "between", key_between,
	  "MS         so much of the board's time passes when a client has gone, before anything is kept; 0" },
	{ "stats", key_stats, "FILE       a JSON object when the client goes and at the end; - is standard error" },
	{ "strict", key_strict, "1          also call an anomaly what careless programs do (status not fetched, ...)" },
	{ "fault", key_fault, "KIND@N     something goes wrong, see below; may be given several times" },
};

void spec_help(FILE *out)
{
	fputs("A SPEC is CHIP[,key=value...]; CHIP is " DEFAULT_CHIP " when left out. Keys:\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		fprintf(out, "  %-10s %s\n", keys[i].name, keys[i].help);
	fputs("\nFirmware, besides the demo. All count in RAM from 0x20000400 on, and the statistics say how often "
	      "they\n"
	      "booted, met a fault, had a millisecond, went round, and found their data at 0x20000000 changed. "
	      "Whatever\n"
	      "a tool does to RAM, firmware_starts is how often a program in flash began to run after a reset:\n",
	      out);
	for (unsigned int i = 0; chip_habit_name(i); i++)
		fprintf(out, "  %-10s %s\n", chip_habit_name(i), chip_habit_help(i));
	fputs("\nFaults: KIND@N at the N-th USB bulk transfer after the import, KIND@swd:N at the N-th SWD transfer,\n"
	      "KIND@flash:N at the N-th operation of the flash controller, badcell@ADDRESS. Kinds:\n ",
	      out);
	for (unsigned int i = 0; i < FAULT_KINDS; i++)
		fprintf(out, " %s%s", fault_name(i),
			fault_allows((enum fault_kind)i, AT_SWD) || i == FAULT_BAD_CELL ? "" : "(USB only)");
	fputs("\n", out);
}

static int take_key(struct parser *p, char *item)
{
	char *value = strchr(item, '=');

	if (!value)
		return refuse(p, "'%s' is not of the form key=value; --help lists the keys", item);
	*value++ = '\0';

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, item))
			continue;
		p->key = keys[i].name;
		return keys[i].take(p, value);
	}
	return refuse(p, "there is no key '%s'; --help lists the keys", item);
}

static int take_chip(struct parser *p, const char *name)
{
	p->spec->part = part_find(name);
	if (!p->spec->part)
		return refuse(p, "there is no part '%s' here; --list-parts names them all", name);
	return 0;
}

static bool is_hexadecimal(const char *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

/* What only shows when all keys are known. */
static int check_whole(struct parser *p)
{
	struct probe_spec *spec = p->spec;

	if (!p->has_firmware)
		spec->firmware = spec->model->firmware;
	if (!p->has_mode)
		spec->start_mode = spec->model->start_mode;
	if (spec->raw_serial && (strlen(spec->serial) != 2 * RAW_SERIAL_LEN || !is_hexadecimal(spec->serial)))
		return refuse(p, "rawserial=1 needs a serial of %u hexadecimal digits", 2 * RAW_SERIAL_LEN);
	if (spec->has_wrp && spec->has_pcrop)
		return refuse(p, "wrp= and pcrop= are two meanings of the same bits, and a chip has one of them");
	if (spec->live && !spec->flash_file[0])
		return refuse(p, "live=1 needs flash=FILE, the file that is to be the flash");
	return 0;
}

static int parse_items(struct parser *p, char *text)
{
	bool first = true;
	int err = 0;

	while (text && *text && !err) {
		char *next = strchr(text, ',');

		if (next)
			*next++ = '\0';
		err = first && !strchr(text, '=') ? take_chip(p, text) : take_key(p, text);
		first = false;
		text = next;
	}
	return err;
}

int spec_parse(struct probe_spec *spec, const char *text, char *why, size_t why_size)
{
	struct parser p = { .spec = spec, .why = why, .why_size = why_size };
	char copy[LONGEST_SPEC];
	int err;

	if (strlen(text) >= sizeof(copy))
		return refuse(&p, "the SPEC is longer than %u characters", LONGEST_SPEC - 1);
	strcpy(copy, text);

	*spec = (struct probe_spec){ .rdp = -1, .target_mv = DEFAULT_MV, .serial = DEFAULT_SERIAL };
	spec->model = probe_model_find("v2");
	spec->part = part_find(DEFAULT_CHIP);

	err = parse_items(&p, copy);
	return err ? err : check_whole(&p);
}
