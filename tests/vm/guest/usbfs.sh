# SPDX-License-Identifier: MIT
#@ stm32f103c8,probe=v2,flash=stm32f103c8.bin
# Our USB/IP server under what the kernel lets programs do to a device, by ioctl (tests/vm/usbfs_poke.c): after each the
# probe answers the next command. That it recorded no anomaly is judged when the guest has gone.

poke() {
	as_bench usbfs_poke "$(probe_node)" "$1"
}

if ! command -v usbfs_poke >/dev/null; then
	echo "not run usbfs_poke: it was not built, the kernel's header linux/usbdevice_fs.h is missing"
	return
fi
install_rule
plug_host 1 || return
check "USB reset" poke reset
check "a second USB reset" poke reset
check "clearing the halt of both endpoints" poke clear-halt
check "a pending URB is discarded" poke discard
check "a synchronous transfer times out" poke timeout
check "a URB is discarded after a timeout" poke discard
check "a USB reset after that" poke reset
says "and stflash finds the chip" "STM32F103" as_bench stflash info
detach
refuses "on a device that is gone" 1 "cannot be claimed" usbfs_poke /dev/bus/usb/001/099 reset
