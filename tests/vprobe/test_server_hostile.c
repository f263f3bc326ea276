/* SPDX-License-Identifier: MIT */
/* Clients that mean no good, and one nobody here wrote: the server drops the former and goes on serving. */
#include "server_rig.h"

static const uint8_t get_version[STLINK_CMD_LEN] = { STLINK_GET_VERSION };

/* Whatever happened before: somebody can still import the probe and talk to it. */
static void still_serves(const struct server_rig *r)
{
	uint8_t record[USBIP_DEV_LEN], reply[6];
	uint32_t status, actual;
	int fd;

	for (;;) { /* the server has to have seen that the bad one is gone */
		fd = dial(r);
		status = import_device(fd, "1-1", record);
		if (status == USBIP_ST_OK)
			break;
		assert_int_equal(status, USBIP_ST_BUSY);
		close(fd);
	}
	submit_control(fd, 1, (const uint8_t[SETUP_LEN]){ 0, 9, 1 });
	assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, 1, NULL, &actual), USBIP_OK);
	ask(fd, 100, get_version, reply, sizeof(reply));
	close(fd);
}

static void management_nonsense_ends_the_connection(void **state)
{
	static const uint8_t requests[][USBIP_OP_HEADER_LEN] = {
		{ 'G', 'E', 'T', ' ', '/', ' ', 'H', 'T' },
		{ 0x01, 0x06, 0x80, 0x05 }, /* another version */
		{ 0x01, 0x11, 0x80, 0x99 }, /* another request */
	};
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		const int fd = dial(&r);

		say(fd, requests[i], sizeof(requests[i]));
		hear_the_end(fd);
	}
	still_serves(&r);
	server_rig_free(&r);
}

static void transfer_nonsense_ends_the_connection(void **state)
{
	static const struct {
		uint32_t command, direction, ep, length;
	} requests[] = {
		{ 9, 0, 2, 16 },
		{ 0, 0, 0, 0 },
		{ USBIP_CMD_SUBMIT, 7, 2, 16 },
		{ USBIP_CMD_SUBMIT, 0, 99, 16 },
		{ USBIP_CMD_SUBMIT, 0, 2, TRANSFER_MAX + 1 },
		{ USBIP_CMD_SUBMIT, 1, 1, 0xffffffff },
	};
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		uint8_t raw[USBIP_URB_HEADER_LEN];
		const int fd = plug_in(&r);

		put_submit(raw, 1, false, requests[i].ep, requests[i].length);
		put_be32(raw, requests[i].command);
		put_be32(raw + USBIP_URB_DIRECTION, requests[i].direction);
		say(fd, raw, sizeof(raw));
		hear_the_end(fd);
		still_serves(&r);
	}
	server_rig_free(&r);
}

static void more_transfers_than_a_driver_has_end_the_connection(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	int fd = plug_in(&r);

	(void)state;
	for (uint32_t i = 0; i < 2 * QUEUE_MAX_TRANSFERS; i++)
		submit_in(fd, i + 1, 1, 64);
	hear_the_end(fd);
	still_serves(&r);

	fd = plug_in(&r);
	for (uint32_t i = 0; i < 5; i++)
		submit_in(fd, i + 1, 1, TRANSFER_MAX);
	hear_the_end(fd);
	still_serves(&r);
	server_rig_free(&r);
}

static void client_that_leaves_in_the_middle_leaves_nothing(void **state)
{
	static const size_t lengths[] = { 1, 7, 20, 47, 48, 55 };
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		uint8_t raw[USBIP_URB_HEADER_LEN + STLINK_CMD_LEN] = { 0 };
		int fd = plug_in(&r);

		put_submit(raw, 1, false, 2, STLINK_CMD_LEN);
		say(fd, raw, lengths[i]);
		close(fd);
		still_serves(&r);
	}
	server_rig_free(&r);
}

static void client_that_does_not_read_does_not_fill_the_memory(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	static const uint8_t get_descriptor[SETUP_LEN] = { 0x80, 6, 0, 1, 0, 0, 18, 0 };
	uint8_t raw[USBIP_URB_HEADER_LEN];
	const int fd = plug_in(&r);
	unsigned int sent = 0;

	(void)state;
	put_submit(raw, 1, true, 0, 18);
	memcpy(raw + USBIP_URB_SETUP, get_descriptor, SETUP_LEN);
	/* At some point the server takes no more; until then its answers are bounded. */
	while (sent < 200000 && send(fd, raw, sizeof(raw), MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof(raw))
		sent++;
	assert_true(sent < 200000);
	close(fd);
	still_serves(&r);
	server_rig_free(&r);
}

static void crowd_of_idle_clients_keeps_nobody_out(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	int crowd[2 * MAX_CLIENTS];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crowd); i++)
		crowd[i] = dial(&r);
	still_serves(&r);
	for (size_t i = 0; i < ARRAY_SIZE(crowd); i++)
		close(crowd[i]);
	server_rig_free(&r);
}

/* The same bytes in every run. */
static void noise(uint8_t *data, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		data[i] = (uint8_t)(seed >> 24);
	}
}

static void noise_neither_crashes_nor_hangs_it(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8", NULL, false);
	uint8_t data[4096];

	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		const int fd = dial(&r);

		noise(data, sizeof(data), seed);
		say(fd, data, sizeof(data));
		close(fd);
	}
	still_serves(&r);
	server_rig_free(&r);
}

static void noise_in_commands_neither_crashes_nor_hangs_it(void **state)
{
	struct server_rig r = server_rig_new("stm32f103c8,mode=debug", NULL, false);
	const int fd = plug_in(&r);
	uint8_t cmd[STLINK_CMD_LEN];
	uint32_t actual, seqnum = 1000;

	(void)state;
	for (uint32_t seed = 1; seed <= 400; seed++) {
		noise(cmd, sizeof(cmd), seed);
		cmd[0] = STLINK_DEBUG;
		cmd[1] = (uint8_t)(seed & 0x7f);
		submit_out(fd, seqnum, 2, cmd, sizeof(cmd));
		/* Nothing may be in the way of the next one. */
		assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, seqnum++, NULL, &actual), USBIP_OK);
		submit_control(fd, seqnum, (const uint8_t[SETUP_LEN]){ 0, 9, 1 });
		assert_int_equal(hear_ret(fd, USBIP_RET_SUBMIT, seqnum++, NULL, &actual), USBIP_OK);
	}
	close(fd);
	still_serves(&r);
	server_rig_free(&r);
}

static void probe_is_listed_by_usbip_utils(void **state)
{
	static const char program[] = "/usr/sbin/usbip";
	char command[128], text[4096];
	struct server_rig r;
	FILE *out;
	size_t len;

	(void)state;
	if (access(program, X_OK)) {
		print_message("not run: %s is not there, install the package usbip\n", program);
		skip();
	}
	r = server_rig_new("stm32f103c8", "stm32f407vg,probe=v3", true);
	snprintf(command, sizeof(command), "%s --tcp-port %u list -r 127.0.0.1 2>&1", program, r.port);
	out = popen(command, "r");
	assert_non_null(out);
	len = fread(text, 1, sizeof(text) - 1, out);
	text[len] = '\0';
	assert_int_equal(pclose(out), 0);
	if (!strstr(text, "1-1:") || !strstr(text, "(0483:3748)") || !strstr(text, "1-2:") ||
	    !strstr(text, "(0483:374e)"))
		fail_msg("usbip says: %s", text);
	server_rig_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(management_nonsense_ends_the_connection),
		cmocka_unit_test(transfer_nonsense_ends_the_connection),
		cmocka_unit_test(more_transfers_than_a_driver_has_end_the_connection),
		cmocka_unit_test(client_that_leaves_in_the_middle_leaves_nothing),
		cmocka_unit_test(client_that_does_not_read_does_not_fill_the_memory),
		cmocka_unit_test(crowd_of_idle_clients_keeps_nobody_out),
		cmocka_unit_test(noise_neither_crashes_nor_hangs_it),
		cmocka_unit_test(noise_in_commands_neither_crashes_nor_hangs_it),
		cmocka_unit_test(probe_is_listed_by_usbip_utils),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
