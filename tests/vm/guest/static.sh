# SPDX-License-Identifier: MIT
# The static program of the release, as an ordinary user with the rule: its libusb knows no udev and hears of devices from
# the kernel. The flash of the second chip is slow to read, so that there is time to disturb it.
if [ ! -x /usr/local/static/stflash ]; then
	echo "not run static: $(cat /t/no-static 2>/dev/null || echo 'the static program was not made')"
	return
fi
PATH=/usr/local/static:$PATH
export PATH

install_rule
cp /t/64k.bin /tmp/flash.bin
plug stm32f103c8,probe=v2,flash=/tmp/flash.bin || return
check "it is the static program that runs" test "$(command -v stflash)" = /usr/local/static/stflash
says "static: list" "ready" as_bench stflash list
says "static: info" "STM32F103" as_bench stflash info
check "static: read" as_bench stflash read /tmp/dump.bin
check "what it read is the flash" cmp /tmp/dump.bin /t/64k.bin
check "static: write" as_bench stflash write /t/image23k.bin 0x08000000
check "static: verify" as_bench stflash verify /t/image23k.bin 0x08000000
check "its serial chooses it" as_bench stflash -p "$(as_bench stflash list --json | sed -n 's/.*"serial": "\([^"]*\)".*/\1/p')" info
unplug
remove_rule
plug stm32f103c8,probe=v2 || return
refuses "static: without the rule an ordinary user is told of it" 4 "udev" as_bench stflash info
unplug

# Another stflash looks while one reads; then the plug is pulled.
in_use_then_unplugged() {
	as_bench stflash info >/tmp/other.log 2>&1
	echo "status $?" >>/tmp/other.log
	detach
}

install_rule
head -c 1048576 /dev/urandom >/tmp/1m.bin
plug stm32f407vg,pace=real,flash=/tmp/1m.bin || return
disturbed "static: unplugged while reading: exit 5" 5 5000 in_use_then_unplugged
check "static: a probe in use: exit 4" grep -q "status 4" /tmp/other.log
check "static: and by whom" grep -q "stflash (pid" /tmp/other.log
refuses "static: nothing plugged in: exit 3" 3 "probe" as_bench stflash info
stop_server
check "static: no process hangs" wait_for 60 nothing_is_stuck
