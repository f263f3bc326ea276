# SPDX-License-Identifier: MIT
# The guest itself: without these facts nothing else that it says is worth anything.

check "the kernel has a virtual USB host controller" test -e /sys/devices/platform/vhci_hcd.0/status
check "udev runs" udevadm control --ping
is_ordinary() {
	as_bench cat /proc/self/status >"$said"
	grep -q '^Uid:.1000.1000.1000.1000$' "$said" && grep -q '^Groups:.*\<46\>' "$said" &&
		! grep '^Cap\(Inh\|Prm\|Eff\|Amb\):.*[1-9a-f]' "$said" && grep -q '^NoNewPrivs:.1$' "$said"
}
check "an ordinary user has no capability, and gets none" is_ordinary
refuses "a check that fails is seen to fail" 1 "" false
says "openocd starts" "Open On-Chip Debugger" openocd --version
says "usbip starts" "usbip" usbip version
