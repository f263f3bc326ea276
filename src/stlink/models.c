/* SPDX-License-Identifier: MIT */
#include "stlink/models.h"

#include "base/bytes.h"

/*
 * Every product id that openocd, stlink-org, probe-rs or pyOCD knows; the
 * vendor is always 0483. Rows that cannot be used (a V1, the USB loaders of a
 * V3) are here so that they are recognised and refused by name.
 */
const struct stlink_model stlink_models[] = {
	{ 0x3744, STLINK_V1, "ST-LINK/V1" },
	{ 0x3748, STLINK_V2, "ST-LINK/V2" },
	/* probe-rs alone has this one; it may be a slip of the pen for 3752: accepted, not advertised */
	{ 0x3742, STLINK_V2_1, "ST-LINK/V2-1 (3742)" },
	{ 0x374a, STLINK_V2_1, "ST-LINK/V2-1 (audio)" },
	{ 0x374b, STLINK_V2_1, "ST-LINK/V2-1" },
	{ 0x3752, STLINK_V2_1, "ST-LINK/V2-1 (no mass storage)" },
	{ 0x374e, STLINK_V3, "STLINK-V3E" },
	{ 0x374f, STLINK_V3, "STLINK-V3SET" },
	{ 0x3753, STLINK_V3, "STLINK-V3 (two serial ports)" },
	{ 0x3754, STLINK_V3, "STLINK-V3 (no mass storage)" },
	{ 0x3757, STLINK_V3, "STLINK-V3PWR" }, /* its firmware reports major version 4 */
	{ 0x374d, STLINK_LOADER, "STLINK-V3 USB loader" },
	/* pyOCD takes this one for a probe, openocd names it a loader; 3757 is the probe both know */
	{ 0x3755, STLINK_LOADER, "STLINK-V3P USB loader" },
};

const struct stlink_model stlink_newer_model = { 0, STLINK_V3, "ST-LINK of an unknown model" };

const size_t stlink_n_models = ARRAY_SIZE(stlink_models);

const struct stlink_model *stlink_model_find(uint16_t pid)
{
	for (size_t i = 0; i < stlink_n_models; i++)
		if (stlink_models[i].pid == pid)
			return &stlink_models[i];
	return NULL;
}

size_t stlink_model_pids(uint16_t *pids, size_t max)
{
	for (size_t i = 0; i < stlink_n_models && i < max; i++)
		pids[i] = stlink_models[i].pid;
	return stlink_n_models;
}
