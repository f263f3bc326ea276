# SPDX-License-Identifier: MIT
# Who may open a probe: nobody but root without our rule; the group and the person at the seat with it.

# udev's own rules give USB nodes 0664 root:root: readable to all, so a probe is listed, and openable to root.
node_is() {
	[ "$(stat -c '%a %U:%G' "$(probe_node)" | tee "$said")" = "$1" ]
}

serve stm32f103c8,probe=v2 || return
check "attach without the rule" attach
check "without the rule the node is root's" node_is '664 root:root'
refuses "without the rule an ordinary user is refused, and told of the rule" 4 "udev" as_bench stflash info
says "without the rule stflash list still names the probe" "ST-LINK/V2" as_bench stflash list
refuses "without the rule doctor says what to install" 4 "70-stflash.rules" as_bench stflash doctor
check "root needs no rule" stflash info
detach

install_rule
sit_down 1001
check "attach with the rule installed" attach
check "the rule gives the node to the group" node_is '660 root:plugdev'
says "with the rule a member of plugdev reads the chip" "STM32F103" as_bench stflash info
says "doctor names node, group and rule" "root:plugdev, mode 660; udev rule: /etc/udev/rules.d/70-stflash.rules; you are in" \
	as_bench stflash doctor
says "with the rule the person at the seat reads the chip" "STM32F103" as_seat stflash info
detach

sit_down 1234
check "attach with somebody else at the seat" attach
refuses "neither member nor at the seat: refused" 4 "udev" as_seat stflash info

detach

# Of two rules udev obeys the later one; that of another tool may have been there for years.
other_rule() {
	printf 'SUBSYSTEM=="usb", ATTR{idVendor}=="0483", ATTR{idProduct}=="37??", MODE="%s"\n' "$1" >/etc/udev/rules.d/99-other.rules
	udevadm control --reload
}
other_rule 0600
check "attach with a rule of another tool" attach
refuses "a rule that wins over ours is named" 4 "/etc/udev/rules.d/99-other.rules wins over stflash's udev rule" as_bench stflash info
refuses "doctor names it too" 4 "99-other.rules wins over" as_bench stflash doctor
detach
other_rule 0666
check "attach with a rule that gives the probe to everybody" attach
says "doctor names it where it does no harm" "99-other.rules wins over it and sets MODE=\"0666\"" as_bench stflash doctor
detach
rm /etc/udev/rules.d/99-other.rules
udevadm control --reload

# Fedora and Arch have no group plugdev; neither harms it the person at the seat.
cp /etc/group /tmp/group
sed -i '/^plugdev:/d' /etc/group
udevadm control --reload
sit_down 1001
check "attach where no group plugdev exists" attach
says "without the group the person at the seat reads the chip" "STM32F103" as_seat stflash info
refuses "without the group its making is advised" 4 "sudo groupadd -r plugdev" as_bench stflash info
detach
cp /tmp/group /etc/group
udevadm control --reload
sit_down 1234
check "attach again with the group" attach
refuses "with the group joining it is advised" 4 "sudo usermod -aG plugdev" as_seat stflash info

# What a container sees that was started without --device: the host's /sys, and no device files.
in_container() {
	busybox unshare -m sh -c 'mount -t tmpfs none /dev/bus/usb && exec "$@"' sh "$@"
}
refuses "in a container without device files the option that gives them is named" 4 "--device=/dev/bus/usb" \
	in_container stflash info
refuses "its list says so too" 4 "--device=/dev/bus/usb" in_container stflash list
refuses "its doctor says so too" 4 "--device=/dev/bus/usb" in_container stflash doctor
detach

remove_rule
check "attach after the rule was removed" attach
refuses "the rule made the difference" 4 "udev" as_bench stflash info
unplug
