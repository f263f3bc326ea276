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

array() { # NAME SOURCE: the header with the bytes of what the source gives
	printf '/* SPDX-License-Identifier: MIT */\n'
	printf '/* Generated from %s by build.sh: change that and run this. */\n' "$2"
	printf '/* clang-format off */\n'
	printf 'static const uint8_t %s_code[] = {\n' "$1"
	od -An -v -tx1 -w16 "$work/$1.bin" | sed 's/ \(..\)/0x\1, /g; s/^/\t/; s/ *$//'
	printf '};\n'
}

# assemble NAME SOURCE ARMV6M: 1 for the instructions that a Cortex-M0 has
assemble() {
	{ printf '.equ ARMV6M, %s\n' "$3" && cat "$work/numbers.inc" "$here/$2"; } >"$work/$1.s"
	arm-none-eabi-as -I "$here" -o "$work/$1.o" "$work/$1.s"
	arm-none-eabi-ld -Ttext=0 -o "$work/$1.elf" "$work/$1.o"
	arm-none-eabi-objcopy -O binary "$work/$1.elf" "$work/$1.bin"
	array "$1" "$2" >"$out/$1.h"
}

assemble hash_only hash_only.S 0
assemble hash_only_v6m hash_only.S 1
assemble fpec fpec.S 0
assemble fpec_v6m fpec.S 1
assemble fpec_options fpec_options.S 1
assemble sectors sectors.S 0
assemble dword dword.S 0
assemble dword_v6m dword.S 1
