# SPDX-License-Identifier: MIT
# Every command of the README and of docs/ works as it stands there, on a virtual board, and says what is shown.
# page.awk reads the pages; what it finds is called here. STFLASH_UPDATE_DOCUMENTS=1 puts the output of now into them.

pages=$cases/../..

# What a reader has and a test has not: the probes that the pages choose. Everything else is typed as it is.
make_stflash() {
	mkdir -p "$room/said/bin"
	real=$(command -v stflash)
	cat >"$room/said/bin/stflash" <<-END
		#!/bin/sh
		n=\$# last=
		while [ \$n -gt 0 ]; do
			word=\$1
			shift
			[ "\$last \$word" != "-p all" ] || word=virtual:stm32f103c8,flash=board.bin
			case \$word in
			57FF7206 | usb:1-4.2) word=virtual:stm32f103c8,flash=board.bin ;;
			usbip://bench | usbip://bench/1-1) word=\$(echo "\$word" | sed "s,bench,\$SERVED,") ;;
			esac
			last=\$word
			set -- "\$@" "\$word"
			n=\$((n - 1))
		done
		exec "$real" --no-progress "\$@"
	END
	chmod +x "$room/said/bin/stflash"
	PATH=$room/said/bin:$PATH
}

# Bytes that are no text, the same in every run.
some_bytes() {
	seq 100000 999999 | LC_ALL=C tr '0-9\n' '\300-\312' | head -c "$1"
}

# What lies in every folder: firmware that runs on the virtual chips, pieces of it, and ./dev, whose "run" is stflash and
# whose other verbs are only looked for.
make_files() {
	mkdir -p "$said/files/build"
	cd "$said/files" || exit 1
	stflash -q -p virtual:stm32f103c8 read 0x08000000 1k boot.bin
	stflash -q -p virtual:stm32f103c8 read 0x08000000 1k boot.hex
	{ cat boot.bin && some_bytes 22528; } >firmware.bin
	as_elf firmware.bin >firmware.elf
	cp firmware.elf build/firmware.elf
	some_bytes 3000 >app.bin
	some_bytes 64 >config.bin
	cat >dev <<-END
		#!/bin/sh
		[ "\$1" != run ] || { shift && exec stflash "\$@"; }
		sh "$pages/dev" help | grep -q "^  \$1 "
	END
	chmod +x dev
}

# It is made when something is typed in it.
place() {
	folder=$room/case/$page/$1
	export STFLASH_PROBE=virtual:stm32f103c8,flash=board.bin
	expected=0
}

enter() {
	[ -d "$folder" ] || { mkdir -p "${folder%/*}" && cp -R "$said/files" "$folder"; }
	cd "$folder" || failed "$page: there is no folder $folder"
}

board() {
	export STFLASH_PROBE="virtual:$1,flash=board.bin"
	rm -f "$folder/board.bin" "$folder/board.bin.options"
}

ends() {
	expected=$1
}

# type_it LINE: the shell commands of the file "commands"; what they say goes to "answer".
type_it() {
	enter
	grep -q 'usbip://bench' "$said/commands" && [ -z "$listener" ] && serve stm32f103c8
	SERVED=$(sed -n 's/^listening on //p' "$said/served" 2>/dev/null) timeout -k 5 $hang_s sh -e "$said/commands" \
		>"$said/answer" 2>&1 </dev/null
	status=$?
	[ "$status" -eq "$expected" ] ||
		failed "$page:$1: '$(head -n 1 "$said/commands")' ended with $status, not $expected: $(head -c 300 "$said/answer" | tr '\n' '|')"
	expected=0
	number=$((number + $(grep -c . "$said/commands")))
}

typed() {
	cat >"$said/commands"
	type_it "$1"
}

# What stands for something else in a command: it cannot be typed as it is.
placeholders='(^|[^A-Za-z_])(ADDR|BUSID|CHIP|COMMAND|DIR|FILE|FIRMWARE|FOLDER|GROUP|HOST|KHZ|KIB|N|NAME|PROBE|SEL|SIZE|VALUE|VERB)([^A-Za-z_=]|$)|\.\.\.'

inline() {
	cat >"$said/commands"
	if grep -qE "$placeholders" "$said/commands"; then
		look_at "$1" $(tr '*?[' '   ' <"$said/commands")
	else
		type_it "$1"
	fi
}

# look_at LINE WORDS...: a command with placeholders must at least be one, and its options known.
look_at() {
	page_line=$1
	[ "$2" = stflash ] || return 0
	shift 2
	printf '%s\n' "$@" | grep -qxF "$(all_commands)" || failed "$page:$page_line: no command is in 'stflash $*'"
	for word; do
		case $word in
		--[a-z]*) grep -qE -e "^ .* ${word%%=*}( |\$)" "$said/helps" || failed "$page:$page_line: $word is not known" ;;
		esac
	done
}

all_commands() {
	stflash help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\(, [a-z]*\)*\) .*/\1/p' | tr -d ',' | tr ' ' '\n'
}

file() {
	enter
	mkdir -p "$(dirname "$2")"
	cat >"$2"
}

# For whom it cannot be typed here, and no other reason.
kept_from() {
	case $2 in
	"needs root" | "needs the network" | "another system" | "needs a board" | "needs a release") ;;
	*) failed "$page:$1: '$2' is no reason not to type a block" ;;
	esac
	not_typed=$((not_typed + 1))
}

wrong() {
	failed "$page:$1: $2"
}

# Time differs from run to run, and with it the rate; a file that keeps old option bytes is named after the time.
without_time() {
	sed -E 's/[0-9.]+ (ms|s)([^a-z]|$)/T s\2/g; s/[0-9]+ KiB\/s/R KiB\/s/g; s/-20[0-9]{6}-[0-9]{6}(-[0-9]+)?/-DATE/g; s/20[0-9]{2}-[0-9]{2}-[0-9]{2}/DAY/g' "$@"
}

# answer_as FILE: what was said just now; where FILE has a line "...", so much of the beginning and the end as FILE.
answer_as() {
	if ! grep -qx '\.\.\.' "$1"; then
		cat "$said/answer"
		return
	fi
	head -n $(($(grep -nx -m 1 '\.\.\.' "$1" | cut -d: -f1) - 1)) "$said/answer"
	echo ...
	tail -n $(sed '1,/^\.\.\.$/d' "$1" | wc -l) "$said/answer"
}

# Each command and what is shown below it.
shown() {
	cat >"$said/shown"
	: >"$said/fresh"
	while read -r number_of_line; do
		sed -n "${number_of_line}s/^\$ //p" "$said/shown" >"$said/commands"
		type_it $(($1 + number_of_line))
		sed -n "${number_of_line}p" "$said/shown" >>"$said/fresh"
		sed "1,${number_of_line}d" "$said/shown" | sed '/^\$ /,$d' >"$said/below"
		answer_as "$said/below" >"$said/now"
		without_time "$said/below" >"$said/a"
		without_time "$said/now" >"$said/b"
		if cmp -s "$said/a" "$said/b"; then cat "$said/below"; else cat "$said/now"; fi >>"$said/fresh"
	done <<-END
		$(grep -n '^\$ ' "$said/shown" | cut -d: -f1)
	END
	cmp -s "$said/shown" "$said/fresh" && return
	[ -n "${STFLASH_UPDATE_DOCUMENTS-}" ] ||
		failed "$page:$1: it says now: $(diff "$said/shown" "$said/fresh" | tail -n +2 | tr '\n' '|')"
	{ echo "$1 $2"; cat "$said/fresh"; } >"$said/update.$1"
}

# The blocks that were found to have changed, put into the page; from the last one on, so that lines keep their numbers.
update_page() {
	for update in $(ls "$said" | sed -n 's/^update\.//p' | sort -rn); do
		read -r first last <"$said/update.$update"
		{ head -n "$first" "$pages/$page"; tail -n +2 "$said/update.$update"; tail -n "+$last" "$pages/$page"; } >"$said/page"
		cat "$said/page" >"$pages/$page"
	done
}

# types PAGE COMMANDS NOT_TYPED: at least so many commands are typed, and at most so many blocks are not.
types() {
	page=$1
	number=0
	not_typed=0
	[ -d "$said/files" ] || make_stflash
	[ -d "$said/files" ] || make_files
	for name in '' options $(all_commands); do stflash help $name; done >"$said/helps"
	awk -f "$cases/page.awk" "$pages/$page" >"$said/calls"
	. "$said/calls"
	[ $number -ge "$2" ] || failed "$page: only $number commands are typed, $2 were"
	[ $not_typed -le "$3" ] || failed "$page: $not_typed blocks are not typed, $3 are known"
	update_page
}

test_the_readme_works_as_it_stands() {
	types README.md 40 3
}

test_the_page_of_other_tools_works() {
	types docs/coming-from.md 50 0
}

test_the_page_of_protection_works() {
	types docs/protection.md 12 0
}

test_the_page_of_troubles_works() {
	types docs/troubleshooting.md 9 0
}

test_the_page_of_the_virtual_probe_works() {
	types docs/virtual-probe.md 8 1
}

test_the_page_of_installing_works() {
	types docs/install.md 6 12
}

test_the_page_of_integrations_works() {
	types docs/integrations.md 5 0
}

test_the_page_of_formats_works() {
	types docs/formats.md 3 0
}

test_the_page_of_several_boards_works() {
	types docs/several-boards.md 4 1
}

test_the_other_pages_work() {
	types docs/design.md 2 0
	for name in json library portability reliability; do
		types docs/$name.md 0 0
	done
}

# What the clock decides in a picture is not compared: times, and how far the bar is.
without_clock() {
	without_time "$@" | sed -E 's/ textLength="[0-9.]*"//; s/\[[#.]+\] +[0-9]+ %  [0-9]+ of/[BAR] N %  N of/; s/ +/ /g'
}

test_the_pictures_are_what_the_program_shows() {
	timeout -k 5 $hang_s sh "$pages/docs/pictures.sh" "$(command -v stflash)" "$said/pictures" >"$said/answer" 2>&1
	status=$?
	[ $status -ne 77 ] || not_run "$(cat "$said/answer")"
	[ $status -eq 0 ] || failed "docs/pictures.sh ended with $status: $(head -c 300 "$said/answer" | tr '\n' '|')"
	for name in write info-map; do
		grep -qF "(docs/$name.svg)" "$pages/README.md" || failed "README.md does not show docs/$name.svg"
		without_clock "$said/pictures/$name.svg" >"$said/fresh"
		without_clock "$pages/docs/$name.svg" >"$said/kept" 2>&1
		cmp -s "$said/fresh" "$said/kept" && continue
		[ -n "${STFLASH_UPDATE_DOCUMENTS-}" ] ||
			failed "docs/$name.svg is no longer so: $(diff "$said/kept" "$said/fresh" | head -n 6 | tr '\n' '|')"
		cp "$said/pictures/$name.svg" "$pages/docs/$name.svg"
	done
}
