#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Assemble the agents and write their arrays: build.sh [DIRECTORY]
#
# Without a directory the checked-in headers beside this script are renewed.
# Needs Debian's binutils-arm-none-eabi; building stflash itself does not.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Numbers shared with C: "#define NAME 0x10u /* ... */" becomes ".equ NAME, 0x10"
sed -n 's/^#define \([A-Z0-9_]*\) *\(0x[0-9a-f]*\|[0-9][0-9]*\)u.*/.equ \1, \2/p' \
	"$here/layout.h" "$here/hash.h" >"$work/numbers.inc"

array() { # NAME: the header with the bytes of NAME.S
	printf '/* SPDX-License-Identifier: MIT */\n'
	printf '/* Generated from %s.S by build.sh: change that and run this. */\n' "$1"
	printf '/* clang-format off */\n'
	printf 'static const uint8_t %s_code[] = {\n' "$1"
	od -An -v -tx1 -w16 "$work/$1.bin" | sed 's/ \(..\)/0x\1, /g; s/^/\t/; s/ *$//'
	printf '};\n'
}

for name in hash_only fpec fpec_options sectors; do
	cat "$work/numbers.inc" "$here/$name.S" >"$work/$name.s"
	arm-none-eabi-as -I "$here" -o "$work/$name.o" "$work/$name.s"
	arm-none-eabi-ld -Ttext=0 -o "$work/$name.elf" "$work/$name.o"
	arm-none-eabi-objcopy -O binary "$work/$name.elf" "$work/$name.bin"
	array "$name" >"$out/$name.h"
done
