# SPDX-License-Identifier: MIT
# A probe of the host that a guest can have killed at any transfer: tests/faults/keeper.py. Sourced by run.sh. A scenario
# asks for one by a line "#@keeper SPEC"; it is then served in the place of those of "#@ SPEC", at the same port.

keeper_spec() {
	sed -n 's/^#@keeper //p' "$vm_scripts/guest/$1.sh"
}

# keep_probe SCENARIO: the keeper ends when the fifo at its standard input is closed: by let_probe_go or with this shell.
keep_probe() {
	kept=$tmp/$1.kept
	mkdir -p "$kept" && mkfifo "$kept/stdin" || return 1
	python3 -B "$top/tests/faults/keeper.py" "$build/stflash-vprobe" "$(keeper_spec "$1")" "$kept" \
		<"$kept/stdin" >"$kept/log" 2>&1 &
	exec 8>"$kept/stdin"
	tries=6000
	while [ $tries -gt 0 ]; do
		port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$kept/log")
		[ -z "$port" ] || return 0
		tries=$((tries - 1))
		sleep 0.1
	done
	return 1
}

let_probe_go() {
	exec 8>&-
}

# on_xhci SCENARIO: does it want its first probe on an emulated xHCI controller, as if plugged in? It says "#@xhci".
on_xhci() {
	grep -q '^#@xhci$' "$vm_scripts/guest/$1.sh"
}

# plug_into_qemu SCENARIO: starts redir.py, which ends with the qemu that connects to it; $devices is what qemu is told.
plug_into_qemu() {
	python3 -B "$vm_scripts/redir.py" "$port" "$tmp/$1.redir" >"$tmp/$1.redir.log" 2>&1 &
	devices="-device qemu-xhci,id=xhci -chardev socket,id=redir,path=$tmp/$1.redir -device usb-redir,chardev=redir,bus=xhci.0"
	tries=6000
	while [ $tries -gt 0 ] && [ ! -S "$tmp/$1.redir" ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
}
