# SPDX-License-Identifier: MIT
# Parts of the double-word controller: the peers are at work on them alone first, and what one did another one must see;
# then what stflash did they must see, and what they did stflash. A scenario sources this file after matrix.sh, and has a
# line "row_alone ..." for each of its probes.

# st-flash leaves out or adds bytes where an image ends within a double word; that is not asked for here.
image_size=2056
head -c $image_size /t/64k.bin >$a
tr '\000-\377' '\001-\377\000' <$a >$b

# witness: the window as openocd reads it over the other transport, in /tmp/seen.bin.
witness() {
	local peer=witness transport=$other_transport
	rm -f /tmp/seen.bin
	openocd_does look
	! did look || mv /tmp/peer.bin /tmp/seen.bin
}

witness_is_refused() {
	witness
	[ ! -s /tmp/seen.bin ]
}

# Up to the end of the page at least, which the image does not reach.
image_is_gone() {
	blank "$image_size" | cmp - /tmp/first.bin
}

witness_sees_it_blank() {
	witness
	head -c "$image_size" /tmp/seen.bin >/tmp/first.bin
	image_is_gone
}

they_write_and_read() {
	local writes_and_reads=$1
	peer_does $writes_and_reads
	need "the peer writes" did write
	cp /tmp/did /tmp/did.then
	[ "$peer" != st-flash ] || st_flash_does read
	cp /tmp/peer.bin /tmp/read.bin
	grep -h . /tmp/did /tmp/did.then | sort -u >/tmp/did.all
	witness
	cp /tmp/did.all /tmp/did
	need "another peer reads what it wrote" begins_with /tmp/seen.bin $b
	cell write
	need "the peer reads" did read
	need "both peers read the same" cmp /tmp/read.bin /tmp/seen.bin
	cell read
}

they_erase() {
	peer_does erase
	need "the peer erases" did erase
	need "another peer sees it blank" witness_sees_it_blank
	cell erase
}

openocd_locks_and_unlocks() {
	peer_does write:$b lock
	need "the peer locks" did lock
	power_cycle
	need "another peer is refused" witness_is_refused
	cell lock
	peer_does unlock
	need "the peer unlocks" did unlock
	power_cycle
	need "another peer sees it blank" witness_sees_it_blank
	cell unlock
}

# openocd_alone PEER TRANSPORT_SCRIPT OTHER
openocd_alone() {
	peer=$1 transport=$2 other_transport=$3
	they_write_and_read "write:$b read verify:$b refuse:$a"
	need "the peer verifies what it wrote" did verify
	need "the peer sees that another image is not there" failed refuse
	cell verify
	they_erase
	openocd_locks_and_unlocks
	tell_cells
}

# st_flash_option VALUE: it writes one word of option bytes, without a word on what was there.
st_flash_option() {
	snapshot /tmp/before
	as_bench timeout 600 st-flash --area=option write "$1" >"$said" 2>&1
	status=$?
	snapshot /tmp/after
	costs "/tmp/cost.$peer." "$2" /tmp/known.st-flash /tmp/before /tmp/after
	return $status
}

# st_flash_locks_and_unlocks OPTR: without its lowest byte
st_flash_locks_and_unlocks() {
	if [ -z "$1" ]; then
		cannot "st-flash 1.7.0 does not write the option bytes of L4+ and WB" lock unlock
		return
	fi
	st_flash_does write:$b
	need "the peer locks" st_flash_option "${1}bb" lock
	power_cycle
	need "another peer is refused" witness_is_refused
	cell lock
	need "the peer unlocks" st_flash_option "${1}aa" unlock
	power_cycle
	need "another peer sees it blank" witness_sees_it_blank
	cell unlock
}

# st_flash_alone WHY_NOT OPTR
st_flash_alone() {
	peer=st-flash other_transport=interface/stlink.cfg
	if [ -n "$1" ]; then
		cannot "$1" write read verify erase lock unlock
		return
	fi
	they_write_and_read "write:$b"
	they_erase
	cannot "st-flash has no such command, but reads back what it wrote" verify
	st_flash_locks_and_unlocks "$2"
	tell_cells
}

# agreed WHAT: the check.
agreed() {
	if [ -s /tmp/unknown ]; then
		why="${why:+$why; }anomalies: $(sort -u /tmp/unknown | tr '\n' ';')"
	fi
	if [ -z "$why" ]; then
		pass "$part $model: $1"
	else
		[ ! -e /tmp/said.then ] || mv /tmp/said.then "$said"
		cat "$said"
		fail "$part $model: $1" "$why"
	fi
	why=""
	: >/tmp/unknown
}

# Written by one, verified and written over by the other, verified by the first; erased by one, seen by the other.
openocd_and_stflash_agree() {
	peer=hla transport=interface/stlink.cfg
	need "stflash writes" we write $a "$at"
	openocd_does "verify:$a" "refuse:$b" "write:$b"
	need "openocd verifies what stflash wrote" did verify
	need "openocd sees that another image is not there" failed refuse
	need "openocd writes over it" did write
	need "stflash verifies what openocd wrote" we verify $b "$at"
	need "stflash writes over it" we write $a "$at"
	need "stflash erases" we erase --all
	openocd_does look
	need "openocd reads" did look
	need "openocd sees that stflash erased it" is_blank /tmp/peer.bin
	need "stflash writes where it erased" we write $a "$at"
	openocd_does erase
	need "openocd erases" did erase
	need "stflash reads" we_read
	need "stflash sees that openocd erased it" is_blank /tmp/ours.bin
	agreed "openocd and stflash agree on flash"
}

st_flash_and_stflash_agree() {
	peer=st-flash
	need "stflash writes" we write $a "$at"
	st_flash_does look
	need "st-flash reads what stflash wrote" begins_with /tmp/peer.bin $a
	need "stflash erases" we erase --all # what st-flash erases by itself in bank 2 of a G4 is another page
	st_flash_does write:$b
	need "st-flash writes" did write
	need "stflash verifies what st-flash wrote" we verify $b "$at"
	agreed "st-flash and stflash agree on flash"
}

# sees_register VALUE: openocd reads WRP1AR, at +2c, like that.
sees_register() {
	grep -i "^@register.*= $1" "$said"
}

# stflash_sees NAME VALUE
stflash_sees() {
	as_bench stflash options >"$said" 2>&1 && grep -E "^$1 +$2 " "$said"
}

# options_agree: what stflash sets in the option bytes openocd reads in the register, and what openocd writes there
# stflash shows; each after a power cycle, and neither changes what the other one set beside it.
options_agree() {
	peer=hla transport=interface/stlink.cfg
	need "stflash sets option bytes" we options set --save /tmp/options.txt WRP1A_STRT=2 WRP1A_END=3 nRST_STOP=0
	power_cycle
	openocd_does register
	need "openocd reads what stflash set" did register
	need "openocd reads the range of stflash" sees_register "0x[0-9a-f]*3[0-9a-f]\{2\}[08c]2"
	openocd_does range
	need "openocd writes option bytes" did range
	power_cycle
	need "stflash shows what openocd wrote" stflash_sees WRP1A_STRT 0x04
	need "stflash shows the end of it" stflash_sees WRP1A_END 0x05
	need "openocd left the other bits alone" stflash_sees nRST_STOP 0
	need "stflash takes all of it back" we options set --save /tmp/options-2.txt WRP=none nRST_STOP=1
	rm -f /tmp/options.txt /tmp/options-2.txt
	power_cycle
	agreed "openocd and stflash agree on option bytes"
}

# row_alone N PART MODEL SCRIPT AT [ST_FLASH_NOT [OPTR]]: the N-th probe of the scenario; openocd's script; where the
# image goes; why st-flash is not at work here; the option word that it writes to lock and unlock, but for its RDP.
row_alone() {
	probe=$1 part=$2 model=$3 script=$4 driver=stm32l4x at=$5 window=$((image_size + 1024))
	why="" fault=""
	: >/tmp/unknown
	rm -f /tmp/cost.*
	plug_host "$probe" || return
	openocd_alone hla interface/stlink.cfg /t/guest/dapdirect.cfg
	openocd_alone dap /t/guest/dapdirect.cfg interface/stlink.cfg
	st_flash_alone "${6-}" "${7-}"
	openocd_and_stflash_agree
	[ -n "${6-}" ] || st_flash_and_stflash_agree
	options_agree
	detach
}
