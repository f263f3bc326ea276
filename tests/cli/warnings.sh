# SPDX-License-Identifier: MIT
# Warnings that save people: words on stderr, and the work is done all the same.

# image NAME SP RESET: 4 KiB with these two words, least byte first, in front; the rest is noise.
image() {
	{
		printf '%b%b' "$2" "$3"
		random_bytes 4088
	} >"$1"
}

good_sp='\0000\0120\0000\0040'    # 0x20005000, the end of an F103C8's RAM
good_reset='\0001\0001\0000\0010' # 0x08000101

# warns SPEC WORDS: of new.bin, which does not run: it is noise
warns() {
	run stflash -p "$1,strict=1,stats=stats.json" write --halt new.bin 0x08000000
	status_is 0
	stderr_has "$2"
	figure_is anomalies 0
}

test_a_good_image_is_worth_no_warning() {
	image new.bin "$good_sp" "$good_reset"
	for chip in stm32f103c8 stm32f407vg; do
		run stflash -p virtual:$chip write --halt new.bin 0x08000000
		status_is 0
		! grep -q warning "$said/stderr" || failed "it warned: $(last_words)"
	done
}

test_a_stack_pointer_outside_of_ram() {
	image new.bin '\0000\0000\0002\0040' "$good_reset" # 0x20020000: an F407's
	warns virtual:stm32f103c8 "stack pointer 0x20020000, which is not in this chip's RAM"
	run stflash -p virtual:stm32f407vg write --halt new.bin 0x08000000
	status_is 0
	! grep -q warning "$said/stderr" || failed "it warned: $(last_words)"
}

test_a_reset_vector_that_is_even() {
	image new.bin "$good_sp" '\0000\0001\0000\0010'
	warns virtual:stm32f103c8 "reset vector 0x08000100 is even"
}

test_a_reset_vector_outside_of_flash() {
	image new.bin "$good_sp" '\0001\0001\0000\0000'
	warns virtual:stm32f103c8 "reset vector 0x00000101 is outside of this chip's flash"
}

test_a_reset_vector_outside_of_the_image() {
	image new.bin "$good_sp" '\0001\0100\0000\0010'
	warns virtual:stm32f103c8 "reset vector 0x08004001 points to code that the image does not hold"
}

test_an_image_elsewhere_is_not_judged() {
	random_bytes 500 >new.bin
	run stflash -p virtual:stm32f103c8 write --halt new.bin 0x08001000
	status_is 0
	! grep -q warning "$said/stderr" || failed "it warned: $(last_words)"
}

test_a_supply_too_low_for_32_bits() {
	image new.bin "$good_sp" "$good_reset"
	warns virtual:stm32f407vg,mv=2400 "only 2.40 V: 16 bits at a time"
	warns virtual:stm32f407vg,mv=1800 "only 1.80 V: 8 bits at a time"
}

test_a_clone_is_recognised() {
	image new.bin "$good_sp" "$good_reset"
	warns virtual:cks32f103c8 "Looks like a clone"
}

test_more_flash_than_announced() {
	blank_bytes 131072 >flash.bin
	random_bytes 100000 >new.bin
	spec=virtual:stm32f103c8-128k,flash=flash.bin,strict=1,stats=stats.json
	run stflash -p $spec write --halt new.bin 0x08000000
	status_is 2
	run stflash -p $spec --flash-size 128 write --halt new.bin 0x08000000
	status_is 0
	stderr_has "though the chip announces 64 KiB"
	figure_is anomalies 0
	head -c 100000 flash.bin >written.bin
	same_bytes new.bin written.bin
	run stflash -p $spec --flash-size 1024 info
	fails_with 2 "at most 128 KiB"
	run stflash -p $spec --flash-size none info
	fails_with 2 "--flash-size"
}
