# SPDX-License-Identifier: MIT
# Values that are put into the image of each board, and the files that count them.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

# at OFFSET LENGTH: what flash holds there, as hexadecimal digits.
at() {
	tail -c +$(($1 + 1)) flash.bin | head -c "$2" | od -An -v -tx1 | tr -d ' \n'
}

holds() {
	[ "$(at "$1" "$2")" = "$3" ] || failed "after '$ran' flash holds $(at "$1" "$2") at $1, not $3"
}

# stamp STAMP...: a write of new.bin with these.
stamp() {
	options=
	for one; do
		options="$options --stamp $one"
	done
	# shellcheck disable=SC2086
	run stflash -p $f103 --json write new.bin $options
}

test_stamps_of_every_kind_are_written_and_proven() {
	new_firmware 3000
	printf 'name,key\nfirst,"00:11:22 33"\nsecond,44556677\n' >keys.csv
	before=$(date +%s)
	stamp 0x08004000=u8:0x5a 0x08004001=u16:513 0x08004003=u32:0xdeadbeef 0x08004007=hex:0a0b0C 0x08004010=str:Hello \
		0x08004020=uid 0x08004030=time 0x08004034=sn:serial.txt 0x08004040=csv:keys.csv:key \
		"0x08004050=str:{sn:serial.txt}/{uid}{{" 0x08004100=csv:keys.csv:2
	status_is 0
	after=$(date +%s)
	stdout_has '"verified":true'
	holds 16384 10 5a0102efbeadde0a0b0c
	holds $((16384 + 16)) 5 48656c6c6f
	stdout_has '{"addr":"0x08004034","kind":"sn","value":"1"}'
	stdout_has '{"addr":"0x08004040","kind":"csv","value":"keys.csv row 1"}'
	holds $((16384 + 0x34)) 4 01000000
	holds $((16384 + 0x40)) 4 00112233
	holds $((16384 + 0x100)) 4 00112233
	uid=$(at $((16384 + 0x20)) 12)
	run stflash -p $f103 --json read 0x1ffff7e8 12 uid.bin
	[ "$uid" = "$(od -An -v -tx1 uid.bin | tr -d ' \n')" ] || failed "the unique id that was stamped is $uid"
	run stflash -p $f103 --json info
	text=$(sed 's/.*"uid":"\([^"]*\)".*/\1/' "$said/stdout")
	printf '1/%s{' "$text" >wanted
	tail -c +$((16384 + 0x50 + 1)) flash.bin | head -c "$(wc -c <wanted)" >text
	same_bytes wanted text
	time=$((0x$(at $((16384 + 0x33)) 1)$(at $((16384 + 0x32)) 1)$(at $((16384 + 0x31)) 1)$(at $((16384 + 0x30)) 1)))
	[ "$time" -ge "$before" ] && [ "$time" -le "$after" ] || failed "the time is $time, not $before to $after"
	[ "$(cat serial.txt)" = 2 ] || failed "the next number is $(cat serial.txt)"
	[ "$(cat keys.csv.next)" = 2 ] || failed "the next row is $(cat keys.csv.next)"
	head -c 3000 flash.bin | cmp - new.bin || failed "the image is not there"
	nothing_is_left_behind
}

test_stamps_give_each_write_another_number_and_row() {
	new_firmware 3000
	printf 'a;b\n1;aa01\n\n2;aa02\n3;aa03' >keys.csv
	printf '0098' >serial.txt
	for n in 1 2 3; do
		stamp 0x08004000=sn:serial.txt 0x08004008=csv:keys.csv:b
		status_is 0
		stderr_has "stamped at 0x08004000: sn $((97 + n))"
		holds 16384 4 "$(printf '%02x000000' $((97 + n)))"
		holds 16392 2 "aa0$n"
	done
	[ "$(cat serial.txt)" = 0101 ] || failed "the next number is $(cat serial.txt)"
	cp flash.bin before
	stamp 0x08004000=sn:serial.txt 0x08004008=csv:keys.csv:b
	fails_with 2 "keys.csv.next is used up: 4 would be the next, and 3 is the last there is; nothing was changed"
	same_bytes before flash.bin
	[ "$(cat serial.txt)" = 0101 ] || failed "a number was taken all the same"
	printf '\n4;bb' >>keys.csv
	stamp 0x08004008=csv:keys.csv:b
	status_is 0
	holds 16392 1 bb
}

test_stamps_that_cannot_be_made_change_nothing_and_take_no_number() {
	new_firmware 3000
	full_flash 65536
	printf '7\n' >serial.txt
	printf 'key\nnothing\n' >bad.csv
	printf 'seven\n' >words.txt
	mkdir folder
	for bad in 0x08000100=u32:1 0x08000bb7=u16:1 0x1ffff000=u8:1 0x08010000=u8:1 0x0800fffe=u32:1 0x08004002=u8:1 \
		0x08005000=csv:missing.csv:key 0x08005000=csv:bad.csv:other 0x08005000=csv:bad.csv:key 0x08005000=sn:words.txt \
		0x08005000=sn:folder 0x08005000=sn:no/such/folder/x; do
		stamp 0x08004000=sn:serial.txt $bad
		[ "$status" -eq 2 ] || [ "$status" -eq 10 ] || failed "'$ran' ended with $status"
		same_bytes flash.before flash.bin
		# A folder that is missing shows when the file is to be made.
		[ "$bad" = 0x08005000=sn:no/such/folder/x ] || [ "$(cat serial.txt)" = 7 ] || failed "'$ran' took a number"
		printf '7\n' >serial.txt
	done
	stamp 0x08004000=sn:serial.txt 0x08000100=u32:1
	stderr_has "new.bin has bytes at 0x08000100 already; nothing was changed (--stamp-over replaces them)"
	stamp 0x08004000=sn:serial.txt 0x08004003=u8:1
	fails_with 2 "--stamp: two stamps have bytes at 0x08004003; nothing was changed"
	run stflash -p "virtual:stm32f103c8,noack=1" write new.bin --stamp 0x08004000=sn:serial.txt
	status_is 6
	run stflash -p $f103 write --dry-run new.bin --stamp 0x08004000=sn:serial.txt
	status_is 0
	stderr_has "would stamp at 0x08004000: sn 7"
	[ "$(cat serial.txt)" = 7 ] || failed "a number was taken by what changed nothing"
	printf '4294967296' >serial.txt
	stamp 0x08004000=sn:serial.txt
	fails_with 2 "serial.txt is used up"
}

test_stamps_over_the_image() {
	new_firmware 3000
	run stflash -p $f103 write new.bin --stamp-over --stamp 0x08000bb6=u32:0x11223344 --stamp 0x08000800=str:X
	status_is 0
	stderr_has "$by_hash"
	holds 2998 4 44332211
	holds 2048 1 58
	tail -c +2050 new.bin | head -c 949 >wanted
	tail -c +2050 flash.bin | head -c 949 >there
	same_bytes wanted there
}

test_stamps_are_understood_before_anything_is_opened() {
	form="--stamp takes ADDR=KIND:VALUE, not"
	kinds="is none of u8, u16, u32, hex, str, uid, time, sn and csv"
	bytes="is not 1 to 256 bytes in hexadecimal"
	braces="is none of {sn:FILE}, {uid} and {time}; {{ is a brace"
	number="is no number of"
	columns="--stamp: csv takes FILE:COLUMN, not"
	open="has a { without its }; {{ is a brace"
	empty="--stamp: str takes at least one character"
	while IFS='|' read -r bad why; do
		run stflash -p $f103 write missing.bin --stamp "$bad"
		fails_with 2 "$why" "(see stflash help write)"
	done <<-TEXT
		0x08004000|$form '0x08004000'
		=u8:1|$form '=u8:1'
		x=u8:1|$form 'x=u8:1'
		0x100000000=u8:1|$form
		0x08004000=u64:1|--stamp: 'u64' $kinds
		0x08004000=u8|--stamp: u8 takes a value
		0x08004000=sn|--stamp: sn takes a value
		0x08004000=uid:1|--stamp: uid takes no value
		0x08004000=time:|--stamp: time takes no value
		0x08004000=u8:256|--stamp: '256' $number 8 bits
		0x08004000=u16:-1|--stamp: '-1' $number 16 bits
		0x08004000=u32:0x100000000|$number 32 bits
		0x08004000=hex:|--stamp: '' $bytes
		0x08004000=hex:123|--stamp: '123' $bytes
		0x08004000=hex:xy|--stamp: 'xy' $bytes
		0x08004000=str:|$empty
		0x08004000=str:{sn:}|--stamp: {sn:} $braces
		0x08004000=str:{serial}|--stamp: {serial} $braces
		0x08004000=str:{uid|--stamp: '{uid' $open
		0x08004000=csv:keys.csv|$columns 'keys.csv'
		0x08004000=csv:keys.csv:|$columns 'keys.csv:'
		0x08004000=csv::key|$columns ':key'
	TEXT
	run stflash -p $f103 write missing.bin --stamp-over
	fails_with 2 "--stamp-over means nothing without --stamp"
	run stflash -p $f103 read --stamp 0x08004000=u8:1 dump.bin
	fails_with 2 "--stamp means nothing to 'read'"
	set --
	for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		set -- "$@" --stamp $((0x08004000 + 2 * i))=u8:1 --stamp $((0x08004001 + 2 * i))=u8:1
	done
	run stflash -p $f103 write missing.bin "$@"
	fails_with 2 "more than 32 stamps"
	new_firmware 3000
	run stflash -p $f103 write new.bin --stamp "0x08004000=str:$(printf '%0257d' 0)"
	fails_with 2 "is longer than 256 bytes"
}

# Ten at once, and some of them killed in the middle.
test_stamps_never_give_a_number_twice() {
	new_firmware 3000
	round=0
	while [ $((round += 1)) -le 4 ]; do
		pids=
		for i in 1 2 3 4 5; do
			stflash -q -p virtual:stm32f103c8,flash=board-$round-$i write new.bin --stamp 0x08004000=sn:serial.txt \
				>"out-$round-$i" 2>&1 &
			pids="$pids $!"
		done
		victim=${pids##* }
		[ $round -eq 1 ] || wait_for "$victim" [ -s serial.txt ] || :
		[ $((round % 2)) -eq 1 ] || kill -s KILL "$victim"
		wait
	done
	for board in board-*[0-9]; do
		tail -c +16385 "$board" | head -c 4 | od -An -tu4 | tr -d ' '
	done | grep -v 4294967295 | sort >numbers
	[ "$(wc -l <numbers)" -ge 18 ] || failed "only $(wc -l <numbers) boards have a number"
	[ -z "$(uniq -d numbers)" ] || failed "given twice: $(uniq -d numbers | xargs)"
	[ "$(sort -n numbers | tail -n 1)" -lt "$(cat serial.txt)" ] || failed "the next number was given already"
}

test_stamps_of_several_boards_at_once() {
	new_firmware 3000
	printf 'key\n01\n02\n03\n' >keys.csv
	run stflash -p virtual:stm32f103c8,flash=a -p virtual:stm32f103c8,flash=b -p virtual:stm32f103c8,flash=c write new.bin \
		--stamp 0x08004000=csv:keys.csv:key --stamp 0x08004001=sn:serial.txt
	status_is 0
	for board in a b c; do
		tail -c +16385 $board | head -c 1 | od -An -tx1
	done | sort | xargs >keys
	[ "$(cat keys)" = "01 02 03" ] || failed "the boards have the keys $(cat keys)"
	[ "$(cat serial.txt)" = 4 ] || failed "the next number is $(cat serial.txt)"
}
