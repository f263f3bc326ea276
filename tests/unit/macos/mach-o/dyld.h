/* SPDX-License-Identifier: MIT */
/* So much of macOS' <mach-o/dyld.h> as src/usb/system/macos.c uses: dyld(3). */
#ifndef TESTS_MACOS_DYLD_H
#define TESTS_MACOS_DYLD_H

#include <stdint.h>

int _NSGetExecutablePath(char *path, uint32_t *size);

#endif
