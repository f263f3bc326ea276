# SPDX-License-Identifier: MIT
# The probe goes away, or the user stops us, in the middle of a read. The virtual probe works at the pace of hardware
# here, so that a read of 1 MiB lasts long enough to be disturbed. Its flash holds no program: an emulated processor
# would be slow to simulate another one at full speed.

# The reader is in the foreground, because a shell's background job ignores SIGINT.
read_1m() {
	as_bench stflash -vv read 0x08000000 1M /tmp/dump.bin >/tmp/dump.log 2>&1
}

# In the background: once the read is under way, note the time and do COMMAND.
disturb() {
	wait_for 60 grep -q 'agent at' /tmp/dump.log
	idle_ms >/tmp/started
	"$@" >/dev/null 2>&1
}

# disturbed NAME STATUS LIMIT_MS COMMAND...: while a read goes on, do COMMAND; the read must end with STATUS, and not wait
# for longer than that. Only idle time counts: a machine that is busy with other work has no say in what is right.
disturbed() {
	local name=$1 wanted=$2 limit=$3 status took
	shift 3
	rm -f /tmp/dump.bin /tmp/dump.log
	disturb "$@" &
	read_1m
	status=$?
	took=$(($(idle_ms) - $(cat /tmp/started)))
	wait $!
	cp /tmp/dump.log "$said"
	if [ "$status" -ne "$wanted" ]; then
		fail "$name" "status $status, not $wanted"
	elif [ "$took" -gt "$limit" ]; then
		fail "$name" "waited for $took ms more"
	elif [ -e /tmp/dump.bin ]; then
		fail "$name" "left a file that is not the flash"
	else
		pass "$name"
	fi
}

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
