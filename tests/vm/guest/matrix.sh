# SPDX-License-Identifier: MIT
# The peers' matrix: what we do to a part the peers must see, and what they do we must see, byte for byte. A scenario
# sources this file and has a line "row ..." for each of its probes. A cell is one check and one line "@cell ..." with
# what it cost the peer and us, which run.sh makes a table of.

image_size=2051
at_bench=$bench_port
a=/tmp/a.bin
b=/tmp/b.bin

head -c $image_size /t/64k.bin >$a
tr '\000-\377' '\001-\377\000' <$a >$b
chmod 644 $a $b
nothing=/tmp/nothing
: >$nothing
for tool in openocd st-flash; do
	awk -F'\t' -v tool=$tool 'index($2, tool ":") == 1 { print $1 }' /t/guest/anomalies.txt >/tmp/known.$tool
done

snapshot() {
	echo "stats 1-$probe" | nc 10.0.2.2 "$at_bench" >"$1"
}

# costs PREFIX JOBS KNOWN FILE...: see cost.awk; anomalies that are not in the file KNOWN stay in /tmp/unknown.
costs() {
	local prefix=$1 jobs=$2 known=$3
	shift 3
	awk -v jobs="$jobs" -v prefix="$prefix" -f /t/guest/cost.awk "$@" | grep -vFf "$known" >>/tmp/unknown
}

# power_cycle: read protection changes for good only when the supply comes back.
power_cycle() {
	echo "power 1-$probe" | nc 10.0.2.2 "$at_bench" >/dev/null
}

# ours NAME ARGUMENT...: stflash, and what it cost as NAME. No anomaly is forgiven.
ours() {
	local name=$1 status
	shift
	snapshot /tmp/before
	as_bench stflash "$@" >"$said" 2>&1
	status=$?
	snapshot /tmp/after
	costs /tmp/cost.ours. "$name" $nothing /tmp/before /tmp/after
	return $status
}

# we ARGUMENT...: the same, and nobody asks what it cost.
we() {
	ours "" "$@"
}

# A peer's JOB is one of read, look (a reading whose cost is not asked for), write:FILE, verify:FILE, refuse:FILE (verify,
# and see that it is another), erase, lock and unlock. All of one call are openocd's in one run; afterwards "did JOB"
# tells of each.
openocd_job() {
	case $1 in
	read | look) echo "dump_image /tmp/peer.bin $at $window" ;;
	write:*) echo "flash write_image erase ${1#*:} $at bin" ;;
	verify:* | refuse:*) echo "verify_image ${1#*:} $at bin" ;;
	erase) echo "flash erase_address pad $at $image_size" ;;
	register) echo "echo \"@register [stm32l4x option_read 0 0x2c]\"" ;;
	range) echo "stm32l4x option_write 0 0x2c 0x00050004 0x003f003f" ;;
	*) echo "$driver $1 0" ;;
	esac
}

openocd_does() {
	local job names="" snapshots=/tmp/snapshot.1
	for job; do
		shift
		set -- "$@" -c "job ${job%%:*} {$(openocd_job "$job")}"
		names="$names ${job%%:*}"
		snapshots="$snapshots /tmp/snapshot.$(($(echo $names | wc -w) + 1))"
	done
	rm -f /tmp/snapshot.* /tmp/peer.bin
	snapshot /tmp/before
	as_bench timeout 600 openocd -f "$transport" -f "target/$script" -c "set probe $probe" \
		-c "set bench_port $at_bench" -f /t/guest/jobs.tcl -c init -c "reset halt" -c snapshot "$@" -c reset \
		-c shutdown >"$said" 2>&1
	snapshot /tmp/after
	grep '^@' "$said" >/tmp/did
	[ -e "${snapshots##* }" ] || return
	costs "/tmp/cost.$peer." "$names" /tmp/known.openocd /tmp/before $snapshots /tmp/after
}

st_flash_arguments() {
	case $1 in
	read | look) echo "read /tmp/peer.bin $at $window" ;;
	write:*) echo "write ${1#*:} $at" ;;
	erase) echo "erase" ;;
	lock) echo "--area=option write 0x0fff00ec" ;;
	unlock) echo "--area=option write 0x0fffaaec" ;;
	esac
}

st_flash_does() {
	local job
	: >/tmp/did
	rm -f /tmp/peer.bin
	for job; do
		snapshot /tmp/before
		as_bench timeout 600 st-flash $(st_flash_arguments "$job") >"$said" 2>&1 && echo "@${job%%:*} done" >>/tmp/did
		snapshot /tmp/after
		costs "/tmp/cost.$peer." "${job%%:*}" /tmp/known.st-flash /tmp/before /tmp/after
	done
}

peer_does() {
	case $peer in
	st-flash) st_flash_does "$@" ;;
	*) openocd_does "$@" ;;
	esac
}

did() {
	grep -qx "@$1 done" /tmp/did
}

failed() {
	grep -qx "@$1 failed" /tmp/did
}

# need TEXT COMMAND...: one more thing that the cell at hand needs; the first that fails is told, with what was said.
need() {
	local text=$1
	shift
	"$@" >/tmp/compared 2>&1 && return
	[ -n "$why" ] || cat "$said" /tmp/compared >/tmp/said.then
	why=${why:-$text}
}

cost_of() {
	cat "/tmp/cost.$1" 2>/dev/null || echo "- - - -"
}

# tell_cells: those of the peer at hand, when the costs of all its jobs, and of ours for the same jobs, are known.
tell_cells() {
	local operation mark
	while read -r operation mark; do
		echo "@cell $part $model $peer $operation $mark $(cost_of "$peer.$operation") $(cost_of "ours.$operation")"
	done </tmp/cells
	rm -f /tmp/cells /tmp/cost.*
}

# cell OPERATION: the check.
cell() {
	local mark=${fault:-ok} known=${fault:+ (its known fault $fault)}
	if [ -s /tmp/unknown ]; then
		why="${why:+$why; }anomalies: $(sort -u /tmp/unknown | tr '\n' ';')"
	fi
	if [ -z "$why" ]; then
		pass "$part $model: $peer, $1$known"
	else
		mark=FAILS
		[ ! -e /tmp/said.then ] || mv /tmp/said.then "$said"
		fail "$part $model: $peer, $1" "$why"
	fi
	echo "$1 $mark" >>/tmp/cells
	why="" fault=""
	: >/tmp/unknown
	rm -f /tmp/said.then
}

# cannot REASON OPERATION...: cells that this peer has not.
cannot() {
	local reason=$1 operation
	shift
	for operation; do
		echo "@cell $part $model $peer $operation - $reason"
	done
}

blank() {
	head -c "$1" /dev/zero | tr '\0' '\377'
}

# kept FILE: what lies behind the last page that the image touches is as it was.
kept() {
	tail -c 1024 "$1" | cmp - /tmp/tail.bin
}

begins_with() {
	head -c "$(wc -c <"$2")" "$1" | cmp - "$2"
}

is_blank_but_for_the_rest() {
	blank $((window - 1024)) | cat - /tmp/tail.bin | cmp - "$1"
}

is_blank() {
	blank "$window" | cmp - "$1"
}

is_gone() {
	[ ! -s /tmp/peer.bin ] || ! begins_with /tmp/peer.bin "$1"
}

# we_read [NAME]: the window, into /tmp/ours.bin.
we_read() {
	rm -f /tmp/ours.bin
	ours "$1" read "$at" "$window" /tmp/ours.bin
}

we_are_refused() {
	we read "$at" "$window" /tmp/ours.bin
	[ $? -eq 7 ]
}

# they_look SEEN: where the peer cannot write the part.
they_look() {
	peer_does look
	need "the peer reads" did look
	need "the peer sees that stflash erased it" "$1" /tmp/peer.bin
	need "stflash reads" we_read read
	erase_why=$why why=""
	cannot "$no_writing" write
}

# We erase what we wrote, they look; and in the same run they write, and we look.
they_look_and_write() {
	need "stflash writes" we write $a "$at"
	need "stflash erases" ours erase erase $erase
	if [ -n "$no_writing" ]; then
		they_look "$1"
		return
	fi
	peer_does look write:$b
	need "the peer reads" did look
	need "the peer sees that stflash erased it" "$1" /tmp/peer.bin
	erase_why=$why why=""
	need "the peer writes" did write
	need "stflash verifies what the peer wrote" ours verify verify $b "$at"
	need "stflash reads" we_read read
	need "stflash reads what the peer wrote" begins_with /tmp/ours.bin $b
	need "the peer left the pages behind alone" kept /tmp/ours.bin
	cell write
}

# We write over what they wrote, and keep the rest of the page; they look, then erase, and we look. With a FAULT of
# faults.txt they do not erase, and say that they did.
they_look_and_erase() {
	need "stflash writes" ours write write $a "$at"
	tail -c +$((image_size + 1)) /tmp/ours.bin | cat $a - >/tmp/expected.bin
	peer_does read $2 erase
	need "the peer reads" did read
	need "the peer reads what stflash wrote, and what it kept" cmp /tmp/peer.bin /tmp/expected.bin
	cell read
	if [ -n "$2" ]; then
		need "the peer verifies what stflash wrote" did verify
		need "the peer sees that another image is not there" failed refuse
		cell verify
	fi
	why=$erase_why
	need "the peer erases" did erase
	need "stflash reads" we_read
	fault=$3
	if [ -n "$fault" ]; then
		need "the fault $fault of the peer is as it was" bank_2_is_left /tmp/ours.bin
	else
		need "stflash sees that the peer erased it" "$1" /tmp/ours.bin
	fi
	cell erase
}

# We protect, they are refused and lift it.
they_unlock() {
	need "stflash writes" we write $a "$at"
	need "stflash protects" ours lock protect
	power_cycle
	peer_does look unlock
	need "the peer is refused" is_gone $a
	need "the peer unlocks" did unlock
	power_cycle
	need "stflash reads" we_read
	need "stflash finds it blank" is_blank /tmp/ours.bin
	cell unlock
}

# They protect, we are refused and lift it; that the part is good again then shows when the next peer works on it.
they_lock() {
	peer_does lock
	need "the peer locks" did lock
	power_cycle
	need "stflash is refused with exit 7" we_are_refused
	need "stflash unprotects" ours unlock unprotect --yes-erase
	power_cycle
	cell lock
	blank 1024 >/tmp/tail.bin
}

# openocd_row PEER TRANSPORT_SCRIPT
openocd_row() {
	peer=$1 transport=$2 no_writing=$openocd_writes_not
	they_look_and_write is_blank_but_for_the_rest
	they_look_and_erase is_blank_but_for_the_rest "verify:$a refuse:$b"
	they_lock
	they_unlock
	tell_cells
}

# faults.txt 1
bank_2_is_left() {
	begins_with "$1" $a && kept "$1"
}

# It has no command for protection, but writes the option bytes of the parts whose registers for them it knows.
no_options="Option bytes writing is currently not supported for connected chip"
lost_options="st-flash 1.7.0 writes the option bytes of an F76x where they can only be read, and ends with 0"

st_flash_has_no_options() {
	st_flash_does lock
	! did lock && grep -F "$no_options" "$said"
}

st_flash_locks_nothing() {
	st_flash_does lock
	power_cycle
	did lock && we_read
}

st_flash_protects() {
	case $part in
	stm32f407vg | stm32f446re | stm32f2*)
		they_lock
		they_unlock
		;;
	stm32f767zi)
		cannot "$lost_options" lock unlock
		check "$part $model: st-flash does not change the option bytes here" st_flash_locks_nothing
		;;
	*)
		cannot "st-flash --area=option: \"$no_options\"" lock unlock
		check "$part $model: st-flash has no option bytes here" st_flash_has_no_options
		;;
	esac
}

# Where it takes the part for another one, what it does beyond reading is not asked for.
st_flash_reads_alone() {
	need "stflash writes" we write $a "$at"
	peer_does read
	need "stflash reads" we_read read
	need "the peer reads" did read
	need "the peer reads what stflash wrote" cmp /tmp/peer.bin /tmp/ours.bin
	cell read
	cannot "$st_flash_writes_not" write erase lock unlock
	tell_cells
}

# Its erase takes the whole chip, as does ours here.
st_flash_row() {
	peer=st-flash at=$st_flash_at window=$st_flash_window erase=--all no_writing=
	cannot "st-flash has no such command, but reads back what it wrote" verify
	if [ -n "$st_flash_writes_not" ]; then
		st_flash_reads_alone
		return
	fi
	blank 1024 >/tmp/tail.bin
	they_look_and_write is_blank
	if [ $((at)) -lt $((0x08100000)) ]; then
		they_look_and_erase is_blank ""
	else
		they_look_and_erase is_blank "" 1
	fi
	st_flash_protects
	tell_cells
}

# row N PART MODEL SCRIPT DRIVER AT KEPT ERASE ST_FLASH_AT [OPENOCD_WRITES_NOT [ST_FLASH_WRITES_NOT]]: the N-th probe of
# the scenario; openocd's script and the commands of its flash driver; where the image goes, how far from there its last
# page ends; what stflash erases then; where st-flash, which cannot begin inside a page, writes; why one of them does not.
row() {
	probe=$1 part=$2 model=$3 script=$4 driver=$5 at=$6 window=$(($7 + 1024)) erase=$8
	st_flash_at=$9
	openocd_writes_not=${10-} st_flash_writes_not=${11-}
	st_flash_window=$((window - (st_flash_at - at)))
	why="" fault=""
	: >/tmp/unknown
	rm -f /tmp/cost.*
	plug_host "$probe" || return
	we_read
	tail -c 1024 /tmp/ours.bin >/tmp/tail.bin
	openocd_row hla interface/stlink.cfg
	openocd_row dap /t/guest/dapdirect.cfg
	st_flash_row
	detach
}

install_rule
