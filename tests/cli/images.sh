# SPDX-License-Identifier: MIT
# What a file is, where its bytes go, and what is refused before a probe is opened.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

# untouched: the run opened no probe, and so changed nothing.
untouched() {
	no_file stats.json
	[ ! -e flash.before ] || same_bytes flash.before flash.bin
}

# flash_holds ADDR FILE: flash.bin, from the start of flash on, has the file's bytes there.
flash_holds() {
	tail -c +$(($1 - 0x08000000 + 1)) flash.bin | head -c "$(wc -c <"$2")" >there
	same_bytes "$2" there
}

# usb_file KIND NAME ...: a DfuSe, DFU or UF2 file
usb_file() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	python3 "$cases/usb_files.py" "$@" || failed "no $1 file was made"
}

test_what_is_no_firmware_is_refused_by_what_it_is() {
	full_flash 65536
	printf '<!DOCTYPE html>\n<html><body>Not Found</body></html>\n' >page.hex
	printf 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' >pointer.bin
	printf 'a few words about the firmware\n' >notes.txt
	printf '\037\213\010\000\000\000\000\000\000\003abc' >packed.bin
	for case in "page.hex:a web page (HTML)" "pointer.bin:git lfs pull" "notes.txt:this is plain text, not firmware: get the firmware file itself" "packed.bin:a gzip archive"; do
		for command in write verify; do
			run stflash -p $f103 $command "${case%%:*}"
			fails_with 2 "${case%%:*}: this is" "${case#*:}"
			untouched
		done
	done
	run stflash -p $f103 --json write page.hex
	status_is 2
	stdout_has '"name":"file"'
	run stflash -p $f103 --format bin write --halt notes.txt 0x08000400
	status_is 0
	flash_holds 0x08000400 notes.txt
}

test_contents_that_are_not_what_the_name_says_are_refused() {
	full_flash 65536
	random_bytes 600 >fw.hex
	cp fw.hex fw.elf
	cp fw.hex fw.uf2
	for name in fw.hex fw.elf fw.uf2; do
		run stflash -p $f103 write $name 0x08000000
		fails_with 2 "$name: the name says" "binary data of no known format"
		untouched
	done
	run stflash -q -p virtual:stm32f103c8 read 0x08000000 1k a.hex
	cp a.hex a.elf
	run stflash -p $f103 write a.elf
	fails_with 2 "the name says ELF, but this is Intel HEX"
	untouched
	run stflash -p $f103 --format hex write --halt a.elf
	status_is 0
	cp a.hex a.s19
	run stflash -p $f103 verify a.s19
	status_is 0
	stderr_has "a.s19 is named like S-record, but holds Intel HEX"
}

test_the_address_of_a_file_that_has_its_own() {
	blank_bytes 65536 >flash.bin
	new_firmware 3000
	run stflash -q -p $f103 write --halt new.bin 0x08001000
	status_is 0
	run stflash -q -p $f103 read 0x08001000 3000 a.hex
	status_is 0
	run stflash -p $f103 verify a.hex 0x08001000
	status_is 0
	run stflash -p $f103 verify a.hex@0x08001000
	status_is 0
	rm -f stats.json
	for words in "a.hex 0x08000000" "0x08000000 a.hex" "a.hex@0x08000000"; do
		# shellcheck disable=SC2086
		run stflash -p $f103 write $words
		fails_with 2 "a.hex" "carries its own addresses" "the lowest is 0x08001000, not 0x08000000"
		untouched
	done
}

test_several_files_each_at_its_address() {
	blank_bytes 65536 >flash.bin
	new_firmware 2048
	random_bytes 1000 >app.bin
	random_bytes 256 >config.bin
	run stflash -q -p virtual:stm32f103c8 read 0x08000000 1k boot.hex
	run stflash -q -p virtual:stm32f103c8 read 0x08000000 1k boot.bin
	run stflash -p $f103 write --halt boot.hex app.bin@0x08001000 config.bin@0x0800fc00
	status_is 0
	flash_holds 0x08000000 boot.bin
	flash_holds 0x08001000 app.bin
	flash_holds 0x0800fc00 config.bin
	run stflash -p $f103 verify config.bin@134282240 boot.hex app.bin@0x08001000
	status_is 0
	run stflash -p $f103 verify boot.hex app.bin 0x08001000
	status_is 0
	run stflash -p $f103 verify app.bin 0x08001000 config.bin@0x0800fc00
	status_is 0
	run stflash -p $f103 verify app.bin@131076k
	status_is 0
	run stflash -p $f103 verify boot.bin app.bin@0x08001000
	status_is 0
}

# The words that run() gives a program take its standard input away.
test_the_standard_input_at_an_address() {
	blank_bytes 65536 >flash.bin
	random_bytes 300 >a.bin
	run sh -c "stflash -p $f103 write --halt -@0x08002000 <a.bin"
	status_is 0
	flash_holds 0x08002000 a.bin
	run sh -c "stflash -p $f103 verify 0x08002000 - <a.bin"
	status_is 0
}

test_addresses_that_make_no_sense() {
	full_flash 65536
	random_bytes 1000 >a.bin
	random_bytes 1000 >b.bin
	run stflash -p $f103 write a.bin b.bin
	fails_with 2 "a.bin and b.bin both have bytes at 0x08000000; write one of them, or move one"
	untouched
	run stflash -p $f103 write a.bin b.bin 0x08001000
	fails_with 2 "the address 0x08001000 could be of a.bin or of b.bin: give each its own, as in a.bin@0x08001000"
	untouched
	run stflash -p $f103 write a.bin 0x08000000 b.bin 0x08001000
	fails_with 2 "write takes one address, not a second, '0x08001000': give each file its own, as in FILE@0x08001000"
	untouched
	run stflash -p $f103 write a.bin@0x08000000 b.bin@0x080003e7
	fails_with 2 "a.bin and b.bin both have bytes at 0x080003e7"
	untouched
	run stflash -p $f103 write a.bin@0x0800zz
	fails_with 2 "'0x0800zz' is not a number"
	run stflash -p $f103 write a.bin@0x108000000
	fails_with 2 "the address 0x108000000 has more than 32 bits"
	run stflash -p $f103 write @0x08000000
	fails_with 2 "'@0x08000000' has no file in front of the @"
	run stflash -p $f103 write a.bin@0x08000000 0x08001000
	fails_with 2 "the lowest is 0x08000000, not 0x08001000"
	run stflash -p $f103 write none.bin@0x08000000
	fails_with 2 "cannot open none.bin"
	run stflash -p $f103 write none@home.bin
	fails_with 2 "cannot open none@home.bin"
	untouched
}

test_a_file_whose_own_name_has_an_address_in_it() {
	blank_bytes 65536 >flash.bin
	new_firmware 2000
	mv new.bin fw@0x08001000
	run stflash -p $f103 write --halt fw@0x08001000
	status_is 0
	flash_holds 0x08000000 fw@0x08001000
	run stflash -p $f103 write --halt fw@0x08001000@0x08002000
	status_is 0
	flash_holds 0x08002000 fw@0x08001000
}

test_formats_have_other_names() {
	full_flash 65536
	for name in hex s19 axf binary dfu uf2; do
		run stflash -p $f103 --format $name write none
		fails_with 2 "cannot open none"
	done
	run stflash --format text write none
	fails_with 2 "--format takes bin, ihex, srec, elf, dfuse or uf2, not 'text'"
	run stflash --format a.hex write none
	fails_with 2 "not 'a.hex'"
	run stflash -p $f103 --format hex read 0x08000000 32 a.bin
	status_is 0
	[ "$(head -c 1 a.bin)" = : ] || failed "a.bin is no Intel HEX"
}

test_reading_to_a_format_that_is_not_written_is_refused() {
	for name in a.elf a.axf a.OUT a.dfu a.uf2; do
		run stflash -p $f103 read $name
		fails_with 2 "'$name' is named like a format that stflash only reads: call it .bin, .hex or .srec"
		no_file $name stats.json
	done
	for name in elf dfu uf2; do
		run stflash -p $f103 --format $name read a.bin
		fails_with 2 "read writes bin, ihex or srec, not elf, dfuse or uf2"
		no_file a.bin stats.json
	done
	full_flash 65536
	run stflash -p $f103 --format bin read 0x08000000 32 a.out
	status_is 0
}

# --format is about the file that is written to the chip.
test_a_backup_is_named_like_what_it_is() {
	full_flash 65536
	new_firmware 2000
	run stflash -p $f103 write --backup old.elf new.bin
	fails_with 2 "'old.elf' is named like a format that stflash only reads: call it .bin, .hex or .srec"
	untouched
	no_file old.elf
	run stflash -q -p virtual:stm32f103c8 read 0x08000000 1k a.hex
	mv a.hex a
	run stflash -p $f103 --format ihex write --halt --backup old.bin a
	status_is 0
	same_bytes flash.before old.bin
}

test_dfuse_goes_where_it_says() {
	blank_bytes 65536 >flash.bin
	new_firmware 3000
	random_bytes 300 >more.bin
	usb_file dfuse fw.dfu 0x08004000=more.bin 0x08000000=new.bin
	run stflash -p $f103 write --halt fw.dfu
	status_is 0
	flash_holds 0x08000000 new.bin
	flash_holds 0x08004000 more.bin
	run stflash -p $f103 verify fw.dfu
	status_is 0
	rm -f stats.json
	cp flash.bin flash.before
	head -c 2000 fw.dfu >cut.dfu
	run stflash -p $f103 write cut.dfu
	fails_with 2 "cut.dfu: the DFU file has no suffix: it is cut off"
	cp fw.dfu bad.dfu
	another_byte 1000 bad.dfu
	run stflash -p $f103 write bad.dfu
	fails_with 2 "bad.dfu: the DFU file is damaged: its checksum is"
	usb_file dfu plain.dfu more.bin
	run stflash -p $f103 write plain.dfu
	fails_with 2 "a plain DFU file, without ST's DfuSe prefix" "give the address"
	untouched
	run stflash -p $f103 write --halt plain.dfu 0x08006000
	status_is 0
	flash_holds 0x08006000 more.bin
}

test_uf2_is_for_a_family_of_chips() {
	blank_bytes 65536 >flash.bin
	cp flash.bin flash.before
	new_firmware 3000
	usb_file uf2 f1.uf2 0x5ee21072 0x08000000=new.bin
	usb_file uf2 f4.uf2 0x57755a57 0x08000000=new.bin
	usb_file uf2 f407.uf2 0x8fb060fe 0x08000000=new.bin
	usb_file uf2 pico.uf2 0xe48bff56 0x10000000=new.bin
	usb_file uf2 any.uf2 none 0x08000000=new.bin
	for case in "f4:STM32F4 (UF2 family 0x57755a57)" "f407:STM32F407VG" "pico:Raspberry Pi RP2040"; do
		for command in "write" "write --dry-run" "write --backup old.bin --unprotect" verify; do
			# shellcheck disable=SC2086
			run stflash -p $f103 $command "${case%%:*}.uf2"
			fails_with 2 "${case%%:*}.uf2 is for ${case#*:}" "this chip is an STM32F103/101/102 medium density"
			same_bytes flash.before flash.bin
			no_file old.bin
		done
	done
	run stflash -p $f103 write f4.uf2
	fails_with 2 "f4.uf2 is for STM32F4 (UF2 family 0x57755a57), and this chip is an STM32F103/101/102 medium density"
	run stflash -p $f103 write --halt f1.uf2
	status_is 0
	flash_holds 0x08000000 new.bin
	run stflash -p $f103 verify any.uf2
	status_is 0
	stderr_has "any.uf2: the UF2 file does not say which chips it is for"
	for name in f4 f407; do
		run stflash -p virtual:stm32f407vg write --halt $name.uf2
		status_is 0
		run stflash -p virtual:stm32f411re verify f407.uf2
		status_is 2
	done
	head -c 2560 f1.uf2 >cut.uf2
	run stflash -p $f103 write cut.uf2
	fails_with 2 "the UF2 file is cut off: 5 of 12 blocks are there"
}

# link NAME LD_OPTIONS...: an application at 0x08000800, its data in RAM, NAME.elf
link() {
	name=$1
	shift
	cat >$name.s <<-'END'
		.syntax unified
		.thumb
		.section .isr, "a"
		.word 0x20005000, reset
		.section .text, "ax"
		.global reset
		.thumb_func
		reset: b reset
		.section .rest, "a"
		.ascii "more code, aligned"
		.data
		.word 0x12345678
		.bss
		.space 64
	END
	cat >$name.ld <<-'END'
		ENTRY(reset)
		SECTIONS
		{
			.isr 0x08000800 : { *(.isr) }
			.text : { *(.text) }
			.rest ALIGN(0x100) : { *(.rest) }
			.data 0x20000000 : AT(LOADADDR(.rest) + SIZEOF(.rest)) { *(.data) }
			.bss (NOLOAD) : { *(.bss) }
		}
	END
	arm-none-eabi-as -mcpu=cortex-m3 -mthumb $name.s -o $name.o && arm-none-eabi-ld "$@" -T $name.ld $name.o -o $name.elf ||
		failed "$name.elf was not linked"
}

# A boot loader is there, and the linker put the file's header in front of the application's first page.
test_an_application_behind_a_boot_loader_leaves_it_alone() {
	command -v arm-none-eabi-ld >/dev/null || not_run "binutils-arm-none-eabi is not installed"
	link small
	link large -z max-page-size=0x10000 -z common-page-size=0x10000
	arm-none-eabi-readelf -lW large.elf | grep -qE 'LOAD +0x000000 0x08000000' || failed "the linker made another layout"
	for name in small large; do
		full_flash 65536
		run stflash -p $f103 write --halt $name.elf
		status_is 0
		head -c 2048 flash.before >boot.bin
		flash_holds 0x08000000 boot.bin
		head -c 2304 flash.before | tail -c 244 >between.bin
		flash_holds 0x0800080c between.bin
		arm-none-eabi-objcopy -O ihex $name.elf $name.hex
		run stflash -p $f103 verify $name.hex
		status_is 0
		arm-none-eabi-objcopy -O srec $name.elf $name.srec
		full_flash 65536
		run stflash -p $f103 write --halt $name.srec
		status_is 0
		run stflash -p $f103 verify $name.elf
		status_is 0
	done
	run stflash -p $f103 write $name.o
	fails_with 2 "it is an object file, not a firmware"
	arm-none-eabi-strip --only-keep-debug small.elf -o debug.elf
	run stflash -p $f103 write debug.elf
	fails_with 2 "holds debug information only"
}
