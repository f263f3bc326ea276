# SPDX-License-Identifier: MIT
# What st-flash and openocd say in the troubles of docs/troubleshooting.md; stflash's own words are in tests/cli/troubles.sh.
#@ stm32f103c8,firmware=standby
#@ stm32f103c8,firmware=resetloop,hwwdg=1
#@ stm32f103c8-id999
#@ stm32f103c8,firmware=lockup
#@ stm32f103c8,firmware=dma,nrst=0
#@ stm32f103c8-128k,wrp=1
#@ stm32f401cc,mv=2200
#@ stm32f401cc,pcrop=1

# st_flash [ADDR SIZE]
st_flash() {
	timeout 600 st-flash read /tmp/peer.bin "${1:-0x08000000}" "${2:-4096}"
}

st_write() {
	timeout 600 st-flash write "$1" 0x08000000
}

# ocd_does COMMAND [FAMILY]: once the core is halted.
ocd_does() {
	timeout 600 openocd -f interface/stlink.cfg -f "target/stm32${2:-f1}x.cfg" -c init -c "reset halt" -c "$1" -c shutdown
}

# ocd [OFFSET SIZE]
ocd() {
	ocd_does "flash read_bank 0 /tmp/peer.bin ${1:-0} ${2:-4096}"
}

# ocd_write FILE [FAMILY]
ocd_write() {
	ocd_does "flash write_image erase $1 0x08000000" "${2:-f1}"
}

# With a flash that can be compared, and its option bytes forgotten from the trouble before.
trouble() {
	cp /t/64k.bin /tmp/flash.bin
	rm -f /tmp/peer.bin /tmp/flash.bin.options
	plug "$1,flash=/tmp/flash.bin"
}

says_nothing_and_gets_nothing() {
	st_flash && [ ! -s /tmp/peer.bin ]
}

gets_wrong_bytes_and_says_nothing() {
	st_flash && ! cmp -n 4096 /tmp/peer.bin /t/64k.bin
}

gets_the_right_bytes() {
	rm -f /tmp/peer.bin
	"$1" && cmp -n 4096 /tmp/peer.bin /t/64k.bin
}

# The start of the firmware, of which no file is here: not blank, and the same for both.
both_get_the_same_bytes() {
	st_flash 0x08000000 256 && mv /tmp/peer.bin /tmp/st.bin && ocd 0 256 && cmp /tmp/peer.bin /tmp/st.bin &&
		tr -d '\377' </tmp/peer.bin | grep -q .
}

gets_zeros() {
	rm -f /tmp/peer.bin
	"$@" && cmp -n 256 /tmp/peer.bin /dev/zero
}

gets_something() {
	rm -f /tmp/peer.bin
	"$@" && [ -s /tmp/peer.bin ]
}

ends_with_1_and_no_error() {
	"$@" >/tmp/peer.log 2>&1
	[ $? -eq 1 ] && ! grep Error /tmp/peer.log
}

openocd_listens() {
	grep -q 'Listening on port 3333' /tmp/openocd.log
}

cannot_connect="Can not connect to target. Please use 'connect under reset' and try again"
init_failed="init mode failed (unable to connect to the target)"
head -c 2048 /t/image23k.bin >/tmp/2k.bin

refuses "no probe: st-flash" 255 "Couldn't find any ST-Link devices" st_flash
refuses "no probe: openocd" 1 "Error: open failed" ocd

plug_host 4 || return
refuses "not permitted: st-flash" 255 "Couldn't find any ST-Link devices" as_bench st-flash read /tmp/p 0x08000000 64
refuses "not permitted: openocd" 1 "LIBUSB_ERROR_ACCESS" as_bench openocd -f interface/stlink.cfg -f target/stm32f1x.cfg -c init
openocd -f interface/stlink.cfg -f target/stm32f1x.cfg -c init >/tmp/openocd.log 2>&1 &
wait_for 60 openocd_listens
refuses "in use: st-flash" 255 "unable to claim (probably already in use?)" st_flash
check "in use: openocd ends with 1 and says nothing" ends_with_1_and_no_error ocd
kill %% && wait %%
check "locked up: both" both_get_the_same_bytes
refuses "image for a larger chip: st-flash" 255 "addr too high" st_write /t/256k.bin
says "image for a larger chip: openocd writes what fits" "no flash bank found for address 0x08010000" ocd_write /t/256k.bin
detach

for spec in stm32f103c8,swdoff=200 stm32f103c8,noack=1; do
	trouble $spec || return
	refuses "$spec: st-flash" 255 "$cannot_connect" st_flash
	refuses "$spec: openocd" 1 "$init_failed" ocd
	unplug
done

trouble stm32f103c8,power=0 || return
refuses "no power: st-flash" 255 "$cannot_connect" st_flash
refuses "no power: openocd" 1 "target voltage may be too low" ocd
unplug

plug_host 1 || return
refuses "Standby: st-flash" 255 "$cannot_connect" st_flash
refuses "Standby: openocd" 1 "$init_failed" ocd
detach

plug_host 2 || return
check "reset loop and hardware watchdog: both" both_get_the_same_bytes
detach

plug_host 3 || return
refuses "unknown chip: st-flash" 255 "unknown chip id! 0x999" st_flash
refuses "unknown chip: openocd" 1 "Cannot identify target as a STM32 family" ocd
detach

plug_host 5 || return
check "DMA runs on, NRST not wired: both" both_get_the_same_bytes
detach

plug_host 6 || return
check "more flash than announced: st-flash reads on" gets_something st_flash 0x08010000 256
refuses "more flash than announced: openocd" 1 "is out of range of the flash bank" ocd 0x10000 256
refuses "write-protected: st-flash" 255 "Flash memory is write protected" st_write /tmp/2k.bin
refuses "write-protected: openocd" 1 "stm32x device protected" ocd_write /tmp/2k.bin
detach

plug_host 7 || return
says "2.2 V: st-flash" "too low for 32-bit flash, using 8-bit flash writes" st_write /tmp/2k.bin
check "2.2 V: openocd" ocd_write /tmp/2k.bin f4
detach

plug_host 8 || return
check "PCROP: st-flash ends with 0 and zeros" gets_zeros st_flash 0x08000000 256
check "PCROP: openocd ends with 0 and zeros" gets_zeros ocd_does "flash read_bank 0 /tmp/peer.bin 0 256" f4
detach

trouble stm32f103c8,noisy=1000 || return
check "noisy link: st-flash ends with 0 and wrong bytes" gets_wrong_bytes_and_says_nothing
check "noisy link: openocd" gets_the_right_bytes ocd
unplug

trouble stm32f103c8,rdp=1 || return
check "protected: st-flash ends with 0 and an empty file" says_nothing_and_gets_nothing
refuses "protected: openocd" 1 "error reading to flash at address 0x08000000" ocd
unplug

trouble cs32f103c8 || return
check "clone: st-flash ends with 0 and an empty file" says_nothing_and_gets_nothing
refuses "clone: openocd" 1 "UNEXPECTED idcode: 0x2ba01477" ocd
unplug

trouble stm32f103c8,fw=J17S4 || return
check "old probe firmware: st-flash" gets_the_right_bytes st_flash
check "old probe firmware: openocd" gets_the_right_bytes ocd
unplug
