# SPDX-License-Identifier: MIT
# Chips that do not behave: locks that look open, SWD that goes away, sizes that are not so, boot pins, other offsets.

# The lock bits say "open" at every time: set the lock, then give the keys.
test_a_lock_that_looks_open_is_closed_and_opened() {
	for chip in stm32f103c8 stm32f103zg stm32f407vg stm32f429zi; do
		rm -f flash.bin* options.txt
		spec=virtual:$chip,lockbit=0,flash=flash.bin,strict=1,stats=stats.json
		new_firmware 20000
		for job in "write new.bin" "write --no-agent new.bin" "options set nRST_STOP=0 --save options.txt" \
			"options set WRP=0-3 --save options2.txt" "options set WRP=none --save options3.txt" \
			"erase --all"; do
			run stflash -p $spec $job
			status_is 0
			figure_is anomalies 0
			nothing_is_left_behind
		done
		rm -f options*.txt
	done
}

# SWD is turned off between any two accesses: the job is done by the next way, under reset.
test_firmware_that_turns_swd_off_in_the_middle_is_connected_under_reset() {
	new_firmware 3000
	for spec in stm32f103c8:1:60000 stm32f407vg:301:120000; do
		chip=${spec%%:*}
		after=${spec#*:}
		last=${after#*:}
		after=${after%:*}
		while [ "$after" -lt "$last" ]; do
			for job in info "read dump.bin" "write new.bin" doctor; do
				run stflash -p virtual:$chip,swdoff=$after,strict=1,stats=stats.json $job
				status_is 0
				figure_is anomalies 0
			done
			after=$((after + 7919))
		done
	done
}

# Without the wire nothing is left, and every job says why.
test_firmware_that_turns_swd_off_in_the_middle_and_no_wire() {
	for after in 1 1000 2000 4000 8000 16000; do
		for job in info doctor; do
			run stflash -p virtual:stm32f103c8,swdoff=$after,nrst=0,strict=1,stats=stats.json $job
			[ "$status" -eq 0 ] && continue
			fails_with 6 "its firmware turns SWD off" "connect NRST" "run this in a terminal" BOOT0
			figure_is anomalies 0
		done
	done
}

# The size that is asked for is looked at before anything else: where it ends, and whether it is another flash at all.
test_a_flash_size_that_the_part_does_not_have() {
	new_firmware 70000
	full_flash 65536
	for job in info "read dump.bin" "write new.bin" "erase --all"; do
		run stflash -p virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json --flash-size 128 $job
		fails_with 2 "this chip has no more than 64 KiB" "nothing answers from 0x08010000 on" "--flash-size 64"
		figure_is anomalies 0
		same_bytes flash.before flash.bin
	done
	run stflash -p virtual:stm32f407ve,stats=stats.json,strict=1 --flash-size 1M info
	fails_with 2 "no more than 512 KiB" "from 0x08080000 on"
	run stflash -p virtual:cs32f103c8,stats=stats.json,strict=1 --flash-size 0x20000 info
	status_is 2
	stderr_has "no more than 64 KiB; nothing answers from 0x08010000 on"
	figure_is anomalies 0
}

test_a_mirror_is_not_written_through() {
	new_firmware 70000
	full_flash 65536
	spec=virtual:stm32f103c8,mirror=1,flash=flash.bin,strict=1,stats=stats.json
	for job in "write new.bin" "erase --all"; do
		run stflash -p $spec --flash-size 128 $job
		status_is 2
		stderr_has "0x08010000 shows the same bytes as 0x08000000"
		stderr_has "nothing was changed"
		same_bytes flash.before flash.bin
	done
	run stflash -p $spec --flash-size 128 read dump.bin
	status_is 0
	stderr_has "what lies behind is a mirror of it"
}

test_an_image_that_is_too_large_names_the_option() {
	new_firmware 70000
	run stflash -p virtual:stm32f103c8,stats=stats.json,strict=1 write new.bin
	fails_with 2 "past the end of flash at 0x0800ffff (64 KiB)" "info --probe-size" "--flash-size KIB"
	head -c 5000 new.bin >small.bin
	run stflash -p virtual:stm32f103c8,stats=stats.json,strict=1 write small.bin 0x08010000
	fails_with 2 "--flash-size KIB"
	random_bytes 140000 >huge.bin
	run stflash -p virtual:stm32f103c8,stats=stats.json,strict=1 write huge.bin
	fails_with 2 "past the end of flash"
	! grep -q flash-size "$said/stderr" || failed "no part of this line has so much"
}

test_how_far_flash_answers() {
	full_flash 65536
	run stflash -p virtual:stm32f103c8,flash=flash.bin,stats=stats.json,strict=1 info --probe-size
	status_is 0
	stdout_has "real size   64 KiB answer"
	figure_is anomalies 0
	run stflash -p virtual:stm32f103c8,mirror=1,flash=flash.bin --json info --probe-size
	stdout_has '"flash_answers":131072,"flash_mirror":65536,"flash_undecided":false'
	run stflash -p virtual:stm32f103c8,mirror=1,flash=flash.bin info --probe-size
	stdout_has "after 64 KiB the same bytes come again: a mirror, or the same data twice"
	full_flash 131072
	run stflash -p virtual:stm32f103c8-128k,flash=flash.bin info --probe-size
	stdout_has "128 KiB answer; --flash-size 128 uses them"
	blank_bytes 131072 >flash.bin
	run stflash -p virtual:stm32f103c8-128k,flash=flash.bin info --probe-size
	stdout_has "a mirror could not be seen"
	run stflash -p virtual:cs32f103c8,stats=stats.json,strict=1 info --probe-size
	stdout_has "real size   64 KiB answer"
	run stflash -p virtual:stm32f407vg,stats=stats.json,strict=1 info --probe-size
	stdout_has "1 MiB answer"
	figure_is anomalies 0
	run stflash -p virtual:stm32f103c8,rdp=1,stats=stats.json,strict=1 info --probe-size
	status_is 7
	figure_is anomalies 0
}

test_sizes_and_clocks_in_units() {
	run stflash -p virtual:stm32f103c8-128k --flash-size 128k --speed 1.8M --json info
	status_is 0
	stdout_has '"flash_size":131072'
	stdout_has '"speed_khz":1800'
	run stflash -p virtual:stm32f103c8-128k --flash-size 0x20000 -s 950k --json info
	stdout_has '"flash_size":131072'
	stdout_has '"speed_khz":950'
	run stflash -p virtual:stm32f407vg --flash-size 1M -s 4MHz --json info
	stdout_has '"flash_size":1048576'
	stdout_has '"speed_khz":4000'
}

# The sense wire is missing, and the chip answers: its supply cannot be low.
test_a_supply_that_the_probe_does_not_see() {
	run stflash -p virtual:stm32f407vg,mv=1 doctor
	status_is 0
	stdout_has "though the chip answers: the board's supply is not connected to the probe's VTref"
	stdout_has "--psize 32"
	new_firmware 5000
	run stflash -p virtual:stm32f407vg,mv=1 write new.bin
	status_is 0
	stderr_has "VTref"
	stderr_has "--psize 32"
}

# GD32F103 of 1 MiB: whether a page of the second bank is 4 KiB or 2 KiB, its neighbour is kept and all of it is erased.
test_pages_of_a_clone_that_are_larger_than_they_are_said_to_be() {
	random_bytes 3000 >new.bin
	for part in gd32f103vg gd32f103vg-2k; do
		for how in "" --no-agent; do
			rm -f flash.bin*
			full_flash 1048576
			spec=virtual:$part,flash=flash.bin,strict=1,stats=stats.json
			run stflash -p $spec info
			stdout_has "GD32F103/303 XL density (clone)"
			run stflash -p $spec write $how new.bin 0x08081800
			status_is 0
			figure_is anomalies 0
			{ head -c 530432 flash.before; cat new.bin; tail -c +533433 flash.before; } >expected.bin
			same_bytes expected.bin flash.bin
			run stflash -p $spec erase $how 0x080ff000 4k
			status_is 0
			{ head -c 1044480 expected.bin; blank_bytes 4096; } >erased.bin
			same_bytes erased.bin flash.bin
			figure_is anomalies 0
			run stflash -p $spec erase 0x08080800 2k
			fails_with 2 "nothing was erased"
		done
	done
}

# What erases and programs an AT32 is not sure: it is read and proven, and everything else is refused by its name.
test_an_at32_is_read_and_not_written() {
	for part in at32f403avg at32f413cc; do
		rm -rf flash.bin* out.bin saved
		at32=virtual:$part,flash=flash.bin,strict=1,stats=stats.json
		[ $part = at32f403avg ] && size=1048576 || size=262144
		random_bytes $size >flash.bin
		cp flash.bin before.bin
		run stflash -p $at32 info
		stdout_has "AT32F4"
		run stflash -p $at32 read out.bin
		status_is 0
		stderr_has "$by_hash"
		cmp out.bin before.bin || failed "another content was read"
		random_bytes 3000 >new.bin
		for job in "write new.bin" "write --dry-run new.bin" "erase --all" "options set RDP=1" protect "unprotect --yes-erase"; do
			run stflash -p $at32 $job
			fails_with 8 "this is an AT32F4" "which stflash reads and does not write; nothing was changed"
		done
		run stflash -p $at32 options
		fails_with 8 "the option bytes of AT32F4"
		run stflash -p $at32 doctor
		status_is 0
		stdout_has "stflash read will work, and nothing that changes the flash"
		run stflash -p $at32 backup saved
		status_is 0
		stderr_has "the backup has none"
		cmp saved/flash.bin before.bin || failed "the backup holds something else"
		cmp flash.bin before.bin || failed "flash has changed"
		figure_is anomalies 0
	done
}

# Clones fact sheet section 3: three megabytes, whose last sectors have the numbers that bank 1 leaves in SNB.
test_a_gd32f450_has_a_third_megabyte() {
	gd=virtual:gd32f450zk,flash=flash.bin,strict=1,patience=30,stats=stats.json
	random_bytes 300000 >new.bin
	run stflash -p $gd info
	stdout_has "GD32F4xx (GigaDevice)"
	stdout_has "3 MiB at 0x08000000"
	for at in 0x080f0000 0x081f0000 0x08200000; do
		run stflash -p $gd write --yes new.bin@$at
		status_is 0
		stderr_has "$by_hash"
		run stflash -p $gd verify new.bin@$at
		status_is 0
	done
	run stflash -p $gd erase 0x08200000 0x40000
	status_is 0
	run stflash -p $gd read 0x081e0000 0x20000 out.bin
	status_is 0
	blank_bytes 131072 | cmp -s - out.bin && failed "a sector of another bank was erased"
	run stflash -p $gd options set --save old.txt WRP=24
	run stflash -p $gd erase 0x08280000 0x40000
	fails_with 7 "write-protected"
	figure_is anomalies 0
}
