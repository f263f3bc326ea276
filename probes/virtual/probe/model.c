/* SPDX-License-Identifier: MIT */
#include "probe/model.h"

#include <string.h>

#include "base/bytes.h"
#include "stlink/stlink_proto.h"

/* Descriptors of USB 2.0 chapter 9: length, type, then the fields that differ */
#define LE16(v)                                         (v) & 0xff, (v) >> 8
#define DEVICE(device_class, pid)                       18, 1, LE16(0x0200), device_class, 64, IDENTITY(pid)
#define IDENTITY(pid)                                   LE16(STLINK_VID), LE16(pid), LE16(0x0100)
#define CONFIGURATION(total, interfaces, two_ma)        9, 2, LE16(total), (interfaces), 1, 0, 0x80, (two_ma)
#define INTERFACE(n, endpoints, interface_class, text)  9, 4, (n), 0, (endpoints), interface_class, (text)
#define ENDPOINT(address, type, mps, interval)          7, 5, (address), (type), LE16(mps), (interval)
#define ASSOCIATION(first, count, function_class, text) 8, 11, (first), (count), function_class, (text)
#define STRINGS                                         1, 2, STRING_SERIAL
#define BULK                                            2
#define INTERRUPT                                       3

/* No tool knows it: what is made after this was written */
#define NEWER_PID 0x3760

#define CLASS_BY_INTERFACE   0, 0, 0
#define CLASS_BY_ASSOCIATION 0xef, 2, 1
#define CLASS_VENDOR         0xff, 0xff, 0xff
#define CLASS_MASS_STORAGE   8, 6, 0x50 /* SCSI, bulk only */
#define CLASS_CDC_ACM        2, 2, 1
#define CLASS_CDC_DATA       0x0a, 0, 0

/* Functional descriptors of the serial port: header, call management, ACM, union of interfaces 2 and 3 */
#define CDC_FUNCTIONS 5, 0x24, 0x00, LE16(0x0110), 5, 0x24, 0x01, 0x00, 3, 4, 0x24, 0x02, 0x06, 5, 0x24, 0x06, 2, 3

/* clang-format off */

/* As a genuine ST-LINK/V2 answers (lsusb of stlink issue 7): class in the interface, bcdDevice 1.00, 39 bytes. */
static const uint8_t v2_device[] = { DEVICE(CLASS_BY_INTERFACE, 0x3748), STRINGS, 1 };
static const uint8_t v2_config[] = {
	CONFIGURATION(39, 1, 50), /* 100 mA */
	INTERFACE(0, 3, CLASS_VENDOR, 0),
		ENDPOINT(0x81, BULK, 64, 0),
		ENDPOINT(0x02, BULK, 64, 0),
		ENDPOINT(0x83, BULK, 64, 0),
};

static const uint8_t v2_1_device[] = { DEVICE(CLASS_BY_ASSOCIATION, 0x374b), STRINGS, 1 };
static const uint8_t v3_device[] = { DEVICE(CLASS_BY_ASSOCIATION, 0x374e), STRINGS, 1 };
static const uint8_t newer_device[] = { DEVICE(CLASS_BY_ASSOCIATION, NEWER_PID), STRINGS, 1 };

#define COMPOSITE_LEN (9 + (9 + 3 * 7) + (9 + 2 * 7) + 8 + (9 + 5 + 5 + 4 + 5 + 7) + (9 + 2 * 7))

/* The trace, the notifications and the data of the serial port have endpoints of their own sizes (lsusb, openocd's dumps) */
#define COMPOSITE(mps, trace, note, note_interval, serial_out, serial_in, two_ma) { \
	CONFIGURATION(COMPOSITE_LEN, 4, two_ma),        \
	INTERFACE(0, 3, CLASS_VENDOR, 4),               \
		ENDPOINT(0x01, BULK, mps, 0),           \
		ENDPOINT(0x81, BULK, mps, 0),           \
		ENDPOINT(0x82, BULK, trace, 0),         \
	INTERFACE(1, 2, CLASS_MASS_STORAGE, 5),         \
		ENDPOINT(0x83, BULK, mps, 0),           \
		ENDPOINT(0x03, BULK, mps, 0),           \
	ASSOCIATION(2, 2, CLASS_CDC_ACM, 6),            \
	INTERFACE(2, 1, CLASS_CDC_ACM, 6),              \
		CDC_FUNCTIONS,                          \
		ENDPOINT(0x84, INTERRUPT, note, note_interval), \
	INTERFACE(3, 2, CLASS_CDC_DATA, 7),             \
		ENDPOINT(0x05, BULK, serial_out, 0),    \
		ENDPOINT(0x85, BULK, serial_in, 0),     \
}
/* clang-format on */

static const uint8_t v2_1_config[] = COMPOSITE(64, 32, 2, 255, 8, 16, 50); /* 100 mA */
static const uint8_t v3_config[] = COMPOSITE(512, 512, 10, 16, 512, 512, 250);
#define newer_config v3_config

_Static_assert(sizeof(v2_device) == 18 && sizeof(v2_1_device) == 18 && sizeof(v3_device) == 18, "device descriptors");
_Static_assert(sizeof(v2_config) == 39, "wTotalLength of the V2");
_Static_assert(sizeof(v2_1_config) == COMPOSITE_LEN && sizeof(v3_config) == COMPOSITE_LEN, "wTotalLength");

static const char *const v2_strings[] = { "STMicroelectronics", "STM32 STLink", NULL };
static const char *const v2_1_strings[] = {
	"STMicroelectronics", "STM32 STLink",     NULL, "ST-Link Debug", "ST-Link Mass Storage",
	"ST-Link VCP Ctrl",   "ST-Link VCP Data",
};
static const char *const v3_strings[] = {
	"STMicroelectronics", "STLINK-V3",        NULL, "ST-Link Debug", "ST-Link Mass Storage",
	"ST-Link VCP Ctrl",   "ST-Link VCP Data",
};

static const char *const newer_strings[] = {
	"STMicroelectronics", "STLINK-V4",        NULL, "ST-Link Debug", "ST-Link Mass Storage",
	"ST-Link VCP Ctrl",   "ST-Link VCP Data",
};

/* The divisor counts turns of a delay loop: no exact division (stlink-protocol fact sheet section 9). */
static const struct swd_step v2_steps[] = {
	{ 0, 4000 }, { 1, 1800 }, { 2, 1200 }, { 3, 950 },  { 5, 650 },  { 7, 480 },
	{ 9, 400 },  { 10, 360 }, { 15, 240 }, { 25, 150 }, { 31, 125 }, { 40, 100 },
	{ 79, 50 },  { 158, 25 }, { 265, 15 }, { 798, 5 },  { 0, 0 },
};

static const struct swd_step v3_steps[] = {
	{ 0, 24000 }, { 0, 8000 }, { 0, 3300 }, { 0, 1000 }, { 0, 200 }, { 0, 50 }, { 0, 5 }, { 0, 0 },
};

/* Timing model; nothing about a V3 was ever calibrated. */
#define FULL_SPEED_TIMES .packet_ns = 52600, .turnaround_ns = 60000, .dispatch_ns = 30000, .swd_firmware_ns = 7800
#define HIGH_SPEED_TIMES .packet_ns = 10000, .turnaround_ns = 25000, .dispatch_ns = 8000, .swd_firmware_ns = 0

#define DESCRIPTORS(m)                                                                                        \
	.device = m##_device, .config = m##_config, .config_len = sizeof(m##_config), .strings = m##_strings, \
	.n_strings = ARRAY_SIZE(m##_strings)

/* clang-format off */
static const struct probe_model models[] = {
	{
		.name = "v2", .pid = 0x3748, .major = 2, .mps = 64,
		.ep_out = 2, .ep_in = 1, .ep_swo = 3,
		.start_mode = STLINK_MODE_DFU, .start_khz = 1800, .steps = v2_steps,
		.firmware = { .jtag = 29, .swim = 7 },
		DESCRIPTORS(v2), FULL_SPEED_TIMES,
	},
	{
		.name = "v2-1", .pid = 0x374b, .major = 2, .mps = 64, .composite = true,
		.ep_out = 1, .ep_in = 1, .ep_swo = 2,
		.start_mode = STLINK_MODE_MASS, .start_khz = 1800, .steps = v2_steps,
		.firmware = { .jtag = 37, .msd = 26 },
		DESCRIPTORS(v2_1), FULL_SPEED_TIMES,
	},
	{
		.name = "v3", .pid = 0x374e, .major = 3, .mps = 512, .high_speed = true, .composite = true,
		.ep_out = 1, .ep_in = 1, .ep_swo = 2,
		.start_mode = STLINK_MODE_MASS, .start_khz = 3300, .steps = v3_steps,
		.firmware = { .jtag = 7, .msd = 2 },
		DESCRIPTORS(v3), HIGH_SPEED_TIMES,
	},
	{
		.name = "newer", .pid = NEWER_PID, .major = 3, .mps = 512, .high_speed = true, .composite = true,
		.ep_out = 1, .ep_in = 1, .ep_swo = 2,
		.start_mode = STLINK_MODE_MASS, .start_khz = 3300, .steps = v3_steps,
		.firmware = { .jtag = 20, .msd = 9 },
		DESCRIPTORS(newer), HIGH_SPEED_TIMES,
	},
};
/* clang-format on */

const struct probe_model *probe_model_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(models[i].name, name))
			return &models[i];
	return NULL;
}
