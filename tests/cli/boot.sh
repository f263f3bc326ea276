# SPDX-License-Identifier: MIT
# What a reset starts (BOOT0, BOOT1, BFB2), and who runs: write, info and doctor say when that is not the firmware, and
# nothing where it is. What only looks neither halts nor resets.

boot_loader_runs="the ROM boot loader runs, so the firmware does not"
set_low="set BOOT0 low (the pin or its jumper) and reset the board"

# board CHIP[,KEY=VALUE...]: the options that every run here has.
board() {
	echo "virtual:$1,strict=1,stats=stats.json"
}

# Nothing was disturbed, and not a word is said of boot loaders.
is_silent() {
	! grep -qi "boot loader\|BOOT0\|BFB2" "$said/stdout" "$said/stderr" ||
		failed "'$ran' speaks of booting: $(grep -i 'boot loader\|BOOT0\|BFB2' "$said/stdout" "$said/stderr")"
}

was_left_alone() {
	figure_is resets 0
	figure_is halted false
	nothing_is_left_behind
}

# blank FILE: a part as it comes, with no option bytes kept beside it.
blank() {
	rm -f "$1" "$1.options"
	: >"$1"
}

# put FILE OFFSET WORD...: little-endian words.
put() {
	put_file=$1
	put_at=$2
	shift 2
	for word; do
		printf "\\$(printf %o $((word & 255)))\\$(printf %o $((word >> 8 & 255)))\\$(printf %o $((word >> 16 & 255)))\\$(
			printf %o $((word >> 24 & 255)))" | dd of="$put_file" bs=1 seek="$put_at" conv=notrunc 2>/dev/null
		put_at=$((put_at + 4))
	done
}

# hang FILE OFFSET [BASE]: firmware that is an endless loop, linked for BASE.
hang() {
	put "$1" "$2" 0x20001000 $((${3:-0x08000000} + 9)) 0xe7fee7fe
}

# jump FILE ADDR: firmware that starts what has its vectors at ADDR, as boot loaders and updaters do.
jump() {
	#	ldr r0, =ADDR; ldr r1, [r0]; mov sp, r1; ldr r1, [r0, #4]; bx r1; nop
	put "$1" 0 0x20001000 0x08000009 0x68014802 0x6841468d 0xbf004708 "$2"
}

test_with_boot0_high_write_is_right_and_says_that_the_firmware_does_not_run() {
	new_firmware 5000
	for chip in $(of_day stm32f100rb stm32f103c8 stm32f107vc stm32f103zg stm32f401cc stm32f407vg stm32f429zi); do
		blank flash.bin
		run stflash -p $(board $chip,boot0=1,flash=flash.bin) write new.bin
		status_is 0
		stderr_has "$by_hash; reset, firmware does not run"
		stderr_has "$boot_loader_runs: BOOT0 is high; $set_low"
		nothing_is_left_behind
		cmp -n 5000 new.bin flash.bin || failed "$chip does not hold the firmware"
		run stflash -p $(board $chip,flash=flash.bin) --json write new.bin
		status_is 0
		stderr_has "reset and running"
		is_silent
		stdout_has '"boot":"flash"'
		stdout_has '"boot_remark":""'
	done
	run stflash -p $(board stm32f103c8,boot0=1) --json write new.bin
	stdout_has '"boot":"boot loader"'
	stdout_has "\"boot_remark\":\"$boot_loader_runs"
	run stflash -p $(board stm32f103c8,boot0=1) write --no-agent new.bin
	status_is 0
	stderr_has "$boot_loader_runs"
}

# Halted it does not run, and neither would the firmware.
test_with_boot0_high_what_is_left_halted_is_said_to_be_no_firmware() {
	new_firmware 5000
	for chip in stm32f103c8 stm32f407vg; do
		for how in --halt --no-reset; do
			run stflash -p $(board $chip,boot0=1) write $how new.bin
			status_is 0
			stderr_has "a reset starts the ROM boot loader, so the firmware does not run: BOOT0 is high; $set_low"
			! grep -q "boot loader runs" "$said/stderr" || failed "it is halted, and runs nothing"
		done
		run stflash -p $(board $chip) write --halt new.bin
		is_silent
	done
}

test_with_boot0_high_info_and_doctor_say_so_and_leave_the_core_alone() {
	for chip in stm32f103c8 stm32f103zg stm32f407vg stm32f429zi; do
		for job in info "info --map" "-c attach info"; do
			run stflash -p $(board $chip,boot0=1) $job
			status_is 0
			stdout_has "$boot_loader_runs: BOOT0 was high at the last reset"
			stdout_has "$set_low"
			was_left_alone
		done
		run stflash -p $(board $chip,boot0=1) --json info
		stdout_has '"boot":"boot loader"'
		run stflash -p $(board $chip,boot0=1) doctor
		status_is 0
		grep -q "^note *boot *$boot_loader_runs: BOOT0" "$said/stdout" || failed "doctor has no line of the boot mode"
		tail -n 1 "$said/stdout" | grep -q "^stflash write FIRMWARE will work, but $boot_loader_runs: BOOT0 .*$set_low" ||
			failed "doctor ends with '$(tail -n 1 "$said/stdout")'"
		was_left_alone

		run stflash -p $(board $chip) info
		is_silent
		run stflash -p $(board $chip) doctor
		is_silent
		grep -q "^ok *boot *from flash" "$said/stdout" || failed "doctor does not say what $chip boots"
		was_left_alone
	done
}

test_boot1_and_boot0_high_start_what_ram_holds() {
	new_firmware 5000
	for chip in stm32f103c8 stm32f407vg; do
		run stflash -p $(board $chip,boot0=1,boot1=1) write new.bin
		status_is 0
		stderr_has "the firmware does not run: BOOT0 and BOOT1 are high, so a reset starts what RAM holds; $set_low"
		run stflash -p $(board $chip,boot0=1,boot1=1) doctor
		stdout_has "a reset starts what RAM holds, not the firmware: BOOT0 and BOOT1 were high at the last reset; $set_low"
		run stflash -p $(board $chip,boot0=1,boot1=1) --json write new.bin
		stdout_has '"boot":"RAM"'
		run stflash -p $(board $chip,boot1=1) info
		is_silent
	done
}

# None of these has its BOOT0 high.
test_no_false_word_of_boot_loaders() {
	for chip in stm32f103c8 stm32f407vg; do
		blank blank.bin
		for job in info doctor; do
			run stflash -p $(board $chip,flash=blank.bin) $job
			status_is 0
			is_silent
			was_left_alone
		done
		for firmware in stop lockup resetloop watchdog dma; do
			run stflash -p $(board $chip,firmware=$firmware) info
			status_is 0
			is_silent
		done

		# an application above a boot loader, which has moved its vectors: SCB->VTOR = 0x08004000
		blank app.bin
		put app.bin 0 0x20001000 0x08000009 0x68014805 0x4806468d 0x60014904 0x68414801 0xbf004708 0xbf00bf00 \
			0x08004000 0x08004000 0xe000ed08
		hang app.bin 0x4000 0x08004000
		for job in info doctor; do
			run stflash -p $(board $chip,flash=app.bin) $job
			status_is 0
			is_silent
		done

		new_firmware 5000
		run stflash -p $(board $chip) reset --halt
		is_silent
	done
}

# What an earlier run left halted stands in the firmware, or in the boot loader where BOOT0 is high.
test_a_halted_core_stands_where_it_is() {
	serve stm32f103c8
	run stflash -p "$board" reset --halt
	for job in info doctor; do
		run stflash -p "$board" $job
		status_is 0
		is_silent
	done
}

test_a_halted_core_may_stand_in_the_boot_loader() {
	serve stm32f407vg,boot0=1
	run stflash -p "$board" reset --halt
	for job in info doctor; do
		run stflash -p "$board" $job
		status_is 0
		stdout_has "the core stands in the ROM boot loader, not in the firmware: BOOT0 was high"
	done
}

# The pins are low, and a reset starts the firmware again.
test_firmware_that_went_to_the_boot_loader_is_not_taken_for_a_pin() {
	for chip in stm32f103c8:0x1ffff000 stm32f407vg:0x1fff0000; do
		blank jump.bin
		jump jump.bin ${chip#*:}
		run stflash -p $(board ${chip%:*},flash=jump.bin) doctor
		status_is 0
		stdout_has "$boot_loader_runs: the firmware went there itself, and a reset starts it again"
		! grep -q BOOT0 "$said/stdout" || failed "doctor blames a pin that is low"
		was_left_alone
		run stflash -p $(board ${chip%:*},flash=jump.bin) info
		! grep -q BOOT0 "$said/stdout" || failed "info blames a pin that is low"
		was_left_alone
	done
}

# What runs in RAM does not care for the pins.
test_an_image_in_ram_runs_whatever_boot0_is() {
	hang ram.bin 0 0x20000000
	run stflash -p $(board stm32f103c8,boot0=1) write ram.bin 0x20000000
	status_is 0
	stderr_has "started in RAM"
	is_silent
}

# The boot loader starts bank 2 when that begins with a stack pointer in RAM, else bank 1.
test_with_bfb2_the_bank_that_does_not_start_is_said() {
	for chip in stm32f103zg:0x08080000:0x80000:BFB2=1 stm32f429zi:0x08100000:0x100000:BFB2=0; do
		name=${chip%%:*} chip=${chip#*:}
		bank_2=${chip%%:*} chip=${chip#*:}
		offset=${chip%%:*} option=${chip#*:}
		base=$bank_2
		[ $name = stm32f103zg ] || base=0x08000000
		: >one.bin
		hang one.bin 0
		: >two.bin
		hang two.bin 0 $base

		# bank 2 holds firmware
		blank flash.bin
		hang flash.bin $((offset)) $base
		run stflash -p $(board $name,bfb2=1,flash=flash.bin) write one.bin
		status_is 0
		stderr_has "the firmware that was written does not run: BFB2 has the ROM boot loader start bank 2 ($bank_2)"
		stderr_has "stflash options set $option"
		run stflash -p $(board $name,bfb2=1,flash=flash.bin) --json info
		stdout_has "a reset starts bank 2 ($bank_2), not bank 1"
		stdout_has '"boot":"BFB2"'
		was_left_alone
		run stflash -p $(board $name,bfb2=1,flash=flash.bin) doctor
		stdout_has "a reset starts bank 2 ($bank_2), not bank 1"
		was_left_alone
		run stflash -p $(board $name,bfb2=1,flash=flash.bin) write two.bin $bank_2
		stderr_has "reset and running"
		is_silent

		# bank 2 is blank, and bank 1 is not
		blank flash.bin
		hang flash.bin 0
		run stflash -p $(board $name,bfb2=1,flash=flash.bin) write one.bin
		stderr_has "reset and running"
		is_silent

		# nothing that the boot loader takes for firmware
		blank flash.bin
		put odd.bin 0 0x10000100 0x08000009 0xe7fee7fe
		run stflash -p $(board $name,bfb2=1,flash=flash.bin) write --no-reset odd.bin 0x08004000
		run stflash -p $(board $name,bfb2=1,flash=flash.bin) info
		stdout_has "$boot_loader_runs: it looked for firmware in bank 2 and in bank 1 (BFB2)"
		was_left_alone
	done
}
