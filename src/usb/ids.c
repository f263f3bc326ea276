/* SPDX-License-Identifier: MIT */
/* Which devices are wanted. */
#include "usb/backend.h"

bool usb_ids_have(const struct usb_ids *ids, uint16_t vid, uint16_t pid)
{
	if (vid != ids->vid)
		return false;
	for (size_t i = 0; i < ids->n_pids; i++)
		if (ids->pids[i] == pid)
			return true;
	return false;
}

/* "STM32 STLink", "STLINK-V3": every ST-LINK has the name in its product string, hyphen or not. */
bool usb_ids_may_have(const struct usb_ids *ids, uint16_t vid, const char *product)
{
	static const char name[] = "STLINK";
	size_t matched = 0;

	if (vid != ids->vid)
		return false;
	for (; *product && name[matched]; product++) {
		const char c = (char)(*product >= 'a' && *product <= 'z' ? *product - 'a' + 'A' : *product);

		if (c == name[matched])
			matched++;
		else if (c != '-')
			matched = c == name[0];
	}
	return !name[matched];
}
