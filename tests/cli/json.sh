# SPDX-License-Identifier: MIT
# Every object of every command with --json is as docs/json.md says.

f103=virtual:stm32f103c8,flash=flash.bin

# note_objects COMMAND...: what it puts on stdout is added to objects.
note_objects() {
	run stflash --json -q "$@"
	cat "$said/stdout" >>objects
}

fits_the_schema() {
	awk -f "$cases/json.awk" "$cases/../../docs/json.md" objects >"$said/verdict" 2>&1 ||
		failed "$(head -n 4 "$said/verdict")"
	[ "$(tail -n 1 "$said/verdict")" = "checked $1" ] || failed "there are not $1 objects: $(tail -n 1 "$said/verdict")"
}

test_json_of_results_fits_the_schema() {
	new_firmware 3000
	note_objects -p $f103 info
	note_objects -p $f103,wrp=1 info --map
	note_objects -p virtual:stm32f401re,pcrop=2 info --map
	note_objects -p $f103 write --dry-run new.bin
	note_objects -p $f103 write new.bin
	note_objects -p $f103 write new.bin --stamp 0x0800f000=sn:serial.txt --stamp 0x0800f004=uid
	note_objects -p $f103 read dump.bin
	note_objects -p $f103 read 0x20000000 64 ram.bin
	note_objects -p $f103 hash
	note_objects -p $f103 verify new.bin
	note_objects -p $f103 verify new.bin ram.bin@0x0800f000
	stdout_has '"files":[{"name":"new.bin","sha256":"'"$(sha256sum new.bin | cut -d' ' -f1)"'","format":"bin","bytes":3000,"made":false}'
	stdout_has ',{"name":"ram.bin","sha256":"'"$(sha256sum ram.bin | cut -d' ' -f1)"'","format":"bin","bytes":64,"made":false,"addr":"0x0800f000"}]'
	note_objects -p $f103 backup folder
	note_objects -p $f103 erase 0x08000400 1k
	note_objects -p $f103 restore folder
	note_objects -p $f103 reset
	note_objects -p $f103 reset --halt
	note_objects -p $f103 options
	note_objects -p virtual:stm32f429zi options
	note_objects -p $f103 options set WRP=0-3
	note_objects -p $f103 protect
	note_objects -p $f103 unprotect --yes-erase
	note_objects -p $f103 erase --all
	fits_the_schema 22
}

test_json_of_failures_fits_the_schema() {
	new_firmware 3000
	note_objects -p $f103 verify new.bin
	status_is 10
	note_objects -p virtual:stm32f103c8,rdp=1 info
	status_is 7
	note_objects -p virtual:stm32f407vg,rdp=1 options
	note_objects -p virtual:stm32f103c8,noack=1 read dump.bin
	note_objects -p virtual:z80 info
	note_objects frobnicate
	note_objects -p virtual erase 1 2
	fits_the_schema 7
}

test_json_of_doctor_and_list_fits_the_schema() {
	note_objects -p virtual:stm32f103c8 doctor
	note_objects -p virtual:stm32f103c8,power=0 doctor
	fits_the_schema 17
	note_objects list --chips
	chips=$(wc -l <"$said/stdout")
	note_objects list
	[ "$status" -ne 0 ] || not_run "an ST-LINK is plugged into this computer"
	fits_the_schema $((18 + chips))
}

test_json_events_fit_the_schema_and_come_in_order() {
	new_firmware 3000
	run stflash --json=events -q -p $f103 write new.bin
	cat "$said/stdout" >objects
	sed 's/.*"event":"\([a-z]*\)".*/\1/; s/^{"command":"write","ok".*/result/' objects | uniq | xargs >order
	[ "$(cat order)" = "begin progress result end" ] || failed "they come in the order $(cat order)"
	stdout_has '"event":"begin","probe":{"serial":"'
	stdout_has '","path":"virtual:stm32f103c8,flash=flash.bin","model":"ST-LINK/V2"}'
	stdout_has '"phase":"checking","done":'
	stdout_has '"ok":true,"status":0}'
	run stflash --json=events -p $f103 write --no-verify new.bin
	cat "$said/stdout" >>objects
	stdout_has '"event":"warning","probe":'
	stdout_has '"message":"--no-verify: nothing checks afterwards that the flash is right"}'
	stdout_has '"warnings":["--no-verify: nothing checks afterwards that the flash is right"]}'
	run stflash --json=events -p $f103 verify new.bin ram.bin
	cat "$said/stdout" >>objects
	stdout_has '"ok":false,"status":2}'
	run stflash --json=events -p virtual:stm32f103c8,noack=1 read dump.bin
	cat "$said/stdout" >>objects
	stdout_has '"event":"begin"'
	stdout_has '"ok":false,"status":6}'
	run stflash --json=events -p virtual:stm32f103c8 doctor
	cat "$said/stdout" >>objects
	head -n 1 "$said/stdout" | grep -q '"event":"begin"' || failed "doctor begins with $(head -n 1 "$said/stdout")"
	run stflash --json=events frobnicate
	cat "$said/stdout" >>objects
	stdout_has '{"command":"","ok":false,"error":{"name":"argument","message":"unknown command'
	run stflash --json=more info
	stderr_has "--json takes events or nothing behind it, not 'more'"
	cat "$said/stdout" >>objects
	fits_the_schema "$(wc -l <objects)"
}

test_json_events_of_several_boards_are_told_apart() {
	new_firmware 3000
	run stflash --json=events -p virtual:stm32f103c8,flash=a -p virtual:stm32f103c8,flash=b,noack=1 write new.bin
	cat "$said/stdout" >objects
	for board in a b,noack=1; do
		grep -F "\"path\":\"virtual:stm32f103c8,flash=$board\"" objects >of-board
		[ "$(grep -c '"event":"begin"' of-board)" = 1 ] || failed "$board begins not once"
		tail -n 1 of-board | grep -q '"event":"end"' || failed "$board ends with $(tail -n 1 of-board)"
		grep -q '"ok":[a-z]*,"e\?' of-board || failed "$board has no result"
	done
	grep -q '^{"command":"write","ok":true.*"chip":"STM32F103.*"uid":".*"files":\[{"name":"new.bin"' objects ||
		failed "the result of the good board lacks what is known: $(cat objects)"
	fits_the_schema "$(wc -l <objects)"
}

# The validator must find what is wrong, or it would be worth nothing.
test_the_schema_finds_what_does_not_fit() {
	for object in '{"command":"reset","ok":true}' '{"command":"reset","ok":true,"core":5}' \
		'{"command":"reset","ok":true,"core":"running","more":1}' '{"command":"reset","ok":true,"core":"running"' \
		'{"command":"reset","ok":true,"core":"run\x"}' '{"command":"dance","ok":true}' \
		'{"command":"reset","ok":true,"core":"running"}}' '{"command":"reset","ok":false,"core":"running"}'; do
		printf '%s\n' "$object" >objects
		! awk -f "$cases/json.awk" "$cases/../../docs/json.md" objects >/dev/null || failed "it takes $object"
	done
}
