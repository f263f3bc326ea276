# SPDX-License-Identifier: MIT
# Images with bytes that are not in flash: RAM programs and data, OTP, and what is refused by name.

f103=virtual:stm32f103c8,strict=1,stats=stats.json
f407=virtual:stm32f407vg,strict=1,stats=stats.json

# le32 NUMBER...: as little-endian words.
le32() {
	for number; do
		printf "\\$(printf %03o $((number & 255)))\\$(printf %03o $((number >> 8 & 255)))"
		printf "\\$(printf %03o $((number >> 16 & 255)))\\$(printf %03o $((number >> 24 & 255)))"
	done
}

# elf ENTRY [ADDR FILE]...: an executable of these segments, without sections.
elf() {
	entry=$1
	shift
	n=$(($# / 2))
	at=$((52 + 32 * n))
	printf '\177ELF\001\001\001\000\000\000\000\000\000\000\000\000\002\000\050\000'
	le32 1 "$entry" 52 0 0x05000200
	printf "\\064\\000\\040\\000\\$(printf %03o "$n")\\000\\050\\000\\000\\000\\000\\000"
	bodies=
	while [ $# -gt 0 ]; do
		size=$(($(wc -c <"$2")))
		le32 1 "$at" "$1" "$1" "$size" "$size" 7 4
		at=$((at + size))
		bodies="$bodies $2"
		shift 2
	done
	cat $bodies
}

# ram_program BASE SP: a vector table and code behind it that stays at BASE + 0x44 ("nop; nop; b .").
ram_program() {
	le32 "$2" $(($1 + 0x41))
	head -c 56 /dev/zero | tr '\0' '\252'
	printf '\000\277\000\277\376\347'
}

ram_program_runs_at() {
	figure_is running true
	figure_is pc $(($1))
	nothing_is_left_behind
}

test_a_ram_image_is_loaded_and_started_by_its_vector_table() {
	full_flash 65536
	for base in 0x20000000 0x20000100; do
		ram_program $base 0x20005000 >ram.bin
		run stflash -p $f103,flash=flash.bin write $base ram.bin
		status_is 0
		stderr_has "ram.bin: 70 bytes loaded into RAM at $base of STM32F103/101/102"
		stderr_has "read back and equal; flash not changed; reset and started in RAM at $(printf 0x%08x $((base + 0x40)))"
		ram_program_runs_at $((base + 0x44))
		figure_is page_erases 0
	done
	same_bytes flash.before flash.bin
}

test_a_ram_image_of_an_f4_is_started() {
	ram_program 0x20000000 0x10010000 >ram.bin # with its stack in CCM
	run stflash -v -p $f407 write 0x20000000 ram.bin
	status_is 0
	stderr_has "stack pointer 0x10010000"
	ram_program_runs_at 0x20000044
}

# The table is the code's beginning where a linker has found no entry point.
test_a_ram_elf_is_started_at_its_entry_point() {
	ram_program 0x20000000 0x20005000 >ram.bin
	for entry in 0x20000043 0x20000041 0x20000000 0x20000001 0; do
		elf $entry 0x20000000 ram.bin >ram.elf
		run stflash -p $f103 write ram.elf
		status_is 0
		case $entry in
		0x20000043) stderr_has "started in RAM at 0x20000042" ;;
		*) stderr_has "started in RAM at 0x20000040" ;;
		esac
		ram_program_runs_at 0x20000044
	done
}

test_ram_code_without_vectors_gets_a_stack() {
	printf '\000\277\376\347' >code.bin
	elf 0x20000101 0x20000100 code.bin >code.elf
	run stflash -v -p $f103 write code.elf
	status_is 0
	stderr_has "started in RAM at 0x20000100"
	stderr_has "stack pointer 0x20002800"
	ram_program_runs_at 0x20000102
}

test_a_ram_image_is_prepared_but_not_run_with_halt() {
	serve ${f103#*:}
	ram_program 0x20000000 0x20005000 >ram.bin
	for option in --halt --no-reset; do
		run stflash -v -p "$board" write $option 0x20000000 ram.bin
		status_is 0
		stderr_has "reset and halted in RAM at 0x20000040"
		stderr_has "stack pointer 0x20005000"
		run stflash --json -p "$board" info
		stdout_has '"state":"halted","pc":"0x20000040"'
		run stflash -q -p "$board" read 0xe000ed08 4 vtor
		le32 0x20000000 >expected
		same_bytes expected vtor
	done
}

test_ram_data_is_loaded_and_not_started() {
	serve ${f103#*:}
	random_bytes 300 >data.bin
	run stflash -p "$board" write 0x20002000 data.bin
	status_is 0
	stderr_has "note: it has neither a vector table nor an entry point in RAM that the core can execute"
	stderr_has "not started, core as before"
	run stflash -q -p "$board" read 0x20002000 300 back
	status_is 0
	same_bytes data.bin back
	run stflash -p "$board" verify 0x20002000 data.bin
	status_is 0
	stderr_has "compared byte by byte"
	random_bytes 300 >other.bin
	run stflash -p "$board" verify 0x20002000 other.bin
	status_is 10
	run stflash --json -p "$board" info
	! grep -q '"state":"halted"' "$said/stdout" || failed "the core was left halted"
}

test_ram_of_a_part_without_it_is_refused() {
	full_flash 65536
	random_bytes 64 >data.bin
	run stflash -p virtual:stm32f101c8,flash=flash.bin,strict=1,stats=stats.json write 0x20004000 data.bin
	fails_with 2 "data.bin: this chip has no RAM at 0x2000403f" "nothing was changed"
	figure_is anomalies 0
	same_bytes flash.before flash.bin
}

test_a_ram_write_in_json() {
	ram_program 0x20000000 0x20005000 >ram.bin
	run stflash -q --json -p $f103 write 0x20000000 ram.bin
	status_is 0
	stdout_has '"bytes":70,"ram_bytes":70'
	stdout_has '"started":true,"pc":"0x20000040","sp":"0x20005000"'
	run stflash -q --json -p $f103 write 0x20000000 ram.bin --halt
	stdout_has '"started":false,"pc":"0x20000040"'
	run stflash -p $f103 write 0x20000000 ram.bin --dry-run
	status_is 0
	stderr_has "would load 70 bytes into RAM"
	run stflash -p $f103 -c attach write 0x20000000 ram.bin
	status_is 2
	stderr_has "--connect attach forbids"
}

test_ccm_is_ram_where_code_cannot_run() {
	serve ${f407#*:}
	random_bytes 300 >data.bin
	run stflash -p "$board" write 0x1000ff00 data.bin
	fails_with 2 "data.bin: 0x10010000 is neither in flash nor in RAM of this chip"
	run stflash -p "$board" write 0x1000fed4 data.bin
	status_is 0
	run stflash -p "$board" verify 0x1000fed4 data.bin
	status_is 0
	ram_program 0x10000000 0x10010000 >ram.bin
	elf 0x10000041 0x10000000 ram.bin >ccm.elf
	run stflash -p "$board" write ccm.elf
	status_is 0
	stderr_has "not started"
	for chip in stm32f103c8 stm32f446re; do
		run stflash -p virtual:$chip write ccm.elf
		fails_with 2 "ccm.elf: 0x10000000" "core-coupled RAM (CCM), which this chip does not have"
	done
}

# The RAM part must be there before the firmware runs, and is not compared afterwards: the firmware changes it.
test_ram_beside_flash_is_loaded_before_the_firmware_starts() {
	serve ${f103#*:},flash=flash.bin
	ram_program 0x08000000 0x20005000 >flash.part
	printf 'twelve bytes' >ram.part
	elf 0x08000041 0x08000000 flash.part 0x20000400 ram.part >mixed.elf
	run stflash -p "$board" write mixed.elf
	status_is 0
	stderr_has "RAM: 12 bytes of the image were loaded there before the firmware starts, and compared"
	stderr_has "$by_hash; 952 bytes kept; reset and running"
	run stflash -q -p "$board" read 0x20000400 12 back
	same_bytes ram.part back
	run stflash --json -p "$board" info
	stdout_has '"state":"running"'
	random_bytes 12 >ram.part
	elf 0x08000041 0x08000000 flash.part 0x20000400 ram.part >other.elf
	run stflash --json -p "$board" verify other.elf
	status_is 0
	stderr_has "note: 12 bytes of the file are for RAM, and were not compared"
	stdout_has '"bytes":70,"ram_bytes":12'
	run stflash -p "$board" write --halt mixed.elf
	status_is 0
	run stflash --json -p "$board" info
	stdout_has '"state":"halted"'
}

# refused CHIP ADDR WORDS...: at that address nothing is written, nor in front of it.
refused() {
	chip=$1
	address=$2
	shift 2
	random_bytes 16 >part
	elf 0 0x08000000 part "$address" part >image.elf
	run stflash -p "virtual:$chip,flash=flash.bin,strict=1,stats=stats.json" write image.elf
	fails_with 2 "image.elf: $address" "nothing was changed" "--skip-outside" "$@"
	figure_is anomalies 0
	same_bytes flash.before flash.bin
}

test_what_is_no_flash_is_named_and_refused_before_anything_changes() {
	full_flash 65536
	refused stm32f103c8 0x1ffff800 "in the option bytes" "stflash options set"
	refused stm32f103c8 0x1ffff000 "in system memory"
	refused stm32f103c8 0x00000000 "mirror" "FILE@0x08000000"
	refused stm32f103c8 0x08010000 "past the end of this chip's flash" "--flash-size"
	refused stm32f103c8 0x20005000 "past the end of this chip's RAM"
	refused stm32f103c8 0x40024000 "registers of the peripherals"
	refused stm32f103c8 0xe000ed08 "registers of the core"
	rm flash.bin.options
	full_flash 1048576
	refused stm32f407vg 0x1fffc000 "in the option bytes" "stflash options set"
	refused stm32f407vg 0x1fff7800 "in OTP memory" "--otp-permanent"
	refused stm32f407vg 0x1fff7a10 "only the factory writes"
	refused stm32f407vg 0x40024000 "in the backup SRAM"
	refused stm32f407vg 0x60000000 "external memory (NOR flash or SRAM"
	refused stm32f407vg 0x70000000 "external memory (NAND"
	refused stm32f407vg 0x90000000 "external memory (QUADSPI"
	refused stm32f407vg 0xa0001000 "registers of the FSMC, FMC and QUADSPI"
	refused stm32f407vg 0xc0000000 "external memory (SDRAM"
	refused stm32f407vg 0xdffffff0 "external memory (SDRAM"
}

test_several_stretches_outside_are_one_refusal() {
	full_flash 65536
	random_bytes 16 >part
	elf 0 0x1ffff800 part 0x08000000 part 0x90000000 part 0xc0000000 part >image.elf
	run stflash -p $f103,flash=flash.bin write image.elf
	fails_with 2 "image.elf: 0x1ffff800" "in the option bytes (and 2 more stretches elsewhere outside)"
	same_bytes flash.before flash.bin
}

test_skip_outside_takes_what_is_in_flash_and_lists_the_rest() {
	full_flash 65536
	random_bytes 1024 >part
	random_bytes 16 >other
	elf 0 0x1ffff800 other 0x08001000 part 0x90000000 other 0x20000000 other >image.elf
	cp flash.before expected
	dd if=part of=expected bs=4096 seek=1 conv=notrunc 2>/dev/null
	run stflash --json -p $f103,flash=flash.bin write --skip-outside image.elf
	status_is 0
	stderr_has "left out: 16 bytes at 0x1ffff800, in the option bytes"
	stderr_has "left out: 16 bytes at 0x90000000, in external memory"
	stderr_has "left out: 16 bytes at 0x20000000, in RAM"
	stdout_has '"bytes":1024,"ram_bytes":0'
	stdout_has '"skipped_bytes":48'
	nothing_is_left_behind
	same_bytes expected flash.bin
	run stflash --json -p $f103,flash=flash.bin verify --skip-outside image.elf
	status_is 0
	stderr_has "left out: 16 bytes at 0x90000000"
	stdout_has '"skipped_bytes":48'
	run stflash -p $f103,flash=flash.bin write --skip-outside other 0x90000000
	status_is 2
	stderr_has "other: nothing of it is in the flash of this chip"
	same_bytes expected flash.bin
}

test_skip_outside_cuts_at_the_end_of_flash() {
	full_flash 65536
	random_bytes 2048 >new.bin
	head -c 1024 new.bin >in.bin
	{ head -c 64512 flash.before; cat in.bin; } >expected
	run stflash -p $f103,flash=flash.bin write --skip-outside 0x0800fc00 new.bin
	status_is 0
	stderr_has "left out: 1 KiB at 0x08010000, past the end of this chip's flash"
	same_bytes expected flash.bin
	{ random_bytes 16; cat in.bin; } >new.bin
	{ cat in.bin; tail -c 64512 expected; } >expected.2
	run stflash -p $f103,flash=flash.bin write --skip-outside 0x07fffff0 new.bin
	status_is 0
	same_bytes expected.2 flash.bin
}

test_a_long_list_of_what_is_left_out_is_cut() {
	full_flash 65536
	random_bytes 16 >p
	elf 0 0x08000000 p $(for i in 0 1 2 3 4 5 6 7 8 9 a b; do echo "0x900000${i}0 p" | sed "s/0x900000/0x9000${i}0/"; done) >image.elf
	run stflash -p $f103,flash=flash.bin write --skip-outside image.elf
	status_is 0
	stderr_has "left out: 2 more stretches"
}

test_otp_is_programmed_once_and_read_back() {
	full_flash 1048576
	random_bytes 32 >otp.bin
	run stflash -p $f407,flash=flash.bin write --dry-run --otp-permanent 0x1fff7820 otp.bin
	status_is 0
	stderr_has "OTP: would program"
	run stflash -q -p $f407,flash=flash.bin read 0x1fff7800 528 before
	blank_bytes 528 >blank
	same_bytes blank before
	run stflash --json -p $f407,flash=flash.bin write --otp-permanent 0x1fff7820 otp.bin
	status_is 0
	stderr_has "programmed and compared by reading back; nothing can undo that"
	stdout_has '"otp_bytes":32,'
	nothing_is_left_behind
	run stflash -q -p $f407,flash=flash.bin read 0x1fff7800 528 after
	{ blank_bytes 32; cat otp.bin; blank_bytes 464; } >expected
	same_bytes expected after
	run stflash -p $f407,flash=flash.bin verify 0x1fff7820 otp.bin
	status_is 0
	run stflash -p $f407,flash=flash.bin write --otp-permanent 0x1fff7820 otp.bin
	status_is 0
	stderr_has "it already holds all of the image there; nothing was programmed"
	nothing_is_left_behind
	same_bytes flash.before flash.bin
}

# Half of the block, as a write leaves it that was cut off.
test_a_programmed_block_of_otp_is_completed_but_never_changed() {
	random_bytes 32 | tr '\377' '\0' >otp.bin
	head -c 16 otp.bin >half.bin
	run stflash -q -p $f407,flash=flash.bin write --otp-permanent 0x1fff7800 half.bin
	status_is 0
	for image in "0x1fff7810 half.bin" "0x1fff7801 half.bin"; do
		random_bytes 1024 >flash.part
		run stflash -p $f407,flash=flash.bin write --otp-permanent $image
		fails_with 7 "OTP block 0 (0x1fff7800..0x1fff781f) holds other data already" "nothing was changed"
		figure_is programs 0
		figure_is anomalies 0
	done
	run stflash -q -p $f407,flash=flash.bin write --otp-permanent 0x1fff7800 otp.bin
	status_is 0
	nothing_is_left_behind
	run stflash -q -p $f407,flash=flash.bin read 0x1fff7800 32 back
	same_bytes otp.bin back
}

# A refusal of OTP comes before the flash beside it is written.
test_otp_that_cannot_be_written_leaves_flash_alone() {
	full_flash 1048576
	random_bytes 32 >a.bin
	random_bytes 32 >b.bin
	run stflash -q -p $f407,flash=flash.bin write --otp-permanent 0x1fff7800 a.bin
	status_is 0
	elf 0 0x08000000 b.bin 0x1fff7800 b.bin >image.elf
	run stflash -p $f407,flash=flash.bin write --otp-permanent image.elf
	fails_with 7 "OTP block 0" "nothing was changed"
	same_bytes flash.before flash.bin
	elf 0 0x08000000 b.bin 0x1fff7820 b.bin >image.elf
	run stflash -p $f407,flash=flash.bin write --otp-permanent image.elf
	status_is 0
	stderr_has "$by_hash"
	nothing_is_left_behind
	{ cat b.bin; tail -c 1048544 flash.before; } >expected
	same_bytes expected flash.bin
	run stflash -q -p $f407,flash=flash.bin verify image.elf
	status_is 0
}

test_otp_blocks_are_locked_when_the_image_says_so() {
	random_bytes 32 >otp.bin
	printf '\0' >lock.bin
	printf '\017' >odd.bin
	run stflash -p $f407,flash=flash.bin write --otp-permanent 0x1fff7a02 odd.bin
	fails_with 2 "0x0f for the lock byte of OTP block 2 (0x1fff7a02)" "nothing was changed"
	run stflash -q -p $f407,flash=flash.bin write --otp-permanent 0x1fff7a02 lock.bin
	status_is 0
	nothing_is_left_behind
	run stflash -p $f407,flash=flash.bin write --otp-permanent 0x1fff7840 otp.bin
	fails_with 7 "OTP block 2 (0x1fff7840..0x1fff785f) is locked" "nothing was changed"
	elf 0 0x1fff7860 otp.bin 0x1fff7a03 lock.bin >image.elf
	run stflash -q -p $f407,flash=flash.bin write --otp-permanent image.elf
	status_is 0
	nothing_is_left_behind
	printf '\377' >open.bin
	run stflash -p $f407,flash=flash.bin write --otp-permanent 0x1fff7a03 open.bin
	fails_with 7 "OTP block 3" "is locked"
	run stflash -q -p $f407,flash=flash.bin read 0x1fff7a00 4 locks
	printf '\377\377\0\0' >expected
	same_bytes expected locks
}

# What is refused is refused before the backup, and before protection is removed, which erases the chip.
test_a_refusal_comes_before_unprotect_and_backup() {
	run stflash -p $f103,flash=flash.bin,rdp=1 write --unprotect --backup old.bin 0x1ffff800 "$cases/lib.sh" --format bin
	fails_with 2 "in the option bytes" "nothing was changed"
	no_file old.bin
	figure_is mass_erases 0
	figure_is anomalies 0
}
