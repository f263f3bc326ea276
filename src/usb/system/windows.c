/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "usb/system/holder.h"

void holder_access_cure(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	(void)k;
	(void)name;
	snprintf(text, size, "end the other program that uses it, such as STM32CubeProgrammer or an IDE");
}
