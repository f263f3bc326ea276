# SPDX-License-Identifier: MIT
# What we write the peers find, and what they write we find. Sourced with chip, target (openocd's script) and image.

# openocd_does COMMAND: between a halt after reset and a reset that lets the core run.
openocd_does() {
	as_bench openocd -f interface/stlink.cfg -f "target/$target" -c init -c "reset halt" -c "$1" -c reset -c shutdown
}

st_flash_reads_image() {
	as_bench st-flash read /tmp/st-flash.bin 0x08000000 "$(wc -c <"$image")" && cmp /tmp/st-flash.bin "$image"
}

# other_image: the same length, every byte different.
other_image() {
	tr '\000-\377' '\001-\377\000' <"$image" >"$1"
}

install_rule
plug_host 1 || return
check "stflash writes" as_bench stflash write "$image" 0x08000000
check "openocd verifies what stflash wrote" openocd_does "verify_image $image 0x08000000 bin"
check "st-flash reads what stflash wrote" st_flash_reads_image
other_image /tmp/other.bin
refuses "stflash sees that the other image is not there" 10 "0x08000000" as_bench stflash verify /tmp/other.bin 0x08000000
check "st-flash writes" as_bench st-flash write /tmp/other.bin 0x08000000
check "stflash verifies what st-flash wrote" as_bench stflash verify /tmp/other.bin 0x08000000
check "openocd writes" openocd_does "flash write_image erase $image 0x08000000"
check "stflash verifies what openocd wrote" as_bench stflash verify "$image" 0x08000000
check "stflash writes the other image" as_bench stflash write /tmp/other.bin 0x08000000
check "openocd verifies it" openocd_does "verify_image /tmp/other.bin 0x08000000 bin"
detach
