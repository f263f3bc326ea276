/* SPDX-License-Identifier: MIT */
/* The virtual ST-LINK as a USB device: descriptors, endpoint 0, halts, replies in packets. */
#include "probe_rig.h"

static size_t get_descriptor(struct rig *r, uint8_t type, uint8_t index, uint8_t *data, uint16_t len, int expected)
{
	const uint8_t setup[SETUP_LEN] = { 0x80, 6, index, type, 0, 0, LE16_OF(len) };
	size_t actual;

	assert_int_equal(rig_control(r, setup, data, CONTROL_IN_MAX, &actual), expected);
	return actual;
}

static void v2_descriptors_are_a_genuine_ones(void **state)
{
	static const uint8_t device[] = { 18, 1, 0, 2, 0, 0, 0, 64, 0x83, 4, 0x48, 0x37, 0, 1, 1, 2, 3, 1 };
	static const uint8_t config[] = {
		9,    2, 39, 0, 1, 1, 0, 0x80, 50, 9,  4, 0, 0, 3, 0xff, 0xff, 0xff, 0, 7, 5,
		0x81, 2, 64, 0, 0, 7, 5, 0x02, 2,  64, 0, 0, 7, 5, 0x83, 2,    64,   0, 0,
	};
	struct rig r = rig_new("stm32f103c8");
	uint8_t data[CONTROL_IN_MAX];

	(void)state;
	assert_int_equal(get_descriptor(&r, 1, 0, data, 64, USBIP_OK), sizeof(device));
	assert_memory_equal(data, device, sizeof(device));
	assert_int_equal(get_descriptor(&r, 2, 0, data, 255, USBIP_OK), sizeof(config));
	assert_memory_equal(data, config, sizeof(config));
	assert_int_equal(get_descriptor(&r, 2, 0, data, 9, USBIP_OK), 9);
	rig_free(&r);
}

/* A configuration whose parts fit: lengths add up, each interface has the endpoints it announces. */
static void check_configuration(const char *spec, uint16_t mps, unsigned int interfaces)
{
	struct rig r = rig_new(spec);
	uint8_t data[CONTROL_IN_MAX];
	const size_t len = get_descriptor(&r, 2, 0, data, 512, USBIP_OK);
	unsigned int n_interfaces = 0, missing = 0;

	assert_int_equal(get_le16(data + 2), len);
	for (size_t at = 0; at < len; at += data[at]) {
		assert_true(data[at] >= 2 && at + data[at] <= len);
		if (data[at + 1] == 4) {
			assert_int_equal(missing, 0);
			assert_int_equal(data[at + 2], n_interfaces++);
			missing = data[at + 4];
		}
		if (data[at + 1] == 5) {
			missing--;
			if (data[at + 2] == r.ep_out || data[at + 2] == (0x80u | r.ep_in))
				assert_int_equal(get_le16(data + at + 4), mps);
		}
	}
	assert_int_equal(missing, 0);
	assert_int_equal(data[4], n_interfaces);
	assert_int_equal(n_interfaces, interfaces);
	rig_free(&r);
}

static void configurations_add_up(void **state)
{
	(void)state;
	check_configuration("stm32f103c8", 64, 1);
	check_configuration("stm32f103c8,probe=v2-1", 64, 4);
	check_configuration("stm32f103c8,probe=v3", 512, 4);
}

/* lsusb dumps of openocd's documentation: the trace, the notifications, and both ends of the serial port */
static void check_endpoint(const char *spec, uint8_t address, uint16_t mps, uint8_t interval)
{
	struct rig r = rig_new(spec);
	uint8_t data[CONTROL_IN_MAX];
	const size_t len = get_descriptor(&r, 2, 0, data, 512, USBIP_OK);
	unsigned int found = 0;

	for (size_t at = 0; at < len; at += data[at]) {
		if (data[at + 1] != 5 || data[at + 2] != address)
			continue;
		assert_int_equal(get_le16(data + at + 4), mps);
		assert_int_equal(data[at + 6], interval);
		found++;
	}
	assert_int_equal(found, 1);
	rig_free(&r);
}

static void the_other_endpoints_are_those_of_genuine_probes(void **state)
{
	(void)state;
	check_endpoint("stm32f103c8,probe=v2-1", 0x82, 32, 0);
	check_endpoint("stm32f103c8,probe=v2-1", 0x84, 2, 255);
	check_endpoint("stm32f103c8,probe=v2-1", 0x05, 8, 0);
	check_endpoint("stm32f103c8,probe=v2-1", 0x85, 16, 0);
	check_endpoint("stm32f103c8,probe=v3", 0x82, 512, 0);
	check_endpoint("stm32f103c8,probe=v3", 0x84, 10, 16);
	check_endpoint("stm32f103c8,probe=v3", 0x05, 512, 0);
	check_endpoint("stm32f103c8,probe=v3", 0x85, 512, 0);
}

static void only_the_high_speed_probe_has_a_qualifier(void **state)
{
	static const uint8_t golden[] = { 10, 6, 0, 2, 0xef, 2, 1, 64, 1, 0 };
	struct rig v2 = rig_new("stm32f103c8");
	struct rig v3 = rig_new("stm32f103c8,probe=v3");
	uint8_t data[CONTROL_IN_MAX];

	(void)state;
	get_descriptor(&v2, 6, 0, data, 10, USBIP_EPIPE);
	assert_int_equal(get_descriptor(&v3, 6, 0, data, 10, USBIP_OK), sizeof(golden));
	assert_memory_equal(data, golden, sizeof(golden));
	rig_free(&v2);
	rig_free(&v3);
}

static void serial_number_is_24_digits(void **state)
{
	struct rig r = rig_new("stm32f103c8,serial=57FF72067265575742132067");
	uint8_t data[CONTROL_IN_MAX];

	(void)state;
	assert_int_equal(get_descriptor(&r, 3, 3, data, 255, USBIP_OK), 50);
	assert_int_equal(data[0], 50);
	assert_int_equal(data[2], '5');
	assert_int_equal(data[48], '7');
	rig_free(&r);
}

static void raw_serial_number_is_the_bytes_themselves(void **state)
{
	/* stlink-protocol section 2 */
	static const uint8_t golden[] = { 0x1a, 0x03, 0x57, 0x00, 0xff, 0x00, 0x72, 0x00 };
	struct rig r = rig_new("stm32f103c8,rawserial=1,serial=57FF72067265575742132067");
	uint8_t data[CONTROL_IN_MAX];

	(void)state;
	assert_int_equal(get_descriptor(&r, 3, 3, data, 255, USBIP_OK), 26);
	assert_memory_equal(data, golden, sizeof(golden));
	rig_free(&r);
}

static void strings_are_there_and_no_others(void **state)
{
	struct rig r = rig_new("stm32f103c8");
	uint8_t data[CONTROL_IN_MAX];

	(void)state;
	assert_int_equal(get_descriptor(&r, 3, 0, data, 255, USBIP_OK), 4);
	assert_int_equal(get_descriptor(&r, 3, 1, data, 255, USBIP_OK), 2 + 2 * 18);
	assert_int_equal(get_descriptor(&r, 3, 2, data, 255, USBIP_OK), 2 + 2 * 12);
	get_descriptor(&r, 3, 4, data, 255, USBIP_EPIPE);
	get_descriptor(&r, 0x21, 0, data, 255, USBIP_EPIPE);
	rig_free(&r);
}

static void no_endpoint_works_before_set_configuration(void **state)
{
	struct rig r = rig_new("stm32f103c8");

	(void)state;
	probe_unplug(r.probe);
	probe_plug(r.probe);
	assert_int_equal(rig_out(&r, CMD(STLINK_GET_VERSION), 16), USBIP_EPIPE);
	rig_free_anomalies(&r, 1, "before SET_CONFIGURATION");
}

static void endpoint_that_does_not_exist_is_an_anomaly(void **state)
{
	struct rig r = rig_new("stm32f103c8");

	(void)state;
	r.ep_out = 5;
	assert_int_equal(rig_out(&r, CMD(STLINK_GET_VERSION), 16), USBIP_EPIPE);
	rig_free_anomalies(&r, 1, "endpoint 5 OUT");
}

static void stalled_endpoint_is_healed_by_clear_feature(void **state)
{
	static const uint8_t status_of_in[] = { 0x82, 0, 0, 0, 0x81, 0, 2, 0 };
	static const uint8_t clear_halt[] = { 0x02, 1, 0, 0, 0x81, 0, 0, 0 };
	struct rig r = rig_new("stm32f103c8,fault=stall@2");
	uint8_t data[CONTROL_IN_MAX], reply[6];
	size_t actual;

	(void)state;
	rig_send(&r, CMD(STLINK_GET_VERSION));
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_EPIPE);
	assert_int_equal(rig_in(&r, reply, 6, &actual), USBIP_EPIPE);
	assert_int_equal(rig_control(&r, status_of_in, data, 2, &actual), USBIP_OK);
	assert_int_equal(data[0], 1);
	assert_int_equal(rig_control(&r, clear_halt, data, 0, &actual), USBIP_OK);
	rig_ask(&r, CMD(STLINK_GET_VERSION), reply, 6);
	rig_free(&r);
}

static void set_configuration_forgets_what_was_under_way(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t reply[8];

	(void)state;
	rig_send(&r, CMD(0xf2, STLINK_WRITEMEM_32, LE32_OF(SRAM), 64, 0)); /* its data never comes */
	rig_configure(&r);
	rig_ask(&r, CMD(STLINK_GET_VERSION), reply, 6);
	rig_send(&r, CMD(STLINK_GET_VERSION)); /* a reply that nobody fetches */
	rig_configure(&r);
	/* Mode and clock are as they were. */
	assert_int_equal(rig_mode(&r), STLINK_MODE_DEBUG);
	rig_free(&r);
}

static void reply_of_whole_packets_leaves_a_longer_request_open(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t reply[256];
	struct bulk in = { .ep = r.ep_in, .in = true, .data = reply, .len = 200 };

	(void)state;
	/* No packet of zero length ends the 128 bytes (stlink-protocol section 3.1). */
	rig_send(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 128, 0));
	device_submit(r.probe, &in, true);
	assert_int_equal(device_bulk(r.probe, &in), DEVICE_PENDING);
	rig_free(&r);
}

static void reply_may_be_fetched_in_parts_of_whole_packets(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t reply[256];
	size_t actual;

	(void)state;
	rig_send(&r, CMD(0xf2, STLINK_READMEM_32, LE32_OF(SRAM), 100, 0));
	assert_int_equal(rig_in(&r, reply, 64, &actual), USBIP_OK);
	assert_int_equal(actual, 64);
	assert_int_equal(rig_in(&r, reply, 64, &actual), USBIP_OK);
	assert_int_equal(actual, 36);
	assert_int_equal(rig_rw_status(&r), STLINK_ST_OK);
	rig_free(&r);
}

static void swo_is_silent(void **state)
{
	struct rig r = rig_debug("stm32f103c8");
	uint8_t data[64];
	struct bulk swo = { .ep = 3, .in = true, .data = data, .len = 64 };

	(void)state;
	device_submit(r.probe, &swo, false);
	assert_int_equal(device_bulk(r.probe, &swo), DEVICE_PENDING);
	assert_int_equal(r.mon->n_anomalies, 0);
	rig_free(&r);
}

static void probe_takes_no_more_commands_than_it_has_room_for(void **state)
{
	struct rig r = rig_new("stm32f103c8");

	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		rig_send(&r, CMD(STLINK_GET_CURRENT_MODE));
	assert_int_equal(rig_out(&r, CMD(STLINK_GET_CURRENT_MODE), 16), DEVICE_PENDING);
	rig_free_anomalies(&r, 3, "was not fetched");
}

/* After the probe started anew between a memory command and its data. */
static void data_that_nobody_expects_is_taken_while_there_is_room(void **state)
{
	struct rig r = rig_new("stm32f103c8");
	uint8_t data[6144] = { 0 }, reply[2];
	struct bulk b = { .ep = r.ep_out, .data = data, .len = sizeof(data) };
	size_t actual;

	(void)state;
	device_submit(r.probe, &b, false);
	assert_int_equal(device_bulk(r.probe, &b), DEVICE_PENDING);
	assert_int_equal(b.actual, 4 * 64);
	assert_int_equal(rig_in(&r, reply, 2, &actual), USBIP_OK);
	assert_int_equal(device_bulk(r.probe, &b), DEVICE_PENDING);
	assert_int_equal(b.actual, 5 * 64);
	assert_true(r.mon->n_anomalies > 0);
	probe_free(r.probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v2_descriptors_are_a_genuine_ones),
		cmocka_unit_test(configurations_add_up),
		cmocka_unit_test(the_other_endpoints_are_those_of_genuine_probes),
		cmocka_unit_test(only_the_high_speed_probe_has_a_qualifier),
		cmocka_unit_test(serial_number_is_24_digits),
		cmocka_unit_test(raw_serial_number_is_the_bytes_themselves),
		cmocka_unit_test(strings_are_there_and_no_others),
		cmocka_unit_test(no_endpoint_works_before_set_configuration),
		cmocka_unit_test(endpoint_that_does_not_exist_is_an_anomaly),
		cmocka_unit_test(stalled_endpoint_is_healed_by_clear_feature),
		cmocka_unit_test(set_configuration_forgets_what_was_under_way),
		cmocka_unit_test(reply_of_whole_packets_leaves_a_longer_request_open),
		cmocka_unit_test(reply_may_be_fetched_in_parts_of_whole_packets),
		cmocka_unit_test(swo_is_silent),
		cmocka_unit_test(probe_takes_no_more_commands_than_it_has_room_for),
		cmocka_unit_test(data_that_nobody_expects_is_taken_while_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
