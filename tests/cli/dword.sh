# SPDX-License-Identifier: MIT
# L4, G0, G4, WB, WL, C0 and U0, whose flash takes double words.

# kib_of PART: by its name's last letter.
kib_of() {
	case $1 in
	*4) echo 16 ;;
	*6) echo 32 ;;
	*8) echo 64 ;;
	*b) echo 128 ;;
	*15cc) echo 320 ;;
	*c) echo 256 ;;
	*e) echo 512 ;;
	*g) echo 1024 ;;
	*i) echo 2048 ;;
	esac
}

dword_board() { # PART: flash.bin is full
	kib=$(kib_of $1)
	rm -rf flash.bin* out.bin stats.json saved
	full_flash $((kib * 1024))
	board=virtual:$1,flash=flash.bin,strict=1,stats=stats.json
}

# The property writes and reads every id; here is one of each layout.
test_dword_parts_are_read_whole() {
	for part in $(of_day stm32l496zg stm32l4p5ce stm32g051k6 stm32g491cc stm32wle5cc stm32wl55jc stm32c091rc stm32u083rc); do
		dword_board $part
		run stflash -p $board info
		status_is 0
		size=$(if [ $kib -ge 1024 ]; then echo "$((kib / 1024)) MiB"; else echo "$kib KiB"; fi)
		stdout_has "$size at 0x08000000"
		run stflash -p $board read out.bin
		status_is 0
		stderr_has "$by_hash"
		same_bytes out.bin flash.before
		figure_is anomalies 0
	done
}

# Bank 2 is where the option bytes put it (RM0440 3.3.1, RM0432 3.3.1).
test_dword_banks_and_pages_follow_the_option_bytes() {
	dword_board stm32g474rc
	run stflash -p $board read out.bin
	fails_with 2 "flash has a hole from 0x08020000 to 0x0803ffff"
	no_file out.bin
	run stflash -p $board read 0x08040000 128k out.bin
	status_is 0
	tail -c 131072 flash.before | cmp - out.bin || failed "bank 2 was read wrong"
	run stflash -p $board read 0x08020000 4 out.bin
	fails_with 2 "outside of all memory"
	dword_board stm32l4r5zi
	run stflash -p $board info
	stdout_has "smallest page 4 KiB"
	run stflash -p $board options
	status_is 0
	stdout_has "two banks of 4 KiB pages"
}

# write_over PART ARGS...: new.bin, of an odd length, at an odd address, over a full chip; what lies beside it stays.
write_over() {
	dword_board $1
	shift
	random_bytes 5003 >new.bin
	{ head -c 3001 flash.before && cat new.bin && tail -c +8005 flash.before; } >expected
	run stflash -p $board write --yes "$@" new.bin 0x08000bb9
	status_is 0
	same_bytes flash.bin expected
	figure_is anomalies 0
	run stflash -p $board verify new.bin 0x08000bb9
	status_is 0
	run stflash -p $board write --yes "$@" new.bin 0x08000bb9
	status_is 0
	figure_is page_erases 0
	figure_is programs 0
}

test_dword_parts_are_written_and_what_lies_beside_stays() {
	for part in $(of_day stm32l476rg stm32l432kb stm32l412k8 stm32l4r5zi stm32g031k8 stm32g0b1re stm32g431rb stm32g474re \
		stm32c011f6 stm32u031r8 stm32wb55rg stm32wb15cc stm32wle5c8 stm32wl55jc); do
		write_over $part
	done
}

test_dword_parts_are_written_without_an_agent() {
	for part in $(of_day stm32l476rg stm32g0b1re stm32c031c4 stm32wb55rg); do
		write_over $part --no-agent
	done
}

# Each bank has its own page numbers, and G0 its own bit for the bank (fact sheet section 2.2).
test_dword_both_banks_are_written_and_erased() {
	for part in $(of_day stm32l476rg stm32l4r5zi stm32g0b1re stm32g474re stm32g474rc); do
		dword_board $part
		half=$((kib * 512))
		second=$half
		[ $part = stm32g474rc ] && second=$((256 * 1024))
		random_bytes 9000 >new.bin
		at=$(printf '0x%08x' $((0x08000000 + second + 4096)))
		{ head -c $((half + 4096)) flash.before && cat new.bin && tail -c +$((half + 4096 + 9001)) flash.before; } >expected
		run stflash -p $board write --yes new.bin $at
		status_is 0
		same_bytes flash.bin expected
		run stflash -p $board erase $at 4k
		status_is 0
		run stflash -p $board erase --all
		status_is 0
		blank_bytes $((kib * 1024)) | cmp - flash.bin || failed "not all of $part is blank"
		figure_is anomalies 0
	done
}

# RM0503 26.4.1: DBGMCU of a U0 has no clock of its own accord, not even for its id.
test_dword_a_u0_tells_its_id_without_a_reset() {
	dword_board stm32u073rc
	run stflash -c attach -p $board info
	status_is 0
	stdout_has "device 0x489"
	figure_is anomalies 0
	figure_is resets 0
}

# WRP and PCROP are ranges here, which the map shows; what is under PCROP or read-out protection is refused.
test_dword_protection_is_told_and_refused() {
	for part in $(of_day stm32l476rg stm32g0b1re stm32g474re stm32c031c6 stm32wb55rg); do
		dword_board $part
		run stflash -p $board,pcrop=0x2 read out.bin
		fails_with 7 "cannot be read: PCROP lets the core execute it and nobody read it"
		no_file out.bin
		run stflash -p $board,pcrop=0x2 read 0x08000000 1k out.bin
		status_is 0
		head -c 1024 flash.before | cmp - out.bin || failed "the page before was read wrong"
		rm -f out.bin flash.bin.options
		run stflash -p $board,wrp=0x1 read out.bin
		status_is 0
		run stflash -p $board,wrp=0x1 write --yes out.bin 0x08000000 --force-erase
		fails_with 7 "write-protected by the option bytes" "\`stflash options set WRP=none\` removes the protection"
		same_bytes flash.bin flash.before
		run stflash -p $board,rdp=1 read out2.bin
		fails_with 7 "\`stflash unprotect --yes-erase\` removes the protection, and erases the flash"
		figure_is anomalies 0
	done
}

# Two banks with a hole between them are one flash to every command (RM0440 3.3.1).
test_dword_a_hole_between_banks_is_left_out() {
	for part in stm32g474rc:131072:0x08020000 stm32g474rb:65536:0x08010000; do
		hole=${part##*:}
		half=${part#*:}
		half=${half%:*}
		dword_board ${part%%:*}
		head -c $half flash.before >bank1
		tail -c $half flash.before >bank2
		for name in out.bin; do
			run stflash -p $board read $name
			fails_with 2 "flash has a hole from $hole to 0x0803ffff, because the option bytes divide it into two banks" \
				"\`stflash read 0x08000000 0x$(printf %x $half) $name\` and \`stflash read 0x08040000 0x$(printf %x $half) $name\` read the two" \
				"a file that ends in .hex takes both"
			no_file $name
		done
		run stflash -p $board read 0x08000000 0x$(printf %x $half) out.bin
		status_is 0
		same_bytes out.bin bank1
		run stflash -p $board read 0x08040000 0x$(printf %x $half) out.bin
		status_is 0
		same_bytes out.bin bank2
		run stflash -p $board read out.hex
		status_is 0
		stderr_has "$((2 * half / 1024)) KiB of"
		run stflash -p $board read out.srec
		status_is 0
		stderr_has "$((2 * half / 1024)) KiB of"
		for name in out.hex out.srec; do
			run stflash -p $board verify $name
			status_is 0
			stderr_has "covers the whole flash"
		done
		run stflash --format srec -p $board read 0x08000800 0x40000 some.txt
		status_is 0
		run stflash -p $board verify some.txt
		status_is 0
		run stflash -p $board read 0x08000800 0x40000 some.hex
		status_is 0
		stderr_has "$(((half) / 1024)) KiB of"
		run stflash -p $board verify some.hex
		status_is 0
		run stflash -p $board hash
		status_is 0
		stdout_has "$(sha256sum <flash.before | cut -c1-64)"
		run stflash -p $board info --map
		status_is 0
		stdout_has "(space) no flash"
		stdout_has "0x0803" "0x0804"

		run stflash -p $board backup saved
		status_is 0
		same_bytes saved/flash.bin flash.before
		run stflash -p $board erase 0x08000800 0x3f800
		fails_with 2 "the range ends at 0x0803ffff, in the hole of flash from $hole to 0x0803ffff" "nothing was erased"
		run stflash -p $board erase $hole 0x50000
		fails_with 2 "$hole is not in flash"
		run stflash -p $board erase 0x08000800 0xfffff800
		fails_with 2 "are not in flash"
		same_bytes flash.bin flash.before
		run stflash -p $board erase 0x08000800 0x40000
		status_is 0
		nothing_is_left_behind
		{ head -c 2048 flash.before && blank_bytes $half && tail -c +$((half + 2049)) flash.before; } >expected
		same_bytes flash.bin expected
		run stflash -p $board erase --all
		status_is 0
		blank_bytes $((2 * half)) | cmp - flash.bin || failed "not all of it is blank"
		run stflash -p $board restore saved
		status_is 0
		same_bytes flash.bin flash.before
		run stflash -p $board backup again
		status_is 0
		stderr_has "came from saved"
		same_bytes again/flash.bin flash.before
		rm -rf saved again out.* some.hex

		random_bytes 5000 >new1
		random_bytes 6000 >new2
		{ head -c 100 bank1 && cat new1 && tail -c +5101 bank1 && head -c 4099 bank2 && cat new2 && tail -c +10100 bank2; } >expected
		run stflash -p $board write --yes --backup old.hex new1@0x08000064 new2@0x08041003
		status_is 0
		same_bytes flash.bin expected
		run stflash -p $board verify new1@0x08000064 new2@0x08041003
		status_is 0
		run stflash -p $board write --yes old.hex
		status_is 0
		same_bytes flash.bin flash.before
		rm -f old.*
		run stflash -p $board write --backup old.bin new1
		fails_with 2 "name a file that ends in .hex, which can leave it out"
		no_file old.bin
		run stflash -p $board write new1@$(printf '0x%08x' $((hole - 2048)))
		fails_with 2 "where flash has a hole up to 0x0803ffff, because the option bytes divide it into two banks; nothing was changed"
		run stflash -p $board write new1@$hole
		fails_with 2 "in the hole between the two banks of flash"
		same_bytes flash.bin flash.before
		figure_is anomalies 0
	done
}

# --- the flash of a radio core: to this core it reads as 0, and changing it is a bus error (RM0434 3.10.15, 7.2)

# radio_board PART: flash.bin is full; $kept is how many bytes from its beginning on are this core's, $first the address behind.
radio_board() {
	dword_board $1
	case $1 in
	*wb15*) kept=$((56 * 2048)) ;;
	*) kept=$((kib * 1024 - 53 * 4096)) ;;
	esac
	first=$(printf '0x%08x' $((0x08000000 + kept)))
}

# The radio core's pages are as they were.
radio_is_untouched() {
	tail -c +$((kept + 1)) flash.before >radio.before
	tail -c +$((kept + 1)) flash.bin | cmp - radio.before || failed "flash of the radio core was changed"
	figure_is mass_erases 0
	figure_is anomalies 0
}

test_a_radio_cores_flash_is_left_out_of_a_read() {
	for part in $(of_day stm32wb55rg stm32wb35ce stm32wb15cc); do
		radio_board $part
		head -c $kept flash.before >expected
		run stflash -p $board read out.bin
		status_is 0
		stderr_has "flash from $first on belongs to the radio core and reads as 0: it was left out"
		same_bytes out.bin expected
		run stflash -p $board verify out.bin
		status_is 0
		run stflash -p $board read 0x08000000 64k out.bin
		status_is 0
		! grep -q radio "$said/stderr" || failed "a warning about what was not read"
		run stflash -p $board read 0x08000000 $((kib * 1024)) out.bin
		status_is 0
		stderr_has "flash from $first on belongs to the radio core and reads as 0: what is there cannot be saved"
		{ cat expected && head -c $((kib * 1024 - kept)) /dev/zero; } | cmp - out.bin || failed "the range was read wrong"
		run stflash -p $board read $first 1k out.bin
		status_is 0
		head -c 1024 /dev/zero | cmp - out.bin || failed "flash of the radio core was not told as 0"
		figure_is anomalies 0
	done
	run stflash -p $board read $first 4M out.bin
	fails_with 2 "run past the end of flash of the radio core"
}

test_a_radio_cores_flash_is_refused_by_name() {
	random_bytes 9000 >new.bin
	for part in $(of_day stm32wb55rg stm32wb15cc); do
		radio_board $part
		inside=$(printf '0x%08x' $((first + 8192)))
		across=$(printf '0x%08x' $((first - 4096)))
		for words in "new.bin $first" "new.bin $inside" "--dry-run new.bin $inside"; do
			run stflash -p $board write $words
			fails_with 7 "is neither in flash nor in RAM of this chip but in the flash of the radio core, which begins at $first"
		done
		for words in "write new.bin $across" "write flash.before" "erase $first 4k" "erase $inside 4k" "erase $across 8k" \
			"erase 0x08000000 $((kib * 1024))"; do
			run stflash -p $board $words
			fails_with 7 "flash from $first on" "belongs to the radio core, which alone can change it; nothing was changed"
		done
		same_bytes flash.bin flash.before
		run stflash -p $board write --yes --skip-outside flash.before
		status_is 0
		stderr_has "left out: $(((kib * 1024 - kept) / 1024)) KiB at $first, in the flash of the radio core"
		radio_is_untouched
	done
}

# A mass erase is refused there; where all of flash is one core's, it is one.
test_erasing_everything_leaves_a_radio_cores_flash_alone() {
	for part in $(of_day stm32wb55rg stm32wb15cc); do
		for way in "" --no-agent; do
			radio_board $part
			run stflash -p $board erase --all $way
			status_is 0
			stderr_has "flash from $first on ($(((kib * 1024 - kept) / 1024)) KiB) belongs to the radio core and is left as it is"
			blank_bytes $kept >expected
			head -c $kept flash.bin | cmp - expected || failed "not all before it is blank"
			radio_is_untouched
		done
	done
	for part in $(of_day stm32wle5cc stm32wl55jc); do
		dword_board $part
		run stflash -p $board erase --all
		status_is 0
		! grep -q radio "$said/stderr" || failed "a radio core was named that has no flash"
		blank_bytes $((kib * 1024)) | cmp - flash.bin || failed "not all of $part is blank"
		figure_is mass_erases 1
		figure_is anomalies 0
	done
}

# A blank rest would be worth a mass erase, and the pages of the radio core forbid it.
test_a_write_never_takes_a_mass_erase_beside_a_radio_core() {
	radio_board stm32wb55rg
	{ head -c 200000 flash.before && blank_bytes $((kept - 200000)) && tail -c +$((kept + 1)) flash.before; } >flash.bin
	random_bytes 200000 >new.bin
	run stflash -p $board write --yes new.bin
	status_is 0
	head -c 200000 flash.bin | cmp - new.bin || failed "the image was written wrong"
	radio_is_untouched
}

test_the_map_shows_a_radio_cores_flash() {
	for part in $(of_day stm32wb55rg stm32wb15cc); do
		radio_board $part
		run stflash -p $board info --map
		status_is 0
		stdout_has "R of the radio core"
		stdout_has "$(((kib * 1024 - kept) / 1024)) KiB of flash from $first on belong to the radio core"
		run stflash -p $board --json info --map
		stdout_has "\"radio_size\":$((kib * 1024 - kept))"
		stdout_has "\"addr\":\"$first\",\"size\":$((kib * 1024 - kept)),\"used\":false,\"read_protected\":true,\"write_protected\":true,\"radio\":true"
	done
	dword_board stm32wle5cc
	run stflash -p $board info --map
	! grep -q radio "$said/stdout" || failed "a radio core was named that has no flash"
}

test_a_backup_leaves_a_radio_cores_flash_out_and_comes_back() {
	for part in $(of_day stm32wb55rg stm32wb15cc); do
		radio_board $part
		run stflash -p $board backup saved
		status_is 0
		stderr_has "flash from $first on belongs to the radio core and reads as 0: it was left out"
		head -c $kept flash.before | cmp - saved/flash.bin || failed "the backup is wrong"
		run stflash -p $board erase --all
		status_is 0
		run stflash -p $board restore saved
		status_is 0
		same_bytes flash.bin flash.before
		radio_is_untouched
		run stflash -p $board backup again
		status_is 0
		stderr_has "came from saved"
		rm -rf again
		sed -i 's/^radio_size = .*/radio_size = many/' saved/info.txt
		run stflash -p $board restore saved
		fails_with 2 "radio_size is no number: 'many'"
	done
	rm -f stm32-*
	run stflash -p $board write --yes --backup old.bin saved/flash.bin
	status_is 0
	head -c $kept flash.before | cmp - old.bin || failed "the copy before the write is wrong"
}
