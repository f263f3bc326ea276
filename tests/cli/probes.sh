# SPDX-License-Identifier: MIT
# Probes that answer otherwise than the genuine ones: each is used, and says what it is.

# used_as SPEC: a whole write, and a proven read of it.
used_as() {
	rm -f flash.bin flash.bin.options
	run stflash -p "virtual:stm32f103c8,flash=flash.bin,stats=stats.json,$1" write --no-progress new.bin
	status_is 0
	nothing_is_left_behind
	run stflash --json -p "virtual:stm32f103c8,flash=flash.bin,stats=stats.json,$1" read 0x08000000 8k dump.bin
	status_is 0
	stdout_has '"proof":"hash"'
	same_bytes dump.bin new.bin
	nothing_is_left_behind
}

test_a_probe_that_refuses_the_access_port_is_used_when_the_core_answers() {
	new_firmware 8192
	used_as as=J37
	used_as as=J37,fw=J37S7
	used_as as=J37,probe=v3
}

test_an_access_port_that_is_refused_with_no_core_behind_it_is_no_chip() {
	run stflash -p virtual:stm32f103c8,as=J37,noack=1 info
	fails_with 6 "no chip answers"
}

test_a_probe_that_loses_data_of_long_reads_is_read_packet_by_packet() {
	new_firmware 8192
	used_as as=J23,fw=J23S4
	stderr_has "older than V2J24, which may lose data of long reads: reading 64 bytes at a time"
}

test_a_probe_with_replies_of_other_lengths_is_used() {
	new_firmware 8192
	used_as as=clone
	used_as as=clone,fw=J45S7
	used_as as=clone,probe=v3
}

test_a_v3_that_exaggerates_its_clock_is_used_with_a_warning() {
	new_firmware 8192
	used_as as=fast,probe=v3
	stderr_has "the probe says that it runs SWD at 16000 kHz, although 8000 were asked for"
}

test_a_probe_in_a_mode_that_nobody_knows_is_used() {
	new_firmware 8192
	used_as as=oddmode
	used_as as=oddmode,fault=timeout@40
}

test_a_probe_that_says_it_stays_in_dfu_mode_is_used_with_a_warning() {
	new_firmware 8192
	used_as as=stuckmode
	stderr_has "the probe does not leave mode 0"
}

test_a_read_whose_status_is_none_is_repeated() {
	new_firmware 8192
	used_as as=oddstatus
}

test_a_probe_with_a_product_id_of_tomorrow_is_used_with_a_warning() {
	new_firmware 8192
	used_as probe=newer
	stderr_has "the product id 0483:3760 is newer than this program"
	run stflash -p virtual:stm32f103c8,probe=newer list
	status_is 0
	stdout_has "ST-LINK of an unknown model"
}
