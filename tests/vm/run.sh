#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [--figures] BUILD_DIR [SCENARIO...]: boots a guest per scenario (guest/SCENARIO.sh), as many at once as there
# are processors, with the binaries of BUILD_DIR in it, and passes on what the scenario reports. The guest's
# kernel has real USB, udev and usbip; nothing is asked of the host's. A guest that does not end in time, or
# whose last line is not exactly @PASS or @FAIL, is a failure: qemu's own status is 0 even after a panic.
# At the end come the peers' matrix, with --figures what each job cost, and how many checks ran.
#
# Where a scenario has lines "#@ SPEC", these probes are served by the host (busid 1-1, 1-2, ... at 10.0.2.2, as the
# guest sees it): an emulated processor would be slow to simulate another one.
set -u

vm_scripts=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$vm_scripts/../.." && pwd)
. "$vm_scripts/paths.sh"
. "$vm_scripts/keep.sh"
figures=0
if [ "${1-}" = --figures ]; then
	figures=1
	shift
fi
build=$(cd "${1:-$top/build/release}" && pwd) || exit 1
[ $# -eq 0 ] || shift
# The longest first, so that no processor has nothing to do at the end.
own="kills troubles bench unplug usbipd story-v3 story-v2 story-v2-1 several usbfs permissions usbip-list boot"
# The parts that peers judge, and the static program, which takes a build of everything, take turns by the day, so that all
# groups together take less than 20 minutes.
turn=$(($(date +%s) / 86400 % 4 + 1))
peers_of_day() {
	case ${STFLASH_TEST_ALL:+all}$turn in
	1) echo peers-f4 peers-f7 static ;;
	2) echo peers-medium peers-f0 peers-g ;;
	3) echo peers-large peers-f3 peers-w ;;
	4) echo peers-f4-dual peers-f2 peers-l4 ;;
	*) echo peers-f4 peers-f7 peers-medium peers-f0 peers-large peers-f3 peers-f4-dual peers-f2 peers-g peers-l4 peers-w static ;;
	esac
}
if [ $# -eq 0 ]; then
	peers=$(peers_of_day)
	[ -n "${STFLASH_TEST_ALL-}" ] || echo "# turn $turn of 4, by the day: peers judge $peers; all others: ./dev test --all"
	# shellcheck disable=SC2086
	set -- $peers $own
fi
deadline_s=${VM_DEADLINE:-1800}

tmp=$(mktemp -d) || exit 1
clean_up() {
	for file in "$tmp"/*.host/pid; do
		[ ! -e "$file" ] || kill "$(cat "$file")" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$tmp"

not_run_at_all() {
	for scenario; do
		echo "not run vm-$scenario: $why"
	done
	exit 0
}

# A flash with a vector table that a core can start from (stack at 4 KiB, code "b ." at 0x08000100), the rest random.
make_flash() {
	{
		printf '\000\020\000\040\001\001\000\010'
		head -c 248 /dev/urandom
		printf '\376\347'
		head -c "$(($2 - 258))" /dev/urandom
	} >"$1"
}

# The flash file that a SPEC names, if it does: one of the guest's files, else random of the part's size.
make_host_flash() {
	part=${1%%,*}
	file=$(printf '%s\n' "$1" | sed -n 's/.*flash=\([^,]*\).*/\1/p')
	[ -n "$file" ] || return
	if [ -f "$root/t/$file" ]; then
		cp "$root/t/$file" "$file"
	else
		kib=$("$build/stflash-vprobe" --list-parts | awk -v part="$part" '$1 == part { print $2 }')
		head -c "$((kib * 1024))" /dev/urandom >"$file"
	fi
}

specs_of() {
	sed -n 's/^#@ //p' "$vm_scripts/guest/$1.sh"
}

# serve_probes SCENARIO: starts the server in a folder of its own and leaves its pid and port in the files "pid" and
# "port". A pause of the client counts as the sleep that it is: st-flash waits for busy flash by sleeping.
serve_probes() (
	mkdir -p "$tmp/$1.host" && cd "$tmp/$1.host" || exit 1
	specs=$(specs_of "$1")
	set --
	for spec in $specs; do
		make_host_flash "$spec"
		set -- "$@" --probe "$spec,gaps=100us,patience=30,stats=$(($# / 2 + 1)).json"
	done
	"$build/stflash-vprobe" --port 0 --bench 0 "$@" >log 2>&1 &
	echo $! >pid
	tries=6000 # only what hangs takes minutes
	while [ $tries -gt 0 ]; do
		sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' log >port 2>/dev/null
		sed -n 's/^bench on .*:\([0-9]*\)$/\1/p' log >bench 2>/dev/null
		[ -s port ] && [ -s bench ] && break
		tries=$((tries - 1))
		sleep 0.1
	done
)

# Where peers are at work, what they are known for is not held against them.
known_in() {
	! grep -q '^\. /t/guest/matrix.sh$' "$vm_scripts/guest/$1.sh" || cut -f1 "$vm_scripts/guest/anomalies.txt"
}

# judge_probe SPEC STATS: it must have seen nothing undefined or ill-formed but what is in $known, and keeps the
# words of the first few only: when there were more, what the others were is not known.
judge_probe() {
	[ -f "$2" ] || : >"$2"
	texts=$(sed -n 's/.*"anomaly_texts": \["\(.*\)"\].*/\1/p' "$2" | sed 's/", "/\n/g')
	count=$(sed -n 's/.*"anomalies": \([0-9]*\),.*/\1/p' "$2")
	kept=$(printf '%s' "$texts" | grep -c '')
	unknown=$(printf '%s\n' "$texts" | grep -vFf "$known" | grep .)
	if [ -z "$count" ]; then
		echo "not ok $1: the virtual probe left no statistics: $(tail -n 1 "${2%/*}/log")"
	elif [ -n "$unknown" ]; then
		echo "not ok $1: anomalies: $(echo $unknown)"
	elif [ "$count" -ne "$kept" ]; then
		echo "not ok $1: $count anomalies, of which only $kept are in words"
	elif [ -s "$known" ]; then
		echo "ok $1: no anomaly but those known of the peers"
	else
		echo "ok $1: no anomaly"
	fi
}

# judge_probes SCENARIO: its server ends, and each of its probes is judged.
judge_probes() (
	kill "$(cat "$tmp/$1.host/pid")"
	while kill -0 "$(cat "$tmp/$1.host/pid")" 2>/dev/null; do
		sleep 0.1
	done
	known=$tmp/$1.known
	known_in "$1" >"$known"
	n=0
	for spec in $(specs_of "$1"); do
		n=$((n + 1))
		judge_probe "$spec" "$tmp/$1.host/$n.json"
	done >"$tmp/$1.judged"
)

# The program of the release, which the checks of the group "package" may have made already.
copy_static_program() {
	work=$build/portability/release-work
	if sh "$top/packaging/release.sh" "$work" "$build/portability/release-linux-x86_64" linux-x86_64 >"$tmp/release.log" 2>&1; then
		mkdir -p "$root/usr/local/static"
		cp "$work"/pack/stflash-*-linux-x86_64/stflash "$root/usr/local/static/"
	else
		tail -n 1 "$tmp/release.log" >"$root/t/no-static"
	fi
}

make_run_cpio() {
	root=$tmp/root
	mkdir -p "$root/t/guest" "$root/t/rules"
	cp "$vm_scripts"/guest/* "$root/t/guest/"
	cp "$vm_scripts/guest/init" "$root/init"
	chmod 755 "$root/init"
	cp "$top"/probes/udev/*.rules "$root/t/rules/" 2>/dev/null
	copy_program "$root" "$build/stflash" usr/local/bin/stflash &&
		copy_program "$root" "$build/stflash-vprobe" usr/local/bin/stflash-vprobe || return 1
	case " $* " in *" static "*) copy_static_program ;; esac
	# Beside those of F1 and F4, which the prepared guest has.
	scripts=usr/share/openocd/scripts/target
	mkdir -p "$root/$scripts" && cp /$scripts/stm32f[0237]x.cfg /$scripts/stm32l4x.cfg /$scripts/stm32g[04]x.cfg \
		/$scripts/stm32w[bl]x.cfg "$root/$scripts/" || return 1
	[ ! -x "$build/usbfs_poke" ] || copy_program "$root" "$build/usbfs_poke" usr/local/bin/usbfs_poke || return 1
	make_flash "$root/t/64k.bin" 65536
	make_flash "$root/t/256k.bin" 262144
	make_flash "$root/t/1m.bin" 1048576
	make_flash "$root/t/image23k.bin" 23552
	make_flash "$root/t/image40k.bin" 40960
	chmod -R a+rX "$root"
	pack "$root" "$tmp/run.cpio"
	cat "$vm_base" "$tmp/run.cpio" >"$tmp/initrd"
}

# boot SCENARIO: $tmp/SCENARIO.ended appears when the guest is gone, in whatever way.
boot() {
	port=0
	bench=0
	if [ -n "$(keeper_spec "$1")" ]; then
		keep_probe "$1"
	elif [ -n "$(specs_of "$1")" ]; then
		serve_probes "$1"
		port=$(cat "$tmp/$1.host/port")
		bench=$(cat "$tmp/$1.host/bench")
	fi
	devices=
	! on_xhci "$1" || plug_into_qemu "$1"
	# What is translated once serves again where a program lies at the same address, and has no AVX to emulate.
	# shellcheck disable=SC2086
	timeout -k 5 "$deadline_s" qemu-system-x86_64 -accel tcg -machine pc -cpu qemu64 -smp 1 -m 320 \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$vm_kernel/vmlinux" -initrd "$tmp/initrd" \
		-append "console=ttyS0 quiet norandmaps panic=-1 scenario=$1 host_port=${port:-0} bench_port=${bench:-0}" \
		-netdev user,id=net -device e1000,netdev=net,romfile= $devices \
		-serial "file:$tmp/$1.console" -serial "file:$tmp/$1.report" </dev/null >"$tmp/$1.qemu" 2>&1
	let_probe_go
	[ ! -d "$tmp/$1.host" ] || judge_probes "$1"
	: >"$tmp/$1.ended"
}

# boot_all SCENARIO...: a line of guests per processor, each of which takes the next scenario that none has taken. Not more
# lines: where a guest stands still for a second, stflash takes the probe's reply for lost, which costs an anomaly.
boot_all() {
	lines=$(nproc)
	while [ "$lines" -gt 0 ]; do
		for scenario; do
			! mkdir "$tmp/$scenario.taken" 2>/dev/null || boot "$scenario"
		done &
		lines=$((lines - 1))
	done
}

# What the guest said, each check under the name of its scenario, and a failure when it did not come to an end.
report() {
	while [ ! -e "$tmp/$1.ended" ]; do
		sleep 0.2
	done
	sed -n "s|^ok |ok vm-$1/|p;s|^not ok |not ok vm-$1/|p;s|^not run |not run vm-$1/|p;s|^# |# |p" "$tmp/$1.report" \
		$(ls "$tmp/$1.judged" 2>/dev/null)
	last=$(tail -n 1 "$tmp/$1.report")
	[ "$last" = @PASS ] || [ "$last" = @FAIL ] && return
	echo "not ok vm-$1: the guest did not come to its end within $deadline_s s; its last words:"
	tail -n 15 "$tmp/$1.report" "$tmp/$1.console" "$tmp/$1.qemu" | sed 's/^/# /'
}

for scenario; do
	[ -f "$vm_scripts/guest/$scenario.sh" ] && continue
	echo "not ok vm-$scenario: there is no such scenario"
	exit 1
done
if ! why=$(sh "$vm_scripts/prepare.sh" 2>&1); then
	why=$(printf '%s\n' "$why" | tail -n 1)
	not_run_at_all "$@"
fi
if ! make_run_cpio "$@"; then
	echo "not ok vm: stflash and stflash-vprobe could not be packed for the guest"
	exit 0
fi
boot_all "$@"
for scenario; do
	report "$scenario" | tee -a "$tmp/all"
done
for scenario; do
	grep '^@cell' "$tmp/$scenario.report"
done >"$tmp/cells"
[ ! -s "$tmp/cells" ] ||
	awk -v figures="$figures" -v faults="$vm_scripts/guest/faults.txt" \
		-v anomalies="$vm_scripts/guest/anomalies.txt" -f "$vm_scripts/matrix.awk" "$tmp/cells"
awk -f "$vm_scripts/groups.awk" "$tmp/all"
