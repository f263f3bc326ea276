# SPDX-License-Identifier: MIT
# The table of docs/troubleshooting.md: stflash says what stands there.

f103=virtual:stm32f103c8

# The words are on the page too.
on_the_page() {
	tr '\n' ' ' <"$cases/../../docs/troubleshooting.md" | grep -qF -e "$1" || failed "the page does not say '$1'"
}

# On one of its two streams.
run_says() {
	cat "$said/stdout" "$said/stderr" | grep -qF -e "$1" || failed "'$ran' does not say '$1': $(last_words)"
}

# says WORDS: so does the run, and the page.
says() {
	run_says "$1"
	on_the_page "$1"
}

# By the chip's own hash, which is what the page means by "works".
is_proven() {
	run_says "$by_hash"
	on_the_page "proven"
}

test_trouble_board_not_seen() {
	run stflash read dump.bin
	[ "$status" -ne 0 ] || not_run "an ST-LINK is plugged into this computer"
	says "no ST-LINK probe is plugged in: check the cable and the port"
}

test_trouble_swd_off_by_firmware() {
	run stflash -p $f103,swdoff=200 read dump.bin
	status_is 0
	says "the chip answers only while it is in reset"
	is_proven
	run_in_terminal stflash -p $f103,swdoff=200,nrst=0,button=30:40 read dump.bin
	status_is 0
	says "Hold the board's RESET button down"
	says "let RESET go now"
}

test_trouble_stop_and_standby() {
	for firmware in stop standby; do
		run stflash -p $f103,firmware=$firmware read dump.bin
		status_is 0
		says "the chip answers only while it is in reset"
		is_proven
	done
}

test_trouble_nrst_not_wired() {
	run stflash -p $f103,nrst=0 read dump.bin
	status_is 0
	is_proven
	run stflash -p $f103,nrst=0 -c under-reset read dump.bin
	status_is 0
	says "the probe's NRST does not reset the chip: connect the wire (many clones lead it to another pin)"
	is_proven
}

# Whatever the firmware does: read and written, and told by the doctor where it is odd.
test_trouble_watchdogs_loops_lockup_and_dma() {
	new_firmware 3000
	for trouble in hwwdg=1 firmware=watchdog firmware=resetloop firmware=lockup firmware=dma; do
		for job in "read dump.bin" "write new.bin"; do
			run stflash -p $f103,$trouble $job
			status_is 0
			is_proven
		done
		run stflash -p $f103,$trouble doctor
		status_is 0
		case $trouble in
		firmware=lockup) says "locked up" ;;
		firmware=dma) ;;
		*) says "reset itself again and again while it was watched" ;;
		esac
	done
}

test_trouble_write_protected() {
	random_bytes 2048 >new.bin
	run stflash -p $f103,wrp=1 write new.bin 0x08000000
	status_is 7
	says "write-protected by the option bytes"
	says "\`stflash options set WRP=none\` removes the protection"
}

test_trouble_pcrop() {
	run stflash -p virtual:stm32f401cc,pcrop=1 read dump.bin
	status_is 7
	says "cannot be read: PCROP lets the core execute it and nobody read it"
	no_file dump.bin
}

test_trouble_image_for_another_chip() {
	random_bytes 200000 >large.bin
	run stflash -p $f103 write large.bin 0x08000000
	status_is 2
	says "it is for a larger chip, or belongs to another address"
	random_bytes 2048 >new.bin
	run stflash -p $f103 write new.bin 0x08000000
	status_is 0
	says "is not in this chip's RAM"
}

test_trouble_supply_too_low() {
	random_bytes 2048 >new.bin
	run stflash -p virtual:stm32f401cc,mv=2200,stats=stats.json write new.bin 0x08000000
	status_is 0
	says "16 bits at a time, slower than the 32 that 2.7 V allow"
	figure_is anomalies 0
}

test_trouble_flash_larger_than_announced() {
	random_bytes 100000 >new.bin
	run stflash -p $f103-128k write new.bin 0x08000000
	status_is 2
	run stflash -p $f103-128k --flash-size 128 write new.bin 0x08000000
	status_is 0
	says "taking the flash as 128 KiB as asked for, though the chip announces 64 KiB"
	is_proven
}

test_trouble_no_power() {
	run stflash -p $f103,power=0 read dump.bin
	status_is 6
	says "power the board and connect its supply to the probe's VTref"
}

test_trouble_wrong_wiring() {
	run stflash -p $f103,noack=1 read dump.bin
	status_is 6
	says "neither by itself nor with NRST low: check the power, GND, SWDIO and SWCLK"
}

test_trouble_noisy_link() {
	full_flash 65536
	run stflash -p $f103,noisy=1000,flash=flash.bin read dump.bin
	status_is 0
	same_bytes flash.before dump.bin
	says "link errors at 4000 kHz: going on at 1800 kHz; check the wires"
}

test_trouble_protected() {
	run stflash -p $f103,rdp=1 read dump.bin
	status_is 7
	says "the chip is read-out protected (RDP level 1)"
	no_file dump.bin
}

test_trouble_clone() {
	run stflash -p virtual:apm32f103cb info
	status_is 0
	says "Looks like a clone"
	run stflash -p virtual:cs32f103c8 read dump.bin
	status_is 6
	says "give the right one with --flash-size KIB"
	run stflash -p virtual:cs32f103c8 --flash-size 64 read dump.bin
	status_is 0
	is_proven
}

test_trouble_old_probe_firmware() {
	run stflash -p $f103,fw=J17S4 doctor
	status_is 0
	says "can change neither the SWD clock nor access 16 bits"
	run stflash -p $f103,fw=J17S4 read dump.bin
	status_is 0
	is_proven
}

test_trouble_unknown_chip() {
	run stflash -p $f103-id999 read dump.bin
	status_is 8
	says "unknown chip: device id 0x999"
	says "is of none of the supported families"
	no_file dump.bin
}

# These want USB devices: the machine with Linux's whole USB stack sees the sentences.
test_trouble_quotes_what_other_tests_see() {
	on_the_page "another program uses it, openocd (pid 224): end that first"
	on_the_page "install the udev rule:"
	on_the_page "start that with --device=/dev/bus/usb"
}

# quoted COLUMN...: what stands between backticks in these columns of the table of troubles, up to three dots.
quoted() {
	sed -n '/^| trouble /,/^$/p' "$cases/../../docs/troubleshooting.md" | cut -d'|' -f"$1" | grep -o '`[^`]*`' |
		sed 's/^`//; s/`$//; s/ *\.\.\.$//'
}

# seen_in FILE: every line of the input stands in it.
seen_in() {
	while read -r words; do
		grep -qF -e "$words" "$1" || failed "the page says '$words', $1 does not see it"
	done
}

test_the_page_of_troubles_says_nothing_that_no_test_sees() {
	quoted 3 >ours
	quoted 4-5 >theirs
	[ "$(wc -l <ours)" -ge 20 ] && [ "$(wc -l <theirs)" -ge 15 ] || failed "the table of troubles was not found"
	seen_in "$cases/troubles.sh" <ours
	seen_in "$cases/../vm/guest/troubles.sh" <theirs
}
