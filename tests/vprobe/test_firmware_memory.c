/* SPDX-License-Identifier: MIT */
/* Memory, debug register and core register commands of the virtual ST-LINK, and what they cost. */
#include <time.h>

#include "probe_rig.h"

#define NOWHERE 0x30000000u /* no memory there */
#define AIRCR   0xe000ed0cu
#define CPUID   0xe000ed00u

static void words_come_back(void **state)
{
	static const uint8_t golden[] = { 0xf2, 0x07, 0x00, 0x00, 0x00, 0x20, 0x08, 0x00, 0, 0, 0, 0, 0, 0, 0, 0 };
	const uint8_t data[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct rig r = rig_debug("stm32f103c8");
	uint8_t buf[8];

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, data, 8), STLINK_ST_OK);
	rig_ask(&r, golden, buf, 8);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	assert_memory_equal(buf, data, 8);
	rig_free(&r);
}

static void widths_meet_in_the_same_bytes(void **state)
{
	const uint8_t bytes[3] = { 0x11, 0x22, 0x33 };
	const uint8_t halves[4] = { 0x44, 0x55, 0x66, 0x77 };
	const uint8_t expected[8] = { 0, 0x11, 0x22, 0x33, 0, 0, 0x44, 0x55 };
	const uint8_t zero[12] = { 0 };
	struct rig r = rig_debug("stm32f103c8");
	uint8_t buf[8];

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, zero, 12), STLINK_ST_OK);
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_8, SRAM + 1, bytes, 3), STLINK_ST_OK);
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_16, SRAM + 6, halves, 4), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 8), STLINK_ST_OK);
	assert_memory_equal(buf, expected, 8);
	assert_int_equal(rig_read(&r, STLINK_READMEM_16, SRAM + 6, buf, 4), STLINK_ST_OK);
	assert_memory_equal(buf, halves, 4);
	assert_int_equal(rig_read(&r, STLINK_READMEM_8, SRAM + 1, buf, 3), STLINK_ST_OK);
	assert_memory_equal(buf, bytes, 3);
	rig_free(&r);
}

static void one_byte_comes_as_two(void **state)
{
	const uint8_t word[4] = { 0xaa, 0xbb, 0xcc, 0xdd };
	struct rig r = rig_debug("stm32f103c8");
	uint8_t buf[2];

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, word, 4), STLINK_ST_OK);
	rig_ask(&r, CMD(0xf2, STLINK_READMEM_8, LE32_OF(SRAM + 2), 1, 0), buf, 2);
	assert_int_equal(buf[0], 0xcc);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	rig_free(&r);
}

static void request_for_one_byte_overflows(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t buf[2];
	size_t actual;

	(void)state;
	rig_send(&r, CMD(0xf2, STLINK_READMEM_8, LE32_OF(SRAM), 1, 0));
	assert_int_equal(rig_in(&r, buf, 1, &actual), USBIP_EOVERFLOW);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	rig_free_anomalies(&r, 1, "IN request of 1 bytes");
}

static void blocks_cross_the_kib_where_tar_wraps(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t data[6144], back[6144];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 31 + (i >> 8));
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM + 0x100, data, sizeof(data)), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM + 0x100, back, sizeof(back)), STLINK_ST_OK);
	assert_memory_equal(back, data, sizeof(data));
	rig_free(&r);
}

static void without_increment_one_word_takes_all(void **state)
{
	const uint8_t data[12] = { 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0 };
	const uint8_t zero[8] = { 0 };
	struct rig r = rig_debug("stm32f103c8,fw=J32S7");
	uint8_t buf[8];

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, zero, 8), STLINK_ST_OK);
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32_NO_ADDR_INC, SRAM, data, 12), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 8), STLINK_ST_OK);
	assert_int_equal(get_le32(buf), 3);
	assert_int_equal(get_le32(buf + 4), 0);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32_NO_ADDR_INC, SRAM, buf, 8), STLINK_ST_OK);
	assert_int_equal(get_le32(buf + 4), 3);
	rig_free(&r);
}

static void fault_is_told_with_its_address(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	const uint32_t past_the_end = SRAM + chip_part(r.chip)->ram_size;
	uint8_t buf[16], reply[12];

	(void)state;
	rig_ask(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(past_the_end - 8), 16, 0), buf, 16);
	rig_ask(&r, CMD(0xf2, STLINK_GETLASTRWSTATUS2), reply, sizeof(reply));
	assert_int_equal(reply[0], STLINK_ST_AP_FAULT);
	assert_int_equal(get_le32(reply + 4), past_the_end);
	/* The next command heals what sticks. */
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 4), STLINK_ST_OK);
	rig_free(&r);
}

static void faulted_write_is_told_too(void **state)
{
	const uint8_t data[8] = { 0 };
	struct rig r = rig_debug("stm32f103c8");

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, NOWHERE, data, 8), STLINK_ST_AP_FAULT);
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, data, 8), STLINK_ST_OK);
	rig_free(&r);
}

static void debug_register_of_nowhere_faults(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint32_t value;

	(void)state;
	assert_int_equal(rig_read_word(&r, NOWHERE, &value), STLINK_ST_AP_FAULT);
	assert_int_equal(rig_status(&r, CMD(0xf2, STLINK_WRITEDEBUGREG, LE32_OF(NOWHERE), 0)), STLINK_ST_AP_FAULT);
	assert_int_equal(rig_read_word(&r, CPUID, &value), STLINK_ST_OK);
	assert_int_equal(value, chip_part(r.chip)->cpuid);
	rig_free(&r);
}

static void misaligned_commands_are_0a_and_an_anomaly(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t buf[8];
	uint32_t value;

	(void)state;
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM + 2, buf, 4), STLINK_ST_ALIGNMENT);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 6), STLINK_ST_ALIGNMENT);
	assert_int_equal(rig_read(&r, STLINK_READMEM_16, SRAM + 1, buf, 2), STLINK_ST_ALIGNMENT);
	assert_int_equal(rig_read_word(&r, SRAM + 1, &value), STLINK_ST_ALIGNMENT);
	rig_free_anomalies(&r, 4, "not aligned");
}

static void too_long_is_refused(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t buf[6148];

	(void)state;
	assert_int_equal(rig_read(&r, STLINK_READMEM_8, SRAM, buf, 65), STLINK_ST_CMD_ERROR);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM, buf, 6148), STLINK_ST_CMD_ERROR);
	rig_free_anomalies(&r, 2, "65 bytes, at most 64");
}

static void v3_reads_512_bytes_only_on_paper(void **state)
{
	struct rig r = rig_debug("stm32f103c8,probe=v3,fw=J7M2");
	uint8_t buf[512] = { 0 };

	(void)state;
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_8, SRAM, buf, 512), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_8, SRAM, buf, 255), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_8, SRAM, buf, 256), STLINK_ST_CMD_ERROR);
	rig_free_anomalies(&r, 1, "256 bytes, at most 255");
}

static void write_beyond_6144_is_streamed(void **state)
{
	struct rig r = rig_debug("stm32f407vg");
	uint8_t data[32768], back[16];

	(void)state;
	memset(data, 0x5a, sizeof(data));
	assert_int_equal(rig_write(&r, STLINK_WRITEMEM_32, SRAM, data, sizeof(data)), STLINK_ST_OK);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, SRAM + 32768 - 16, back, 16), STLINK_ST_OK);
	assert_memory_equal(back, data, 16);
	rig_free(&r);
}

static void command_of_no_length_is_an_anomaly(void **state)
{
	struct rig r = rig_debug("stm32f103c8");

	(void)state;
	rig_send(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 0, 0));
	assert_int_equal(rig_rw_status(&r), STLINK_ST_CMD_ERROR);
	rig_free_anomalies(&r, 1, "no length");
}

static void unread_status_is_counted_and_an_anomaly_when_strict(void **state)
{
	struct rig lax = rig_debug("stm32f103c8");
	struct rig strict = rig_debug("stm32f103c8,strict=1");
	uint8_t word[4];

	(void)state;
	rig_status(&strict, CMD(0xf2, STLINK_INIT_AP, 0));
	rig_ask(&lax, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 4, 0), word, 4);
	assert_int_equal(rig_read(&lax, STLINK_READMEM_32, SRAM, word, 4), STLINK_ST_OK);
	rig_ask(&strict, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 4, 0), word, 4);
	assert_int_equal(rig_read(&strict, STLINK_READMEM_32, SRAM, word, 4), STLINK_ST_OK);
	rig_free(&lax);
	rig_free_anomalies(&strict, 1, "was not fetched");
}

static void command_of_another_length_is_an_anomaly(void **state)
{
	static const uint8_t short_one[10] = { STLINK_GET_CURRENT_MODE };
	struct rig r = rig_new("stm32f103c8");
	uint8_t reply[2];
	size_t actual;

	(void)state;
	assert_int_equal(rig_out(&r, short_one, sizeof(short_one)), USBIP_OK);
	assert_int_equal(rig_in(&r, reply, 2, &actual), USBIP_OK);
	rig_free_anomalies(&r, 1, "command of 10 bytes");
}

static void reply_left_behind_is_what_comes_next(void **state)
{
	struct rig r = rig_new("stm32f103c8,fw=J37S7");
	uint8_t reply[6];
	size_t actual;

	(void)state;
	rig_send(&r, CMD(STLINK_GET_CURRENT_MODE));
	rig_send(&r, CMD(STLINK_GET_VERSION));
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_OK);
	assert_int_equal(actual, 2);
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_OK);
	assert_int_equal(actual, 6);
	assert_int_equal(reply[0], 0x29);
	rig_free_anomalies(&r, 1, "was not fetched");
}

static void data_beyond_the_announced_length_is_an_anomaly(void **state)
{
	const uint8_t data[12] = { 0 };
	struct rig r = rig_debug("stm32f103c8");

	(void)state;
	rig_send(&r, CMD(0xf2, STLINK_WRITEMEM_32, LE32_OF(SRAM), 8, 0));
	assert_int_equal(rig_out(&r, data, 12), USBIP_OK);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	rig_free_anomalies(&r, 1, "4 bytes more");
}

static void missing_data_swallows_the_next_command(void **state)
{
	const uint8_t data[8] = { 0 };
	struct rig r = rig_debug("stm32f103c8");

	(void)state;
	rig_send(&r, CMD(0xf2, STLINK_WRITEMEM_32, LE32_OF(SRAM), 24, 0));
	assert_int_equal(rig_out(&r, data, 8), USBIP_OK);
	rig_send(&r, CMD(STLINK_GET_CURRENT_MODE)); /* bytes 8 to 23 of the data */
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	rig_free_anomalies(&r, 1, "short packet");
}

static void csw_bytes_before_j32_are_an_anomaly(void **state)
{
	struct rig r = rig_debug("stm32f103c8,fw=J29S7");
	uint8_t word[4];

	(void)state;
	rig_ask(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 4, 0, 0, 0, 0, 0x23), word, 4);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	rig_free_anomalies(&r, 1, "before J32");
}

static void memory_of_an_ap_that_was_not_opened_is_refused(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t word[4];

	(void)state;
	rig_ask(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 4, 0, 1), word, 4);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_BAD_AP);
	rig_free_anomalies(&r, 1, "AP 1");
}

static void core_registers_are_written_and_read(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t reply[88];

	(void)state;
	assert_int_equal(rig_status(&r, CMD(0xf2, STLINK_WRITEREG, 5, LE32_OF(0x12345678u))), STLINK_ST_OK);
	assert_int_equal(rig_status(&r, CMD(0xf2, STLINK_WRITEREG, STLINK_REG_MSP, LE32_OF(0x20000400u))),
			 STLINK_ST_OK);
	rig_ask(&r, CMD(0xf2, STLINK_READREG, 5), reply, 8);
	assert_int_equal(reply[0], STLINK_ST_OK);
	assert_int_equal(get_le32(reply + 4), 0x12345678);
	rig_ask(&r, CMD(0xf2, STLINK_READALLREGS), reply, 88);
	assert_int_equal(reply[0], STLINK_ST_OK);
	assert_int_equal(get_le32(reply + 4 + 4 * 5), 0x12345678);
	assert_int_equal(get_le32(reply + 4 + 4 * STLINK_REG_MSP), 0x20000400);
	rig_free(&r);
}

static void fpu_registers_begin_with_j15(void **state)
{
	struct rig r = rig_debug("stm32f407vg,fw=J14S4");
	uint8_t reply[8];

	(void)state;
	rig_ask(&r, CMD(0xf2, STLINK_READREG, 0x21), reply, 8);
	assert_int_equal(reply[0], STLINK_ST_CMD_ERROR);
	rig_free_anomalies(&r, 1, "core register 33");
}

static void batch_writes_and_reads(void **state)
{
	struct rig r = rig_debug("stm32f103c8,fw=J32S7");
	uint8_t data[16] = { 1, 2, 3 }; /* ADDRESS, WRITE, READ, padding */
	uint8_t reply[24];

	(void)state;
	put_le32(data + 4, SRAM);
	put_le32(data + 8, 0xcafe1234u);
	put_le32(data + 12, SRAM);
	rig_send(&r, CMD(0xf2, STLINK_RW_MISC_OUT, 3));
	assert_int_equal(rig_out(&r, data, sizeof(data)), USBIP_OK);
	rig_ask(&r, CMD(0xf2, STLINK_RW_MISC_IN), reply, sizeof(reply));
	assert_int_equal(get_le32(reply + 8), 0xcafe1234u);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(get_le32(reply + 12 + 4 * i), STLINK_ST_OK);
	rig_free(&r);
}

static void batch_beyond_the_buffer_is_an_anomaly(void **state)
{
	struct rig r = rig_debug("stm32f103c8,fw=J32S7");

	(void)state;
	rig_send(&r, CMD(0xf2, STLINK_RW_MISC_OUT, 65));
	assert_int_equal(rig_status(&r, CMD(0xf2, STLINK_RW_MISC_IN)), STLINK_ST_CMD_ERROR);
	rig_free_anomalies(&r, 2, "65 items, at most 64");
}

static void resetsys_resets_the_target(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	const uint64_t before = r.mon->resets;

	(void)state;
	assert_int_equal(rig_status(&r, CMD(0xf2, STLINK_RESETSYS)), STLINK_ST_OK);
	chip_sync(r.chip);
	assert_int_equal(r.mon->resets, before + 1);
	rig_free(&r);
}

/* What one command costs, from its submission to the end of its reply. */
static uint64_t cost(struct rig *r, const uint8_t *cmd, size_t reply_len)
{
	const uint64_t before = r->mon->now_ns;
	uint8_t reply[6144];

	rig_ask(r, cmd, reply, reply_len);
	return r->mon->now_ns - before;
}

#define TURNAROUND 60000u
#define PACKET     52600u
#define DISPATCH   30000u
#define SWD_4000   (11500u + 7800u)

static void commands_cost_what_the_model_says(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	const uint64_t bare = TURNAROUND + 2 * PACKET + DISPATCH;
	uint64_t swd;

	(void)state;
	assert_int_equal(rig_status(&r, CMD(0xf2, STLINK_SWD_SET_FREQ, 0, 0)), STLINK_ST_OK);
	assert_int_equal(cost(&r, CMD(STLINK_GET_CURRENT_MODE), 2), bare);
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_READDEBUGREG, LE32_OF(CPUID)), 8), bare + 4 * SWD_4000);
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_WRITEDEBUGREG, LE32_OF(SRAM)), 2), bare + 4 * SWD_4000);
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_READREG, 0), 8), bare + 8 * SWD_4000);
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_WRITEREG, 0), 2), bare + 8 * SWD_4000);
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_READ_DAP_REG, 0, 0, 0xfc), 8), bare + 3 * SWD_4000);
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_READ_DAP_REG, 0xff, 0xff, 4), 8), bare + 3 * SWD_4000);
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_READ_DAP_REG, 0, 0, 0), 8), bare + 3 * SWD_4000);

	swd = r.mon->swd_transfers;
	assert_int_equal(cost(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), LE16_OF(6144)), 6144),
			 TURNAROUND + DISPATCH + 97 * PACKET + (1536 + 4) * SWD_4000);
	assert_int_equal(r.mon->swd_transfers - swd, 1536 + 4);
	rig_rw_status(&r);
	rig_free(&r);
}

static void writing_overlaps_the_wire(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t data[6144] = { 0 };
	uint64_t before;

	(void)state;
	assert_int_equal(rig_status(&r, CMD(0xf2, STLINK_SWD_SET_FREQ, 0, 0)), STLINK_ST_OK);
	before = r.mon->now_ns;
	rig_send(&r, CMD(0xf2, STLINK_WRITEMEM_32, LE32_OF(SRAM), LE16_OF(6144)));
	assert_int_equal(rig_out(&r, data, sizeof(data)), USBIP_OK);
	/* 16 words of a packet take longer than the next packet: of the wire, command and first packet count. The host
	 * turns around while the command is worked on. */
	assert_int_equal(r.mon->now_ns - before,
			 TURNAROUND + PACKET + DISPATCH + 2 * SWD_4000 + PACKET + (1536 + 2) * SWD_4000);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	rig_free(&r);
}

static void queued_reply_costs_no_turnaround_and_a_late_one_does(void **state)
{
	struct rig r = rig_new("stm32f103c8");
	struct bulk late = { .ep = r.ep_in, .in = true, .len = 2 };
	uint8_t reply[2];
	uint64_t before;

	(void)state;
	late.data = reply;
	before = r.mon->now_ns;
	rig_send(&r, CMD(STLINK_GET_CURRENT_MODE));
	device_submit(r.probe, &late, false);
	assert_int_equal(device_bulk(r.probe, &late), USBIP_OK);
	/* 30 of the host's 60 us pass while the firmware works. */
	assert_int_equal(r.mon->now_ns - before, TURNAROUND + PACKET + TURNAROUND + PACKET);
	rig_free(&r);
}

static uint64_t sleep_counted(const char *spec)
{
	const struct timespec pause = { .tv_nsec = 40000000L };
	struct rig r = rig_new(spec);
	uint64_t slept;

	device_answered(r.probe);
	nanosleep(&pause, NULL);
	rig_send(&r, CMD(STLINK_GET_CURRENT_MODE));
	slept = r.mon->spent_ns[SPENT_SLEEP];
	rig_free(&r);
	return slept;
}

static void pauses_count_as_sleep_where_they_are_asked_to(void **state)
{
	(void)state;
	assert_int_equal(sleep_counted("stm32f103c8"), 0);
	assert_int_equal(sleep_counted("stm32f103c8,gaps=60000"), 0);
	assert_in_range(sleep_counted("stm32f103c8,gaps=20"), 39000000u, UINT64_MAX);
	assert_in_range(sleep_counted("stm32f103c8,gaps=500us"), 39000000u, UINT64_MAX);
	assert_in_range(sleep_counted("stm32f103c8,pace=real"), 39000000u, UINT64_MAX);
}

static void put_word(struct rig *r, uint32_t addr, uint32_t value)
{
	uint8_t word[4];

	put_le32(word, value);
	assert_int_equal(rig_write(r, STLINK_WRITEMEM_32, addr, word, 4), STLINK_ST_OK);
}

/* PM0075 2.3.4: what FLASH_SR says right after a page erase has begun. */
static uint32_t status_after_erase(const char *spec)
{
	const uint32_t flash = 0x40022000u, per = 1u << 1, strt = 1u << 6;
	struct rig r = rig_debug(spec);
	uint8_t sr[4];

	put_word(&r, flash + 0x04, 0x45670123u);
	put_word(&r, flash + 0x04, 0xcdef89abu);
	put_word(&r, flash + 0x10, per);
	put_word(&r, flash + 0x14, 0x08000000u);
	put_word(&r, flash + 0x10, per | strt);
	assert_int_equal(rig_read(&r, STLINK_READMEM_32, flash + 0x0c, sr, 4), STLINK_ST_OK);
	rig_free(&r);
	return get_le32(sr);
}

static void patient_host_asks_when_the_flash_is_done(void **state)
{
	(void)state;
	assert_int_equal(status_after_erase("stm32f103c8") & 1u, 1);
	assert_int_equal(status_after_erase("stm32f103c8,patience=30") & 1u, 1); /* a page takes 20 ms */
	assert_int_equal(status_after_erase("stm32f103c8,patience=10") & 1u, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_come_back),
		cmocka_unit_test(widths_meet_in_the_same_bytes),
		cmocka_unit_test(one_byte_comes_as_two),
		cmocka_unit_test(request_for_one_byte_overflows),
		cmocka_unit_test(blocks_cross_the_kib_where_tar_wraps),
		cmocka_unit_test(without_increment_one_word_takes_all),
		cmocka_unit_test(fault_is_told_with_its_address),
		cmocka_unit_test(faulted_write_is_told_too),
		cmocka_unit_test(debug_register_of_nowhere_faults),
		cmocka_unit_test(misaligned_commands_are_0a_and_an_anomaly),
		cmocka_unit_test(too_long_is_refused),
		cmocka_unit_test(v3_reads_512_bytes_only_on_paper),
		cmocka_unit_test(write_beyond_6144_is_streamed),
		cmocka_unit_test(command_of_no_length_is_an_anomaly),
		cmocka_unit_test(unread_status_is_counted_and_an_anomaly_when_strict),
		cmocka_unit_test(command_of_another_length_is_an_anomaly),
		cmocka_unit_test(reply_left_behind_is_what_comes_next),
		cmocka_unit_test(data_beyond_the_announced_length_is_an_anomaly),
		cmocka_unit_test(missing_data_swallows_the_next_command),
		cmocka_unit_test(csw_bytes_before_j32_are_an_anomaly),
		cmocka_unit_test(memory_of_an_ap_that_was_not_opened_is_refused),
		cmocka_unit_test(core_registers_are_written_and_read),
		cmocka_unit_test(fpu_registers_begin_with_j15),
		cmocka_unit_test(batch_writes_and_reads),
		cmocka_unit_test(batch_beyond_the_buffer_is_an_anomaly),
		cmocka_unit_test(resetsys_resets_the_target),
		cmocka_unit_test(commands_cost_what_the_model_says),
		cmocka_unit_test(writing_overlaps_the_wire),
		cmocka_unit_test(pauses_count_as_sleep_where_they_are_asked_to),
		cmocka_unit_test(patient_host_asks_when_the_flash_is_done),
		cmocka_unit_test(queued_reply_costs_no_turnaround_and_a_late_one_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
