# SPDX-License-Identifier: MIT
# Our binary as shipped, through libusb and usbfs, as an ordinary user. Sourced with a probe's kind.

# read_back CHIP SIZE FILE: list, info and read of one chip whose flash is FILE.
read_back() {
	plug "virtual:$1,probe=$kind,flash=$3" || return
	says "$1: list names the probe" "$model" as_bench stflash list
	says "$1: info names the chip" "$4" as_bench stflash info
	check "$1: read" as_bench stflash read 0x08000000 "$2" "/tmp/$1.bin"
	check "$1: the dump equals the flash" cmp "/tmp/$1.bin" "$3"
	check "$1: a second run finds the probe as usable" as_bench stflash info
	unplug
}

install_rule
read_back stm32f103c8 0x10000 /t/64k.bin STM32F103
read_back stm32f407vg 0x100000 /t/1m.bin STM32F40
