# SPDX-License-Identifier: MIT
# The guest itself: without these facts nothing else that it says is worth anything.

check "the kernel has a virtual USB host controller" test -e /sys/devices/platform/vhci_hcd.0/status
check "udev runs" udevadm control --ping
check "an ordinary user has no capability" as_bench grep -q '^CapEff:.*0000000000000000$' /proc/self/status
refuses "a check that fails is seen to fail" 1 "" false
says "openocd starts" "Open On-Chip Debugger" openocd --version
says "usbip starts" "usbip" usbip version
