# SPDX-License-Identifier: MIT
# The probe goes away, or the user stops us, in the middle of a read. The virtual probe works at the pace of hardware
# here, so that a read of 1 MiB lasts long enough to be disturbed. Its flash holds no program: an emulated processor
# would be slow to simulate another one at full speed.

server_dies() {
	kill -9 "$(cat /tmp/vprobe.$bus_port.pid)"
	rm -f /tmp/vprobe.$bus_port.pid
}

# Else the list of processes says which.
nothing_hangs() {
	wait_for 60 nothing_is_stuck || { ps; return 1; }
}

interrupt() {
	kill -"$1" "$(pidof stflash)"
}

# Whoever is interrupted puts RAM and registers back first: that takes longer than to notice that the probe is gone.
slow=stm32f407vg,pace=real,flash=/tmp/1m.bin
head -c 1048576 /dev/urandom >/tmp/1m.bin
install_rule

plug $slow || return
disturbed "detached while reading: exit 5" 5 2000 detach
stop_server

plug $slow || return
disturbed "the far end dies while reading: exit 5" 5 2000 server_dies
check "the kernel takes the dead device away" wait_for 60 devices_are 0

plug $slow || return
disturbed "Ctrl-C while reading: exit 130" 130 5000 interrupt INT
check "the probe is usable after Ctrl-C" as_bench stflash info
disturbed "SIGTERM while reading: exit 143" 143 5000 interrupt TERM
check "the probe is usable after SIGTERM" as_bench stflash info
detach
refuses "nothing plugged in: exit 3" 3 "probe" as_bench stflash info
check "plugged in again, it is found" attach
check "and the chip is there" as_bench stflash info
unplug
check "no process hangs" nothing_hangs
