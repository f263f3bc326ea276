# SPDX-License-Identifier: MIT
# The whole story of a chip, by our binary as shipped, through libusb and usbfs, as an ordinary user.
# Sourced with kind and model of a probe.

# span_equals DUMP FILE: the dump begins with the file.
span_equals() {
	head -c "$(wc -c <"$2")" "$1" | cmp - "$2"
}

is_blank() {
	[ "$(tr -d '\377' <"$1" | wc -c)" -eq 0 ]
}

# story CHIP SIZE FLASH NAME IMAGE
story() {
	cp "$3" /tmp/flash.bin
	plug "virtual:$1,probe=$kind,flash=/tmp/flash.bin" || return
	says "$1: list names the probe" "$model" as_bench stflash list
	says "$1: info names the chip" "$4" as_bench stflash info
	check "$1: read" as_bench stflash read 0x08000000 "$2" /tmp/dump.bin
	check "$1: the dump equals the flash" cmp /tmp/dump.bin "$3"
	check "$1: write" as_bench stflash write "$5" 0x08000000
	check "$1: verify" as_bench stflash verify "$5" 0x08000000
	refuses "$1: verify tells another image" 10 "0x0800" as_bench stflash verify "$3" 0x08000000
	check "$1: read again" as_bench stflash read /tmp/dump.bin
	check "$1: the dump begins with the image" span_equals /tmp/dump.bin "$5"
	check "$1: erase" as_bench stflash erase --all
	check "$1: read what is left" as_bench stflash read /tmp/dump.bin
	check "$1: it is blank" is_blank /tmp/dump.bin
	unplug
}

install_rule
story stm32f103c8 0x10000 /t/64k.bin STM32F103 /t/image23k.bin
story stm32f407vg 0x100000 /t/1m.bin STM32F40 /t/image100k.bin
