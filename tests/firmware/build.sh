#!/bin/sh
# SPDX-License-Identifier: MIT
# Assemble blink.S and print the C file that the virtual probe carries:
#	tests/firmware/build.sh >probes/virtual/chip/demo_firmware.c
# Needs binutils-arm-none-eabi.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

arm-none-eabi-as -mcpu=cortex-m3 -mthumb "$here/blink.S" -o "$tmp/blink.o"
arm-none-eabi-ld -Ttext=0x08000000 -e reset "$tmp/blink.o" -o "$tmp/blink.elf"
arm-none-eabi-objcopy -O binary "$tmp/blink.elf" "$tmp/blink.bin"

cat <<'END'
/* SPDX-License-Identifier: MIT */
/* Made by tests/firmware/build.sh from blink.S; a test compares the two. */
#include "chip/demo_firmware.h"

/* clang-format off */
const uint8_t demo_firmware[] = {
END
od -An -v -tx1 -w16 "$tmp/blink.bin" | sed 's/^ /\t0x/; s/ /, 0x/g; s/$/,/'
cat <<'END'
};
/* clang-format on */

const size_t demo_firmware_size = sizeof(demo_firmware);
END
