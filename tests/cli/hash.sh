# SPDX-License-Identifier: MIT
# Sums of what a chip holds, memory on the terminal, and ADDR without SIZE.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json
f407=virtual:stm32f407vg,strict=1,stats=stats.json

# prints_the_sums_of FILE: those of the tools that everybody has.
prints_the_sums_of() {
	stdout_has "sha256  $(sha256sum "$1" | cut -d' ' -f1)"
	stdout_has "md5     $(md5sum "$1" | cut -d' ' -f1)"
	gzip -c "$1" >packed.gz
	crc=$(tail -c 8 packed.gz | od -An -tx4 -N4 | tr -d ' ')
	stdout_has "crc32   $crc"
	[ "$(wc -l <"$said/stdout")" -eq 3 ] || failed "there are more than three sums"
}

test_hash_prints_the_sums_of_the_flash() {
	full_flash 65536
	run stflash -p $f103 hash
	status_is 0
	prints_the_sums_of flash.before
	stderr_has "64 KiB of STM32F103/101/102 at 0x08000000, "
	stderr_has "$by_hash"
	nothing_is_left_behind
	same_bytes flash.before flash.bin
}

# Lengths around the block of 64 bytes that both sums are made of.
test_hash_of_a_part_of_any_length() {
	full_flash 65536
	for length in 1 3 55 56 57 63 64 65 119 120 128 1000; do
		tail -c +1026 flash.before | head -c $length >part
		run stflash -q -p $f103 hash 0x08000401 $length
		status_is 0
		prints_the_sums_of part
	done
	tail -c +60001 flash.before >part
	run stflash -q -p $f103 hash 0x0800ea60
	status_is 0
	prints_the_sums_of part
}

test_hash_without_an_agent_and_like_a_file() {
	full_flash 65536
	cp flash.before old.bin
	run stflash -p $f103 -c attach hash
	status_is 0
	stderr_has "$by_reading_twice; neither halted nor reset"
	prints_the_sums_of flash.before
	run stflash -p $f103 --json hash --like old.bin
	status_is 0
	stdout_has "\"sha256\":\"$(sha256sum flash.before | cut -d' ' -f1)\""
	stdout_has '"like_bytes":65536,"like":"old.bin"'
	run stflash -p $f103 hash 0x20000000 64
	status_is 0
	stderr_has "not verified (only flash can be)"
}

test_hash_refuses_what_makes_no_sense() {
	run stflash -p $f103 hash firmware.bin
	fails_with 2 "hash takes ADDR and SIZE of the chip's memory, not 'firmware.bin' (see stflash help hash)"
	run stflash -p $f103 hash 0x08000000 0
	fails_with 2 "nothing to read: the size is 0"
	run stflash -p $f103 hash 1 2 3
	fails_with 2 "hash takes two numbers, ADDR and SIZE, not a third, '3'"
	run stflash -p $f103 hash 0x12zz
	fails_with 2 "'0x12zz' is not a number (see stflash help hash)"
	run stflash -p $f103 checksum
	fails_with 2 "did you mean 'stflash hash'?"
	run stflash -p virtual:stm32f103c8,rdp=1 hash
	status_is 7
	stdout_is_empty
}

test_read_without_a_size_goes_to_the_end_of_that_memory() {
	full_flash 65536
	tail -c +1025 flash.before >wanted
	run stflash -p $f103 read dump.bin 0x08000400
	status_is 0
	same_bytes wanted dump.bin
	for place in "0x08100000 1048576 stm32f429zi" "0x1fff7800 528 stm32f407vg" "0x1ffff7f0 16 stm32f103c8" \
		"0x10000000 65536 stm32f407vg" "0x0800ffff 983041 stm32f407vg"; do
		set -- $place
		run stflash -q -p "virtual:$3,strict=1" read "$1" dump.bin
		status_is 0
		[ "$(wc -c <dump.bin)" -eq "$2" ] || failed "$1 of $3 goes on for $(wc -c <dump.bin) bytes"
	done
	rm dump.bin
	run stflash -p $f103 read 64k dump.bin
	fails_with 2 "0x00010000 is in no memory of this chip whose end is known: give ADDR and SIZE"
	run stflash -p $f103 read 0x40021000 dump.bin
	fails_with 2 "0x40021000 is in no memory of this chip whose end is known"
	no_file dump.bin
	run stflash -p $f103 read 0x08000000
	fails_with 2 "read needs a FILE to write to (see stflash help read)"
}

# on_a_terminal COLUMNS ARGS...: what a person sees, in the file seen.
on_a_terminal() {
	command -v script >/dev/null || not_run "script (util-linux) is not installed"
	columns=$1
	shift
	ran="stflash $*"
	script -qec "stty cols $columns; stflash $*" /dev/null </dev/null 2>&1 | tr -d '\r' >seen
}

test_read_without_a_file_shows_the_bytes_on_a_terminal() {
	{ printf 'stflash shows the bytes\001\377' && head -c 111 /dev/zero && random_bytes 65400; } >flash.bin
	cp flash.bin flash.before
	on_a_terminal 80 -p $f103 read 0x08000000 136
	head -n 6 seen | tail -n +1 >lines
	cat >wanted <<-TEXT
		08000000  73 74 66 6c 61 73 68 20  73 68 6f 77 73 20 74 68  |stflash shows th|
		08000010  65 20 62 79 74 65 73 01  ff 00 00 00 00 00 00 00  |e bytes.........|
		08000020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
		*
		08000080  00 00 00 00 00 00 00 00                           |........|
	TEXT
	head -n 5 lines >shown
	diff wanted shown >"$said/diff" || failed "it shows: $(tr '\n' '~' <seen)"
	grep -q "136 bytes of STM32F103/101/102 at 0x08000000, " seen || failed "the summary is missing: $(tail -n 2 seen)"
	on_a_terminal 40 -q -p $f103 read 0x08000000 12
	printf '08000000  73 74 66 6c 61 73 68 20\n08000008  73 68 6f 77\n' >wanted
	diff wanted seen >"$said/diff" || failed "it shows: $(tr '\n' '~' <seen)"
	on_a_terminal 60 -q -p $f103 read 0x08000000 12
	printf '08000000  73 74 66 6c 61 73 68 20  |stflash |\n08000008  73 68 6f 77              |show|\n' >wanted
	diff wanted seen >"$said/diff" || failed "it shows: $(tr '\n' '~' <seen)"
	on_a_terminal 80 -p $f103 --json read 0x08000000 12
	grep -q "read needs a FILE to write to with --json" seen || failed "it says: $(cat seen)"
}
