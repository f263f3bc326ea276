# SPDX-License-Identifier: MIT
# The whole story of a chip, by our binary as shipped, through libusb and usbfs, as an ordinary user.
# Sourced with model, what list calls the probe.

# span_equals DUMP FILE: the dump begins with the file.
span_equals() {
	head -c "$(wc -c <"$2")" "$1" | cmp - "$2"
}

is_blank() {
	[ "$(tr -d '\377' <"$1" | wc -c)" -eq 0 ]
}

# story N CHIP SIZE FLASH NAME ERASE...: probe N of the host; ERASE is what erases all that the image touched.
story() {
	local probe=$1 chip=$2 size=$3 flash=$4 name=$5 image=/t/image23k.bin
	shift 5
	plug_host "$probe" || return
	says "$chip: list names the probe" "$model" as_bench stflash list
	says "$chip: info names the chip" "$name" as_bench stflash info
	check "$chip: read" as_bench stflash read 0x08000000 "$size" /tmp/dump.bin
	check "$chip: the dump equals the flash" cmp /tmp/dump.bin "$flash"
	check "$chip: write" as_bench stflash write "$image" 0x08000000
	check "$chip: verify" as_bench stflash verify "$image" 0x08000000
	refuses "$chip: verify tells another image" 10 "0x0800" as_bench stflash verify "$flash" 0x08000000
	check "$chip: read again" as_bench stflash read /tmp/dump.bin
	check "$chip: the dump begins with the image" span_equals /tmp/dump.bin "$image"
	check "$chip: erase" as_bench stflash erase "$@"
	check "$chip: read what is left" as_bench stflash read 0x08000000 32k /tmp/dump.bin
	check "$chip: it is blank" is_blank /tmp/dump.bin
	detach
}

install_rule
story 1 stm32f103c8 0x10000 /t/64k.bin STM32F103 --all
story 2 stm32f401rc 0x40000 /t/256k.bin STM32F401 0x08000000 32k
