#!/bin/sh
# SPDX-License-Identifier: MIT
# libusb.sh SOURCE PREFIX linux|windows CC [CFLAGS...]: libusb of Debian's source, below PREFIX, once: for Linux an
# archive without udev (it hears of devices from the kernel itself), for Windows a DLL. What its configure would find out
# in half a minute is known here: config.h.
set -eu

source=$1
prefix=$2
system=$3
cc=$4
shift 4
key="$(cksum <"$source/debian/changelog") $system $cc $* $(cksum <"$0")"
[ "$(cat "$prefix/built" 2>/dev/null)" != "$key" ] || exit 0

rm -rf "$prefix"
mkdir -p "$prefix/build" "$prefix/include/libusb-1.0" "$prefix/lib/pkgconfig" "$prefix/bin"
prefix=$(cd "$prefix" && pwd)
version=$(sed -n '1s/.*(.*:\([0-9.]*\)-.*/\1/p' "$source/debian/changelog")
cp "$source/libusb/libusb.h" "$prefix/include/libusb-1.0/"
cat >"$prefix/lib/pkgconfig/libusb-1.0.pc" <<PC
Name: libusb-1.0
Description: C API for USB device access
Version: $version
Cflags: -I$prefix/include/libusb-1.0
Libs: -L$prefix/lib -lusb-1.0
PC

cd "$prefix/build"
cat >config.h <<H
#define DEFAULT_VISIBILITY __attribute__((visibility("default")))
#define ENABLE_LOGGING 1
#define HAVE_SYS_TIME_H 1
#define PRINTF_FORMAT(a, b) __attribute__((__format__(__printf__, a, b)))
#define _GNU_SOURCE 1
H
case $system in
linux)
	files="os/linux_usbfs os/linux_netlink os/events_posix os/threads_posix"
	cat >>config.h <<H
#define HAVE_ASM_TYPES_H 1
#define HAVE_CLOCK_GETTIME 1
#define HAVE_EVENTFD 1
#define HAVE_NFDS_T 1
#define HAVE_PIPE2 1
#define HAVE_PTHREAD_CONDATTR_SETCLOCK 1
#define HAVE_TIMERFD 1
#define PLATFORM_POSIX 1
H
	;;
windows)
	files="os/windows_common os/windows_usbdk os/windows_winusb os/events_windows os/threads_windows"
	cat >>config.h <<H
#define PLATFORM_WINDOWS 1
#define _WIN32_WINNT _WIN32_WINNT_VISTA
H
	;;
esac

# shellcheck disable=SC2086
printf '%s\n' core descriptor hotplug io strerror sync $files | xargs -P "$(nproc)" -I '{}' sh -c '
	file=$1 source=$2
	shift 2
	exec "$@" -c -o "${file##*/}.o" "$source/libusb/$file.c"' - '{}' "$source" "$cc" -std=gnu11 -Os -fvisibility=hidden \
	-ffunction-sections -fdata-sections "-ffile-prefix-map=$source=libusb" -I. "-I$source/libusb" "$@"
if [ "$system" = linux ]; then
	"${cc%cc}ar" rcsD "$prefix/lib/libusb-1.0.a" ./*.o
else
	tools=${cc%gcc}
	"${tools}windres" -I"$source/libusb" "$source/libusb/libusb-1.0.rc" version.o
	# The linker would take the address that the DLL prefers from the name of its file, folders included.
	"$cc" -shared -s -static-libgcc -Wl,--gc-sections -Wl,--no-insert-timestamp -Wl,--disable-auto-image-base -Wl,--enable-stdcall-fixup \
		-Wl,--out-implib,"$prefix/lib/libusb-1.0.dll.a" -o "$prefix/bin/libusb-1.0.dll" ./*.o "$source/libusb/libusb-1.0.def"
fi
cd "$prefix"
rm -rf build
printf '%s\n' "$key" >built
