# SPDX-License-Identifier: MIT
# Reading with a file at hand that most likely holds what flash holds: only what differs comes over the wire.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json
f407=virtual:stm32f407vg,flash=flash.bin,strict=1,stats=stats.json,probe=v2

by_like="not over the wire: verified by the chip's 64-bit hash"

# change OFFSET...: one byte of flash each.
change() {
	for offset; do
		printf 'CHANGED' | dd of=flash.bin bs=1 seek="$offset" conv=notrunc 2>/dev/null
	done
	cp flash.bin flash.before
}

# takes_at_most MS: of the virtual probe's clock.
takes_at_most() {
	load_figures
	look_up virtual_ms
	[ "${looked_up%%.*}" -lt "$1" ] || failed "'$ran' took $looked_up ms, more than $1"
}

test_like_a_dump_of_before_takes_a_quarter_of_a_second_for_a_mebibyte() {
	full_flash 1048576
	cp flash.before old.bin
	run stflash -s 4000 -p "$f407" read --like old.bin dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stderr_has "$by_hash"
	stderr_has "1 MiB came from old.bin, $by_like"
	nothing_is_left_behind
	takes_at_most 250

	change 500000
	run stflash -s 4000 -p "$f407" read --like old.bin dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stderr_has "1008 KiB came from old.bin, $by_like"
	takes_at_most 343
}

test_like_the_file_that_is_replaced() {
	full_flash 65536
	cp flash.before dump.bin
	change 3 30000 65529
	run stflash -p $f103 --json read --like dump.bin dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stdout_has '"transferred":6144,"blank":0,'
	stdout_has '"like_bytes":59392,"like":"dump.bin"'
	only dump.bin flash.bin flash.before stats.json
}

test_like_the_file_that_is_replaced_survives_every_failure() {
	full_flash 65536
	cp flash.before dump.bin
	cp flash.before before.bin
	change 30000
	for fault in unplug@60 unplug@40 noack=1 rdp=1; do
		case $fault in
		*@*) run stflash -p "$f103,fault=$fault" read --like dump.bin dump.bin ;;
		*) run stflash -p "virtual:stm32f103c8,$fault" read --like dump.bin dump.bin ;;
		esac
		[ "$status" -ne 0 ] || failed "$fault, and it says that it worked"
		same_bytes before.bin dump.bin
	done
	only before.bin dump.bin flash.bin flash.before stats.json
}

test_like_takes_every_format_and_what_it_has_of_the_range() {
	full_flash 65536
	run stflash -q -p $f103 read old.hex
	run stflash -q -p $f103 read old.srec
	head -c 65532 flash.before >part.bin
	as_elf part.bin >old.elf
	head -c 30001 flash.before >short.bin
	{ cat flash.before && random_bytes 5000; } >long.bin
	for old in old.hex old.srec old.elf short.bin long.bin; do
		run stflash -p $f103 --json read --like $old dump.bin
		status_is 0
		same_bytes flash.before dump.bin
		case $old in
		old.elf) stdout_has '"transferred":2048,"blank":0,' && stdout_has '"like_bytes":63488,' ;;
		short.bin) stdout_has '"transferred":36864,"blank":0,' && stdout_has '"like_bytes":28672,' ;;
		*) stdout_has '"transferred":0,"blank":0,' && stdout_has '"like_bytes":65536,' ;;
		esac
	done
	tail -c +1004 flash.before | head -c 20001 >wanted
	for old in old.hex old.srec old.elf wanted short.bin@0x08000000 long.bin@0x08000000; do
		run stflash -p $f103 --json read --like $old 0x080003eb 20001 dump.bin
		status_is 0
		same_bytes wanted dump.bin
		stdout_has '"like_bytes":20001,'
	done
}

test_like_a_firmware_with_gaps_takes_those_for_blank() {
	{ random_bytes 5000 && blank_bytes 15000 && random_bytes 3000 && blank_bytes 42536; } >flash.bin
	cp flash.bin flash.before
	head -c 5000 flash.before >a.bin
	tail -c +20001 flash.before | head -c 3000 >b.bin
	run stflash -q -p virtual:stm32f103c8,flash=other.bin write a.bin b.bin@0x08004e20
	status_is 0
	run stflash -q -p virtual:stm32f103c8,flash=other.bin read old.hex
	run stflash -p $f103 --json read --like old.hex dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stdout_has '"transferred":0,'
}

test_like_a_file_of_no_use_is_told_and_costs_nothing() {
	full_flash 65536
	random_bytes 65536 >old.bin
	run stflash -p $f103 read --like old.bin dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stderr_has "no part of flash is equal to old.bin: everything was transferred"
	run stflash -p $f103 read --like old.bin 0x20000000 64 ram.bin
	status_is 0
	stderr_has "only flash can be compared with old.bin"
}

test_like_what_cannot_be_read_fails_before_the_chip_is_looked_for() {
	: >empty.bin
	printf ':00000001FF\n' >nothing.hex
	printf ':10000000\n' >broken.hex
	for old in missing.bin empty.bin nothing.hex broken.hex .; do
		run stflash -p virtual:stm32f103c8,noack=1 read --like $old dump.bin
		status_is 2
		stderr_has "$old"
		no_file dump.bin
	done
	run stflash -p $f103 read --like missing.bin --no-like dump.bin
	fails_with 2 "--like takes from a file what is equal, --no-like forbids it: choose one (see stflash help read)"
	run stflash -p $f103 write --like missing.bin new.bin
	fails_with 2 "--like means nothing to 'write'"
	run stflash -p $f103 read --like @0x08000000 dump.bin
	fails_with 2 "has no file in front of the @"
	run stflash -p $f103 read --like
	fails_with 2 "--like needs a value: --like OLD"
}

test_like_without_an_agent_one_reading_is_enough() {
	full_flash 65536
	cp flash.before old.bin
	change 30000
	for how in "-c attach" --no-reset; do
		# shellcheck disable=SC2086
		run stflash -p $f103 --json $how read --like old.bin dump.bin
		status_is 0
		same_bytes flash.before dump.bin
		stderr_has "$by_reading_twice"
		stderr_has "58 KiB: read once, and equal to old.bin, which counts as the second reading"
		stdout_has '"transferred":71680,"blank":0,'
		stdout_has '"like_bytes":59392,'
	done
}

test_like_a_chip_whose_agent_does_not_run() {
	full_flash 65536
	cp flash.before old.bin
	change 30000
	run stflash -p "$f103,ramexec=0" read --like old.bin dump.bin
	status_is 0
	same_bytes flash.before dump.bin
}

test_like_one_image_for_several_boards_or_a_dump_of_each() {
	random_bytes 65536 >a
	cp a old.bin
	{ head -c 40000 a && printf other && tail -c +40006 a; } >b
	run stflash --json -p virtual:stm32f103c8,flash=a,serial=AA -p virtual:stm32f103c8,flash=b,serial=BB \
		read --like old.bin 'dump-{serial}.bin'
	status_is 0
	same_bytes a dump-AA.bin
	same_bytes b dump-BB.bin
	stdout_has '"like_bytes":65536,"like":"old.bin"'
	stdout_has '"like_bytes":63488,"like":"old.bin"'
	run stflash --json -p virtual:stm32f103c8,flash=a,serial=AA -p virtual:stm32f103c8,flash=b,serial=BB \
		read --like 'dump-{serial}.bin' 'dump-{serial}.bin'
	status_is 0
	same_bytes a dump-AA.bin
	same_bytes b dump-BB.bin
	stdout_has '"like_bytes":65536,"like":"dump-AA.bin"'
	stdout_has '"like_bytes":65536,"like":"dump-BB.bin"'
}

# -------------------------------------------------------------------------------------------------- backups

# made_on FOLDER DATE: a backup of the chip as it is, as if made then.
made_on() {
	run stflash -q -p $f103 backup --no-like "$1"
	status_is 0
	sed "s/^date = .*/date = $2/" "$1/info.txt" >info && mv info "$1/info.txt"
}

test_a_backup_takes_from_the_newest_one_beside_it() {
	full_flash 65536
	made_on board-a 2024-01-05T10:00:00Z
	change 30000
	made_on board-c 2024-03-05T10:00:00Z
	made_on board-b 2024-02-05T10:00:00Z
	mkdir boards
	for folder in new new2/ ./new3 "$PWD/new4"; do
		run stflash -p $f103 --json backup "$folder"
		status_is 0
		same_bytes flash.before "$folder/flash.bin"
		case $folder in
		/*) beside="$PWD/" ;;
		./*) beside=./ ;;
		*) beside= ;;
		esac
		stdout_has '"like_bytes":65536,"like":"'"${beside}board-c"'/flash.bin"'
		stderr_has "64 KiB came from ${beside}board-c/flash.bin, $by_like"
		rm -r "$folder"
	done
	run stflash -p $f103 --json backup boards/new
	status_is 0
	stdout_has '"like_bytes":0,"like":null'
	run stflash -p $f103 --json backup --no-like new
	status_is 0
	stdout_has '"like_bytes":0,"like":null'
}

test_a_backup_passes_over_what_is_damaged_or_of_another_chip() {
	full_flash 65536
	made_on board-a 2024-01-05T10:00:00Z
	for damage in flash options info uid size pipe; do
		cp -r board-a damaged
		sed "s/^date = .*/date = 2024-09-05T10:00:00Z/" board-a/info.txt >damaged/info.txt
		case $damage in
		flash) another_byte 100 damaged/flash.bin ;;
		options) rm damaged/options.txt ;;
		info) head -c 100 board-a/info.txt >damaged/info.txt ;;
		uid) sed -i 's/^uid = ..../uid = 0123/' damaged/info.txt ;;
		size) sed -i 's/^flash_size = .*/flash_size = 32768/' damaged/info.txt ;;
		pipe) rm damaged/info.txt && mkfifo damaged/info.txt ;;
		esac
		echo "no folder" >file
		run stflash -p $f103 --json backup new
		status_is 0
		same_bytes flash.before new/flash.bin
		stdout_has '"like_bytes":65536,"like":"board-a/flash.bin"'
		rm -r new damaged
	done
}

test_a_backup_like_an_older_one_restores() {
	full_flash 65536
	made_on board-a 2024-01-05T10:00:00Z
	change 100
	run stflash -q -p $f103 backup new
	status_is 0
	run stflash -q -p $f103 erase --all
	run stflash -q -p $f103 restore new
	status_is 0
	same_bytes flash.before flash.bin
}
