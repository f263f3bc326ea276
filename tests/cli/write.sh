# SPDX-License-Identifier: MIT
# write, verify and erase: what flash holds afterwards, and what is said of it.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json
f407=virtual:stm32f407vg,flash=flash.bin,strict=1,stats=stats.json

# image_at OFFSET FILE: FILE laid over flash.before is what flash is to be; the result is in expected.bin.
image_at() {
	cp flash.before expected.bin
	dd if="$2" of=expected.bin bs=1 seek="$1" conv=notrunc 2>/dev/null
}

flash_is_as_expected() {
	same_bytes expected.bin flash.bin
	nothing_is_left_behind
	figure_is running true
}

# A firmware of SIZE bytes: the stack in RAM, a reset vector, and a branch to itself there.
firmware() {
	printf '\000\020\000\040\011\000\000\010\376\347' >"$1"
	random_bytes $(($2 - 10)) >>"$1"
}

test_write_over_a_full_chip_keeps_what_is_outside_of_the_image() {
	full_flash 65536
	firmware new.bin 23552
	image_at 0 new.bin
	run stflash -p $f103 write new.bin 0x08000000
	status_is 0
	flash_is_as_expected
	stderr_has "new.bin: 23 KiB written to 0x08000000 of STM32F103/101/102 in "
	stderr_has "$by_hash; reset and running"
	figure_is page_erases 23
	figure_is mass_erases 0
}

test_a_pll_that_does_not_lock_only_costs_time() {
	for chip in stm32f103c8 stm32f407vg; do
		rm -f flash.bin
		firmware new.bin 20000
		run stflash -p virtual:$chip,pll=0,flash=flash.bin,strict=1,stats=stats.json write new.bin
		status_is 0
		head -c 20000 flash.bin | cmp -s - new.bin || failed "$chip: flash does not begin with the image"
		nothing_is_left_behind
	done
}

# Clones, and chips that nobody has met yet: what is not needed for the work is not asked for.
test_a_chip_that_lacks_what_is_not_needed_is_read_and_written() {
	for spec in stm32f103c8,rcc=0 stm32f103c8,rcc=0,iwdg=0,dbgmcu=0 stm32f407vg,rcc=0 \
		stm32f407vg,rcc=0,iwdg=0,dbgmcu=0 stm32f103rg,iwdg=0; do
		rm -f flash.bin options.txt
		firmware new.bin 20000
		for command in "write new.bin" "options set nRST_STOP=0 --save options.txt" "read dump.bin"; do
			run stflash -p virtual:$spec,flash=flash.bin,strict=1,stats=stats.json $command
			status_is 0
			! grep -q "through the debug port alone" "$said/stderr" || failed "$spec: the agent did not run"
			nothing_is_left_behind
		done
		head -c 20000 dump.bin | cmp -s - new.bin || failed "$spec: the dump does not begin with the image"
		run stflash -p virtual:$spec,flash=flash.bin,strict=1,stats=stats.json erase --all
		status_is 0
	done
}

test_a_core_that_a_reset_does_not_stop_is_stopped_afterwards() {
	for chip in stm32f103c8 stm32f407vg; do
		rm -f flash.bin
		firmware new.bin 20000
		run stflash -p virtual:$chip,catch=0,flash=flash.bin,strict=1,stats=stats.json write new.bin
		status_is 0
		stderr_has "the core did not stop at its reset vector"
		stderr_has "going on with the core halted where its firmware was"
		head -c 20000 flash.bin | cmp -s - new.bin || failed "$chip: flash does not begin with the image"
		nothing_is_left_behind
	done
}

test_write_an_odd_piece_into_the_middle_of_a_page() {
	full_flash 65536
	random_bytes 777 >piece.bin
	image_at 4099 piece.bin
	run stflash -p $f103 write 0x08001003 piece.bin
	status_is 0
	same_bytes expected.bin flash.bin
	nothing_is_left_behind
	stderr_has "$by_hash; 244 bytes kept; reset"
}

test_no_keep_drops_the_rest_of_touched_pages() {
	full_flash 65536
	random_bytes 100 >piece.bin
	{ head -c 2048 flash.before; blank_bytes 1024; tail -c +3073 flash.before; } >expected.bin
	dd if=piece.bin of=expected.bin bs=1 seek=2150 conv=notrunc 2>/dev/null
	run stflash -p $f103 write --no-keep 0x08000866 piece.bin
	status_is 0
	same_bytes expected.bin flash.bin
}

test_writing_the_same_again_changes_nothing() {
	full_flash 65536
	cp flash.bin same.bin
	run stflash -v -p $f103 write same.bin
	status_is 0
	stderr_has "64 pages: 64 equal before, 0 erased"
	figure_is page_erases 0
	figure_is programs 0
	same_bytes flash.before flash.bin
	nothing_is_left_behind
}

test_a_mass_erase_where_nothing_else_is_in_flash() {
	random_bytes 23552 >flash.bin
	blank_bytes 41984 >>flash.bin
	cp flash.bin flash.before
	firmware new.bin 23552
	image_at 0 new.bin
	run stflash -v -p $f103 write new.bin
	status_is 0
	same_bytes expected.bin flash.bin
	figure_is mass_erases 1
	figure_is page_erases 0
	stderr_has "23 erased by one mass erase"
}

test_a_mass_erase_of_an_f4_keeps_what_the_image_leaves_of_the_last_sector() {
	full_flash 1048576
	firmware new.bin 1000000
	image_at 0 new.bin
	run stflash -v -p $f407 write new.bin
	status_is 0
	same_bytes expected.bin flash.bin
	figure_is mass_erases 1
	stderr_has "; 47 KiB kept; "
	stderr_has "48576 bytes beside the image kept"
}

test_blank_pages_are_not_erased() {
	blank_bytes 65536 >flash.bin
	cp flash.bin flash.before
	firmware new.bin 3000
	image_at 0 new.bin
	run stflash -p $f103 write new.bin
	status_is 0
	same_bytes expected.bin flash.bin
	figure_is page_erases 0
	figure_is mass_erases 0
}

test_an_f407_sector_keeps_its_rest() {
	full_flash 1048576
	firmware new.bin 20000
	image_at 0 new.bin
	run stflash -p $f407 write new.bin
	status_is 0
	same_bytes expected.bin flash.bin
	figure_is page_erases 2
	nothing_is_left_behind
}

test_a_dry_run_changes_and_resets_nothing() {
	full_flash 65536
	random_bytes 3000 >new.bin
	run stflash -p $f103 write --dry-run new.bin
	status_is 0
	stderr_has "plan: 0x08000000..0x08000bff, 3 pages from number 0 (3 KiB): erased and programmed"
	stderr_has "would write"
	same_bytes flash.before flash.bin
	figure_is programs 0
	figure_is page_erases 0
	figure_is chip_resets 1
	target_is_let_go
}

test_without_the_agent_it_is_slower_and_the_same() {
	full_flash 65536
	random_bytes 5001 >new.bin
	image_at 1024 new.bin
	run stflash -p $f103 write --no-agent 0x08000400 new.bin
	status_is 0
	same_bytes expected.bin flash.bin
	nothing_is_left_behind
}

test_halt_leaves_the_core_halted_after_reset() {
	full_flash 65536
	random_bytes 100 >new.bin
	run stflash -p $f103 write --halt new.bin
	status_is 0
	stderr_has "; reset and halted"
	figure_is halted true
	figure_is flash_locked true
}

test_no_reset_leaves_the_core_halted_where_it_is() {
	full_flash 65536
	random_bytes 100 >new.bin
	run stflash -p $f103 write --no-reset new.bin
	status_is 0
	stderr_has "not reset"
	figure_is halted true
	figure_is flash_locked true
}

test_halt_and_no_reset_exclude_each_other() {
	random_bytes 100 >new.bin
	run stflash -p $f103 write --halt --no-reset new.bin
	fails_with 2 "choose one"
}

test_no_verify_warns() {
	full_flash 65536
	random_bytes 100 >new.bin
	run stflash -p $f103 write --no-verify new.bin
	status_is 0
	stderr_has "warning: --no-verify: nothing checks afterwards that the flash is right"
	stderr_has "NOT verified"
}

test_backup_saves_the_whole_flash_first() {
	full_flash 65536
	random_bytes 5000 >new.bin
	run stflash -p $f103 write --backup old.bin new.bin
	status_is 0
	same_bytes flash.before old.bin
	stderr_has "old.bin: 64 KiB of STM32F103/101/102 saved"
	stderr_has "$by_hash, sha256 $(sha256sum old.bin | cut -c 1-16)"
}

test_a_backup_that_cannot_be_written_stops_the_write() {
	full_flash 65536
	random_bytes 5000 >new.bin
	run stflash -p $f103 write --backup no/such/folder/old.bin new.bin
	fails_with 2 "no/such/folder"
	same_bytes flash.before flash.bin
}

test_hex_srec_and_elf_go_where_they_say() {
	full_flash 65536
	random_bytes 2500 >new.bin
	image_at 2048 new.bin
	cp flash.before flash.bin
	for format in ihex srec; do
		cp expected.bin source.bin
		run stflash -q -p virtual:stm32f103c8,flash=source.bin read --format $format 0x08000800 2500 image
		status_is 0
		cp flash.before flash.bin
		run stflash -p $f103 write image
		status_is 0
		same_bytes expected.bin flash.bin
	done
}

test_several_files_in_one_go() {
	full_flash 65536
	random_bytes 300 >a.bin
	random_bytes 300 >b.bin
	cp flash.before source.bin
	dd if=a.bin of=source.bin bs=1 seek=0 conv=notrunc 2>/dev/null
	dd if=b.bin of=source.bin bs=1 seek=40000 conv=notrunc 2>/dev/null
	run stflash -q -p virtual:stm32f103c8,flash=source.bin read 0x08000000 300 a.hex
	status_is 0
	run stflash -q -p virtual:stm32f103c8,flash=source.bin read 0x08009c40 300 b.srec
	status_is 0
	run stflash -p $f103 write a.hex b.srec
	status_is 0
	same_bytes source.bin flash.bin
}

test_standard_input_is_a_file() {
	full_flash 65536
	random_bytes 300 >new.bin
	image_at 0 new.bin
	stflash -q -p $f103 write - <new.bin || failed "writing from standard input failed"
	same_bytes expected.bin flash.bin
}

test_ram_of_an_image_is_written_too() {
	full_flash 65536
	random_bytes 300 >new.bin
	run stflash -p $f103 write 0x20000100 new.bin
	status_is 0
	same_bytes flash.before flash.bin
}

test_write_in_json() {
	full_flash 65536
	random_bytes 3000 >new.bin
	run stflash -q --json -p $f103 write new.bin
	status_is 0
	stderr_is_empty
	stdout_has '"command":"write","ok":true'
	stdout_has '"erased":3'
}

test_verify_equal_and_the_rest_blank() {
	random_bytes 23552 >new.bin
	{ cat new.bin; blank_bytes 41984; } >flash.bin
	run stflash -p $f103 verify new.bin
	status_is 0
	stderr_has "new.bin: equal to STM32F103/101/102; 23 KiB compared in "
	stderr_has "$by_hash; rest of flash is blank; reset"
	nothing_is_left_behind
}

test_verify_says_what_else_flash_holds() {
	full_flash 65536
	head -c 23552 flash.bin >new.bin
	run stflash -v -p $f103 verify new.bin
	status_is 0
	stderr_has "; rest of flash is not blank; reset"
	stderr_has "about 41 KiB outside of the file are used, from 0x08005c00"
}

test_verify_names_the_first_difference() {
	full_flash 65536
	head -c 5000 flash.bin >new.bin
	printf '\125' | dd of=new.bin bs=1 seek=3001 conv=notrunc 2>/dev/null
	printf '\252' | dd of=flash.bin bs=1 seek=3001 conv=notrunc 2>/dev/null
	run stflash -p $f103 verify new.bin
	status_is 10
	stderr_has "1 of 5000 bytes differ, the first at 0x08000bb9: expected 0x55, found 0xaa"
	nothing_is_left_behind
}

test_verify_without_a_reset_lets_a_running_core_run_on() {
	run stflash -q -p virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json read dump.bin
	status_is 0
	run stflash -p $f103 verify --no-reset dump.bin
	status_is 0
	figure_is chip_resets 1
	nothing_is_left_behind
}

test_erase_pages_and_nothing_else() {
	full_flash 65536
	{ head -c 4096 flash.before; blank_bytes 2048; tail -c +6145 flash.before; } >expected.bin
	run stflash -p $f103 erase 0x08001000 2k
	status_is 0
	stderr_has "2 of 2 pages of STM32F103/101/102 erased in "
	stderr_has "checked, all of it is blank; reset"
	same_bytes expected.bin flash.bin
	nothing_is_left_behind
}

test_erase_all() {
	full_flash 65536
	blank_bytes 65536 >expected.bin
	run stflash -p $f103 erase --all
	status_is 0
	same_bytes expected.bin flash.bin
	figure_is mass_erases 1
	run stflash -p $f103 erase --all --skip-blank
	status_is 0
	stderr_has "0 of 64 pages of STM32F103/101/102 erased in "
	figure_is mass_erases 0
	figure_is page_erases 0
}

# An erase that was cut off leaves cells that read blank and change later: what was asked for is erased.
test_what_reads_blank_is_erased_all_the_same() {
	for chip in stm32f103c8:1024 stm32f407vg:16384; do
		size=${chip#*:}
		chip=${chip%:*}
		rm -f flash.bin*
		blank_bytes 65536 >flash.bin
		spec=virtual:$chip,flash=flash.bin,strict=1,stats=stats.json
		run stflash --json -p $spec erase --all
		status_is 0
		stdout_has '"equal":0'
		stderr_has "were blank before"
		stderr_has "--skip-blank does not erase what reads blank, which is quicker"
		figure_is mass_erases 1
		for how in "" --no-agent; do
			run stflash --json -p $spec erase $how 0x08000000 $((2 * size))
			status_is 0
			stdout_has '"erased":2'
			stdout_has '"blank":2'
			figure_is page_erases 2
			run stflash --json -p $spec erase $how --skip-blank 0x08000000 $((2 * size))
			status_is 0
			stdout_has '"equal":2,"erased":0'
			figure_is page_erases 0
		done
	done
}

test_write_erases_what_reads_right_when_it_is_told_to() {
	for chip in stm32f103c8:1024 stm32f407vg:16384; do
		size=${chip#*:}
		chip=${chip%:*}
		rm -f flash.bin*
		full_flash 65536
		head -c $((size + 100)) flash.bin >new.bin
		spec=virtual:$chip,flash=flash.bin,strict=1,stats=stats.json
		run stflash --json -p $spec write new.bin
		stdout_has '"erased":0'
		for how in "" --no-agent; do
			run stflash --json -p $spec write --force-erase $how new.bin
			status_is 0
			stdout_has '"equal":0,"erased":2,"programmed":2'
			figure_is page_erases 2
			figure_is anomalies 0
			head -c 65536 flash.bin >now.bin
			same_bytes flash.before now.bin
		done
		run stflash --json -p $spec write --force-erase --dry-run new.bin
		stdout_has '"erased":2'
		figure_is page_erases 0
		run stflash --json -p virtual:$chip,wrp=1,flash=flash.bin write --force-erase new.bin
		status_is 7
	done
}

test_erase_all_without_an_agent() {
	full_flash 1048576
	blank_bytes 1048576 >expected.bin
	run stflash -p virtual:stm32f103rg,flash=flash.bin,strict=1,stats=stats.json erase --all --no-agent
	status_is 0
	same_bytes expected.bin flash.bin
	figure_is mass_erases 2
}

test_erase_all_beside_a_protected_page_that_is_blank() {
	{ blank_bytes 4096; random_bytes 61440; } >flash.bin
	blank_bytes 65536 >expected.bin
	cp flash.bin flash.before
	run stflash -p $f103,wrp=1 erase --all
	fails_with 7 "4 of the pages to be changed are write-protected" "nothing was changed"
	same_bytes flash.before flash.bin
	run stflash -p $f103,wrp=1 erase --all --skip-blank
	status_is 0
	same_bytes expected.bin flash.bin
	figure_is mass_erases 0
	figure_is page_erases 60
}

test_erase_refuses_half_a_page() {
	full_flash 65536
	run stflash -p $f103 erase 0x08000100 1k
	fails_with 2 "0x08000100 lies inside of page 0 (0x08000000..0x080003ff)" "nothing was erased"
	run stflash -p $f103 erase 0x08000000 100
	fails_with 2 "lies inside of page 0"
	run stflash -p $f103 erase 0x08000000 65k
	fails_with 2 "not in flash"
	run stflash -p $f103 erase
	fails_with 2 "erase takes ADDR and SIZE, or --all"
	same_bytes flash.before flash.bin
}

test_both_banks_of_the_big_ones() {
	for chip in stm32f103rg:1048576 stm32f429zi:2097152; do
		full_flash "${chip#*:}"
		random_bytes 5000 >piece.bin
		image_at $((${chip#*:} / 2 - 2000)) piece.bin
		run stflash -p "virtual:${chip%:*},flash=flash.bin,strict=1,stats=stats.json" write \
			$((0x08000000 + ${chip#*:} / 2 - 2000)) piece.bin
		status_is 0
		same_bytes expected.bin flash.bin
		nothing_is_left_behind
		rm -f flash.bin.options
	done
}

test_every_kind_of_probe_writes() {
	for probe in probe=v2,fw=J17S4 probe=v2,fw=J24S4 probe=v2,fw=J45S7 probe=v2-1 probe=v3; do
		full_flash 65536
		random_bytes 3000 >new.bin
		image_at 0 new.bin
		run stflash -p "$f103,$probe" write new.bin
		status_is 0
		same_bytes expected.bin flash.bin
		nothing_is_left_behind
	done
}
