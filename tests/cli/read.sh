# SPDX-License-Identifier: MIT
# Reading on virtual chips: what comes out is what is in the flash.

f103=virtual:stm32f103c8,strict=1,stats=stats.json
f407=virtual:stm32f407vg,strict=1,stats=stats.json

test_read_64_kib_of_an_f103_equals_its_flash() {
	full_flash 65536
	run stflash --probe $f103,flash=flash.bin read 0x08000000 0x10000 dump.bin
	status_is 0
	stdout_is_empty
	same_bytes flash.before dump.bin
	same_bytes flash.before flash.bin
	stderr_has "dump.bin: 64 KiB of STM32F103/101/102 at 0x08000000, "
	stderr_has "$by_hash"
	nothing_is_left_behind
}

test_read_1_mib_of_an_f407_equals_its_flash() {
	full_flash 1048576
	run stflash -p $f407,flash=flash.bin read 0x08000000 0x100000 dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stderr_has "dump.bin: 1 MiB of STM32F405/407/415/417 at 0x08000000, "
	nothing_is_left_behind
}

test_read_without_numbers_takes_the_whole_flash() {
	full_flash 65536
	run stflash -p $f103,flash=flash.bin read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	nothing_is_left_behind
}

test_words_and_options_in_any_order() {
	full_flash 65536
	head -c 4096 flash.before >wanted
	for words in "read 0x08000000 4k dump.bin -p SEL" "read dump.bin 134217728 0x1000 --probe=SEL" \
		"-qp SEL read 0x08000000 dump.bin 4K" "-pSEL --no-progress read -- 0x08000000 4096 dump.bin"; do
		rm -f dump.bin
		# shellcheck disable=SC2086
		run stflash $(echo "$words" | sed "s/SEL/$f103,flash=flash.bin/")
		status_is 0
		same_bytes wanted dump.bin
	done
}

test_the_environment_names_the_probe() {
	full_flash 65536
	STFLASH_PROBE=$f103,flash=flash.bin
	export STFLASH_PROBE
	run stflash read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
}

test_a_file_that_looks_like_a_number_takes_a_dot_and_slash() {
	full_flash 65536
	run stflash -p $f103,flash=flash.bin read ./64k
	status_is 0
	same_bytes flash.before 64k
}

test_odd_addresses_and_lengths() {
	full_flash 65536
	for span in "0 1" "1 1" "3 2" "4094 5" "6143 6146" "65535 1" "1021 12345"; do
		at=${span% *}
		len=${span#* }
		tail -c +$((at + 1)) flash.before | head -c "$len" >wanted
		run stflash -p $f103,flash=flash.bin read $((0x08000000 + at)) "$len" dump.bin
		status_is 0
		same_bytes wanted dump.bin
		nothing_is_left_behind
	done
}

test_blank_parts_are_found_and_not_transferred() {
	{ random_bytes 16384 && blank_bytes 49152; } >flash.bin
	cp flash.bin flash.before
	run stflash --json -p $f103,flash=flash.bin read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stdout_has '"bytes":65536,"transferred":16384,"blank":49152,"retries":0,"proof":"hash"'
}

test_standard_output_is_a_stream() {
	full_flash 65536
	run stflash -q -p $f103,flash=flash.bin read 0x08000000 64k -
	status_is 0
	stderr_is_empty
	same_bytes flash.before "$said/stdout"
	only flash.bin flash.before stats.json
}

test_quiet_says_nothing_and_json_one_object() {
	full_flash 65536
	run stflash -q --json -p $f103,flash=flash.bin read dump.bin
	status_is 0
	stderr_is_empty
	[ "$(wc -l <"$said/stdout")" -eq 1 ] || failed "not one line: $(cat "$said/stdout")"
	stdout_has '{"command":"read","ok":true,"file":"dump.bin","addr":"0x08000000","bytes":65536,"transferred":65536,'
}

test_attach_never_halts_and_reads_twice() {
	full_flash 65536
	run stflash --json -p $f103,flash=flash.bin --connect attach read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stdout_has '"transferred":131072,'
	stdout_has '"proof":"twice"'
	stderr_has "$by_reading_twice"
	nothing_is_left_behind
}

test_a_read_resets_the_chip_and_says_so() {
	full_flash 65536
	run stflash --json -p $f103,flash=flash.bin read dump.bin
	status_is 0
	stdout_has '"proof":"hash"'
	stdout_has '"was_reset":true'
	stderr_has "; reset and running"
	figure_is lockup true
	nothing_is_left_behind
}

test_without_a_reset_a_read_only_halts_and_reads_twice() {
	full_flash 65536
	before=$(ram_at_power_on $f103,flash=flash.bin)
	run stflash --json -p $f103,flash=flash.bin read --no-reset dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stdout_has '"transferred":131072,'
	stdout_has '"proof":"twice"'
	stdout_has '"was_reset":false'
	stderr_has "; halted meanwhile, not reset"
	figure_is sram_hash "$before"
	nothing_is_left_behind
	run stflash --json -p $f103,flash=flash.bin verify --no-reset flash.before
	status_is 0
	stdout_has '"proof":"twice"'
	figure_is sram_hash "$before"
	nothing_is_left_behind
	run stflash --json -p $f103,flash=flash.bin backup --no-reset folder
	status_is 0
	stdout_has '"was_reset":false'
	figure_is sram_hash "$before"
	nothing_is_left_behind
}

test_what_only_looks_neither_halts_nor_resets() {
	full_flash 65536
	before=$(ram_at_power_on $f103,flash=flash.bin)
	for job in "info --map" "write --dry-run flash.before" options; do
		run stflash -p $f103,flash=flash.bin $job
		status_is 0
		figure_is sram_hash "$before"
		nothing_is_left_behind
	done
	run stflash -p $f103,flash=flash.bin info --map --reset
	status_is 0
	[ "$(figure sram_hash)" != "$before" ] || failed "with --reset no program looked"
	run stflash -p $f103,flash=flash.bin write --dry-run --reset flash.before
	status_is 0
	stderr_has "the chip was reset for this look"
	fails_to_mean_anything
}

# misused WORDS ARGUMENTS...
misused() {
	words=$1
	shift
	run stflash -p $f103 "$@"
	status_is 2
	stderr_has "$words"
}

fails_to_mean_anything() {
	misused "--reset makes --map quick, and means nothing without it" info --reset
	misused "--reset makes --dry-run quick; a write resets the chip anyway" write --reset x.bin
	misused "--halt resets and halts, --no-reset does not reset: choose one" read --halt --no-reset x.bin
	misused "--halt resets and halts, --no-reset does not reset: choose one" verify --halt --no-reset x.bin
	misused "--halt resets and halts, --no-reset does not reset: choose one" backup --halt --no-reset x
	misused "--halt resets and halts, --no-reset does not reset: choose one" erase --all --halt --no-reset
	misused "--halt resets and halts, which --connect attach forbids: choose one" read --halt -c attach x.bin
}

test_a_read_leaves_the_core_halted_when_asked_to() {
	full_flash 65536
	run stflash -p $f103,flash=flash.bin read --halt dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stderr_has "; reset and halted"
	figure_is halted true
}

test_a_running_core_runs_on() {
	run_and_see_resets 3 -c auto
	run_and_see_resets 3 -c normal
	run_and_see_resets 1 -c attach
	run_and_see_resets 1 --no-reset
}

# run_and_see_resets N OPTION...: of the power-on, and of the one before the work and the one after it.
run_and_see_resets() {
	resets=$1
	shift
	run stflash -p $f103 "$@" read dump.bin
	status_is 0
	figure_is running true
	figure_is chip_resets "$resets"
	nothing_is_left_behind
}

test_under_reset_reads_too() {
	full_flash 65536
	run stflash -p $f103,flash=flash.bin -c under-reset read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	nothing_is_left_behind
}

test_registers_and_ram_are_read_without_proof() {
	run stflash -p $f103 read 0xe000ed00 4 cpuid.bin
	status_is 0
	stderr_has "not verified (only flash can be)"
	printf '\061\302\037\101' >wanted
	same_bytes wanted cpuid.bin
	run stflash -p $f103 read 0x20000000 20k ram.bin
	status_is 0
	[ "$(wc -c <ram.bin)" -eq 20480 ] || failed "ram.bin has $(wc -c <ram.bin) bytes"
	nothing_is_left_behind
}

test_a_demo_chip_says_that_it_forgets() {
	run stflash -p virtual:stm32f103c8 read dump.bin
	status_is 0
	stderr_has "note: this virtual chip starts with a demo and forgets its contents at exit; flash=FILE keeps them"
	run stflash -p virtual read dump2.bin
	status_is 0
	same_bytes dump.bin dump2.bin
}

test_every_kind_of_probe_reads() {
	full_flash 65536
	for kind in v2,fw=J17S4 v2,fw=J24S4 v2,fw=J29S7 v2,fw=J45S7 v2-1,fw=J24M11 v2-1,fw=J37M26 v3,fw=J3M1 v3,fw=J7M2; do
		rm -f dump.bin
		run stflash -p "$f103,flash=flash.bin,probe=$kind" read dump.bin
		status_is 0
		same_bytes flash.before dump.bin
		figure_is anomalies 0
	done
}

test_a_lower_clock_reads_the_same() {
	full_flash 65536
	run stflash -vv -p $f103,flash=flash.bin -s 950 read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	stderr_has "950 kHz"
}

test_verbosity_grows_and_the_log_has_it_all() {
	run stflash -p $f103 read 0x08000000 256 a.bin
	status_is 0
	quiet=$(wc -l <"$said/stderr")
	run stflash -v -p $f103 read 0x08000000 256 a.bin
	status_is 0
	one=$(wc -l <"$said/stderr")
	run stflash -vvv -p $f103 read 0x08000000 256 a.bin
	status_is 0
	three=$(wc -l <"$said/stderr")
	[ "$quiet" -lt "$one" ] && [ "$one" -lt "$three" ] || failed "lines: $quiet, $one, $three"
	run stflash --log log.txt -p $f103 read 0x08000000 256 a.bin
	status_is 0
	[ "$(wc -l <"$said/stderr")" -eq "$quiet" ] || failed "--log changed what is said"
	[ "$(wc -l <log.txt)" -ge "$three" ] || failed "the log is shorter than -vvv: $(wc -l <log.txt) lines"
}

test_hex_and_s_record_by_ending_or_format() {
	full_flash 65536
	run stflash -p $f103,flash=flash.bin read 0x08000000 32 a.hex
	status_is 0
	[ "$(head -n 1 a.hex | tr -d '\r')" = ":020000040800F2" ] || failed "a.hex begins with $(head -n 1 a.hex)"
	run stflash -p $f103,flash=flash.bin read 0x08000000 32 a.s37
	status_is 0
	grep -q '^S3' a.s37 || failed "a.s37 holds $(cat a.s37)"
	run stflash -p $f103,flash=flash.bin --format ihex read 0x08000000 32 a.bin
	status_is 0
	same_bytes a.hex a.bin
	run stflash -p $f103,flash=flash.bin --format=bin read 0x08000000 32 b.hex
	status_is 0
	head -c 32 flash.before >wanted
	same_bytes wanted b.hex
	run stflash --format elf read a.elf
	fails_with 2 "not elf"
	run stflash --format text read a.bin
	fails_with 2 "--format takes bin, ihex, srec, elf, dfuse or uf2, not 'text'"
}

# blank_and_full FIRST SIZE: pieces of odd lengths by turns, which end anywhere in a unit of the proof.
blank_and_full() {
	kind=$1
	at=0
	for step in 1 3 2 7 4 1 11 5 2 9 6 13; do
		"${kind}_bytes" $((step * $2 / 64 - step * 100))
		[ "$kind" = blank ] && kind=random || kind=blank
		at=$((at + step * $2 / 64 - step * 100))
	done
	random_bytes $(($2 - at))
}

test_blank_and_full_pieces_of_any_length_are_read() {
	for spec in stm32f103c8:65536 stm32f303vc:262144 stm32f207zg:1048576; do
		chip=${spec%:*}
		for first in blank random; do
			rm -f flash.bin*
			blank_and_full $first ${spec#*:} >flash.bin
			run stflash -q -p virtual:$chip,flash=flash.bin,stats=stats.json read dump.bin
			status_is 0
			same_bytes flash.bin dump.bin
			nothing_is_left_behind
		done
	done
}

# The link takes 740 ms. Hashes that are asked for before there are any, or reading in smaller pieces, would show.
test_a_read_of_128_kib_is_as_fast_as_the_link() {
	for spec in stm32f072rb:131072 stm32f303vc:262144 stm32f746zg:1048576; do
		rm -f flash.bin*
		random_bytes ${spec#*:} >flash.bin
		run stflash -q -s 4000 -p virtual:${spec%:*},probe=v2,flash=flash.bin,stats=stats.json read 0x08000000 128k dump.bin
		status_is 0
		head -c 131072 flash.bin | cmp -s - dump.bin || failed "something else was read"
		took=$(figure virtual_ms)
		[ "${took%.*}" -lt 780 ] || failed "it took $took ms on ${spec%:*}"
	done
}
