/* SPDX-License-Identifier: MIT */
/* The debug port and the AHB-AP by themselves (ADIv5.2), in front of a real simulated part. */
#include "probe/dap.h"
#include "probe/faults.h"
#include "probe_rig.h"

#define NOWHERE 0x30000000u
#define WORDS   (CSW_SIZE_32 | CSW_ADDRINC_SINGLE | CSW_PROT_DEFAULT)

struct bench {
	struct monitor mon;
	struct chip *chip;
	struct faults faults;
	struct dap dap;
};

static int take_part(struct bench *b, const char *name)
{
	chip_free(b->chip);
	b->chip = chip_new(part_find(name), &b->mon);
	if (!b->chip)
		return -1;
	faults_init(&b->faults, b->chip, &b->mon);
	dap_init(&b->dap, b->chip, &b->mon, &b->faults);
	b->dap.khz = 4000;
	chip_power(b->chip, true);
	dap_line_reset(&b->dap);
	return 0;
}

static int power_on(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	if (!b)
		return -1;
	*state = b;
	return take_part(b, "stm32f103c8");
}

static int power_off(void **state)
{
	struct bench *b = *state;

	chip_free(b->chip);
	free(b);
	return 0;
}

static void power_up(struct bench *b)
{
	assert_int_equal(dap_dp_write(&b->dap, DP_CTRL_STAT, CTRL_POWER_UP), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_CSW, WORDS), DAP_OK);
}

static void power_up_requests_are_acknowledged(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	assert_int_equal(dap_dp_read(&b->dap, DP_CTRL_STAT, &value), DAP_OK);
	assert_int_equal(value & (CTRL_CDBGPWRUPACK | CTRL_CSYSPWRUPACK), 0);
	assert_int_equal(dap_dp_write(&b->dap, DP_CTRL_STAT, CTRL_POWER_UP), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_CTRL_STAT, &value), DAP_OK);
	assert_int_equal(value, CTRL_POWER_UP | CTRL_CDBGPWRUPACK | CTRL_CSYSPWRUPACK);
	assert_int_equal(dap_dp_write(&b->dap, DP_CTRL_STAT, 0), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_CTRL_STAT, &value), DAP_OK);
	assert_int_equal(value, 0);
}

static void access_port_without_power_is_a_sticky_error(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	assert_int_equal(dap_ap_read(&b->dap, AP_CSW, &value), DAP_FAULT);
	assert_int_equal(dap_dp_read(&b->dap, DP_CTRL_STAT, &value), DAP_OK);
	assert_true(value & CTRL_STICKYERR);
}

static void reads_are_posted(void **state)
{
	struct bench *b = *state;
	uint32_t value = 0;

	power_up(b);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_DRW, 0x11111111u), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_DRW, 0x22222222u), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(value, 0x11111111);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, 0x22222222);
}

static void bus_error_sticks_until_abort(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	power_up(b);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, NOWHERE), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK); /* the error shows in the next transfer */
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_FAULT);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_FAULT);
	assert_int_equal(dap_dp_write(&b->dap, DP_SELECT, 0), DAP_FAULT);
	/* What always answers: DPIDR, CTRL/STAT, ABORT */
	assert_int_equal(dap_dp_read(&b->dap, DP_DPIDR, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_CTRL_STAT, &value), DAP_OK);
	assert_true(value & CTRL_STICKYERR);
	assert_int_equal(dap_dp_write(&b->dap, DP_ABORT, ABORT_STKCMPCLR), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_CSW, &value), DAP_FAULT);
	assert_int_equal(dap_dp_write(&b->dap, DP_ABORT, ABORT_STKERRCLR), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_TAR, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, NOWHERE); /* TAR has not moved on */
}

static void bytes_travel_in_the_lane_of_their_address(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	power_up(b);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_DRW, 0), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_CSW, CSW_SIZE_8 | CSW_ADDRINC_SINGLE), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM + 1), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_DRW, 0x99aabbccu), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_DRW, 0x99aabbccu), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_CSW, CSW_SIZE_16), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM + 2), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, 0x00aa0000);
	assert_int_equal(dap_ap_write(&b->dap, AP_CSW, WORDS), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, 0x00aabb00);
}

static void tar_counts_twelve_bits(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	power_up(b);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM + 0x7fc), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_TAR, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, SRAM + 0x800);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM + 0x1ffc), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_TAR, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, SRAM + 0x1000);
}

static void banked_data_registers_reach_around_tar(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	power_up(b);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM + 4), DAP_OK);
	assert_int_equal(dap_dp_write(&b->dap, DP_SELECT, AP_BD0 & 0xf0u), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, 0xc, 0x0badcafeu), DAP_OK); /* BD3 */
	assert_int_equal(dap_ap_read(&b->dap, 0xc, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, 0x0badcafe);
	assert_int_equal(dap_dp_write(&b->dap, DP_SELECT, 0), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM + 12), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, 0x0badcafe);
}

static uint32_t identity(struct bench *b, uint32_t select, uint8_t reg)
{
	uint32_t value;

	assert_int_equal(dap_dp_write(&b->dap, DP_SELECT, select), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, reg, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	return value;
}

static void identity_registers_are_the_parts(void **state)
{
	struct bench *b = *state;

	power_up(b);
	assert_int_equal(identity(b, 0xf0, 0xc), 0x14770011); /* IDR */
	assert_int_equal(identity(b, 0xf0, 0x8), 0xe00ff003); /* BASE */
	assert_int_equal(identity(b, 0x010000f0, 0xc), 0);    /* there is no AP 1 */
}

static void csw_keeps_to_what_is_implemented(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	power_up(b);
	assert_int_equal(dap_ap_write(&b->dap, AP_CSW, WORDS), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_CSW, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(value, WORDS | CSW_DEVICE_EN);
	assert_int_equal(b->mon.n_anomalies, 0);
	assert_int_equal(dap_ap_write(&b->dap, AP_CSW, CSW_SIZE_32 | CSW_ADDRINC_PACKED), DAP_OK);
	assert_int_equal(dap_ap_write(&b->dap, AP_CSW, 3), DAP_OK);
	assert_int_equal(b->mon.n_anomalies, 2);
}

static void misaligned_access_is_an_anomaly_and_an_error(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	power_up(b);
	assert_int_equal(dap_ap_write(&b->dap, AP_TAR, SRAM + 2), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, AP_DRW, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_FAULT);
	assert_int_equal(b->mon.n_anomalies, 1);
}

static void lost_power_is_no_answer_until_a_line_reset(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	power_up(b);
	chip_power(b->chip, false);
	assert_int_equal(dap_dp_read(&b->dap, DP_DPIDR, &value), DAP_NO_ANSWER);
	chip_power(b->chip, true);
	assert_int_equal(dap_dp_read(&b->dap, DP_DPIDR, &value), DAP_NO_ANSWER);
	dap_line_reset(&b->dap);
	assert_int_equal(dap_dp_read(&b->dap, DP_CTRL_STAT, &value), DAP_OK);
	assert_int_equal(value, 0);
}

static void every_transfer_takes_46_bits(void **state)
{
	struct bench *b = *state;
	uint32_t value;

	assert_int_equal(dap_dp_read(&b->dap, DP_DPIDR, &value), DAP_OK);
	assert_int_equal(b->mon.spent_ns[SPENT_SWD], 11500);
	b->dap.khz = 950;
	assert_int_equal(dap_dp_read(&b->dap, DP_DPIDR, &value), DAP_OK);
	assert_int_equal(b->mon.spent_ns[SPENT_SWD], 11500 + 48421);
	assert_int_equal(b->mon.swd_transfers, 2);
}

static uint32_t ap_register(struct bench *b, uint8_t reg)
{
	uint32_t value = 0;

	assert_int_equal(dap_dp_write(&b->dap, DP_SELECT, reg & 0xf0u), DAP_OK);
	assert_int_equal(dap_ap_read(&b->dap, reg & 0xcu, &value), DAP_OK);
	assert_int_equal(dap_dp_read(&b->dap, DP_RDBUFF, &value), DAP_OK);
	assert_int_equal(dap_dp_write(&b->dap, DP_SELECT, 0), DAP_OK);
	return value;
}

/* flash-f0f3f2f7 fact sheet sections 1 and 6.2: what is written behind a block goes to its beginning, without
 * an error. */
static void each_core_has_its_own_port(void **state)
{
	static const struct {
		const char *part;
		uint32_t dpidr, idr, base, block;
	} cases[] = {
		{ "stm32f051r8", 0x0bb11477, 0x04770021, 0xe00ff003, 0x400 },
		{ "stm32f103c8", 0x1ba01477, 0x14770011, 0xe00ff003, 0x1000 },
		{ "stm32f207zg", 0x2ba01477, 0x24770011, 0xe00ff003, 0x1000 },
		{ "stm32f303vc", 0x2ba01477, 0x24770011, 0xe00ff003, 0x1000 },
		{ "stm32f746zg", 0x5ba02477, 0x74770001, 0xe00fd003, 0x400 },
	};
	struct bench *b = *state;
	uint32_t value;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(take_part(b, cases[i].part), 0);
		power_up(b);
		assert_int_equal(dap_dp_read(&b->dap, DP_DPIDR, &value), DAP_OK);
		assert_int_equal(value, cases[i].dpidr);
		assert_int_equal(ap_register(b, AP_IDR), cases[i].idr);
		assert_int_equal(ap_register(b, AP_BASE), cases[i].base);
		assert_int_equal(dap_ap_write(&b->dap, AP_TAR, 0x20000000 + cases[i].block - 4), DAP_OK);
		assert_int_equal(dap_ap_write(&b->dap, AP_DRW, 1), DAP_OK);
		assert_int_equal(ap_register(b, AP_TAR), 0x20000000);
		assert_int_equal(b->mon.n_anomalies, 0);
	}
}

int main(void)
{
#define BENCH_TEST(test) cmocka_unit_test_setup_teardown(test, power_on, power_off)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(power_up_requests_are_acknowledged),
		BENCH_TEST(access_port_without_power_is_a_sticky_error),
		BENCH_TEST(reads_are_posted),
		BENCH_TEST(bus_error_sticks_until_abort),
		BENCH_TEST(bytes_travel_in_the_lane_of_their_address),
		BENCH_TEST(tar_counts_twelve_bits),
		BENCH_TEST(banked_data_registers_reach_around_tar),
		BENCH_TEST(identity_registers_are_the_parts),
		BENCH_TEST(csw_keeps_to_what_is_implemented),
		BENCH_TEST(misaligned_access_is_an_anomaly_and_an_error),
		BENCH_TEST(lost_power_is_no_answer_until_a_line_reset),
		BENCH_TEST(every_transfer_takes_46_bits),
		BENCH_TEST(each_core_has_its_own_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
