# SPDX-License-Identifier: MIT
#@ stm32f103c8,probe=v2,flash=stm32f103c8.bin,pace=real
#@xhci
# The virtual probe on an emulated xHCI controller, as if plugged in; and our USB/IP client, which needs neither libusb
# nor the kernel, against the real usbipd and the kernel's usbip-host that export it.
install_rule # before the kernel sees the probe: udev does not go back to what was there already
for module in xhci-hcd xhci-pci usbip-host; do
	check "the module $module" insmod /modules/$module.ko || return
done

image=/t/image23k.bin
flash=0x08000000

is_used() {
	[ "$(cat "/sys/bus/usb/devices/$busid/usbip_status")" -eq 2 ]
}

is_free() {
	[ "$(cat "/sys/bus/usb/devices/$busid/usbip_status")" -eq 1 ]
}

# At the pace of hardware and a low clock, long enough to be met.
reads_slowly() {
	as_bench stflash -p "$remote" --speed 125 read $flash 64k /tmp/slow.bin
}

# while_used COMMAND...: once a client of usbipd has the probe
while_used() {
	wait_for 60 is_used && "$@"
}

reads() {
	as_bench stflash "$@" read $flash 64k /tmp/dump.bin && head -c "$(wc -c <$image)" /tmp/dump.bin | cmp - $image
}

check "the probe appears on the controller" wait_for 60 devices_are 1
udevadm settle
busid=$(basename "$(probe_devices)")
remote=usbip://127.0.0.1/$busid
says "on the controller: info" STM32F103 as_bench stflash info
check "on the controller: write" as_bench stflash write $image $flash
check "on the controller: read" reads

usbipd -D >"$said" 2>&1
check "usbipd answers" wait_for 60 server_answers 3240
refuses "usbipd, not bound: exit 3, and what is to be done" 3 "usbip bind -b $busid" as_bench stflash -p $remote info
check "usbip bind" usbip bind -b $busid
says "usbipd: info" STM32F103 as_bench stflash -p $remote info
check "usbipd: erase" as_bench stflash -p $remote erase --all
check "usbipd: write" as_bench stflash -p $remote write $image $flash
check "usbipd: read" reads -p $remote
check "usbipd: another's image is refused by verify" sh -c "stflash -p $remote verify /t/image40k.bin $flash; [ \$? -eq 10 ]"

# The kernel resets the device of a client that has gone; until then it is neither free nor anybody's.
check "usbipd: the probe is free after the last client" wait_for 60 is_free
reads_slowly >/tmp/slow.log 2>&1 &
refuses "usbipd, in use: exit 4" 4 "in use by another USB/IP client" while_used as_bench stflash -p $remote info
check "and whoever had it first ends well" wait $!
check "usbipd is free again" wait_for 60 is_free

while_used usbip unbind -b $busid >/dev/null 2>&1 &
refuses "usbipd, unbound while reading: exit 5" 5 "unplugged" reads_slowly
wait $!
refuses "usbipd, unbound: exit 3" 3 "offers no device $busid" as_bench stflash -p $remote info
check "usbip bind again" usbip bind -b $busid
check "usbipd: read again" reads -p $remote
kill "$(pidof usbipd)"
