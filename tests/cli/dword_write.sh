# SPDX-License-Identifier: MIT
# Writes of L4, G0 and G4 that a fault cuts, and of double words and chips in a state of their own: torn, programmed with
# ones, virgin.

# written_again CHIP FAULT OPTIONS...: new.bin is written to a used page's end, which FAULT cuts; the same command
# again and then the file of what was erased beside it end with every byte as it should be.
written_again() {
	chip=$1
	fault=$2
	shift 2
	rm -f stm32-* flash.bin.options
	cp flash.before flash.bin
	run stflash -q "$@" -p "virtual:$chip,flash=flash.bin,fault=$fault" write --yes new.bin 0x08000404
	kept=$(echo stm32-*-kept-*.hex)
	torn=$((torn + $(grep -c '^torn' flash.bin.options)))
	for file in "new.bin 0x08000404" "$kept"; do
		[ "$file" != 'stm32-*-kept-*.hex' ] || continue
		run stflash -q "$@" -p "virtual:$chip,flash=flash.bin,strict=1,stats=stats.json" write --yes $file
		status_is 0
		nothing_is_left_behind
		cuts=$((cuts + 1))
	done
	loaded_is torn 0
	cmp expected.bin flash.bin >"$said/cmp" || failed "$chip, $fault: $(cat "$said/cmp")"
}

# From the erase of the first page to the last double word, and while the loader runs; with and without an agent.
test_a_power_cut_of_a_double_word_write_is_mended_by_the_second_write() {
	take_turn 1 2
	random_bytes 3001 >new.bin
	torn=0
	cuts=0
	for part in stm32l476rg:1048576 stm32g0b1rc:262144; do
		full_flash ${part#*:}
		{ head -c 1028 flash.before && cat new.bin && tail -c +4030 flash.before; } >expected.bin
		for fault in powercut@flash:1 powercut@flash:2 powercut@flash:60 powercut@flash:200 powercut@flash:400 \
			powercut@flash:510 powercut@swd:900 unplug@flash:150; do
			written_again ${part%:*} $fault
		done
		for fault in powercut@flash:2 powercut@flash:380; do
			written_again ${part%:*} $fault --no-agent
		done
	done
	[ "$torn" -gt 4 ] || failed "only $torn double words were torn by all cuts"
}

# The same where a torn double word is a bus error to whoever reads it, and no NMI: what a debugger meets there the manuals do not
# say.
test_a_torn_double_word_that_faults_is_written_again() {
	take_turn 2 2
	random_bytes 3001 >new.bin
	torn=0
	cuts=0
	for part in stm32l476rg:1048576 stm32g0b1rc:262144; do
		full_flash ${part#*:}
		{ head -c 1028 flash.before && cat new.bin && tail -c +4030 flash.before; } >expected.bin
		for fault in powercut@flash:2 powercut@flash:60 powercut@flash:200; do
			written_again ${part%:*},eccfault=1 $fault
		done
	done
	[ "$torn" -gt 3 ] || failed "only $torn double words were torn by all cuts"
}

# torn_board PART BYTES ECCFAULT: flash.bin is full, and torn at two double words.
torn_board() {
	rm -f stm32-* flash.bin.options out.bin page.bin
	full_flash $2
	printf 'torn = 0x%08x\n' $((0x08002010)) $((0x08003008)) >flash.bin.options
	board=virtual:$1,eccfault=$3,flash=flash.bin,strict=1,stats=stats.json
}

# A debugger gets what is there, or is refused it: either way the addresses are named, and all else is read.
test_torn_double_words_are_named_and_the_rest_is_read() {
	for part in $(of_day stm32l476rg:1048576 stm32l4r5zi:2097152 stm32g0b1re:524288 stm32g474re:524288 stm32wb55rg:1048576); do
		for refused in 0 1; do
			torn_board ${part%:*} ${part#*:} $refused
			run stflash -p $board read 0x08000000 64k out.bin
			if [ $refused = 1 ]; then
				status_is 9
				stderr_has "error: a write or an erase was cut off at 0x08002010, 0x08003008: the chip gives nothing there"
				stderr_has "the copy holds 0xff in place of that and is right everywhere else"
				rm -rf copy
				run stflash --json -p $board backup copy
				status_is 9
				stdout_has '"ok":false'
				stdout_has '"name":"copy/flash.bin"'
				head -c 65536 copy/flash.bin >start.bin
				same_bytes start.bin out.bin
				run stflash -q -p $board hash
				fails_with 9 "cut off at 0x08002010"
				[ ! -s "$said/stdout" ] || failed "it prints sums of bytes that the chip does not hold"
			else
				status_is 0
				stderr_has "a write or an erase was cut off at 0x08002010, 0x08003008: the ECC does not fit there"
				stderr_has "the copy holds what was read there, and stflash write of the firmware mends it"
			fi
			! grep -q "crashed" "$said/stderr" || failed "the program in the chip is blamed"
			head -c 65536 flash.before >expected
			[ $refused = 0 ] || for at in 8208 12296; do
				printf '\377\377\377\377\377\377\377\377' | dd of=expected bs=1 seek=$at conv=notrunc status=none
			done
			same_bytes out.bin expected
			head -c 8400 flash.before | tail -c 200 >there.bin
			run stflash -q -p $board verify there.bin 0x08002008
			fails_with 9 "a write or an erase was cut off at 0x08002010" "stflash write of the firmware mends it"
			run stflash -q -p $board info --map
			status_is 0
			figure_is anomalies 0
			loaded_is torn 2
		done
	done
}

# What was kept of a page whose torn double word cannot be read is written back as the error says.
test_a_torn_double_word_beside_an_image_is_named_and_mended() {
	random_bytes 100 >new.bin
	for part in stm32l476rg:1048576:2048 stm32wb55rg:1048576:4096; do
		unit=${part##*:}
		size=${part#*:}
		size=${size%:*}
		torn_board ${part%%:*} $size 0
		{ head -c 8448 flash.before && cat new.bin && tail -c +8549 flash.before; } >expected
		run stflash -p $board write --yes new.bin 0x08002100
		status_is 0
		stderr_has "cut off at 0x08002010"
		stderr_has "the rest of a page that is erased is kept as it was read"
		same_bytes flash.bin expected

		torn_board ${part%%:*} $size 1
		{ head -c 8448 flash.before && cat new.bin && tail -c +8549 flash.before; } >expected
		for way in "" --force-erase; do
			run stflash -q -p $board write --yes $way new.bin 0x08002100
			fails_with 9 "a write or an erase was cut off at 0x08002010" \
				"stflash read 0x08002000 0x$(printf %x $unit) FILE saves the rest of that page, then stflash write FILE 0x08002000"
			same_bytes flash.bin flash.before
			no_file stm32-*
		done
		run stflash -q -p $board write --yes new.bin 0x08002014
		fails_with 9 "cut off at 0x08002010"
		run stflash -q -p $board read 0x08002000 $unit page.bin
		fails_with 9 "cut off at 0x08002010"
		run stflash -q -p $board write --yes page.bin 0x08002000
		status_is 0
		run stflash -q -p $board write --yes new.bin 0x08002100
		status_is 0
		printf '\377\377\377\377\377\377\377\377' | dd of=expected bs=1 seek=8208 conv=notrunc status=none
		head -c 12288 expected >expected.head
		head -c 12288 flash.bin | cmp - expected.head || failed "the page was not written back"
		figure_is anomalies 0
		loaded_is torn 1
		run stflash -q -p $board erase 0x08003000 $unit
		status_is 0
		figure_is anomalies 0
		loaded_is torn 0
	done
}

# Firmware whose NMI handler, which is that of HardFault too, unlocks the flash and erases page 40; it does nothing else.
erasing_firmware() {
	printf '\000\020\000\040\021\000\000\010\025\000\000\010\025\000\000\010'
	printf '\376\347\300\106\007\110\101\151\000\051\003\325\006\111\201\140'
	printf '\006\111\201\140\006\111\001\141\006\111\101\141\006\112\021\103'
	printf '\101\141\376\347\000\040\002\100\043\001\147\105\253\211\357\315'
	printf '\373\303\000\000\102\001\000\000\000\000\001\000'
}

# nmi_board PART BYTES TORN ECCNMI: flash.bin is full, of that firmware and noise, and torn at one double word.
nmi_board() {
	rm -f flash.bin* out.bin stm32-*
	{ erasing_firmware && random_bytes $(($2 - 76)); } >flash.bin
	printf 'torn = %s\n' $3 >flash.bin.options
	board=virtual:$1,eccnmi=$4,flash=flash.bin,strict=1,stats=stats.json
}

# The job was done over the wire, and that at once and not after a wait.
done_without_a_program() {
	! grep -qE "progress|crashed|stopped|does not run|in the middle" "$said/stderr" ||
		failed "'$ran' knew too late: $(last_words)"
	figure_is anomalies 0
	look_up virtual_ms
	[ ${looked_up%.*} -lt "$1" ] || failed "'$ran' took $looked_up ms"
}

# An NMI that a job meets in the chip ends in the program that does it, and the firmware's handler never runs; whether or not a
# debugger that reads what is torn causes another. 64 KiB read twice take a second, and a MiB of it 12.
test_an_nmi_never_runs_the_firmware_under_a_job() {
	random_bytes 3001 >new.bin
	for part in stm32l476rg:1048576 stm32g071rb:131072; do
		for torn in 0x08002010:1 0x08002010:0 0x08003ff8:0; do
			size=${part#*:}
			nmi_board ${part%:*} $size ${torn%:*} ${torn#*:}
			cp flash.bin flash.before
			for job in "read 0x08000000 64k out.bin" hash "verify flash.before"; do
				run stflash -p $board $job
				if [ "$job" = "verify flash.before" ]; then status_is 9; else status_is 0; fi
				stderr_has "cut off"
				same_bytes flash.bin flash.before
				done_without_a_program $((1000 + size / 64))
				target_is_let_go
			done
			head -c 65536 flash.before >expected
			same_bytes out.bin expected
			run stflash -p $board write --yes new.bin 0x08002004
			status_is 0
			done_without_a_program 1000
			target_is_let_go
			{ head -c 8196 flash.before && cat new.bin && tail -c +11198 flash.before; } >expected
			same_bytes flash.bin expected
		done
	done
}

# The vectors themselves are torn: a reset reads them, and the core begins with the NMI of that. Firmware that is let run takes it.
test_torn_vectors_are_no_trouble_for_a_job() {
	random_bytes 3001 >new.bin
	for part in $(of_day stm32l476rg:1048576 stm32g071rb:131072 stm32g474re:524288); do
		for torn in 0x08000000:1 0x08000000:0 0x08000008:1; do
			nmi_board ${part%:*} ${part#*:} ${torn%:*} ${torn#*:}
			run stflash -p $board read 0x08000000 64k out.bin
			status_is 0
			stderr_has "cut off at ${torn%:*}: the ECC does not fit there"
			done_without_a_program 2000
			head -c 65536 flash.bin >expected
			same_bytes out.bin expected
			run stflash -p $board write --yes new.bin 0x08000000
			status_is 0
			done_without_a_program 1000
			head -c 3001 flash.bin >out.bin
			same_bytes out.bin new.bin
			loaded_is torn 0
		done
	done
}

# Ones that were programmed read as blank, and nothing can be programmed over them: the second try erases their page.
test_double_words_programmed_with_ones_are_written() {
	random_bytes 2000 >new.bin
	for part in $(of_day stm32l476rg:1048576 stm32g071rb:131072 stm32g474re:524288); do
		for way in "" --no-agent; do
			rm -f flash.bin*
			random_bytes 2048 >flash.bin
			blank_bytes $((${part#*:} - 2048)) >>flash.bin
			cp flash.bin flash.before
			printf 'ff = 0x%08x\n' $((0x08000800)) $((0x08000808)) $((0x08000c00)) >flash.bin.options
			run stflash -p virtual:${part%:*},flash=flash.bin,strict=1,stats=stats.json write --yes $way new.bin 0x08000804
			status_is 0
			nothing_is_left_behind
			{ head -c 2052 flash.before && cat new.bin && tail -c +4053 flash.before; } >expected.bin
			same_bytes expected.bin flash.bin
		done
	done
}

# A chip that was empty at its last reset goes into its loader, until it is made to look again (RM0394 2.6, RM0444 2.5.1,
# RM0440 2.6.2). A board that stays: nothing but the run itself may make it look.
test_a_virgin_double_word_chip_runs_what_was_written() {
	for part in $(of_day stm32l432kb:131072 stm32g071rb:131072 stm32g031k8:65536 stm32l4r5zi:2097152 stm32c031c6:32768 \
		stm32u031r8:65536); do
		chip=${part%:*}
		stflash -q -p virtual:$chip read 0x08000000 8k demo.bin || failed "$chip: no demo"
		rm -f flash.bin*
		blank_bytes ${part#*:} >flash.bin
		serve $chip,flash=flash.bin,strict=1,stats=stats.json
		run stflash -q -p $board read out.bin
		status_is 0
		run stflash -q -p $board info
		stdout_has "flash is empty where firmware begins"
		run stflash -p $board write demo.bin
		status_is 0
		! grep -q "boot loader" "$said/stderr" || failed "$chip: the loader runs: $(last_words)"
		run stflash -q -p $board info
		status_is 0
		! grep -qE "boot loader|flash is empty|halted|locked" "$said/stdout" || failed "$chip: the firmware does not run"
		stdout_has "core        Cortex-"
		run stflash -p $board erase --all
		status_is 0
		power_cycle
		run stflash -q -p $board info
		stdout_has "flash is empty where firmware begins"
		run stflash -p $board write demo.bin
		status_is 0
		run stflash -q -p $board info
		! grep -qE "boot loader|flash is empty|halted|locked" "$said/stdout" || failed "$chip: the firmware does not run"
		figure_is anomalies 0
		kill $listener
		wait $listener || true
		listener=
	done
}

# The clock that a read sets leaves alone what the chip has seen of its flash.
test_a_read_of_a_virgin_double_word_chip_leaves_its_loader_running() {
	for part in $(of_day stm32wb55rg:1048576 stm32wle5cc:262144 stm32g0b1re:524288); do
		rm -f flash.bin*
		blank_bytes ${part#*:} >flash.bin
		serve ${part%:*},flash=flash.bin,strict=1,stats=stats.json
		run stflash -q -p $board read 0x08000000 4k out.bin
		status_is 0
		run stflash -q -p $board reset
		figure_is empty true
		figure_is anomalies 0
		kill $listener
		wait $listener || true
		listener=
	done
}

# Whatever was written elsewhere: without vectors nothing runs.
test_a_write_beside_blank_vectors_does_not_say_that_something_runs() {
	random_bytes 3000 >new.bin
	for part in stm32l476rg:1048576 stm32f103c8:65536; do
		rm -f flash.bin*
		blank_bytes ${part#*:} >flash.bin
		board=virtual:${part%:*},flash=flash.bin,strict=1,stats=stats.json
		run stflash -p $board write --yes new.bin 0x08004000
		status_is 0
		stderr_has "reset, no firmware"
		! grep -q "running" "$said/stderr" || failed "what is not there is said to run: $(last_words)"
		run stflash -p $board erase 0x08004000 2k
		status_is 0
		stderr_has "reset, no firmware"
		stflash -q -p virtual:${part%:*} read 0x08000000 8k demo.bin || failed "no demo"
		run stflash -p $board write demo.bin
		status_is 0
		stderr_has "reset and running"
		run stflash -p $board write --yes new.bin 0x08004000
		status_is 0
		stderr_has "reset and running"
		figure_is anomalies 0
	done
}
