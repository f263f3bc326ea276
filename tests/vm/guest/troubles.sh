# SPDX-License-Identifier: MIT
# What st-flash and openocd say in the troubles of the README's table; stflash's own words are in tests/cli/troubles.sh.

st_flash() {
	timeout 60 st-flash read /tmp/peer.bin 0x08000000 65536
}

ocd() {
	timeout 60 openocd -f interface/stlink.cfg -f target/stm32f1x.cfg -c init -c "reset halt" \
		-c "flash read_bank 0 /tmp/peer.bin 0 65536" -c shutdown
}

# With a flash that can be compared, and its option bytes forgotten from the trouble before.
trouble() {
	cp /t/64k.bin /tmp/flash.bin
	rm -f /tmp/peer.bin /tmp/flash.bin.options
	plug "$1,flash=/tmp/flash.bin"
}

says_nothing_and_gets_nothing() {
	st_flash >"$said" 2>&1 && [ ! -s /tmp/peer.bin ]
}

gets_wrong_bytes_and_says_nothing() {
	st_flash >"$said" 2>&1 && ! cmp -s /tmp/peer.bin /t/64k.bin
}

gets_the_right_bytes() {
	rm -f /tmp/peer.bin
	"$1" >"$said" 2>&1 && cmp /tmp/peer.bin /t/64k.bin
}

cannot_connect="Can not connect to target. Please use 'connect under reset' and try again"
init_failed="init mode failed (unable to connect to the target)"

refuses "no probe: st-flash" 255 "Couldn't find any ST-Link devices" st_flash
refuses "no probe: openocd" 1 "Error: open failed" ocd

trouble stm32f103c8 || return
refuses "not permitted: st-flash" 255 "Couldn't find any ST-Link devices" as_bench st-flash read /tmp/p 0x08000000 64
refuses "not permitted: openocd" 1 "LIBUSB_ERROR_ACCESS" as_bench openocd -f interface/stlink.cfg -f target/stm32f1x.cfg -c init
unplug

for spec in stm32f103c8,swdoff=200 stm32f103c8,noack=1 stm32f103c8,power=0; do
	trouble $spec || return
	refuses "$spec: st-flash" 255 "$cannot_connect" st_flash
	refuses "$spec: openocd" 1 "$init_failed" ocd
	unplug
done

trouble stm32f103c8,noisy=1000 || return
check "noisy link: st-flash ends with 0 and wrong bytes" gets_wrong_bytes_and_says_nothing
check "noisy link: openocd" gets_the_right_bytes ocd
unplug

trouble stm32f103c8,rdp=1 || return
check "protected: st-flash ends with 0 and an empty file" says_nothing_and_gets_nothing
refuses "protected: openocd" 1 "STM32 flash size failed, probe inaccurate - assuming 128k flash" ocd
unplug

trouble cs32f103c8 || return
check "clone: st-flash ends with 0 and an empty file" says_nothing_and_gets_nothing
refuses "clone: openocd" 1 "UNEXPECTED idcode: 0x2ba01477" ocd
unplug

trouble stm32f103c8,fw=J17S4 || return
check "old probe firmware: st-flash" gets_the_right_bytes st_flash
check "old probe firmware: openocd" gets_the_right_bytes ocd
unplug
