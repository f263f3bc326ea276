# SPDX-License-Identifier: MIT
# Orders to the keeper of the host's probe (tests/faults/keeper.py), and writes that are cut off. Sourced by scenarios
# with a line "#@keeper SPEC".

image=/tmp/image.bin
promise_ms=2000

# ask ORDER [NUMBER...]: what the keeper answers.
ask() {
	echo "$*" | nc 10.0.2.2 "$host_port"
}

# plug_kept ORDER: a fresh probe, or one with the flash that the last one left, is plugged in.
plug_kept() {
	[ "$(ask "$1")" = ok ] && usbip --tcp-port "$host_port" attach -r 10.0.2.2 -b 1-1 >"$said" 2>&1 &&
		wait_for 60 devices_are 1 && udev_is_done
}

write_image() {
	as_bench timeout -s KILL 600 stflash "$@" write "$image" 0x08000000 >/tmp/write.log 2>&1
}

# The flash begins with the image: as the host has it, whatever stflash says.
is_written() {
	ask flash | head -c "$(wc -c <"$image")" | cmp -s - "$image"
}

# The last transfer of each step of an undisturbed write: "connect 116" and so on, from its log.
steps_of() {
	awk '
		/^stflash: [<>]/ { n++ }
		/^stflash: agent at / { print "connect", n }
		/^plan: / { print "compare", n }
		/^stflash: proving / { print "write", n }
		/^stflash: letting / { print "proof", n }
		END { print "close", n }' "$1"
}

# measure_steps: an undisturbed write of the image on a fresh probe; the steps are in /tmp/steps then.
measure_steps() {
	plug_kept fresh && write_image -vvv && is_written || return 1
	steps_of /tmp/write.log >/tmp/steps
	detach
}

# cut_off ORDER N US COMMAND...: a fresh probe, a write, and when ORDER (arm, hold) has come about, COMMAND. Says
# in $why what is not as it should be.
cut_off() {
	local order="$1 $2 $3" status took
	shift 3
	why=
	plug_kept fresh && [ "$(ask $order)" = ok ] || { why="the probe could not be plugged in"; return; }
	(
		ask wait >/tmp/answer
		"$@"
		idle_ms >/tmp/cut
	) &
	write_image
	status=$?
	idle_ms >/tmp/ended
	ask cancel >/dev/null
	wait $!
	took=$(($(cat /tmp/ended) - $(cat /tmp/cut)))
	cp /tmp/write.log "$said"
	if [ "$(cat /tmp/answer)" = late ]; then
		detach
		[ $status -eq 0 ] && is_written && return
		why="not cut off, and yet status $status"
	elif [ $took -gt $promise_ms ]; then
		why="stflash waited for $took ms more"
	elif [ $status -eq 0 ]; then
		is_written || why="false success"
	elif [ $status -ne 5 ]; then
		why="status $status"
	fi
	[ $took -le "${slowest:-0}" ] || slowest=$took
	wait_for 60 nothing_is_stuck || why="$why; a process is stuck"
}

# The same command once more, on the flash that was left.
completes() {
	wait_for 60 devices_are 0 && plug_kept start && write_image && is_written && detach
}
