# SPDX-License-Identifier: MIT
# What the scenarios are told in. A scenario is sourced after this file and calls check, refuses and peer
# for every fact it wants to see; each of them prints one line "ok NAME" or "not ok NAME: why".

failures=0
bus_port=3240
said=/tmp/said

pass() {
	echo "ok $1"
}

fail() {
	failures=$((failures + 1))
	echo "not ok $1: $2"
	sed 's/^/# /' "$said" 2>/dev/null | tail -n 25
}

# check NAME COMMAND...: the command must succeed. What it says is shown when it does not.
check() {
	local name=$1
	shift
	if "$@" >"$said" 2>&1; then
		pass "$name"
	else
		fail "$name" "status $? of: $*"
	fi
}

# refuses NAME STATUS TEXT COMMAND...: it must end with that status and say that text.
refuses() {
	local name=$1 wanted=$2 text=$3 status
	shift 3
	"$@" >"$said" 2>&1
	status=$?
	if [ "$status" -ne "$wanted" ]; then
		fail "$name" "status $status, not $wanted, of: $*"
	elif [ -n "$text" ] && ! grep -qF -- "$text" "$said"; then
		fail "$name" "does not say '$text': $*"
	else
		pass "$name"
	fi
}

# says NAME TEXT COMMAND...: it must succeed and say that text.
says() {
	local name=$1 text=$2
	shift 2
	refuses "$name" 0 "$text" "$@"
}

# wait_for SECONDS COMMAND...: polls until the command succeeds.
wait_for() {
	local tries=$(($1 * 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

# For how long the processor had nothing to do, by /proc/stat: a busy host makes the guest slow, but not idle.
idle_ms() {
	awk '/^cpu / { printf "%d\n", ($5 + $6) * 10 }' /proc/stat
}

# Kernel threads have no VmSize; they may be in state D for reasons of their own. udev is so for moments.
nothing_is_stuck() {
	cat /proc/[0-9]*/status 2>/dev/null | awk '
		/^Name:/ { stuck += $2 == "stflash" }
		/^State:/ { state = $2 }
		/^VmSize:/ { stuck += state == "D" }
		END { exit stuck > 0 }'
}

# ordinary users: no capability left, no way to get one back. Busybox's own tools, which start in a third of the time
# that util-linux's setpriv takes here, where every library is translated anew.
as_user() {
	local user=$1
	shift
	busybox setpriv --no-new-privs su -s /bin/sh -c 'exec "$0" "$@"' -- "$user" "$@"
}

as_bench() {
	as_user bench "$@"
}

as_seat() {
	as_user seat "$@"
}

server_answers() {
	usbip --tcp-port "$1" list -r 127.0.0.1
}

# serve SPEC [PORT]: a virtual probe on loopback, as root's service; its words go to /tmp/vprobe.PORT and what it
# counted to /tmp/stats.PORT.
serve() {
	local port=${2:-$bus_port}
	stflash-vprobe --probe "$1,stats=/tmp/stats.$port" --port "$port" >"/tmp/vprobe.$port" 2>&1 &
	echo $! >"/tmp/vprobe.$port.pid"
	wait_for 60 server_answers "$port" && return 0
	cp "/tmp/vprobe.$port" "$said"
	fail "the virtual probe serves $1" "no answer on port $port after 60 s"
	return 1
}

# stop_server [PORT]: as by Ctrl-C, so that the probe keeps its files.
stop_server() {
	local pid
	pid=$(cat "/tmp/vprobe.${1:-$bus_port}.pid" 2>/dev/null) || return 0
	rm -f "/tmp/vprobe.${1:-$bus_port}.pid"
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# What the virtual probe calls undefined on a chip or ill-formed to a probe; it tells when it has been detached.
anomalies() {
	sed -n 's/.*"anomaly_texts": \[\(.*\)\].*/\1/p' "/tmp/stats.$bus_port" | sed 's/", "/"\n"/g'
}

no_anomaly() {
	anomalies
	grep -q '"anomalies": 0,' "/tmp/stats.$bus_port"
}

# The devices of ours that the kernel sees, as sysfs paths.
probe_devices() {
	local vendor id
	for vendor in /sys/bus/usb/devices/*/idVendor; do
		read -r id <"$vendor" 2>/dev/null && [ "$id" = 0483 ] && echo "${vendor%/*}"
	done
}

devices_are() {
	[ "$(probe_devices | wc -l)" -eq "$1" ]
}

# The node of the only (or the first) probe.
probe_node() {
	set -- $(probe_devices)
	node_of "$1"
}

node_of() {
	printf '/dev/bus/usb/%03d/%03d\n' "$(cat "$1/busnum")" "$(cat "$1/devnum")"
}

# Devices show in sysfs before the kernel tells udev of them: "settle" alone may end before udev has heard. An event of
# our own, waited for, has the rules applied in either order.
udev_is_done() {
	local device
	for device in $(probe_devices); do
		wait_for 60 test -e "$(node_of "$device")" && udevadm trigger --settle --action=add "$device" || return 1
	done
	udevadm settle
}

# attach [PORT]: imports what is served there; one device more must appear and udev must be done with it.
attach() {
	local before busid
	before=$(probe_devices | wc -l)
	busid=$(usbip --tcp-port "${1:-$bus_port}" list -r 127.0.0.1 2>/dev/null | sed -n 's/^ *\([0-9][0-9.-]*\): .*/\1/p' | head -n 1)
	usbip --tcp-port "${1:-$bus_port}" attach -r 127.0.0.1 -b "$busid" >"$said" 2>&1 &&
		wait_for 60 devices_are $((before + 1)) && udev_is_done
}

# plug_host N: imports the N-th probe that the host serves for this scenario (its N-th line "#@ SPEC").
plug_host() {
	local before
	before=$(probe_devices | wc -l)
	usbip --tcp-port "$host_port" attach -r 10.0.2.2 -b "1-$1" >"$said" 2>&1 &&
		wait_for 60 devices_are $((before + 1)) && udev_is_done && return 0
	fail "the kernel attaches probe $1 of the host" "no USB device appeared"
	return 1
}

# detach: gives every imported device back. Not by "usbip detach": it asks the device first, and waits for ever where a
# program does that waits for a server that does not answer.
detach() {
	local vhci=/sys/devices/platform/vhci_hcd.0 hub port state rest
	while read -r hub port state rest; do
		[ "$state" != 006 ] || echo $((1$port - 10000)) >$vhci/detach
	done <$vhci/status
	wait_for 60 devices_are 0
}

# plug SPEC: serve and attach, as one who plugs in a probe; unplug takes it away again.
plug() {
	serve "$1" && attach && return 0
	fail "the kernel attaches $1" "no USB device appeared"
	return 1
}

unplug() {
	detach
	stop_server
}

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

# The rule as the README installs it.
install_rule() {
	cp /t/rules/*.rules /etc/udev/rules.d/
	udevadm control --reload
}

remove_rule() {
	rm -f /etc/udev/rules.d/*.rules
	udevadm control --reload
}

# A person at the screen, without logind: the udev builtin only reads this file.
sit_down() {
	mkdir -p /run/systemd/seats
	printf 'IS_SEAT0=1\nACTIVE=1\nACTIVE_UID=%s\nSESSIONS=1\nUIDS=%s\n' "$1" "$1" >/run/systemd/seats/seat0
}

stop_all() {
	for file in /tmp/vprobe.*.pid; do
		[ -e "$file" ] && kill "$(cat "$file")" 2>/dev/null
	done
}
