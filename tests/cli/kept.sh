# SPDX-License-Identifier: MIT
# What a write erases beside its image is never lost: whatever cuts it, the same command again and then the one that it
# names end with every byte as it should be.

kept_name='stm32-????????-????????-????????-kept-????????-??????.hex'

# image_at OFFSET SIZE...: new.hex with pieces of random bytes there, and expected.bin, what flash.before becomes with them.
image_at() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	python3 - "$@" <<'END'
import os
import sys

flash, lines, upper = bytearray(open("flash.before", "rb").read()), [], None


def record(kind, offset, data):
    body = bytes([len(data), offset >> 8, offset & 255, kind]) + data
    lines.append(":" + (body + bytes([-sum(body) & 255])).hex().upper())


numbers = [int(word, 0) for word in sys.argv[1:]]
for offset, size in zip(numbers[::2], numbers[1::2]):
    for at in range(offset, offset + size):
        flash[at] = os.urandom(1)[0]
        if upper != (0x08000000 + at) >> 16:
            upper = (0x08000000 + at) >> 16
            record(4, 0, bytes([upper >> 8, upper & 255]))
        record(0, at & 0xffff, flash[at:at + 1])
record(1, 0, b"")
open("new.hex", "w").write("\n".join(lines) + "\n")
open("expected.bin", "wb").write(flash)
END
}

# The HEX file holds nothing of the image and nothing but what was there.
kept_holds_the_rest() {
	python3 - "$1" <<'END' || failed "$1 holds something else than what was to be kept"
import sys


def load(name):
    base, image = 0, {}
    for line in open(name):
        record = bytes.fromhex(line[1:])
        if record[3] == 4:
            base = int.from_bytes(record[4:6], "big") << 16
        elif record[3] == 0:
            image.update((base + int.from_bytes(record[1:3], "big") + i, b) for i, b in enumerate(record[4:-1]))
    return image


flash, kept, new = open("flash.before", "rb").read(), load(sys.argv[1]), load("new.hex")
sys.exit(not kept or any(a in new or flash[a - 0x08000000] != b for a, b in kept.items()))
END
}

# cut CHIP FAULT OPTIONS...: a write of new.hex that goes wrong, then what a person does about it, in both orders.
cut() {
	chip=$1
	fault=$2
	shift 2
	for order in "new.hex kept" "kept new.hex"; do
		rm -f stm32-*
		cp flash.before flash.bin
		run stflash -q "$@" -p "virtual:$chip,flash=flash.bin,fault=$fault" write new.hex
		set -- "$@"
		kept=$(echo $kept_name)
		if [ -e "$kept" ]; then
			[ "$status" -ne 0 ] || failed "$fault: there is $kept after a write that went well"
			stderr_has "run the same command again, then \`stflash write $kept\` puts it back"
			kept_holds_the_rest "$kept"
		else
			kept=
		fi
		[ "$order" = "new.hex kept" ] || [ -n "$kept" ] || continue
		for file in $order; do
			[ "$file" != kept ] || file=$kept
			[ -z "$file" ] || run stflash -q "$@" -p "virtual:$chip,flash=flash.bin" write "$file"
			status_is 0
		done
		cmp expected.bin flash.bin >"$said/cmp" || failed "$fault, then $order: $(cat "$said/cmp")"
	done
}

test_a_cut_write_of_a_part_of_a_page_loses_nothing() {
	full_flash 65536
	image_at 0xfc01 100
	for at in 1 2 300 512 513; do
		cut stm32f103c8 unplug@flash:$at
	done
	for fault in powercut@flash:1 powercut@flash:300 targetreset@flash:300 stuckbusy@flash:1 unplug@100 unplug@160; do
		cut stm32f103c8 $fault
	done
}

test_a_cut_write_of_several_pieces_loses_nothing() {
	full_flash 65536
	image_at 0x3 1 0x7ff 2 0xc01 1030 0x1402 5 0xfffd 3
	for at in 1 400 514 1540 2565; do
		cut stm32f103c8 unplug@flash:$at
	done
	cut stm32f103c8 powercut@flash:900
}

test_a_cut_write_without_an_agent_loses_nothing() {
	full_flash 65536
	image_at 0x1401 1500
	for at in 1 300 520; do
		cut stm32f103c8 unplug@flash:$at --no-agent
	done
}

test_a_cut_mass_erase_loses_nothing() {
	random_bytes 61440 >flash.before
	blank_bytes 4096 >>flash.before
	image_at 1 60001
	for at in 1 2 20000; do
		cut stm32f103c8 unplug@flash:$at
	done
}

test_a_cut_write_of_a_sector_loses_nothing() {
	full_flash 262144
	image_at 0x3801 5001 0x1fffe 3
	for at in 1 3000 9000; do
		cut stm32f401cc unplug@flash:$at
	done
	cut stm32f401cc powercut@flash:3000
}

# Blank where the image goes: nothing of the page is erased before the second try, which then has more to keep.
test_what_the_second_try_erases_is_kept_too() {
	{ random_bytes 512; blank_bytes 65024; } >flash.before
	image_at 0x1fd 1 0x201 700
	for at in 1 100; do
		for second in 1 2 400; do
			cut stm32f103c8 "targetreset@flash:$at,fault=unplug@flash:$((at + second))"
		done
	done
}

test_a_cell_that_programs_wrong_costs_nothing_beside_the_image() {
	full_flash 65536
	image_at 0x402 600
	cut stm32f103c8 badcell@0x08000500
}

test_no_file_where_nothing_is_lost() {
	full_flash 65536
	image_at 0xfc01 100
	cp flash.before flash.bin
	run stflash -q -p virtual:stm32f103c8,flash=flash.bin,fault=unplug@flash:20 write --no-keep new.hex
	status_is 5
	no_file stm32-*
	cp flash.before protected.bin # the option bytes stay with their file
	run stflash -q -p virtual:stm32f103c8,flash=protected.bin,wrp=0xfffffff0 write new.hex
	status_is 7
	no_file stm32-*
	run stflash -q -p virtual:stm32f103c8,flash=flash.bin write new.hex
	status_is 0
	image_at 0 1024
	run stflash -q -p virtual:stm32f103c8,flash=flash.bin,fault=unplug@flash:300 write new.hex
	status_is 5
	no_file stm32-*
	run stflash -q -p virtual:stm32f103c8,flash=flash.bin,fault=unplug@flash:1 erase 0x08000000 1k
	status_is 5
	no_file stm32-*
}

test_a_file_of_that_name_is_never_replaced() {
	full_flash 65536
	image_at 0xfc01 100
	cp flash.before flash.bin
	run stflash -q -p virtual:stm32f103c8,flash=flash.bin,fault=unplug@flash:300 write new.hex
	kept=$(echo $kept_name)
	uid=${kept%????????-??????.hex}
	rm "$kept"
	# Every name that the next minute may choose is taken.
	now=$(date +%s)
	for second in $(seq 0 60); do
		echo precious >"$uid$(date -d "@$((now + second))" +%Y%m%d-%H%M%S).hex"
	done
	cp flash.before flash.bin
	run stflash -q -p virtual:stm32f103c8,flash=flash.bin,fault=unplug@flash:300 write new.hex
	status_is 5
	[ "$(cat stm32-*-kept-????????-??????.hex | sort -u)" = precious ] || failed "a file was replaced"
	kept_holds_the_rest stm32-*-2.hex
	stderr_has "-2.hex\` puts it back"
}

test_json_names_the_file_and_restore_makes_one_too() {
	full_flash 65536
	image_at 0xfc01 100
	cp flash.before flash.bin
	run stflash --json -p virtual:stm32f103c8,flash=flash.bin,fault=unplug@flash:300 write new.hex
	stdout_has "\"kept\":{\"file\":\"$(echo $kept_name)\",\"bytes\":924}"
	rm -f stm32-*
	run stflash -p virtual:stm32f103c8,flash=flash.bin backup small
	status_is 0
	full_flash 131072
	run stflash -q -p virtual:stm32f103cb,flash=flash.bin,fault=unplug@flash:300 restore --other-chip small
	status_is 5
	no_file stm32-*
}

# A folder that is gone takes no file, whoever asks; then that for temporary files does, and last the terminal.
test_without_a_folder_to_write_to_nothing_is_lost() {
	full_flash 65536
	image_at 0xfc01 100
	cp flash.before flash.bin
	room_for_it=$PWD/temporary
	here=$PWD
	mkdir gone temporary
	(
		cd gone && rmdir ../gone || exit 1
		TMPDIR=$room_for_it stflash -q -p "virtual:stm32f103c8,flash=$here/flash.bin,fault=unplug@flash:300" \
			write "$here/new.hex" 2>"$here/said"
		[ $? -eq 5 ]
	) || failed "not the right status: $(cat said)"
	kept=$(echo temporary/stm32-*-kept-*.hex)
	grep -qF "in the current folder: $PWD/$kept has what was erased" said || failed "it said: $(cat said)"
	kept_holds_the_rest "$kept"
	rm "$kept"
	cp flash.before flash.bin
	mkdir gone
	(
		cd gone && rmdir ../gone || exit 1
		TMPDIR=$here/nowhere stflash -q -p "virtual:stm32f103c8,flash=$here/flash.bin,fault=unplug@flash:300" \
			write "$here/new.hex" 2>"$here/said"
		[ $? -eq 5 ]
	) || failed "not the right status: $(cat said)"
	grep -q "no file can be made" said || failed "it said: $(cat said)"
	grep '^:' said >kept.hex
	kept_holds_the_rest kept.hex
}

# interrupted SIGNALS STATUS: while a sector of 128 KiB is erased, which takes 2 s.
interrupted() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	rm -f stm32-*
	cp flash.before flash.bin
	run python3 "$cases/interrupt.py" "erasing 131072 bytes" "$1" stflash -vv --psize 8 --no-progress \
		-p virtual:stm32f407vg,flash=flash.bin,pace=real write new.hex
	status_is "$2"
	kept=$(echo $kept_name)
	stderr_has "then \`stflash write $kept\`"
	kept_holds_the_rest "$kept"
}

test_every_signal_leaves_the_file_and_so_does_the_second() {
	full_flash 1048576
	image_at 0x20001 300
	interrupted INT 130
	for file in new.hex "$kept"; do
		run stflash -q -p virtual:stm32f407vg,flash=flash.bin write "$file"
		status_is 0
	done
	same_bytes expected.bin flash.bin
	interrupted TERM 143
	interrupted INT,INT 130
}

test_a_signal_during_an_erase_is_answered_at_once() {
	full_flash 1048576
	image_at 0x20001 300
	interrupted INT 130
	stderr_has "waiting for the running erase, up to 4 s"
}
