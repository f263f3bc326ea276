# SPDX-License-Identifier: MIT
# What F2 and F7 have of their own: flash on the ITCM bus, two banks by nDBANK, boot addresses, PCROP of the F72x, a core
# whose sleep takes DBGMCU along.

f205=virtual:stm32f205zg,flash=flash.bin,strict=1,stats=stats.json
f722=virtual:stm32f722re,flash=flash.bin,strict=1,patience=30,stats=stats.json
f746=virtual:stm32f746zg,flash=flash.bin,strict=1,patience=30,stats=stats.json
f767=virtual:stm32f767zi,flash=flash.bin,strict=1,patience=30,stats=stats.json


test_every_f2_and_f7_is_written_and_read_whole() {
	for chip in $(of_day stm32f205rb stm32f205zg stm32f215re stm32f722re stm32f730r8 stm32f746zg stm32f750n8 stm32f767zi \
		stm32f765vg); do
		rm -f flash.bin* back.bin
		head -c 70001 /dev/urandom >a.bin
		[ $chip != stm32f730r8 ] && [ $chip != stm32f750n8 ] || head -c 65536 /dev/urandom >a.bin
		spec=virtual:$chip,flash=flash.bin,strict=1,patience=30,stats=stats.json
		run stflash -p $spec write --yes a.bin
		status_is 0
		stderr_has "$by_hash"
		figure_is anomalies 0
		run stflash -p $spec read 0x08000000 "$(wc -c <a.bin)" back.bin
		status_is 0
		stderr_has "$by_hash"
		cmp a.bin back.bin || failed "$chip: another image was read"
		nothing_is_left_behind
	done
}

test_an_image_for_the_itcm_bus_goes_to_flash() {
	head -c 4096 /dev/urandom >a.bin
	run stflash -p $f746 write --yes a.bin@0x00200000
	status_is 0
	stderr_has "written to 0x00200000"
	head -c 4096 flash.bin | cmp - a.bin || failed "flash holds something else"
	run stflash -p $f746 verify a.bin@0x00200000
	status_is 0
	run stflash -p $f746 read 0x00200000 4096 back.bin
	status_is 0
	stderr_has "$by_hash"
	cmp a.bin back.bin || failed "another image was read"
	head -c 16 /dev/urandom >b.bin
	run stflash -p $f746 write --yes a.bin@0x00200000 b.bin@0x08000100
	fails_with 2 "the image has 0x08000100 of flash twice: at that address, and where the chip shows flash too (0x00200100)"
	run stflash -p $f746 write a.bin@0x00400000
	fails_with 2 "0x00400000 is neither in flash nor in RAM of this chip but in a gap where this chip has no memory"
	run stflash -p $f746 write a.bin@0x00100000
	fails_with 2 "in system memory"
}

test_ndbank_divides_the_flash_and_its_protection() {
	head -c 20000 /dev/urandom >a.bin
	run stflash -p $f767 options set --save old.txt nDBANK=0
	status_is 0
	stderr_has "changes how flash is divided"
	run stflash -p $f767 write --yes a.bin@0x08100000
	status_is 0
	figure_is anomalies 0
	run stflash -p $f767 options set --save old-2.txt WRP=13
	status_is 0
	stderr_has "write protection goes by groups of sectors on this chip: 1 more than asked for"
	run stflash -q -p $f767 options
	stdout_has "sectors 12-13 write-protected"
	run stflash -p $f767 erase 0x08104000 0x4000
	fails_with 7 "write-protected"
	run stflash -p $f767 options set --save old-3.txt WRP=none
	run stflash -p $f767 erase 0x08100000 0x4000
	status_is 0
	run stflash -p $f767 read 0x08104000 3616 back.bin
	status_is 0
	tail -c 3616 a.bin | cmp - back.bin || failed "a sector beside was erased"
	run stflash -p $f767 erase --all
	status_is 0
	figure_is anomalies 0
	run stflash -p $f767 options set --save old-4.txt nDBANK=1
	status_is 0
	run stflash -p $f767 write --yes a.bin
	status_is 0
	figure_is anomalies 0
}

test_pcrop_of_an_f72x_goes_with_the_erase_alone() {
	head -c 100000 /dev/urandom >a.bin
	run stflash -p $f722 write --yes a.bin
	status_is 0
	run stflash -p $f722 options set --save old.txt PCROP=0x10
	status_is 0
	run stflash -p $f722 read 0x08010000 16 back.bin
	fails_with 7 "sector 4 (0x08010000..0x0801ffff) cannot be read: PCROP"
	run stflash -p $f722 read 0x08000000 0x10000 back.bin
	status_is 0
	run stflash -p $f722 options set --save old-2.txt PCROP=0
	fails_with 7 "PCROP of sector 4 goes only together with RDP from level 1 to 0; nothing was changed"
	run stflash -p $f722 unprotect --yes-erase
	fails_with 7 "PCROP of sector 4 goes only together with RDP"
	run stflash -p $f722 protect
	status_is 0
	run stflash -p $f722 unprotect --yes-erase
	status_is 0
	stderr_has "all of it is blank"
	figure_is anomalies 0
	run stflash -q -p $f722 options
	stdout_has "no sector protected against reading"
	run stflash -p $f722 write --yes a.bin
	status_is 0
}

test_an_f7_that_starts_elsewhere_is_told() {
	head -c 1000 /dev/urandom >a.bin
	run stflash -p $f746 options set --save old.txt BOOT_ADD0=0x08040000
	status_is 0
	run stflash -q -p $f746 options
	stdout_has "starts at 0x08040000 while BOOT0 is low"
	run stflash -p $f746 write --yes a.bin
	status_is 0
	stderr_has "the firmware that was written to 0x08000000 does not run: a reset starts at 0x08040000"
	run stflash -p $f746,boot0=1 write --yes a.bin
	status_is 0
	stderr_has "a reset starts the ROM boot loader, so the firmware does not run: BOOT0 is high"
}

# DBGMCU has no clock then: it answers once the core is halted, which it is not afterwards.
test_an_f7_that_sleeps_is_identified() {
	run stflash -p $f746 info
	status_is 0
	stdout_has "Cortex-M7 r0p1, sleeping"
	stdout_has "320 KiB"
	nothing_is_left_behind
	run stflash -p $f746 --connect attach info
	status_is 0
	nothing_is_left_behind
	run stflash -p $f746,swdoff=3000 info
	status_is 0
	stderr_has "connected under reset by the NRST wire"
}

test_an_f2_is_told_with_the_ram_of_its_parts() {
	run stflash -p $f205 info
	status_is 0
	stdout_has "STM32F205/207/215/217"
	stdout_has "48 KiB to 128 KiB"
}
