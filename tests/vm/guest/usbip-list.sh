# SPDX-License-Identifier: MIT
# Our USB/IP server against the real tools and the real kernel client.

list_has() {
	usbip --tcp-port 3240 list -r 127.0.0.1 2>&1 | tee "$said" | grep -q "$1"
}

serve stm32f103c8,probe=v2,serial=066FFF485550755187123456 || return
check "usbip list shows the probe's ids" list_has '0483:3748'
check "usbip list shows the bus id" list_has ' 1-1: '

check "the kernel attaches it" attach
check "the kernel has its product id" grep -qx 3748 "$(probe_devices)/idProduct"
check "the kernel has its serial number" test -s "$(probe_devices)/serial"
check "the kernel configured it" grep -qx 1 "$(probe_devices)/bConfigurationValue"
check "usbip port names it" sh -c "usbip port | grep -q 'Port 00'"
check "a second import is refused while the first lasts" sh -c "! usbip attach -r 127.0.0.1 -b 1-1"
check "usbip detach takes it away" usbip detach -p 0
check "and it is away" wait_for 60 devices_are 0
check "it can be attached again at once" attach
check "and detached again" detach
stop_server
check "the server ends when told to" sh -c "! pidof stflash-vprobe"
