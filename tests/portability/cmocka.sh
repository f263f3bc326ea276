#!/bin/sh
# SPDX-License-Identifier: MIT
# cmocka.sh SOURCE PREFIX CC AR [CFLAGS...]: cmocka of Debian's source as an archive below PREFIX, once, for those who run
# the unit tests on another platform.
set -eu

source=$1
prefix=$2
cc=$3
ar=$4
shift 4
[ "$(cat "$prefix/built" 2>/dev/null)" != "$cc $* $(cksum <"$0")" ] || exit 0

mkdir -p "$prefix/lib/pkgconfig"
cat >"$prefix/lib/pkgconfig/cmocka.pc" <<PC
Name: cmocka
Description: unit tests
Version: 1
Cflags: -D_UINTPTR_T -isystem $source/include
Libs: -L$prefix/lib -lcmocka
PC
"$cc" -std=gnu99 -O1 -D_UINTPTR_T -DHAVE_INTTYPES_H -DHAVE_SIGNAL_H -DHAVE_STRINGS_H -DHAVE_MALLOC_H \
	-I"$source/include" "$@" -c -o "$prefix/cmocka.o" "$source/src/cmocka.c"
rm -f "$prefix/lib/libcmocka.a"
"$ar" rcs "$prefix/lib/libcmocka.a" "$prefix/cmocka.o"
printf "%s\n" "$cc $* $(cksum <"$0")" >"$prefix/built"
