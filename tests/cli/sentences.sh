# SPDX-License-Identifier: MIT
# Sentences that no other case has a reason to see: each is one line and has its status. "./dev messages" lists them all.

v=virtual:stm32f103c8

# one STATUS WORDS ARGS...: stflash ARGS ends with that status and says these words.
one() {
	expected=$1
	words=$2
	shift 2
	run stflash "$@"
	status_is "$expected"
	stderr_has "$words"
}

test_sentences_of_the_command_line() {
	one 2 "backup takes one FOLDER, which must not be there yet" backup
	one 2 "restore takes one FOLDER that \`stflash backup\` made" restore
	one 2 "an address and a size have 32 bits" erase 0x100000000 4
	one 2 "read writes bin, ihex or srec, not elf" read --format elf dump.elf
	one 2 "read takes one file, not both 'a.bin' and 'b.bin'" read a.bin b.bin
	one 2 "'0x8000zz' is not a number; a file of that name is ./0x8000zz" read 0x8000zz 4 a.bin
	one 2 "'0x8000zz' is not a number; a file of that name is ./0x8000zz" write 0x8000zz
	one 2 "help takes one command" help read write
	one 2 "--psize takes 8, 16 or 32, not '9'" write --psize 9 a.bin
	one 2 "--probe needs a value: --probe SEL" info --probe
	one 2 "-p needs a value: -p SEL" info -p
	one 2 "write takes one address, not a second, '2'" write 1 2 a.bin
	one 2 "nothing to read: the size is 0" read 0x08000000 0 a.bin
	one 2 "the size 2 is more than there can be from that address" read 0xffffffff 2 a.bin
	one 2 "cannot open nothing.bin: No such file or directory" write nothing.bin
	one 2 "nothing to erase: the range is empty" -p $v erase 0x08000000 0
	one 2 "connected by attaching only, the core is not to be reset: connect normally" -p $v -c attach reset
	one 2 "has at most 128 KiB of flash, in pages of 1 KiB: not 9999 KiB" -p $v --flash-size 9999 info
}

test_sentences_of_files_and_folders() {
	mkdir folder
	: >folder/file
	one 2 "cannot read folder: Is a directory" write folder
	one 2 "cannot make the folder folder/file/x: Not a directory" backup folder/file/x
	truncate -s 257M huge.bin
	one 2 "huge.bin is larger than any firmware" write huge.bin
	long=$(head -c 4096 /dev/zero | tr '\0' x)
	one 2 "the name of the folder is too long: xxxx" restore "$long"
	label=$(head -c 64 /dev/zero | tr '\0' x)
	one 3 "the host '$label.example' is not known (" -p "usbip://$label.example/1-1" info
}

test_sentences_of_option_bytes() {
	settings=$(i=0; while [ $((i += 1)) -le 100 ]; do echo Data0=0; done)
	one 2 "options set takes at most" options set $settings
	one 2 "this chip has no option 'FOO'; it has" -p $v options set FOO=1
	one 2 "RDP takes a level, 0 to 2, or a byte in hexadecimal such as" -p $v options set RDP=9
	one 2 "this chip has no RDP level 2" -p $v options set RDP=2 --i-know-level-2-is-for-ever
	one 2 "WRP takes none, all, or numbers of pages from 0 to" -p $v options set WRP=999
	one 2 "nRST_STOP takes a number from 0 to 0x1, not '7'" -p $v options set nRST_STOP=7
}

test_sentences_of_images() {
	: >empty.bin
	one 2 "the file is empty" -p $v write empty.bin
	printf ':020000040800F2\n:03000004080000F1\n' >a.hex
	one 2 "line 2: an address record has two bytes of data, not 3" -p $v write a.hex
	printf ':03000005080000F0\n' >b.hex
	one 2 "line 1: a start address has four bytes, not 3" -p $v write b.hex
	{ printf '\177ELF\001\001\001'; head -c 9 /dev/zero; printf '\001\000\050\000\001\000\000\000'; head -c 28 /dev/zero; } >o.elf
	one 2 "this ELF file is not linked: it is an object file, not a firmware" -p $v write o.elf
	{ printf '\177ELF\001\001\001'; head -c 9 /dev/zero; printf '\002\000\050\000\001\000\000\000'; head -c 28 /dev/zero; } >e.elf
	one 2 "this ELF file has no program headers: nothing in it is to be loaded" -p $v write e.elf
	random_bytes 64 >x.bin
	cp x.bin y.bin
	run stflash -p $v write x.bin y.bin
	status_is 2
	stderr_has "both have bytes at 0x08000000; write one of them, or move one"
}

test_sentences_of_probes_and_clocks() {
	one 2 "is not usbip://HOST[:PORT][/BUSID] (an IPv6 address in brackets)" -p usbip:// info
	one 2 "is not usbip:///PATH/OF/SOCKET?BUSID" -p usbip:///socket info
	one 2 "a clock of 2 kHz is not possible: the probe's slowest is 5 kHz" -p $v -s 2 info
	one 2 "a clock of 2 kHz is not possible: the probe has no slower one" -p $v,probe=v3 -s 2 info
	one 6 "SWD at 4000 down to 125 kHz: no chip answers" -p $v,noack=1 -c normal info
	long=$(head -c 200 /dev/zero | tr '\0' x)
	one 2 "is longer than the" -p "usbip:///$long?1-1" info
}

test_sentences_of_a_write_that_is_cut_short() {
	new_firmware 20000
	run stflash -p $v,fault=powercut@flash:300 write new.bin
	[ "$status" -ne 0 ] || failed "it worked"
	stderr_has "the flash is only partly written"
}
