# SPDX-License-Identifier: MIT
# Writing goes wrong: the right status, one sentence, nothing changed where nothing must, no false success.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

flash_is_untouched() {
	same_bytes flash.before flash.bin
}

# The same again without a fault completes what was begun.
a_second_run_completes() {
	run stflash -p $f103 write 0x08000000 new.bin
	status_is 0
	cmp -n "$(wc -c <new.bin)" new.bin flash.bin || failed "the second run did not write the image"
	nothing_is_left_behind
}

test_an_image_past_the_end_of_flash() {
	full_flash 65536
	random_bytes 2000 >new.bin
	run stflash -p $f103 write 0x0800ff00 new.bin
	fails_with 2 "past the end of flash at 0x0800ffff"
	flash_is_untouched
}

test_an_image_outside_of_all_memory() {
	full_flash 65536
	random_bytes 20 >new.bin
	run stflash -p $f103 write 0x10000000 new.bin
	fails_with 2 "neither in flash"
	flash_is_untouched
}

test_files_that_are_no_images() {
	full_flash 65536
	: >empty.bin
	run stflash -p $f103 write empty.bin
	fails_with 2 "empty.bin" "empty"
	run stflash -p $f103 write missing.bin
	fails_with 2 "missing.bin"
	run stflash -p $f103 write
	fails_with 2 "needs a FILE"
	printf ':10010000214601360121470136007EFE09D2190140\n' >cut.hex
	run stflash -p $f103 write cut.hex
	fails_with 2 "cut.hex" "the end record is missing"
	printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\002\000\076\000' >x86.elf
	blank_bytes 100 >>x86.elf
	run stflash -p $f103 write x86.elf
	fails_with 2 "x86.elf" "for a 64-bit machine"
	printf ':10010000214601360121470136007EFE09D2190140\n:00000001FF\n' >whole.hex
	run stflash -p $f103 write 0x08000000 whole.hex
	fails_with 2 "carries its own addresses"
	flash_is_untouched
}

test_overlapping_files_are_refused() {
	full_flash 65536
	random_bytes 20 >a.bin
	random_bytes 20 >b.bin
	run stflash -p $f103 write a.bin b.bin
	fails_with 2 "a.bin and b.bin both have bytes at 0x08000000"
	flash_is_untouched
}

test_protected_pages_are_named_and_nothing_is_erased() {
	full_flash 65536
	random_bytes 20000 >new.bin
	run stflash -p $f103,wrp=0xfffffff9 write new.bin
	[ "$status" -eq 7 ] || run stflash -p $f103,wrp=6 write new.bin
	fails_with 7 "write-protected by the option bytes" "nothing was changed"
	flash_is_untouched
	figure_is page_erases 0
}

test_a_read_protected_chip_is_not_written() {
	full_flash 65536
	random_bytes 2000 >new.bin
	run stflash -p $f103,rdp=1 write new.bin
	status_is 7
	figure_is page_erases 0
	figure_is programs 0
}

test_no_half_words_without_an_agent_is_refused_before_the_erase() {
	full_flash 65536
	random_bytes 3000 >new.bin
	run stflash -q -p $f103,fw=J24S4 write --no-agent new.bin
	fails_with 8 "V2J26" "nothing was changed"
	same_bytes flash.before flash.bin
}

test_a_cell_that_programs_wrong_is_named() {
	full_flash 65536
	random_bytes 3000 >new.bin
	run stflash -p $f103,fault=badcell@0x08000404 write new.bin
	status_is 9
	stderr_has "0x0800040"
	stderr_has "a supply that is too weak; the flash is only partly written"
	a_second_run_completes
}

test_a_cell_that_programs_wrong_on_an_f4_may_want_a_smaller_width() {
	full_flash 1048576
	random_bytes 3000 >new.bin
	run stflash -p virtual:stm32f407vg,flash=flash.bin,fault=badcell@0x08000404 write new.bin
	status_is 9
	stderr_has "(try --psize 8)"
}

test_power_lost_half_way() {
	full_flash 65536
	random_bytes 5000 >new.bin
	for at in 2 700 2000; do
		cp flash.before flash.bin
		run stflash -p $f103,fault=powercut@flash:$at write new.bin
		[ "$status" -eq 6 ] || [ "$status" -eq 9 ] || failed "power lost at $at: status $status: $(last_words)"
		a_second_run_completes
	done
}

test_the_target_is_reset_half_way() {
	full_flash 65536
	random_bytes 5000 >new.bin
	run stflash -p $f103,fault=targetreset@flash:700 write new.bin
	[ "$status" -eq 6 ] || [ "$status" -eq 9 ] || [ "$status" -eq 0 ] || failed "status $status: $(last_words)"
	if [ "$status" -eq 0 ]; then
		cmp -n 5000 new.bin flash.bin || failed "it said success, and flash is wrong"
	fi
	a_second_run_completes
}

test_a_blank_part_of_a_page_that_was_begun_is_erased_and_its_rest_kept() {
	random_bytes 512 >rest.bin
	random_bytes 5000 >new.bin
	{ cat rest.bin new.bin; blank_bytes 60024; } >expected.bin
	for fault in targetreset@flash:100 stuckbusy@flash:900; do
		{ cat rest.bin; blank_bytes 65024; } >flash.bin
		run stflash -v -p $f103,fault=$fault write 0x08000200 new.bin
		status_is 0
		stderr_has "trying once more"
		stderr_has "6 erased, 6 programmed with 5512 bytes"
		stderr_has "512 bytes beside the image kept"
		same_bytes expected.bin flash.bin
	done
}

test_a_controller_that_stays_busy_is_reset_and_tried_once_more() {
	full_flash 65536
	random_bytes 5000 >new.bin
	run stflash -p $f103,fault=stuckbusy@flash:20 write 0x08000000 new.bin
	status_is 0
	stderr_has "the flash controller stayed busy"
	stderr_has "trying once more"
	cmp -n 5000 new.bin flash.bin || failed "it said success, and flash is wrong"
}

test_unplugged_half_way() {
	full_flash 65536
	random_bytes 5000 >new.bin
	run stflash -p $f103,fault=unplug@300 write new.bin
	status_is 5
	stderr_has "the flash is only partly written"
	stderr_has "run the command again to complete it"
	a_second_run_completes
}

test_interrupted_at_any_moment() {
	full_flash 65536
	random_bytes 30000 >new.bin
	for moment in 'SWD at' '^plan: ' 'erasing 1024 bytes from 0x08001000'; do
		cp flash.before flash.bin
		run_and_cancel INT "$moment" stflash -vvv -p "$f103,pace=real" --speed 100 write new.bin
		status_is 130
		figure_is flash_locked true
		figure_is halted false
		figure_is in_debug false
	done
	a_second_run_completes
}

test_attach_cannot_write() {
	full_flash 65536
	random_bytes 500 >new.bin
	run stflash -c attach -p $f103 write new.bin
	fails_with 2 "--connect attach"
	flash_is_untouched
	figure_is chip_resets 1
}
