# SPDX-License-Identifier: MIT
# What the library gives, what it takes, and what it keeps.

library=$build/src/libstflash.so
archive=$build/src/libstflash.a
joined=$build/src/stflash_objects.o

test_shared_library_exports_the_functions_of_the_header_and_no_more() {
	need nm
	nm -D --defined-only "$library" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort >exported
	nm -D --defined-only "$library" | awk '$2 !~ /[TA]/' >data
	must_be_empty "exported and no function" data
	tr '\n' ' ' <"$top/include/stflash.h" | grep -oE 'STFLASH_API [^;(]*\(' | grep -oE 'stflash_[a-z0-9_]+\($' | tr -d '(' |
		LC_ALL=C sort -u >declared
	[ -s declared ] || failed "no function found in the header"
	must diff declared exported
	echo "size: $(wc -l <declared) functions"
}

test_archive_defines_nothing_but_these() {
	need nm
	nm -g --defined-only "$archive" | awk 'NF == 3 && $3 !~ /^stflash_/' >other
	must_be_empty "also defines" other
}

test_library_is_linked_by_its_soname() {
	need readelf
	readelf -d "$library" | grep -q 'SONAME.*\[libstflash\.so\.0\]' || failed "the soname is not libstflash.so.0"
}

test_library_needs_libusb_and_libc_alone() {
	need readelf
	readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libusb-1\.0|libc)\.so\.[0-9]+$' >other
	must_be_empty "also needs" other
}

test_library_keeps_no_state_of_its_own() {
	need size
	size -A "$joined" | awk '$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0' >state
	must_be_empty "writable or per-thread data" state
}

# Nor the memory of the C library's own: strtok(), setlocale(), rand(), signal handlers, the environment.
test_library_never_prints_exits_or_changes_the_process() {
	need nm
	nm -u "$joined" | awk '{ print $2 }' | grep -xE -e '_*(v?f?printf|v?dprintf)(_chk)?' \
		-e 'puts|putchar|putc|fputs|fputc|fwrite|perror|psignal|warn|err|syslog' \
		-e '_?exit|_Exit|quick_exit|abort|__assert_fail|raise|atexit' -e 'stdin|stdout|stderr' \
		-e 'signal|sigaction|setitimer|alarm|setlocale|strtok|rand|srand|srandom|setenv|putenv|chdir|umask|system' >used
	must_be_empty "uses" used
}

# Without debug information, as a package has them.
stripped_kib() {
	must strip -o stripped "$1"
	echo "$(($(wc -c <stripped) / 1024))"
}

is_release() {
	grep -q '^CMAKE_BUILD_TYPE:[A-Z]*=Release' "$build/CMakeCache.txt" || not_run "this is no release build"
}

test_stripped_program_is_below_510_kib() {
	is_release
	need strip
	n=$(stripped_kib "$build/stflash") || exit 1
	echo "size: stripped stflash, all but libusb inside: $n KiB"
	[ "$n" -lt 510 ] || failed "it has $n KiB"
}

test_stripped_library_is_below_375_kib() {
	is_release
	need strip
	n=$(stripped_kib "$library") || exit 1
	echo "size: stripped libstflash.so: $n KiB"
	[ "$n" -lt 375 ] || failed "it has $n KiB"
}

# "times" counts in hundredths: so of many runs together. Other work makes a run dearer, never cheaper: the best round counts.
# cpu_ms COMMAND...: of one run, the best of five times twenty.
cpu_ms() {
	runs=20
	for _ in 1 2 3 4 5; do
		(
			for _ in $(seq $runs); do
				"$@" >help
			done
			times
		) >spent
		tail -n 1 spent | tr 'ms' '  ' | awk -v runs=$runs '{ printf "%.1f\n", (($1 + $3) * 60 + $2 + $4) * 1000 / runs }'
	done | sort -n | head -n 1
}

# A program that does nothing is the measure: how fast the machine is, and how busy, is in both.
test_help_takes_little_more_than_a_program_that_does_nothing() {
	is_release
	must "$build/stflash" --help >/dev/null
	ms=$(cpu_ms "$build/stflash" --help)
	nothing=$(cpu_ms "$(dirname "$(command -v env)")/true")
	echo "size: stflash --help: $ms ms of CPU, a program that does nothing $nothing ms"
	awk -v ms="$ms" -v nothing="$nothing" 'BEGIN { exit ms >= 2 * nothing + 2 }' || failed "it took $ms ms, and nothing $nothing ms"
}
