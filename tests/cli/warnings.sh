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
	image new.bin "$good_sp" '\0001\0001\0000\0040'
	warns virtual:stm32f103c8 "reset vector 0x20000101 is outside of this chip's flash"
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

f103_doubt=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

# doubtful: flash.bin, full, and new.bin, which is for a chip with more RAM
doubtful() {
	full_flash 65536
	image new.bin '\0000\0000\0002\0040' "$good_reset"
}

# Afterwards the old firmware is gone: too late to be told.
test_a_doubt_is_told_before_anything_is_erased_and_again_at_the_end() {
	doubtful
	for how in "" --no-agent; do
		cp flash.before flash.bin
		run stflash --log log -p $f103_doubt write $how --halt new.bin
		status_is 0
		[ "$(grep -c "stack pointer 0x20020000" "$said/stderr")" -eq 2 ] || failed "not told twice: $(last_words)"
		! grep -q "Ctrl-C" "$said/stderr" || failed "it waits where nobody is"
		told=$(grep -n "stack pointer 0x20020000" log | head -n 1 | cut -d: -f1)
		erased=$(grep -n " erasing " log | head -n 1 | cut -d: -f1)
		[ "$told" -lt "$erased" ] || failed "it was told in line $told, and erased in line $erased"
		figure_is anomalies 0
	done
	run stflash -p $f103_doubt --json write --halt new.bin
	stdout_has ',"warning":"the image starts with the stack pointer 0x20020000, which is not in'
	image new.bin "$good_sp" "$good_reset"
	run stflash -p $f103_doubt --json write --halt new.bin
	stdout_has ',"warning":"",'
}

ctrl_c() {
	printf '\003'
}

test_ctrl_c_after_a_doubt_changes_nothing() {
	doubtful
	for how in "" --no-agent; do
		answer_in_terminal "writing it in 3 s" ctrl_c stflash -p $f103_doubt write $how new.bin
		[ "$status" -eq 130 ] || failed "it ended with $status: $(tail -n 3 "$said/stdout")"
		stdout_has "cancelled; nothing was changed"
		same_bytes flash.before flash.bin
		target_is_let_go
		figure_is anomalies 0
	done
}

test_a_doubt_waits_only_for_a_person_and_for_a_change() {
	doubtful
	run_in_terminal stflash -p $f103_doubt write --yes --halt new.bin
	[ "$status" -eq 0 ] || failed "it ended with $status"
	stdout_has "stack pointer 0x20020000"
	! grep -q "Ctrl-C" "$said/stdout" || failed "--yes waits"
	run_in_terminal stflash -p $f103_doubt write --halt new.bin
	[ "$status" -eq 0 ] || failed "it ended with $status"
	stdout_has "stack pointer 0x20020000"
	! grep -q "Ctrl-C" "$said/stdout" || failed "it waits though nothing changes"
	run_in_terminal stflash -p $f103_doubt write --dry-run new.bin
	! grep -q "Ctrl-C" "$said/stdout" || failed "a dry run waits"
	cp flash.before flash.bin
	run_in_terminal stflash -p $f103_doubt write --halt new.bin
	[ "$status" -eq 0 ] || failed "it ended with $status"
	stdout_has "writing it in 3 s; Ctrl-C before that changes nothing"
	figure_is anomalies 0
}

# There the flash goes when the protection is removed.
test_a_doubt_is_told_before_protection_is_removed() {
	for chip in stm32f103c8 stm32f407vg; do
		rm -f flash.bin*
		spec=virtual:$chip,flash=flash.bin,strict=1,stats=stats.json,patience=30
		image new.bin '\0000\0000\0020\0040' "$good_reset" # 0x20100000
		[ $chip = stm32f103c8 ] && full_flash 65536 || full_flash 1048576
		run stflash -q -p $spec,rdp=1 info
		answer_in_terminal "writing it in 3 s" ctrl_c stflash -p $spec,rdp=1 write --unprotect new.bin
		[ "$status" -eq 130 ] || failed "$chip: it ended with $status: $(tail -n 3 "$said/stdout")"
		stdout_has "cancelled; nothing was changed"
		same_bytes flash.before flash.bin
	done
}

# -q silences what goes well and what is slow; what makes data other than they look is said all the same, once.
test_doubts_of_the_data_are_said_however_quiet_it_is() {
	random_bytes 1000 >part.bin
	{ random_bytes 131072 && blank_bytes 917504; } >flash.bin
	printf 'torn = 0x08002010\n' >flash.bin.options
	board=virtual:stm32l476rg,flash=flash.bin
	for job in "read 0x08000000 16k out.bin" "read -c attach 0x08000000 16k out.bin" hash; do
		run stflash -q -p $board $job
		status_is 0
		stderr_is_one_line
		stderr_has "warning: a write or an erase was cut off at 0x08002010"
	done
	run stflash -q -p $board write --yes part.bin 0x08002100
	status_is 0
	stderr_is_one_line
	stderr_has "is kept as it was read"
	run stflash -q -p $board read 0x08000000 16k out.bin
	status_is 0
	stderr_is_empty
	run stflash -q -p virtual:stm32wb55rg read 0x080ca000 8k out.bin
	status_is 0
	stderr_is_one_line
	stderr_has "belongs to the radio core and reads as 0: what is there cannot be saved"
	run stflash -q -p virtual:stm32wb55rg hash
	status_is 0
	stderr_is_one_line
	stderr_has "belongs to the radio core and reads as 0: it was left out"
	run stflash -q -p virtual:stm32f407vg,mv=1900 write --yes part.bin 0x08002000 # slow, and no doubt of the data
	status_is 0
	stderr_is_empty
}
