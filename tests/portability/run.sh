#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR [PLATFORM...]: the same sources with other compilers, word sizes, byte orders and C libraries, their
# tests run there, and USB/IP spoken between them and the virtual probe of BUILD_DIR.
#
# Prints "ok NAME", "not ok NAME: why" or "not run NAME: why". What is built stays in BUILD_DIR/portability.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd) || exit 1
shift
room=$build/portability
mkdir -p "$room" || exit 1
room=$(cd "$room" && pwd)
unset STFLASH_PROBE STFLASH_VPROBE
bad=0
[ $# -gt 0 ] || set -- clang i386 s390x musl aarch64 windows

ok() {
	echo "ok $platform: $*"
}

not_ok() {
	bad=1
	echo "not ok $platform: $*"
}

not_run() {
	echo "not run $platform: $*"
}

have() {
	for program; do
		command -v "$program" >/dev/null 2>&1 || {
			not_run "$program is not installed"
			return 1
		}
	done
}

# unit_tests: the programs of the library's and the virtual probe's own tests.
unit_tests() {
	(cd "$top/tests" && ls unit/test_*.c vprobe/test_*.c) | grep -v unicorn | sed 's|^unit/||;s|^vprobe/|v|;s|\.c$||'
}

unicorn_tests() {
	(cd "$top/tests" && ls vprobe/test_*unicorn*.c) | sed 's|^vprobe/|v|;s|\.c$||'
}

without_unicorn() {
	not_run "$(echo $(unicorn_tests)): Unicorn, with which they compare, is there for this machine alone"
}

# tell_skipped OUT...: what programs of unit tests have left out, by what they said.
tell_skipped() {
	for out; do
		skipped=$(sed -n 's/^\[  SKIPPED \] \([a-z_][a-z0-9_]*\)$/\1/p' "$out" | sort -u | tr '\n' ' ')
		[ -z "$skipped" ] || not_run "$(basename "$out" .out): ${skipped% }"
	done
}

# under_emulation EMULATOR [ARGS...]: what runs the tests; the virtual probe that they start is this machine's.
under_emulation() {
	STFLASH_TEST_EMULATOR="$(command -v "$1")${2+ $2}${3+ $3}"
	STFLASH_VPROBE=$build/stflash-vprobe
	export STFLASH_TEST_EMULATOR STFLASH_VPROBE
}

# build_with TARGETS CMAKE_ARGS...: warnings are errors.
build_with() {
	dir=$room/$platform
	targets=$1
	shift
	# shellcheck disable=SC2086
	{ cmake -S "$top" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release "$@" && ninja -C "$dir" $targets; } >"$dir.log" 2>&1 || {
		not_ok "it does not build: $(grep -m 1 -E 'error:|FAILED|Error' "$dir.log" | cut -c1-300)"
		return 1
	}
	ok "it builds without a warning"
}

# foreign ARCH TRIPLET: libusb and cmocka of another architecture, and where pkg-config and the linker find them.
foreign() {
	root=$room/root-$1
	have apt-get dpkg-deb || return 1
	sh "$top/packaging/release/unpack.sh" "$1" "$root" libusb-1.0-0 libusb-1.0-0-dev libudev1 libcmocka0 libcmocka-dev >"$root.log" 2>&1 || {
		not_run "the libraries of $1 could not be downloaded: $(grep -m 1 '^E:' "$root.log")"
		return 1
	}
	libraries=$root/usr/lib/$2
	PKG_CONFIG_LIBDIR=$libraries/pkgconfig
	PKG_CONFIG_SYSROOT_DIR=$root
	export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
	# RPATH, not RUNPATH: libusb is to find its libudev there too.
	link="-Wl,--disable-new-dtags -Wl,-rpath-link,$libraries -Wl,-rpath,$libraries"
}

# run_unit_tests "NAME..." [EMULATOR...]
run_unit_tests() {
	programs=$1
	shift
	passed=0
	failed=
	for program in $programs; do
		if timeout 600 "$@" "$dir/$program" >"$dir/$program.out" 2>&1; then
			passed=$((passed + 1))
			tell_skipped "$dir/$program.out"
		else
			failed="$failed $program"
		fi
	done
	if [ -n "$failed" ]; then
		not_ok "unit tests fail:$failed"
	else
		ok "$passed programs of unit tests"
	fi
}

# start_vprobe VPROBE...: it listens on $port, with its files and a firmware.bin in $tmp.
start_vprobe() {
	tmp=$(mktemp -d)
	head -c 20000 /dev/urandom >"$tmp/firmware.bin"
	(cd "$tmp" && exec "$@" --probe stm32f103c8,flash=flash.bin,stats=stats.json --port 0 >port 2>said) &
	server=$!
	tries=100
	until port=$(grep -ohE '[0-9]{4,5}' "$tmp/port" "$tmp/said" 2>/dev/null | head -n 1) && [ -n "$port" ]; do
		[ $((tries -= 1)) -gt 0 ] || break
		sleep 0.1
	done
}

# judge_vprobe STATUS NAME: STATUS of the client that wrote firmware.bin and read dump.bin.
judge_vprobe() {
	kill "$server" && wait "$server" 2>/dev/null
	if [ "$1" -ne 0 ]; then
		not_ok "$2: $(tail -n 1 "$tmp/client" | tr -d '\r')"
	elif ! cmp -s "$tmp/dump.bin" "$tmp/flash.bin" || ! cmp -s -n 20000 "$tmp/dump.bin" "$tmp/firmware.bin"; then
		not_ok "$2: the dump, the flash and the firmware differ"
	elif ! grep -qE '"anomalies": *0' "$tmp/stats.json"; then
		not_ok "$2: the virtual probe saw an anomaly"
	else
		ok "$2"
	fi
	rm -rf "$tmp"
}

# speaks_usbip NAME STFLASH... -- VPROBE...: a write and a proven read between the two, over TCP on loopback.
speaks_usbip() {
	name=$1
	shift
	client=
	while [ "$1" != -- ]; do
		client="$client $1"
		shift
	done
	shift
	start_vprobe "$@"
	# shellcheck disable=SC2086
	(cd "$tmp" && timeout 120 $client -p "usbip://127.0.0.1:$port/1-1" write firmware.bin &&
		timeout 120 $client -p "usbip://127.0.0.1:$port/1-1" read dump.bin) >"$tmp/client" 2>&1
	judge_vprobe $? "$name"
}

# complains WORDS PROGRAM...: it fails, and says so.
complains() {
	words=$1
	shift
	if said=$(timeout 60 "$@" 2>&1); then
		not_ok "'$*' does not fail"
	elif printf '%s' "$said" | grep -qF "$words"; then
		ok "it says: $words"
	else
		not_ok "'$words' is not what it says: $said"
	fi
}

try_clang() {
	have clang || return
	tests=$(unit_tests)
	if pkg-config --exists unicorn; then
		tests="$tests $(unicorn_tests)"
	else
		without_unicorn
	fi
	build_with "src/all probes/all $(echo $tests)" -DCMAKE_C_COMPILER=clang -DSTFLASH_TESTS=ON || return
	run_unit_tests "$tests"
	speaks_usbip "USB/IP with the virtual probe of gcc" "$dir/stflash" -- "$build/stflash-vprobe"
}

# The headers of the kernel are the same for both word sizes; gcc-multilib's link to them is in the way of cross compilers.
try_i386() (
	foreign i386 i386-linux-gnu || exit 0
	echo 'int main(void) { return sizeof(void *) != 4; }' >"$room/word.c"
	gcc -m32 -o "$room/word" "$room/word.c" 2>/dev/null && "$room/word" || {
		not_run "gcc -m32 makes no program that runs here (libc6-dev-i386, lib32gcc-12-dev)"
		exit 0
	}
	build_with "$with_tests" -DSTFLASH_TESTS=ON "-DCMAKE_C_FLAGS=-m32 -idirafter /usr/include/x86_64-linux-gnu" \
		"-DCMAKE_EXE_LINKER_FLAGS=$link" "-DCMAKE_SHARED_LINKER_FLAGS=$link" || exit $bad
	run_unit_tests "$(unit_tests)"
	without_unicorn
	speaks_usbip "USB/IP with a virtual probe of 64 bits" "$dir/stflash" -- "$build/stflash-vprobe"
	speaks_usbip "a virtual probe of 32 bits" "$build/stflash" -- "$dir/stflash-vprobe"
	exit $bad
)

# Big-endian, under user emulation.
try_s390x() (
	have s390x-linux-gnu-gcc qemu-s390x || exit 0
	foreign s390x s390x-linux-gnu || exit 0
	emulator="qemu-s390x -L /usr/s390x-linux-gnu"
	build_with "$with_tests" -DSTFLASH_TESTS=ON -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=s390x \
		-DCMAKE_C_COMPILER=s390x-linux-gnu-gcc "-DCMAKE_EXE_LINKER_FLAGS=$link" \
		"-DCMAKE_SHARED_LINKER_FLAGS=$link" || exit $bad
	# shellcheck disable=SC2086
	under_emulation $emulator
	# shellcheck disable=SC2086
	run_unit_tests "$(unit_tests)" $emulator
	without_unicorn
	# shellcheck disable=SC2086
	speaks_usbip "USB/IP with a little-endian virtual probe" $emulator "$dir/stflash" -- "$build/stflash-vprobe"
	# shellcheck disable=SC2086
	speaks_usbip "a big-endian virtual probe" "$build/stflash" -- $emulator "$dir/stflash-vprobe"
	exit $bad
)

# wine_ends_with STATUS ARGS...: stflash with the probe at $port ends so.
wine_ends_with() {
	wanted=$1
	shift
	(cd "$tmp" && timeout 120 wine "$dir/stflash.exe" -q -p "usbip://127.0.0.1:$port/1-1" "$@") >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ "$status" -eq "$wanted" ] || why="$why; '$*' ended with $status: $(tail -n 1 "$tmp/err" | tr -d '\r')"
}

# Files that are complete or not there, standard output byte for byte, folders.
files_under_wine() {
	start_vprobe "$build/stflash-vprobe"
	why=
	echo old >"$tmp/dump.bin"
	wine_ends_with 2 read nowhere/dump.bin
	wine_ends_with 2 read 0x08000000 1G dump.bin
	[ "$(cat "$tmp/dump.bin")" = old ] || why="$why; a failed read touched the old file"
	wine_ends_with 0 read dump.bin
	wine_ends_with 0 read -
	cmp -s "$tmp/dump.bin" "$tmp/out" || why="$why; standard output is not what the file holds"
	wine_ends_with 0 read NUL
	wine_ends_with 0 backup saved
	wine_ends_with 2 backup saved
	mkdir "$tmp/empty" && wine_ends_with 0 write --backup 'empty\' firmware.bin
	cmp -s "$tmp/saved/flash.bin" "$tmp/empty/flash.bin" || why="$why; two backups differ"
	wine_ends_with 0 restore saved
	wine_ends_with 0 read 0x08000000 1k 'grün Жé.bin'
	cmp -s -n 1024 "$tmp/dump.bin" "$tmp/grün Жé.bin" || why="$why; a name beyond ASCII is another one on the disk"
	left=$(find "$tmp" -name '.*.*')
	[ -z "$left" ] || why="$why; left behind: $left"
	kill "$server" && wait "$server" 2>/dev/null
	cmp -s "$tmp/saved/flash.bin" "$tmp/flash.bin" || why="$why; restore did not put back what was saved"
	rm -rf "$tmp"
	if [ -n "$why" ]; then
		not_ok "files under Wine$why"
	else
		ok "files and folders under Wine"
	fi
}

# Results that a reader does not take to their end are no error; a dump is.
closed_pipe_under_wine() {
	start_vprobe "$build/stflash-vprobe"
	mkfifo "$tmp/pipe"
	exec 5<>"$tmp/pipe" 6>"$tmp/pipe" 5<&-
	timeout 120 wine "$dir/stflash.exe" -q -p "usbip://127.0.0.1:$port/1-1" --json info >&6 2>"$tmp/err"
	results=$?
	timeout 120 wine "$dir/stflash.exe" -q -p "usbip://127.0.0.1:$port/1-1" read - >&6 2>>"$tmp/err"
	dump=$?
	exec 6>&-
	kill "$server" && wait "$server" 2>/dev/null
	if [ $results -eq 0 ] && [ $dump -eq 2 ] && [ "$(grep -c 'cannot write' "$tmp/err")" -eq 1 ]; then
		ok "a reader that closed the pipe, under Wine"
	else
		not_ok "a closed pipe under Wine: $results and $dump: $(tr -d '\r' <"$tmp/err" | tr '\n' ' ')"
	fi
	rm -rf "$tmp"
}

ctrl_c_under_wine() {
	have pkill || return
	start_vprobe "$build/stflash-vprobe" --probe stm32f407vg,pace=real,stats=slow.json
	head -c 1048576 /dev/urandom >"$tmp/big.bin"
	# Once it is at work: before that nobody listens to the signal.
	(until grep -q 'agent at' "$tmp/out" 2>/dev/null; do sleep 0.1; done; exec pkill -INT -f '/windows-x86_64/stflash-[^/]*/stflash[.]exe') & # not stflash itself: a background job would ignore the signal
	waiter=$!
	(cd "$tmp" && timeout 120 wine "$dir/stflash.exe" -vv -p "usbip://127.0.0.1:$port/1-1" write big.bin) >"$tmp/out" 2>&1
	status=$?
	kill "$waiter" 2>/dev/null
	kill "$server" && wait "$server" 2>/dev/null
	if [ "$status" -eq 130 ] && grep -q '"halted": false' "$tmp/slow.json" && grep -q '"flash_locked": true' "$tmp/slow.json"; then
		ok "Ctrl-C under Wine lets the chip go"
	else
		not_ok "Ctrl-C under Wine: status $status: $(tail -n 1 "$tmp/out" | tr -d '\r')"
	fi
	rm -rf "$tmp"
}

examples_speak_usbip() {
	start_vprobe "$build/stflash-vprobe"
	(cd "$tmp" && timeout 120 wine "$examples/flash.exe" firmware.bin "usbip://127.0.0.1:$port/1-1" &&
		timeout 120 wine "$examples/dump.exe" dump.bin "usbip://127.0.0.1:$port/1-1") >"$tmp/client" 2>&1
	judge_vprobe $? "the examples flash and dump over USB/IP under Wine, with the virtual probe on loopback"
}

. "$here/released.sh"

with_tests="src/all probes/all $(unit_tests | tr '\n' ' ')"
for platform; do
	case $platform in
	clang | i386 | s390x | musl | aarch64 | windows) "try_$platform" || bad=1 ;;
	*) not_ok "there is no such platform: clang i386 s390x musl aarch64 windows" ;;
	esac
done
exit $bad
