#!/bin/sh
# SPDX-License-Identifier: MIT
# Assemble SOURCE.S and print the C file with it, an array NAME, that the virtual probe carries:
#	tests/firmware/build.sh blink demo_firmware >probes/virtual/chip/contents/demo_firmware.c
#	tests/firmware/build.sh habits habit_firmware >probes/virtual/chip/contents/habit_firmware.c
#	tests/firmware/build.sh rom rom_code >probes/virtual/chip/contents/rom_code.c
# Needs binutils-arm-none-eabi.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
source=${1:-blink}
name=${2:-demo_firmware}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

arm-none-eabi-as -mcpu=cortex-m3 -mthumb -I "$here" "$here/$source.S" -o "$tmp/fw.o"
arm-none-eabi-ld -Ttext=0x08000000 -e reset "$tmp/fw.o" -o "$tmp/fw.elf"
arm-none-eabi-objcopy -O binary "$tmp/fw.elf" "$tmp/fw.bin"

cat <<END
/* SPDX-License-Identifier: MIT */
/* Made by tests/firmware/build.sh from $source.S; a test compares the two. */
#include "chip/contents/demo_firmware.h"

/* clang-format off */
const uint8_t $name[] = {
END
od -An -v -tx1 -w16 "$tmp/fw.bin" | sed 's/^ /\t0x/; s/ /, 0x/g; s/$/,/'
cat <<END
};
/* clang-format on */

const size_t ${name}_size = sizeof($name);
END
