# SPDX-License-Identifier: MIT
# Programs that nobody here wrote read the same flash through the same probe, and must find the same bytes.
# Sourced with chip, size, image, descr (what st-info calls the part), target (openocd's script).

peer_openocd() {
	as_bench openocd -f "interface/$1" -f "target/$target" -c init -c "reset halt" \
		-c "flash read_bank 0 /tmp/openocd.bin 0 $size" -c reset -c shutdown
}

peer_st_flash() {
	as_bench st-flash read /tmp/st-flash.bin 0x08000000 "$size"
}

# reads NAME FILE COMMAND...: the peer must succeed and its dump must equal ours and the flash.
reads() {
	check "$1 reads $chip" "$3" "$4"
	check "$1 and stflash read the same bytes" cmp "$2" /tmp/ours.bin
	check "$1 read the flash" cmp "$2" "$image"
	rm -f "$2"
}

install_rule
plug_host 1 || return
check "stflash reads $chip" as_bench stflash read 0x08000000 "$size" /tmp/ours.bin
says "st-info --probe finds one probe" "Found 1 stlink programmers" as_bench st-info --probe
says "st-info --probe names the chip" "$descr" as_bench st-info --probe
reads "st-flash" /tmp/st-flash.bin peer_st_flash -
reads "openocd with stlink-v2.cfg" /tmp/openocd.bin peer_openocd stlink-v2.cfg
reads "openocd with stlink.cfg" /tmp/openocd.bin peer_openocd stlink.cfg
check "stflash reads $chip after the peers" as_bench stflash read 0x08000000 "$size" /tmp/again.bin
check "and finds the same bytes" cmp /tmp/again.bin "$image"
detach
