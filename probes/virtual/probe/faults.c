/* SPDX-License-Identifier: MIT */
#include "probe/faults.h"

#define STALL_LIMIT_NS 8000000u /* timing model: an access stalled for longer ends in AP_WAIT */
#define LONG_WAIT      64u
#define NOISE_ONE_IN   256u
#define FLIPPED_BIT    (1u << 11)

#define PLACE(place) (1u << (place))
#define ON_THE_WAY   (PLACE(AT_USB) | PLACE(AT_SWD) | PLACE(AT_FLASH))

static const struct {
	const char *name;
	unsigned int places;
} kinds[FAULT_KINDS] = {
	[FAULT_UNPLUG] = { "unplug", ON_THE_WAY },
	[FAULT_RESET] = { "reset", ON_THE_WAY },
	[FAULT_STALL] = { "stall", PLACE(AT_USB) },
	[FAULT_TIMEOUT] = { "timeout", PLACE(AT_USB) },
	[FAULT_SHORT] = { "short", PLACE(AT_USB) },
	[FAULT_STALE] = { "stale", PLACE(AT_USB) },
	[FAULT_GARBAGE] = { "garbage", PLACE(AT_USB) },
	[FAULT_WAIT] = { "wait", ON_THE_WAY },
	[FAULT_LONG_WAIT] = { "longwait", ON_THE_WAY },
	[FAULT_AP_FAULT] = { "apfault", ON_THE_WAY },
	[FAULT_DP_ERROR] = { "dperror", ON_THE_WAY },
	[FAULT_PARITY] = { "parity", ON_THE_WAY },
	[FAULT_UNKNOWN] = { "unknown", ON_THE_WAY },
	[FAULT_FLIP] = { "flip", ON_THE_WAY },
	[FAULT_FLIP_WRITE] = { "flipwrite", ON_THE_WAY },
	[FAULT_LOST_WORD] = { "lostword", ON_THE_WAY },
	[FAULT_LOST_WRITE] = { "lostwrite", ON_THE_WAY },
	[FAULT_OLD_DATA] = { "olddata", PLACE(AT_USB) },
	[FAULT_POWER_CUT] = { "powercut", ON_THE_WAY },
	[FAULT_TARGET_RESET] = { "targetreset", ON_THE_WAY },
	[FAULT_STUCK_BUSY] = { "stuckbusy", ON_THE_WAY },
	[FAULT_BAD_CELL] = { "badcell", PLACE(AT_ADDRESS) }, /* a place of the chip, not of the run */
};

const char *fault_name(unsigned int kind)
{
	return kind < FAULT_KINDS ? kinds[kind].name : NULL;
}

bool fault_allows(enum fault_kind kind, enum fault_place place)
{
	return kinds[kind].places & PLACE(place);
}

/* True when the chip itself sees to it, exactly at that operation. */
static bool hand_to_chip(struct chip_faults *chip, const struct fault *fault)
{
	if (fault->kind == FAULT_BAD_CELL)
		chip->bad_cell = (uint32_t)fault->number;
	else if (fault->place == AT_FLASH && fault->kind == FAULT_POWER_CUT)
		chip->power_lost_at = fault->number;
	else if (fault->place == AT_FLASH && fault->kind == FAULT_TARGET_RESET)
		chip->reset_at = fault->number;
	else
		return false;
	return true;
}

void faults_init(struct faults *f, struct chip *chip, struct monitor *mon)
{
	f->chip = chip;
	f->mon = mon;
	f->random = 1;
	for (unsigned int i = 0; i < f->n; i++)
		f->list[i].fired = hand_to_chip(chip_faults(chip), &f->list[i]);
}

void faults_plug(struct faults *f)
{
	f->swd_base = f->mon->swd_transfers;
	f->usb_number = 0;
	f->waits = 0;
	for (unsigned int i = 0; i < FAULT_KINDS; i++)
		f->pending[i] = false;
}

/* The button works whether or not the probe's own NRST line is wired. */
static void press_reset(struct chip *chip)
{
	struct chip_faults *wiring = chip_faults(chip);
	const bool not_wired = wiring->nrst_not_wired;

	wiring->nrst_not_wired = false;
	chip_nrst(chip, true);
	chip_nrst(chip, false);
	wiring->nrst_not_wired = not_wired;
}

static void fire(struct faults *f, struct fault *fault)
{
	fault->fired = true;
	switch (fault->kind) {
	case FAULT_WAIT:
		f->waits = 1;
		break;
	case FAULT_LONG_WAIT:
		f->waits = LONG_WAIT;
		break;
	case FAULT_POWER_CUT:
		chip_power(f->chip, false);
		break;
	case FAULT_TARGET_RESET:
		press_reset(f->chip);
		break;
	case FAULT_STUCK_BUSY:
		chip_faults(f->chip)->stuck_busy = true;
		break;
	default:
		f->pending[fault->kind] = true;
		break;
	}
}

static uint64_t flash_operations(const struct monitor *mon)
{
	return mon->page_erases + mon->mass_erases + mon->programs;
}

static bool is_due(const struct faults *f, const struct fault *fault)
{
	switch (fault->place) {
	case AT_USB:
		return f->usb_number >= fault->number;
	case AT_SWD:
		return f->mon->swd_transfers - f->swd_base >= fault->number;
	case AT_FLASH:
		/* "The next operation never ends" has to be said before it begins. */
		return flash_operations(f->mon) + (fault->kind == FAULT_STUCK_BUSY) >= fault->number;
	case AT_ADDRESS:
		break;
	}
	return false;
}

static void fire_due(struct faults *f)
{
	for (unsigned int i = 0; i < f->n; i++)
		if (!f->list[i].fired && is_due(f, &f->list[i]))
			fire(f, &f->list[i]);
}

void faults_usb(struct faults *f, uint64_t number)
{
	f->usb_number = number;
	fire_due(f);
}

bool faults_take(struct faults *f, enum fault_kind kind)
{
	const bool pending = f->pending[kind];

	f->pending[kind] = false;
	return pending;
}

/* xorshift32: disturbances that look random and are the same in every run */
static bool disturbed(struct faults *f, uint32_t khz)
{
	if (!f->noisy_khz || khz <= f->noisy_khz)
		return false;
	f->random ^= f->random << 13;
	f->random ^= f->random >> 17;
	f->random ^= f->random << 5;
	return f->random % NOISE_ONE_IN == 0;
}

enum dap_ack faults_swd(struct faults *f, struct dap *dap, enum swd_access access)
{
	fire_due(f);

	if (disturbed(f, dap->khz))
		return f->random & 0x100u ? DAP_PARITY : DAP_PROTOCOL;
	if (faults_take(f, FAULT_DP_ERROR))
		return DAP_PROTOCOL;
	if (faults_take(f, FAULT_PARITY))
		return DAP_PARITY;
	if (access != SWD_AP_DATA)
		return DAP_OK;

	if (f->waits) {
		f->waits--;
		monitor_spend(f->mon, SPENT_STALL, STALL_LIMIT_NS);
		return DAP_WAIT;
	}
	if (faults_take(f, FAULT_AP_FAULT)) {
		dap->ctrl_stat |= CTRL_STICKYERR;
		return DAP_FAULT;
	}
	return DAP_OK;
}

bool faults_lose_access(struct faults *f)
{
	return faults_take(f, FAULT_LOST_WORD);
}

uint32_t faults_flip(struct faults *f, bool is_data, uint32_t value)
{
	if (is_data && faults_take(f, FAULT_FLIP))
		return value ^ FLIPPED_BIT;
	return value;
}

uint32_t faults_flip_write(struct faults *f, uint32_t value)
{
	return faults_take(f, FAULT_FLIP_WRITE) ? value ^ FLIPPED_BIT : value;
}
