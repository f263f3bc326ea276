# SPDX-License-Identifier: MIT
# An image in very many pieces: its cost grows with the bytes, not with the pieces, and what lies between them stays.

f429=virtual:stm32f429zi,probe=v2,flash=flash.bin,stats=stats.json
f103=virtual:stm32f103c8,probe=v2,flash=flash.bin,stats=stats.json

# pieces FILE N SIZE PERIOD START: N pieces of SIZE random bytes, one each PERIOD bytes of flash, and expected.bin, what
# flash.bin becomes with them. None of the bytes is 0xff: each half-word is to be programmed.
pieces() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	python3 - "$@" <<'END'
import os
import sys

n, size, period, start = (int(word, 0) for word in sys.argv[2:6])
flash, lines, upper = bytearray(open("flash.bin", "rb").read()), [], None


def record(kind, offset, data):
    body = bytes([len(data), offset >> 8, offset & 255, kind]) + data
    lines.append(":" + (body + bytes([-sum(body) & 255])).hex().upper())


for at in range(start, start + n * period, period):
    flash[at:at + size] = bytes(byte % 255 for byte in os.urandom(size))
    if upper != at >> 16:
        upper = at >> 16
        record(4, 0, (0x0800 + upper).to_bytes(2, "big"))
    head = min(size, 0x10000 - (at & 0xffff))
    record(0, at & 0xffff, flash[at:at + head])
record(1, 0, b"")
open(sys.argv[1], "w").write("\n".join(lines) + "\n")
open("expected.bin", "wb").write(flash)
END
}

milliseconds() {
	figure virtual_ms | sed 's/\..*//'
}

test_thousands_of_pieces_cost_no_more_than_one_over_the_same_span() {
	blank_bytes 2097152 >flash.bin
	random_bytes 524288 >one.bin
	run stflash -q -s 4000 -p $f429 write one.bin
	status_is 0
	one=$(milliseconds)
	blank_bytes 2097152 >flash.bin
	pieces new.hex 16384 16 32 0
	run stflash -s 4000 -p $f429 write new.hex
	status_is 0
	same_bytes expected.bin flash.bin
	nothing_is_left_behind
	[ "$(milliseconds)" -le $((one * 13 / 10)) ] || failed "16384 pieces cost $(milliseconds) ms, one piece $one ms"
	run stflash -s 4000 -p $f429 write new.hex
	stderr_has "new.hex: up to date, "
	[ "$(milliseconds)" -le 200 ] || failed "the same again costs $(milliseconds) ms"
	run stflash -s 4000 -p $f429 write --dry-run new.hex
	status_is 0
	run stflash -s 4000 -p $f429 verify new.hex
	status_is 0
	[ "$(milliseconds)" -le 2000 ] || failed "to compare them costs $(milliseconds) ms"
}

# Into the gaps of what is there, which are blank: nothing is erased, and nothing beside the pieces is programmed.
test_pieces_between_pieces_need_no_erase() {
	blank_bytes 65536 >flash.bin
	pieces odd.hex 1000 20 64 32
	run stflash -q -p $f103 write odd.hex
	status_is 0
	pieces even.hex 1000 20 64 0
	run stflash -v -p $f103 write even.hex
	status_is 0
	stderr_has ", 0 erased"
	figure_is programs 10000
	same_bytes expected.bin flash.bin
	run stflash -p $f103 write odd.hex even.hex
	status_is 0
	stderr_has "odd.hex + even.hex: up to date, "
	run stflash -p $f103 verify odd.hex
	status_is 0
	stderr_has "rest of flash is not blank"
}

test_pieces_that_are_there_already_are_not_programmed_again() {
	blank_bytes 1048576 >flash.bin
	pieces old.hex 500 16 64 0
	run stflash -q -p virtual:stm32f407vg,flash=flash.bin write old.hex
	pieces new.hex 500 16 64 32
	cp expected.bin both.bin
	run stflash -p virtual:stm32f407vg,flash=flash.bin,stats=stats.json write old.hex new.hex
	status_is 0
	figure_is programs 2000
	same_bytes both.bin flash.bin
}

test_ragged_pieces_over_a_full_chip_keep_what_lies_between() {
	for options in "" --no-agent; do
		full_flash 65536
		pieces new.hex 900 7 61 3
		run stflash -p $f103 write $options new.hex
		status_is 0
		same_bytes expected.bin flash.bin
		nothing_is_left_behind
		run stflash -p $f103 verify new.hex
		status_is 0
	done
}

test_one_wrong_byte_in_thousands_of_pieces_is_named() {
	full_flash 65536
	pieces new.hex 1500 16 40 0
	cp expected.bin flash.bin
	another_byte 40006 flash.bin
	run stflash -p $f103 verify new.hex
	status_is 10
	stderr_has "1 of 24000 bytes differ, the first at 0x08009c46"
}

# The bytes of 48 pages come to the computer and go back, which alone takes 280 ms; flash is busy for 2250.
test_a_piece_in_each_page_of_a_full_chip() {
	full_flash 65536
	pieces new.hex 48 16 1024 0
	run stflash -q -s 4000 -p $f103 write new.hex
	status_is 0
	same_bytes expected.bin flash.bin
	[ "$(milliseconds)" -le 2650 ] || failed "it costs $(milliseconds) ms"
}

test_a_piece_of_many_that_programs_wrong_is_named() {
	blank_bytes 65536 >flash.bin
	pieces new.hex 1000 20 64 0
	run stflash -p $f103,fault=badcell@0x08000404 write new.hex
	status_is 9
	stderr_has "0x0800040"
}
