/* SPDX-License-Identifier: MIT */
#include "image/families.h"

static const struct uf2_family families[] = {
	{ 0x647824b6, "STM32F0", 0 },
	{ 0x5ee21072, "STM32F1", 0 },
	{ 0x5d1a0a2e, "STM32F2", 0 },
	{ 0x6b846188, "STM32F3", 0 },
	{ 0x57755a57, "STM32F4", 0 },
	{ 0x6d0922fa, "STM32F407", 0x413 },
	{ 0x8fb060fe, "STM32F407VG", 0x413 },
	{ 0x06d1097b, "STM32F411xC", 0x431 },
	{ 0x2dc309c5, "STM32F411xE", 0x431 },
	{ 0x53b80f00, "STM32F7", 0 },
	{ 0x300f5633, "STM32G0", 0 },
	{ 0x4c71240a, "STM32G4", 0 },
	{ 0x4e8f1c5d, "STM32H5", 0 },
	{ 0x6db66082, "STM32H7", 0 },
	{ 0x202e3a91, "STM32L0", 0 },
	{ 0x1e1f432d, "STM32L1", 0 },
	{ 0x00ff6919, "STM32L4", 0 },
	{ 0x04240bdf, "STM32L5", 0 },
	{ 0x70d16653, "STM32WB", 0 },
	{ 0x21460ff0, "STM32WL", 0 },
	{ 0xa0c97b8e, "Artery AT32F415", 0 },
	{ 0x16573617, "Microchip ATmega32", 0 },
	{ 0x68ed2b88, "Microchip SAMD21", 0 },
	{ 0x55114460, "Microchip SAMD51", 0 },
	{ 0x1851780a, "Microchip SAML21", 0 },
	{ 0x31d228c6, "GigaDevice GD32F350", 0 },
	{ 0x9af03e33, "GigaDevice GD32VF103", 0 },
	{ 0x699b62ec, "WCH CH32V", 0 },
	{ 0x1b57745f, "Nordic nRF52", 0 },
	{ 0x72721d4e, "Nordic nRF52832", 0 },
	{ 0x6f752678, "Nordic nRF52832", 0 },
	{ 0x621e937a, "Nordic nRF52833", 0 },
	{ 0xada52840, "Nordic nRF52840", 0 },
	{ 0x7f83e793, "NXP KL32L2", 0 },
	{ 0x2abc77ec, "NXP LPC55", 0 },
	{ 0x4fb2d5bd, "NXP i.MX RT10xx", 0 },
	{ 0xe48bff56, "Raspberry Pi RP2040", 0 },
	{ 0xe48bff57, "any chip, at absolute addresses", 0 },
	{ 0xe48bff59, "Raspberry Pi RP2350", 0 },
	{ 0xe48bff5a, "Raspberry Pi RP2350 (RISC-V)", 0 },
	{ 0x7eab61ed, "Espressif ESP8266", 0 },
	{ 0x1c5f21b0, "Espressif ESP32", 0 },
	{ 0xbfdd4eee, "Espressif ESP32-S2", 0 },
	{ 0xc47e5767, "Espressif ESP32-S3", 0 },
	{ 0xd42ba06c, "Espressif ESP32-C3", 0 },
	{ 0x7be8976d, "Renesas RA4M1", 0 },
};

const struct uf2_family *uf2_family_find(uint32_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i].id == id)
			return &families[i];
	return NULL;
}

const char *uf2_family_name(uint32_t id)
{
	const struct uf2_family *family = uf2_family_find(id);

	return family ? family->name : "a family that is not in the public list";
}
