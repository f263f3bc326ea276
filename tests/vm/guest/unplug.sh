# SPDX-License-Identifier: MIT
# The probe goes away, or the user stops us, in the middle of a read. The virtual probe works at the pace of hardware
# here, so that a read of 1 MiB lasts long enough to be disturbed.

uptime_ms() {
	awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}

reading() {
	grep -q . /tmp/dump.log 2>/dev/null && pidof stflash
}

# disturbed NAME STATUS COMMAND...: while a read goes on, do COMMAND; the read must end with STATUS within 2 s.
disturbed() {
	name=$1
	wanted=$2
	shift 2
	rm -f /tmp/dump.bin
	as_bench stflash -v read 0x08000000 1M /tmp/dump.bin >/tmp/dump.log 2>&1 &
	reader=$!
	wait_for 10 reading
	sleep 1
	started=$(uptime_ms)
	"$@"
	wait $reader
	status=$?
	took=$(($(uptime_ms) - started))
	cp /tmp/dump.log "$said"
	if [ "$status" -ne "$wanted" ]; then
		fail "$name" "status $status, not $wanted"
	elif [ "$took" -gt 2000 ]; then
		fail "$name" "took $took ms to notice"
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

interrupt() {
	kill -"$1" "$(pidof stflash)"
}

no_process_is_stuck() {
	! grep -lE '^State:[[:space:]]+D' /proc/[0-9]*/status 2>/dev/null | grep -q . && ! pidof stflash
}

slow=virtual:stm32f407vg,pace=real,flash=/tmp/1m.bin
cp /t/1m.bin /tmp/1m.bin
install_rule

plug $slow || return
disturbed "detached while reading: exit 5" 5 detach
stop_server

plug $slow || return
disturbed "the far end dies while reading: exit 5" 5 server_dies
check "the kernel takes the dead device away" wait_for 5 devices_are 0

plug $slow || return
disturbed "Ctrl-C while reading: exit 130" 130 interrupt INT
check "the probe is usable after Ctrl-C" as_bench stflash info
disturbed "SIGTERM while reading: exit 143" 143 interrupt TERM
check "the probe is usable after SIGTERM" as_bench stflash info
detach
refuses "nothing plugged in: exit 3" 3 "probe" as_bench stflash info
check "plugged in again, it is found" attach
check "and the chip is there" as_bench stflash info
unplug
check "no process hangs" no_process_is_stuck
