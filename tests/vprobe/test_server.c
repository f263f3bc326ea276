/* SPDX-License-Identifier: MIT */
/* The USB/IP server: what is listed and imported, the order of answers, unlinks, and the end of a connection. */
#include "server_rig.h"

static const uint8_t get_version[STLINK_CMD_LEN] = { STLINK_GET_VERSION };
static const uint8_t get_mode[STLINK_CMD_LEN] = { STLINK_GET_CURRENT_MODE };
static const uint8_t dfu_exit[STLINK_CMD_LEN] = { STLINK_DFU, STLINK_DFU_EXIT };

static uint32_t list_devices(int fd, uint8_t *body, size_t len)
{
	static const uint8_t request[USBIP_OP_HEADER_LEN] = { 0x01, 0x11, 0x80, 0x05 };
	static const uint8_t golden[USBIP_OP_HEADER_LEN] = { 0x01, 0x11, 0x00, 0x05 };
	uint8_t header[12];

	say(fd, request, sizeof(request));
	hear(fd, header, sizeof(header));
	assert_memory_equal(header, golden, sizeof(golden));
	hear(fd, body, len);
	hear_the_end(fd);
	return get_be32(header + 8);
}

static void device_list_has_the_published_layout(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", "stm32f407vg,probe=v3", false);
	uint8_t body[USBIP_DEV_LEN + 4 + USBIP_DEV_LEN + 4 * 4];
	const uint8_t *v2 = body, *v3 = body + USBIP_DEV_LEN + 4;
	static const uint8_t vendor[4] = { 0xff, 0xff, 0xff, 0 };

	(void)state;
	assert_int_equal(list_devices(dial(&r), body, sizeof(body)), 2);
	assert_string_equal((const char *)v2 + USBIP_DEV_BUSID, "1-1");
	assert_int_equal(get_be32(v2 + USBIP_DEV_BUSNUM), 1);
	assert_int_equal(get_be32(v2 + USBIP_DEV_DEVNUM), 1);
	assert_int_equal(get_be32(v2 + USBIP_DEV_SPEED), USBIP_SPEED_FULL);
	assert_int_equal(get_be16(v2 + USBIP_DEV_VID), 0x0483);
	assert_int_equal(get_be16(v2 + USBIP_DEV_PID), 0x3748);
	assert_int_equal(v2[USBIP_DEV_N_INTERFACES], 1);
	assert_memory_equal(v2 + USBIP_DEV_LEN, vendor, 4);
	assert_string_equal((const char *)v3 + USBIP_DEV_BUSID, "1-2");
	assert_int_equal(get_be32(v3 + USBIP_DEV_SPEED), USBIP_SPEED_HIGH);
	assert_int_equal(get_be16(v3 + USBIP_DEV_PID), 0x374e);
	assert_int_equal(v3[USBIP_DEV_CLASS], 0xef);
	assert_int_equal(v3[USBIP_DEV_N_INTERFACES], 4);
	server_rig_free(&r);
}

static void busy_device_is_not_listed_and_not_given_away(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", "stm32f407vg", false);
	uint8_t record[USBIP_DEV_LEN], body[USBIP_DEV_LEN + 4];
	const int first = dial(&r), second = dial(&r);

	(void)state;
	assert_int_equal(import_device(first, "1-1", record), USBIP_ST_OK);
	assert_string_equal((const char *)record + USBIP_DEV_BUSID, "1-1");
	assert_int_equal(import_device(second, "1-1", record), USBIP_ST_BUSY);
	hear_the_end(second);
	assert_int_equal(list_devices(dial(&r), body, sizeof(body)), 1);
	assert_string_equal((const char *)body + USBIP_DEV_BUSID, "1-2");
	close(first);
	server_rig_free(&r);
}

static void unknown_busid_is_status_4(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	static const char *const names[] = { "1-2", "1-1x", "", "11111111111111111111111111111111" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		uint8_t record[USBIP_DEV_LEN];
		const int fd = dial(&r);

		assert_int_equal(import_device(fd, names[i], record), USBIP_ST_NODEV);
		hear_the_end(fd);
	}
	server_rig_free(&r);
}

/* The order in which Linux 6.1 asks (vm-full-stack section 6). */
static void kernel_enumerates_it(void **state)
{
	static const struct {
		uint8_t setup[SETUP_LEN];
		int status;
		uint32_t actual;
	} requests[] = {
		{ { 0x80, 6, 0, 1, 0, 0, 64, 0 }, USBIP_OK, 18 },   { { 0x80, 6, 0, 1, 0, 0, 18, 0 }, USBIP_OK, 18 },
		{ { 0x80, 6, 0, 6, 0, 0, 10, 0 }, USBIP_EPIPE, 0 }, { { 0x80, 6, 0, 6, 0, 0, 10, 0 }, USBIP_EPIPE, 0 },
		{ { 0x80, 6, 0, 2, 0, 0, 9, 0 }, USBIP_OK, 9 },     { { 0x80, 6, 0, 2, 0, 0, 39, 0 }, USBIP_OK, 39 },
		{ { 0x80, 6, 0, 3, 0, 0, 255, 0 }, USBIP_OK, 4 },   { { 0x80, 6, 2, 3, 9, 4, 255, 0 }, USBIP_OK, 26 },
		{ { 0x80, 6, 1, 3, 9, 4, 255, 0 }, USBIP_OK, 38 },  { { 0x80, 6, 3, 3, 9, 4, 255, 0 }, USBIP_OK, 50 },
		{ { 0x00, 9, 1, 0, 0, 0, 0, 0 }, USBIP_OK, 0 },     { { 0x80, 6, 4, 3, 9, 4, 255, 0 }, USBIP_EPIPE, 0 },
		{ { 0x80, 8, 0, 0, 0, 0, 1, 0 }, USBIP_OK, 1 },     { { 0x01, 11, 0, 0, 0, 0, 0, 0 }, USBIP_OK, 0 },
		{ { 0x02, 1, 0, 0, 0x81, 0, 0, 0 }, USBIP_OK, 0 },  { { 0x81, 10, 0, 0, 0, 0, 1, 0 }, USBIP_OK, 1 },
	};
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	uint8_t record[USBIP_DEV_LEN];
	const int fd = dial(&r);

	(void)state;
	assert_int_equal(import_device(fd, "1-1", record), USBIP_ST_OK);
	for (uint32_t i = 0; i < ARRAY_SIZE(requests); i++) {
		const bool in = requests[i].setup[0] & 0x80;
		uint8_t data[256];
		uint32_t actual;

		submit_control(fd, i + 1, requests[i].setup);
		assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, i + 1, in ? data : NULL, &actual), requests[i].status);
		assert_int_equal(actual, requests[i].actual);
	}
	close(fd);
	server_rig_free(&r);
}

static void command_goes_through(void **state)
{
	static const uint8_t golden[] = { 0x29, 0x47, 0x83, 0x04, 0x48, 0x37 };
	struct server_rig r = server_rig_new("stm32f103c8,fw=J37S7", NULL, false);
	const int fd = plug_in(&r);
	uint8_t reply[6];

	(void)state;
	ask(fd, 100, get_version, reply, sizeof(reply));
	assert_memory_equal(reply, golden, sizeof(golden));
	close(fd);
	server_rig_free(&r);
}

static void message_may_come_byte_by_byte(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	const int fd = plug_in(&r);
	uint8_t raw[USBIP_URB_HEADER_LEN + STLINK_CMD_LEN];
	uint32_t actual;

	(void)state;
	put_submit(raw, 1, false, 2, STLINK_CMD_LEN);
	memcpy(raw + USBIP_URB_HEADER_LEN, get_version, STLINK_CMD_LEN);
	for (size_t i = 0; i < sizeof(raw); i++)
		say(fd, raw + i, 1);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, NULL, &actual), USBIP_OK);
	assert_int_equal(actual, STLINK_CMD_LEN);
	close(fd);
	server_rig_free(&r);
}

static void pending_input_waits_for_its_data(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	const int fd = plug_in(&r);
	uint8_t reply[6];
	uint32_t actual;

	(void)state;
	submit_in(fd, 1, 1, 6);
	hear_nothing(fd);
	submit_out(fd, 2, 2, get_version, STLINK_CMD_LEN);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 2, NULL, &actual), USBIP_OK);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, reply, &actual), USBIP_OK);
	assert_int_equal(actual, 6);
	close(fd);
	server_rig_free(&r);
}

static void endpoints_do_not_wait_for_each_other(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	const int fd = plug_in(&r);
	uint8_t reply[6];
	uint32_t actual;

	(void)state;
	submit_in(fd, 1, 3, 64); /* SWO: nothing will ever come */
	ask(fd, 100, get_version, reply, sizeof(reply));
	submit_unlink(fd, 2, 1);
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 2, NULL, &actual), USBIP_ECONNRESET);
	close(fd);
	server_rig_free(&r);
}

static void inputs_of_an_endpoint_end_in_order(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	const int fd = plug_in(&r);
	uint8_t reply[6];
	uint32_t actual;

	(void)state;
	submit_in(fd, 1, 1, 6);
	submit_in(fd, 2, 1, 6);
	submit_out(fd, 3, 2, get_version, STLINK_CMD_LEN);
	submit_out(fd, 4, 2, get_mode, STLINK_CMD_LEN);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 3, NULL, &actual), USBIP_OK);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, reply, &actual), USBIP_OK);
	assert_int_equal(actual, 6);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 4, NULL, &actual), USBIP_OK);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 2, reply, &actual), USBIP_OK);
	assert_int_equal(actual, 2);
	close(fd);
	server_rig_free(&r);
}

static void unlinked_transfer_is_never_answered(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	const int fd = plug_in(&r);
	uint8_t reply[6];
	uint32_t actual;

	(void)state;
	submit_in(fd, 1, 1, 6);
	submit_unlink(fd, 2, 1);
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 2, NULL, &actual), USBIP_ECONNRESET);
	submit_unlink(fd, 3, 1);
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 3, NULL, &actual), USBIP_OK);
	ask(fd, 100, get_version, reply, sizeof(reply));
	submit_unlink(fd, 4, 101); /* answered long ago */
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 4, NULL, &actual), USBIP_OK);
	hear_nothing(fd);
	close(fd);
	server_rig_free(&r);
}

static void transfer_that_is_never_answered_can_be_unlinked(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8,fault=timeout@1", NULL, false);
	const int fd = plug_in(&r);
	uint8_t reply[6];
	uint32_t actual;

	(void)state;
	submit_out(fd, 1, 2, get_version, STLINK_CMD_LEN);
	hear_nothing(fd);
	submit_unlink(fd, 2, 1);
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 2, NULL, &actual), USBIP_ECONNRESET);
	ask(fd, 100, get_version, reply, sizeof(reply));
	close(fd);
	server_rig_free(&r);
}

static void closed_connection_is_an_unplugged_probe(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	uint8_t reply[2];
	uint32_t actual;
	int fd = plug_in(&r);

	(void)state;
	submit_out(fd, 1, 2, dfu_exit, STLINK_CMD_LEN);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, NULL, &actual), USBIP_OK);
	ask(fd, 100, get_mode, reply, 2);
	assert_int_equal(reply[0], STLINK_MODE_MASS);
	close(fd);

	/* The slot is free again, as soon as the server has seen it. */
	for (unsigned int i = 0; i < 100; i++) {
		const struct timespec moment = { .tv_nsec = 10000000L };
		uint8_t record[USBIP_DEV_LEN];
		uint32_t status;

		fd = dial(&r);
		status = import_device(fd, "1-1", record);
		close(fd);
		if (status == USBIP_ST_OK)
			break;
		nanosleep(&moment, NULL);
	}
	do
		fd = dial(&r);
	while (import_device(fd, "1-1", (uint8_t[USBIP_DEV_LEN]){ 0 }) != USBIP_ST_OK && !close(fd));
	submit_control(fd, 1, (const uint8_t[SETUP_LEN]){ 0, 9, 1 });
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, NULL, &actual), USBIP_OK);
	ask(fd, 100, get_mode, reply, 2);
	assert_int_equal(reply[0], STLINK_MODE_DFU);
	close(fd);
	server_rig_free(&r);
}

static void unplugged_probe_ends_the_connection(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8,fault=unplug@1", NULL, false);
	const int fd = plug_in(&r);

	(void)state;
	submit_out(fd, 1, 2, get_version, STLINK_CMD_LEN);
	hear_the_end(fd);
	server_rig_free(&r);
}

static void other_devid_is_no_device(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	const int fd = plug_in(&r);
	uint8_t raw[USBIP_URB_HEADER_LEN];
	uint32_t actual;

	(void)state;
	put_submit(raw, 1, true, 1, 6);
	put_be32(raw + USBIP_URB_DEVID, 7);
	say(fd, raw, sizeof(raw));
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, NULL, &actual), USBIP_ENODEV);
	close(fd);
	server_rig_free(&r);
}

static void number_of_packets_is_echoed(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	const int fd = plug_in(&r);
	uint8_t raw[USBIP_URB_HEADER_LEN];

	(void)state;
	put_submit(raw, 1, false, 0, 0);
	put_be32(raw + USBIP_URB_PACKETS, 0xffffffff);
	memcpy(raw + USBIP_URB_SETUP, (const uint8_t[SETUP_LEN]){ 0, 9, 1 }, SETUP_LEN);
	say(fd, raw, sizeof(raw));
	hear(fd, raw, sizeof(raw));
	assert_int_equal(get_be32(raw + USBIP_URB_PACKETS), 0xffffffff);
	close(fd);
	server_rig_free(&r);
}

/* Did the command's own answer and that to an unlink come before the data, which takes 239 ms, could? */
static bool answers_at_once_and_data_late(void)
{
	static const uint8_t enter[STLINK_CMD_LEN] = { STLINK_DEBUG, STLINK_ENTER, STLINK_ENTER_SWD };
	static const uint8_t slow[STLINK_CMD_LEN] = { STLINK_DEBUG, STLINK_SWD_SET_FREQ, 79 }; /* 50 kHz */
	static const uint8_t read_1k[STLINK_CMD_LEN] = { STLINK_DEBUG, STLINK_READMEM_32, 0, 0, 0, 0x20, 0, 4 };
	struct server_rig r = server_rig_new("stm32f103c8,mode=mass,pace=real", NULL, false);
	const int fd = plug_in(&r);
	uint8_t reply[1024];
	uint64_t before, answered;
	uint32_t actual;

	ask(fd, 100, enter, reply, 2);
	ask(fd, 102, slow, reply, 2);
	before = milliseconds();
	submit_out(fd, 104, 2, read_1k, STLINK_CMD_LEN);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 104, NULL, &actual), USBIP_OK);
	submit_in(fd, 105, 1, 1024);
	submit_unlink(fd, 1, 9999);
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 1, NULL, &actual), USBIP_OK);
	answered = milliseconds() - before;
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 105, reply, &actual), USBIP_OK);
	assert_true(milliseconds() - before >= 230); /* 260 transfers of 46 bits at 50 kHz take 239 ms */
	close(fd);
	server_rig_free(&r);
	return answered < 200;
}

/* On a busy machine a quick answer may be seen late, but not each time. */
static void real_pace_answers_when_hardware_would_and_unlinks_at_once(void **state)
{
	unsigned int tries = 200;

	(void)state;
	while (!answers_at_once_and_data_late())
		assert_true(--tries);
}

static const uint8_t enter_swd[STLINK_CMD_LEN] = { STLINK_DEBUG, STLINK_ENTER, STLINK_ENTER_SWD };
static const uint8_t read_kib[STLINK_CMD_LEN] = { STLINK_DEBUG, STLINK_READMEM_32, 0, 0, 0, 0x20, 0, 4 };

static void unlink_overtakes_the_command_that_is_at_work(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8,mode=mass", NULL, false);
	const int fd = plug_in(&r);
	uint8_t together[3 * USBIP_URB_HEADER_LEN + STLINK_CMD_LEN], *at = together;
	uint8_t reply[1024];
	uint32_t actual;

	(void)state;
	ask(fd, 100, enter_swd, reply, 2);
	put_submit(at, 1, false, 2, STLINK_CMD_LEN);
	memcpy(at + USBIP_URB_HEADER_LEN, read_kib, STLINK_CMD_LEN);
	at += USBIP_URB_HEADER_LEN + STLINK_CMD_LEN;
	put_submit(at, 2, true, 1, 1024);
	at += USBIP_URB_HEADER_LEN;
	put_submit(at, 3, false, 0, 0);
	put_be32(at, USBIP_CMD_UNLINK);
	put_be32(at + USBIP_URB_TARGET, 2);
	say(fd, together, sizeof(together));

	/* The reply's request had not even begun. */
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 3, NULL, &actual), USBIP_ECONNRESET);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, NULL, &actual), USBIP_OK);
	submit_in(fd, 4, 1, 1024);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 4, reply, &actual), USBIP_OK);
	assert_int_equal(actual, 1024);
	close(fd);
	server_rig_free(&r);
}

static void command_at_work_can_be_unlinked_itself(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8,mode=mass", NULL, false);
	const int fd = plug_in(&r);
	uint8_t together[3 * USBIP_URB_HEADER_LEN + STLINK_CMD_LEN], *at = together;
	uint8_t reply[1024];
	uint32_t actual;

	(void)state;
	ask(fd, 100, enter_swd, reply, 2);
	put_submit(at, 1, false, 2, STLINK_CMD_LEN);
	memcpy(at + USBIP_URB_HEADER_LEN, read_kib, STLINK_CMD_LEN);
	at += USBIP_URB_HEADER_LEN + STLINK_CMD_LEN;
	for (uint32_t seqnum = 2; seqnum <= 3; seqnum++, at += USBIP_URB_HEADER_LEN) {
		put_submit(at, seqnum, false, 0, 0);
		put_be32(at, USBIP_CMD_UNLINK);
		put_be32(at + USBIP_URB_TARGET, 1);
	}
	say(fd, together, sizeof(together));

	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 2, NULL, &actual), USBIP_ECONNRESET);
	assert_int_equal(hear_ret(fd, USBIP_RET_UNLINK, 3, NULL, &actual), USBIP_OK);
	submit_in(fd, 4, 1, 1024);
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 4, reply, &actual), USBIP_OK);
	close(fd);
	server_rig_free(&r);
}

/* A number of the statistics; the object has to be whole. */
static double statistic(const char *file, const char *name)
{
	char text[8192], key[64];
	FILE *in = fopen(file, "r");
	const char *at;
	size_t len;

	assert_non_null(in);
	len = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[len] = '\0';
	assert_true(text[0] == '{' && !strcmp(text + len - 4, "}\n}\n"));
	snprintf(key, sizeof(key), "\"%s\": ", name);
	at = strstr(text, key);
	assert_non_null(at);
	return strtod(at + strlen(key), NULL);
}

static void flash_and_statistics_are_kept_when_the_client_goes(void **state)
{
	char spec[256], flash[64], stats[64], options[80];
	char folder[] = "/tmp/vprobe-XXXXXX";
	struct server_rig r;
	uint8_t reply[6];
	FILE *in;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(flash, sizeof(flash), "%s/flash.bin", folder);
	snprintf(options, sizeof(options), "%s.options", flash);
	snprintf(stats, sizeof(stats), "%s/stats.json", folder);
	snprintf(spec, sizeof(spec), "stm32f103c8,flash=%s,stats=%s", flash, stats);
	r = server_rig_new(spec, NULL, false);
	fd = plug_in(&r);
	ask(fd, 100, get_version, reply, sizeof(reply));
	ask(fd, 102, get_version, reply, sizeof(reply));
	close(fd);
	server_rig_free(&r);

	in = fopen(flash, "rb");
	assert_non_null(in);
	fseek(in, 0, SEEK_END);
	assert_int_equal(ftell(in), 65536);
	fclose(in);
	assert_int_equal((int)statistic(stats, "usb_transfers"), 4);
	assert_int_equal((int)statistic(stats, "usb_bytes_out"), 32);
	assert_int_equal((int)statistic(stats, "usb_bytes_in"), 12);
	assert_int_equal((int)statistic(stats, "commands"), 2);
	assert_int_equal((int)statistic(stats, "usb_control"), 1);
	assert_int_equal((int)statistic(stats, "anomalies"), 0);
	assert_true(statistic(stats, "virtual_ms") > 0.3 && statistic(stats, "virtual_ms") < 0.6);
	unlink(flash);
	unlink(options);
	unlink(stats);
	rmdir(folder);
}

static void inherited_socket_is_served_and_its_end_is_the_end(void **state)
{
	struct server s = { .quiet = true };
	uint8_t record[USBIP_DEV_LEN];
	int pair[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	rig_add_probe(&s, "stm32f103c8");
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(pair[0]);
		if (server_inherit(&s, pair[1]))
			_exit(9);
		rig_serve(&s);
	}
	server_close(&s);
	close(pair[1]);
	limit_waiting(pair[0]);
	assert_int_equal(import_device(pair[0], "1-1", record), USBIP_ST_OK);
	close(pair[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
}

/* What the bench answers to one line, up to the end of the connection. */
static void bench_answers(const struct server_rig *r, const char *line, char *answer, size_t size)
{
	const struct sockaddr_in addr = { .sin_family = AF_INET,
					  .sin_port = htons((uint16_t)r->bench_port),
					  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t len = 0;
	ssize_t got;

	assert_int_equal(connect(fd, (const struct sockaddr *)&addr, sizeof(addr)), 0);
	limit_waiting(fd);
	say(fd, line, strlen(line));
	while (len + 1 < size && (got = recv(fd, answer + len, size - 1 - len, 0)) > 0)
		len += (size_t)got;
	answer[len] = '\0';
	close(fd);
}

static void bench_tells_what_was_counted_while_a_probe_is_in_use(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", "stm32f407vg", true);
	uint8_t record[USBIP_DEV_LEN];
	const int fd = dial(&r);
	char answer[4096];

	(void)state;
	assert_int_equal(import_device(fd, "1-2", record), USBIP_ST_OK);
	bench_answers(&r, "stats 1-2\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\"part\": \"stm32f407vg\""));
	assert_non_null(strstr(answer, "\"usb_transfers\": 0,"));
	bench_answers(&r, "stats 1-1\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "\"part\": \"stm32f103c8\""));
	close(fd);
	server_rig_free(&r);
}

static void bench_switches_the_supply(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, true);
	char answer[4096];

	(void)state;
	bench_answers(&r, "power 1-1\n", answer, sizeof(answer));
	assert_string_equal(answer, "ok\n");
	server_rig_free(&r);
}

static void bench_lets_time_pass(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, true);
	uint8_t record[USBIP_DEV_LEN];
	char answer[4096];
	int fd;

	(void)state;
	bench_answers(&r, "time 1-1 2000\n", answer, sizeof(answer));
	assert_string_equal(answer, "ok\n");
	bench_answers(&r, "stats 1-1\n", answer, sizeof(answer));
	if (!strstr(answer, "\"firmware_ms\": 1999,"))
		fail_msg("%s", answer);
	bench_answers(&r, "time 1-1 x\n", answer, sizeof(answer));
	assert_string_equal(answer, "error: give milliseconds from 0 to 600000\n");
	bench_answers(&r, "time 1-1\n", answer, sizeof(answer));
	assert_string_equal(answer, "error: give milliseconds from 0 to 600000\n");
	fd = dial(&r);
	assert_int_equal(import_device(fd, "1-1", record), USBIP_ST_OK);
	bench_answers(&r, "time 1-1 1\n", answer, sizeof(answer));
	assert_string_equal(answer, "error: a client has it\n");
	close(fd);
	server_rig_free(&r);
}

static void bench_refuses_what_it_does_not_know(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, true);
	char answer[4096], endless[100];

	(void)state;
	bench_answers(&r, "stats 1-2\n", answer, sizeof(answer));
	assert_string_equal(answer, "error: no probe has that bus id\n");
	bench_answers(&r, "\n", answer, sizeof(answer));
	assert_string_equal(answer, "error: no probe has that bus id\n");
	bench_answers(&r, "dance 1-1\n", answer, sizeof(answer));
	assert_string_equal(answer, "error: the words are: stats BUSID, power BUSID, time BUSID MS\n");
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	bench_answers(&r, endless, answer, sizeof(answer));
	assert_string_equal(answer, "");
	server_rig_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bench_tells_what_was_counted_while_a_probe_is_in_use),
		cmocka_unit_test(bench_switches_the_supply),
		cmocka_unit_test(bench_lets_time_pass),
		cmocka_unit_test(bench_refuses_what_it_does_not_know),
		cmocka_unit_test(device_list_has_the_published_layout),
		cmocka_unit_test(busy_device_is_not_listed_and_not_given_away),
		cmocka_unit_test(unknown_busid_is_status_4),
		cmocka_unit_test(kernel_enumerates_it),
		cmocka_unit_test(command_goes_through),
		cmocka_unit_test(message_may_come_byte_by_byte),
		cmocka_unit_test(pending_input_waits_for_its_data),
		cmocka_unit_test(endpoints_do_not_wait_for_each_other),
		cmocka_unit_test(inputs_of_an_endpoint_end_in_order),
		cmocka_unit_test(unlinked_transfer_is_never_answered),
		cmocka_unit_test(transfer_that_is_never_answered_can_be_unlinked),
		cmocka_unit_test(closed_connection_is_an_unplugged_probe),
		cmocka_unit_test(unplugged_probe_ends_the_connection),
		cmocka_unit_test(other_devid_is_no_device),
		cmocka_unit_test(number_of_packets_is_echoed),
		cmocka_unit_test(real_pace_answers_when_hardware_would_and_unlinks_at_once),
		cmocka_unit_test(unlink_overtakes_the_command_that_is_at_work),
		cmocka_unit_test(command_at_work_can_be_unlinked_itself),
		cmocka_unit_test(flash_and_statistics_are_kept_when_the_client_goes),
		cmocka_unit_test(inherited_socket_is_served_and_its_end_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
