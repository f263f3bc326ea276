# SPDX-License-Identifier: MIT
# The platforms of the release: what is tried are its archives, unpacked. Sourced by run.sh.

cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/stflash/release

# released PART: $dir is the folder of its archive, $work/PART the build behind it.
released() {
	part=$1
	work=$room/release-work
	if ! sh "$top/packaging/release.sh" "$work" "$room/release-$part" "$part" >"$room/release-$part.log" 2>&1; then
		if grep -qE 'could not be downloaded|is not installed|is no git clone' "$room/release-$part.log"; then
			not_run "$(tail -n 1 "$room/release-$part.log")"
		else
			not_ok "the release cannot be made: $(grep -m 1 -E 'error:|FAILED|^release:' "$room/release-$part.log" | cut -c1-300)"
		fi
		return 1
	fi
	(cd "$room/release-$part" && sha256sum --quiet -c SHA256SUMS) >"$room/release-$part.log" 2>&1 ||
		not_ok "SHA256SUMS is not what the files have"
	rm -rf "${room:?}/$part"
	mkdir -p "$room/$part"
	(cd "$room/$part" && cmake -E tar xf "$room/release-$part"/stflash-*-"$part".*)
	version=$(sed -n 's/^project(stflash VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
	dir=$room/$part/stflash-$version-$part
	missing=
	for file in README.txt licences/LGPL-2.1.txt licences/libusb.txt licences/stflash.txt; do
		[ -s "$dir/$file" ] || missing="$missing $file"
	done
	if [ -n "$missing" ]; then
		not_ok "its archive lacks$missing"
	elif ! head -n 1 "$dir/README.txt" | grep -qF "stflash $version for"; then
		not_ok "README.txt of $version begins with $(head -n 1 "$dir/README.txt")"
	elif grep -rlF -e "$top" -e "$cache" "$dir" >"$dir.paths"; then
		not_ok "paths of this machine are in $(tr '\n' ' ' <"$dir.paths")"
	else
		ok "the release has an archive"
	fi
}

# size_at_most KIB FILE
size_at_most() {
	size=$(($(wc -c <"$2") / 1024))
	echo "# size: $platform: ${2##*/}: $size KiB"
	if [ "$size" -le "$1" ]; then
		ok "${2##*/} has at most $1 KiB"
	else
		not_ok "${2##*/} has $size KiB, more than $1"
	fi
}

is_static() {
	for program in stflash stflash-vprobe; do
		if file "$dir/$program" | grep -q 'statically linked'; then
			ok "$program is static"
		else
			not_ok "$(file -b "$dir/$program")"
		fi
	done
}

# says_its_version COMMAND...: without git, that of CMakeLists.txt.
says_its_version() {
	said=$("$@" --version 2>/dev/null | tr -d '\r' | head -n 1) # Wine has words of its own when it comes up
	if [ "$said" = "stflash $version" ]; then
		ok "it says that it is $version"
	else
		not_ok "--version says '$said', not 'stflash $version'"
	fi
}

# finds_no_probe COMMAND...: it starts, and its list says that nothing is plugged in.
finds_no_probe() {
	said=$(timeout 60 "$@" list 2>&1)
	status=$?
	if [ "$status" -eq 3 ] && printf '%s' "$said" | grep -q 'no ST-LINK on this computer'; then
		ok "it says that no probe is there"
	elif [ "$status" -eq 0 ] || [ "$status" -eq 4 ]; then
		not_run "a probe is plugged in here: what is said without one was not seen"
	else
		not_ok "list ended with $status: $said"
	fi
}

# again PART: once more in folders of other names, libusb too; the same bytes must come of it. What was downloaded is used
# again: "./dev release --twice" starts from nothing.
again() {
	rm -rf "${room:?}/again"
	mkdir -p "$room/again/elsewhere/stflash/release"
	cp -r "$cache/source" "$cache"/musl-* "$room/again/elsewhere/stflash/release/"
	XDG_CACHE_HOME=$room/again/elsewhere TZ=Pacific/Apia \
		sh "$top/packaging/release.sh" "$room/again/$1" "$room/again/$1-files" "$1" >"$room/again/$1.log" 2>&1
	if cmp -s "$room/release-$1/SHA256SUMS" "$room/again/$1-files/SHA256SUMS"; then
		ok "made again in another folder it has the same bytes"
	else
		not_ok "made again it has other bytes: $(diff "$room/release-$1/SHA256SUMS" "$room/again/$1-files/SHA256SUMS" | tail -n 1)"
	fi
	rm -rf "${room:?}/again"
}

# my_turn N: is it the turn of the N-th of three checks that take long? A platform comes every fourth day in ./dev test, and
# with it one of them. All are tried with STFLASH_TEST_ALL.
my_turn() {
	[ -n "${STFLASH_TEST_ALL-}" ] || [ $(($(date +%s) / 86400 / 4 % 3 + 1)) -eq "$1" ]
}

# A root with nothing in it but the archive: no /dev, no /proc, no library.
in_a_bare_root() {
	bare=$(mktemp -d)
	cp -r "$dir/." "$bare"
	if [ "$(id -u)" -eq 0 ]; then
		enter=chroot
	else
		enter="unshare -r chroot"
	fi
	if ! $enter "$bare" /stflash --version >/dev/null 2>&1; then
		not_run "in a bare root: chroot is not permitted here, or the program does not start there"
	elif $enter "$bare" ./stflash -p virtual:stm32f103c8 read 0x08000000 0x10000 dump.bin >"$bare.said" 2>&1 &&
		[ "$(wc -c <"$bare/dump.bin")" -eq 65536 ]; then
		ok "it reads a chip in a root that holds nothing else"
	else
		not_ok "in a bare root: $(cat "$bare.said")"
	fi
	rm -rf "$bare" "$bare.said"
}

# As an ordinary user: root's run of it would change this system's udev.
install_script() {
	tmp=$(mktemp -d)
	cp -r "$dir" "$tmp/archive"
	user=
	if [ "$(id -u)" -eq 0 ]; then
		chown -R 12345:12345 "$tmp"
		user="setpriv --reuid=12345 --regid=12345 --clear-groups"
	fi
	if ! $user "$tmp/archive/install" "$tmp/prefix" >"$tmp/said" 2>&1; then
		not_ok "install: $(cat "$tmp/said")"
	elif ! grep -q "sudo cp $tmp/archive/70-stflash.rules /etc/udev/rules.d/" "$tmp/said"; then
		not_ok "install does not say what to do for the rule: $(cat "$tmp/said")"
	elif ! $user "$tmp/prefix/bin/stflash" -p virtual info >"$tmp/said" 2>&1 || [ ! -s "$tmp/prefix/share/man/man1/stflash.1" ]; then
		not_ok "what install has copied does not work: $(cat "$tmp/said")"
	else
		ok "install copies all and names the rest"
	fi
	rm -rf "$tmp"
}

# One file for any Linux.
try_musl() {
	have file || return
	released linux-x86_64 || return
	size_at_most 900 "$dir/stflash"
	is_static
	says_its_version "$dir/stflash"
	finds_no_probe "$dir/stflash"
	in_a_bare_root
	install_script
	speaks_usbip "USB/IP with the virtual probe of glibc" "$dir/stflash" -- "$build/stflash-vprobe"
	speaks_usbip "a virtual probe of musl" "$build/stflash" -- "$dir/stflash-vprobe"
	[ -z "${STFLASH_TEST_ALL-}" ] || again linux-x86_64
}

# cmocka_for NAME CC AR: pkg-config finds it, and the libusb of the release.
cmocka_for() {
	{
		sh "$top/packaging/release/unpack.sh" source "$room/cmocka-source" cmocka &&
			sh "$here/cmocka.sh" "$room/cmocka-source/cmocka" "$room/cmocka-$1" "$2" "$3"
	} >"$room/cmocka-$1.log" 2>&1 || {
		not_run "unit tests: cmocka for $platform cannot be had: $(tail -n 1 "$room/cmocka-$1.log")"
		return 1
	}
	PKG_CONFIG_LIBDIR=$room/cmocka-$1/lib/pkgconfig:$cache/libusb-$1/lib/pkgconfig
	export PKG_CONFIG_LIBDIR
}

# run_released_tests PART "NAME..." EMULATOR...: in the build of the release, as many at once as there are processors.
run_released_tests() {
	tests=$2
	dir=$work/$1
	shift 2
	# shellcheck disable=SC2086
	{ cmake "$dir" -DSTFLASH_TESTS=ON && ninja -C "$dir" $tests; } >"$dir-tests.log" 2>&1 || {
		not_ok "its unit tests do not build: $(grep -m 1 -E 'error:|FAILED' "$dir-tests.log" | cut -c1-300)"
		return
	}
	# shellcheck disable=SC2016
	failed=$(cd "$work" && printf '%s\n' $tests | xargs -P "$(nproc)" -I '{}' sh -c '
		program=$1/$2
		shift 2
		[ -e "$program" ] || program=$program.exe
		timeout 1200 "$@" "$program" >"$program.out" 2>&1 || echo "${program##*/}"' - "$dir" '{}' "$@")
	if [ -n "$failed" ]; then
		not_ok "unit tests fail: $failed"
	else
		ok "$(echo $tests | wc -w) programs of unit tests"
	fi
	for program in $tests; do
		[ ! -e "$dir/$program.out" ] || tell_skipped "$dir/$program.out"
		[ ! -e "$dir/$program.exe.out" ] || tell_skipped "$dir/$program.exe.out"
	done
}

# Those of the USB part each time, of the others each third one. Everything takes ten times as long, so that of the places
# where a job is cut some are tried.
tests_of_the_day() {
	n=0
	for program in $(unit_tests); do
		case $program in
		test_usb_*) echo "$program" ;;
		*) ! my_turn $(((n += 1) % 3 + 1)) || echo "$program" ;;
		esac
	done
}

try_aarch64() (
	have file qemu-aarch64 || exit 0
	released linux-aarch64 || exit $bad
	size_at_most 900 "$dir/stflash"
	is_static
	says_its_version qemu-aarch64 "$dir/stflash"
	speaks_usbip "USB/IP with a virtual probe of x86-64" qemu-aarch64 "$dir/stflash" -- "$build/stflash-vprobe"
	speaks_usbip "a virtual probe of aarch64" "$build/stflash" -- qemu-aarch64 "$dir/stflash-vprobe"
	[ -z "${STFLASH_TEST_ALL-}" ] || again linux-aarch64
	cmocka_for arm64 "$cache/musl-arm64/cc" aarch64-linux-gnu-ar || exit $bad
	under_emulation qemu-aarch64
	STFLASH_TEST_PLACES=${STFLASH_TEST_ALL:+8}
	STFLASH_TEST_PLACES=${STFLASH_TEST_PLACES:-3}
	export STFLASH_TEST_PLACES
	run_released_tests linux-aarch64 "$(tests_of_the_day | tr '\n' ' ')" qemu-aarch64
	[ -n "${STFLASH_TEST_ALL-}" ] || echo "# $platform: two thirds of the other unit tests have their turn on another day"
	without_unicorn
	exit $bad
)

# The command line, the library and the examples under Wine.
try_windows() (
	have x86_64-w64-mingw32-gcc || exit 0
	released windows-x86_64 || exit $bad
	size_at_most 700 "$dir/stflash.exe"
	exports_and_imports
	no_trace_of_the_build
	examples_build
	have wine || exit $bad
	WINEPREFIX=$room/wine
	WINEDEBUG=-all
	export WINEPREFIX WINEDEBUG
	# Names of files are UTF-8 on both sides.
	LC_ALL=C.UTF-8
	export LC_ALL
	says_its_version wine "$dir/stflash.exe"
	finds_no_probe wine "$dir/stflash.exe"
	examples_speak_usbip
	speaks_usbip "stflash over USB/IP under Wine" wine "$dir/stflash.exe" -- "$build/stflash-vprobe"
	files_under_wine
	boards_under_wine
	ctrl_c_under_wine
	closed_pipe_under_wine
	complains "no USB/IP server answers at 127.0.0.1 port 9" wine "$examples/dump.exe" x "usbip://127.0.0.1:9/1-1"
	complains "the host 'no-such-host.invalid' is not known (Windows socket error" wine "$examples/dump.exe" x "usbip://no-such-host.invalid/1-1"
	complains "stflash knows no UNIX sockets on Windows" wine "$examples/dump.exe" x "usbip:///socket?1-1"
	complains "there is no virtual probe on Windows" wine "$examples/dump.exe" x virtual
	! my_turn 3 || again windows-x86_64
	cmocka_for windows x86_64-w64-mingw32-gcc x86_64-w64-mingw32-ar || exit $bad
	WINEPATH=$cache/libusb-windows/bin
	export WINEPATH
	run_released_tests windows-x86_64 "test_usb_answer test_usb_libusb test_usb_local test_usb_selector" wine
	exit $bad
)

# It exports stflash_* alone, and both need what every Windows has, and libusb.
exports_and_imports() {
	x86_64-w64-mingw32-objdump -p "$dir/library/libstflash.dll" |
		sed -n '/\[Ordinal.Name Pointer\] Table/,/^$/s/.*\] *\([a-z_][a-z_]*\)$/\1/p' >"$room/exported"
	if ! grep -q '^stflash_dump$' "$room/exported" || grep -v '^stflash_' "$room/exported"; then
		not_ok "the DLL does not export stflash_* and that alone"
	else
		ok "the DLL exports stflash_* alone"
	fi
	for file in stflash.exe library/libstflash.dll libusb-1.0.dll; do
		x86_64-w64-mingw32-objdump -p "$dir/$file"
	done | sed -n 's/.*DLL Name: //p' | grep -viE '^(libusb-1\.0|kernel32|msvcrt|ws2_32)\.dll$' >"$room/imported"
	if [ -s "$room/imported" ]; then
		not_ok "it needs $(sort -u "$room/imported" | tr '\n' ' ')"
	else
		ok "it needs libusb and what every Windows has"
	fi
}

# No time but that of the commit is in them, nor an address of theirs that the linker makes of the name of their folder: each prefers
# the one that all have.
no_trace_of_the_build() {
	committed=$(LC_ALL=C TZ=UTC0 date -d "@$(git -C "$top" log -1 --format=%ct)" '+%a %b %e %H:%M:%S %Y')
	for file in stflash.exe library/libstflash.dll libusb-1.0.dll; do
		LC_ALL=C TZ=UTC0 x86_64-w64-mingw32-objdump -p "$dir/$file" | grep -E '^(Time/Date|ImageBase)' |
			grep -vE "^Time/Date[[:space:]]+(stamp[[:space:]]+0\$|Thu Jan  1 00:00:00 1970|$committed)" |
			grep -vE '^ImageBase[[:space:]]+0000000(14|18)0000000$' |
			sed "s|^|${file##*/}: |"
	done >"$room/traces"
	if [ -s "$room/traces" ]; then
		not_ok "where and when it was built shows in $(tr '\n\t' '; ' <"$room/traces")"
	else
		ok "where and when it was built does not show in it"
	fi
}

# With the header, the import library and the DLLs of the archive.
examples_build() {
	examples=$room/windows-examples
	mkdir -p "$examples"
	cp "$dir/library/libstflash.dll" "$dir/libusb-1.0.dll" "$examples/"
	for example in dump flash production; do
		x86_64-w64-mingw32-gcc -std=c11 -pthread -static -Wall -Wextra -Werror -I"$dir/library" -o "$examples/$example.exe" \
			"$top/examples/$example.c" "$dir/library/libstflash.dll.a" >"$examples/$example.log" 2>&1 || not_ok "the example $example does not build"
	done
}

# Two boards at once, with a number of its own for each and a record: threads, locks and files of Windows.
boards_under_wine() {
	start_vprobe "$build/stflash-vprobe" --probe stm32f103c8,flash=other.bin,stats=other.json
	printf 'record' >"$tmp/word"
	(cd "$tmp" && timeout 120 wine "$dir/stflash.exe" -p "usbip://127.0.0.1:$port/1-1" -p "usbip://127.0.0.1:$port/1-2" \
		--record record.csv write firmware.bin) >"$tmp/client" 2>&1
	status=$?
	kill "$server" && wait "$server" 2>/dev/null
	if [ "$status" -eq 0 ] && cmp -s -n 20000 "$tmp/flash.bin" "$tmp/firmware.bin" && cmp -s -n 20000 "$tmp/other.bin" "$tmp/firmware.bin" &&
		[ "$(grep -c . "$tmp/record.csv")" -ge 2 ]; then
		ok "two boards at once, with a record, under Wine"
	else
		not_ok "two boards under Wine: status $status: $(tail -n 3 "$tmp/client" | tr -d '\r' | tr '\n' ' ')"
	fi
	rm -rf "$tmp"
}
