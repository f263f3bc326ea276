# SPDX-License-Identifier: MIT
# What F0 and F3 have of their own: option bytes that a launch puts in force, level 2, a chip that looks whether it is
# empty, a Cortex-M0 and its DBGMCU.

# spec_of PART: of an F0 or F3, with a flash of 16 KiB of no blank page where more does not matter.
spec_of() {
	rm -f flash.bin* dump.bin old.txt
	spec=virtual:$1,strict=1,flash=flash.bin,stats=stats.json
}

# Each kind: pages of 1 and 2 KiB, a Cortex-M0 and an M4, little RAM, the PLL that has no HSI / 2.
test_f0_and_f3_are_written_with_and_without_agent_and_read_back() {
	random_bytes 3000 >new.bin
	for part in $(of_day stm32f030f4 stm32f051r8 stm32f072rb stm32f303vc stm32f303re stm32f334r8); do
		for way in "" --no-agent; do
			case $part$way in *f051*-agent | *f072*-agent | *f3*-agent) continue ;; esac
			spec_of $part
			full_flash 8192
			run stflash -p $spec write --yes $way new.bin 0x08000400
			status_is 0
			nothing_is_left_behind
			{ head -c 1024 flash.before && cat new.bin && tail -c +4025 flash.before; } >want.bin
			head -c 8192 flash.bin | cmp -s - want.bin || failed "$part $way: flash is not as it should be"
		done
		run stflash -p $spec read 0x08000000 8k dump.bin
		status_is 0
		stderr_has "$by_hash"
		same_bytes want.bin dump.bin
		nothing_is_left_behind
	done
}

# By the manual's names, and without a power cycle; write protection too.
test_f0_and_f3_option_bytes_are_in_force_at_once() {
	random_bytes 500 >new.bin
	for part in $(of_day stm32f030f4 stm32f072rb stm32f303vc stm32f334r8); do
		spec_of $part
		run stflash -p $spec options set --save old.txt nRST_STOP=0 nBOOT1=0 VDDA_MONITOR=0 Data1=0x5a WRP=0-3
		status_is 0
		nothing_is_left_behind
		loaded_is obr $((0x5affcd00))
		run stflash -p $spec write --yes --force-erase new.bin 0x08000000
		fails_with 7 "write-protected by the option bytes, from page 0"
		run stflash -p $spec options set --save old-2.txt WRP=none
		status_is 0
		rm old-2.txt
	done
	spec_of stm32f373c8
	run stflash -p $spec options set --save old.txt SDADC12_VDD_MONITOR=0 SRAM_PE=0
	status_is 0
	figure_is obr $((0xffff3f00))
	run stflash -p $spec options set --save old-2.txt RDP=0xa5
	status_is 0
	stderr_has "power the board off and on"
	run stflash -p $spec read dump.bin
	fails_with 7 "RDP level 1"
}

test_f0_and_f3_are_protected_and_unprotected() {
	for part in stm32f042k6 stm32f303vc; do
		spec_of $part
		full_flash 32768
		run stflash -p $spec protect
		status_is 0
		nothing_is_left_behind
		loaded_is rdp_level 0 # it waits for the next power-on
		run stflash -p $spec read dump.bin
		fails_with 7 "RDP level 1"
		run stflash -p $spec unprotect --yes-erase
		status_is 0
		stderr_has "the chip erased its flash: all of it is blank"
		nothing_is_left_behind
		loaded_is rdp_level 0
		run stflash -p $spec options set --save old.txt RDP=2
		fails_with 7 "RDP level 2 is permanent" "nothing was changed"
		run stflash -p $spec options set --save old.txt RDP=2 --i-know-level-2-is-for-ever
		status_is 0
		figure_is anomalies 0
		run stflash -p $spec info
		status_is 6
		stderr_has "a chip at read-out protection level 2 never answers"
	done
}

# The chip looks only while it loads option bytes. A board that stays: nothing but the run itself may make it look.
test_a_virgin_f0_starts_its_firmware_and_an_erased_one_its_loader() {
	for part in stm32f042k6:32768 stm32f091rc:262144; do
		stflash -q -p virtual:${part%:*} read 0x08000000 8k demo.bin || failed "no demo"
		blank_bytes "${part##*:}" >flash.bin
		serve ${part%:*},flash=flash.bin,strict=1
		run stflash -q -p $board info
		stdout_has "flash is empty where firmware begins"
		run stflash -p $board write demo.bin
		status_is 0
		run stflash -q -p $board info
		status_is 0
		stdout_has "sleeping"
		run stflash -p $board erase --all
		status_is 0
		run stflash -q -p $board info
		stdout_has "the ROM boot loader runs, so the firmware does not: flash is empty where firmware begins"
		run stflash -p $board write demo.bin 0x08002000
		status_is 0
		stderr_has "flash is empty where firmware begins"
		run stflash -p $board write --halt demo.bin
		status_is 0
		rm demo.bin flash.bin*
		kill $listener
		wait $listener || true
		listener=
	done
	# BOOT_SEL puts an option bit in the place of the pin.
	spec_of stm32f042k6
	run stflash -p $spec options set --save old.txt nBOOT0=0 BOOT_SEL=0
	status_is 0
	stflash -q -p virtual:stm32f042k6 read 0x08000000 8k demo.bin || failed "no demo"
	run stflash -p $spec write demo.bin
	status_is 0
	stderr_has "BOOT0 is high; set BOOT0 low (its pin, or nBOOT0 if BOOT_SEL is 0) and reset the board"
	figure_is anomalies 0
}

# Its vectors are at 0, DBGMCU has a clock of its own, and a program in RAM that crashes has no CFSR to tell why.
test_a_cortex_m0_is_attached_halted_and_reached_under_reset() {
	spec_of stm32f072rb
	run stflash -p $spec -c under-reset info
	status_is 0
	stdout_has "Cortex-M0 r0p0"
	nothing_is_left_behind
	run stflash -p $spec,swdoff=3000 info
	status_is 0
	stderr_has "connected under reset by the NRST wire"
	run stflash -p $spec,nrstlow=1 -c attach info
	figure_is anomalies 0
	run stflash -p $spec reset --halt
	status_is 0
	figure_is dbgmcu_cr 6
	run stflash -p $spec doctor
	status_is 0
	nothing_is_left_behind
	run stflash -q -p virtual:stm32f072rb,boot0=1 info
	stdout_has "BOOT0 was high at the last reset"
	printf '\000\020\000\040\101\000\000\040' >ram.bin
	head -c 56 /dev/zero >>ram.bin
	printf '\376\347\376\347' >>ram.bin # b .
	run stflash -p $spec write --yes ram.bin@0x20000000
	status_is 0
	stderr_has "takes the vectors of its interrupts from address 0"
	figure_is anomalies 0
}
