#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR: what the jobs of jobs.txt cost on the virtual probe's clock, beside the bound that physics
# sets and the fastest peer; then the size of the binaries, and CPU time and memory of the process.
# Ends with status 1 when a job failed, left an anomaly, or took longer than it may.
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"; [ -z "${server-}" ] || kill "$server" 2>/dev/null' EXIT
cd "$tmp" || exit 1
bad=0

random() {
	head -c "$1" /dev/urandom
}

blank() {
	head -c "$1" /dev/zero | tr '\0' '\377'
}

# pieces N PERIOD: Intel HEX of N pieces of 16 random bytes, one each PERIOD bytes of flash.
pieces() {
	random $((16 * $1)) | od -An -v -tx1 -w16 | awk -v period="$2" '
	BEGIN { for (i = 0; i < 256; i++) value[sprintf("%02x", i)] = i }
	function record(kind, offset, data, n,  sum, i, text) {
		text = sprintf("%02x%04x%02x%s", n, offset, kind, data)
		for (i = 1; i < length(text); i += 2)
			sum += value[substr(text, i, 2)]
		printf ":%s%02x\n", text, (256 - sum % 256) % 256
	}
	{
		at = (NR - 1) * period
		if (at % 65536 == 0 || NR == 1)
			record(4, 0, sprintf("%04x", 2048 + int(at / 65536)), 2)
		gsub(/ /, "")
		record(0, at % 65536, $0, 16)
	}
	END { record(1, 0, "", 0) }'
}

make_files() {
	random 23552 >new23k.bin
	random 65536 >new64k.bin
	random 409600 >new400k.bin
	random 1048576 >new1m.bin
	random 524288 >new512k.bin
	random 65536 >full64
	random 1048576 >full1m
	{ random 23552 && blank 41984; } >part64
	blank 65536 >blank64
	blank 1048576 >blank1m
	blank 2097152 >blank2m
	pieces 16384 32 >pieces512k.hex
	pieces 48 1024 >pieces48.hex
	printf ':020000040802F0\n:10001000%032dE0\n:00000001FF\n' 0 >clear16.hex
	random 133120 >new130k.bin
	{ random 143360 && blank 905216; } >part140k
	{ random 440320 && blank 608256; } >part430k
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do random 14336 && blank 6144; done >holes1m
	blank 638976 >>holes1m
	cp new64k.bin new64k
	cp new1m.bin new1m
	{ head -c 30000 new64k.bin && printf x && tail -c +30002 new64k.bin; } >near64k
	! cmp -s near64k new64k || { head -c 30000 new64k.bin && printf y && tail -c +30002 new64k.bin; } >near64k
	{ head -c 500000 full1m && printf changed && tail -c +500008 full1m; } >near1m
	{ head -c 99999 near1m && printf changed && tail -c +100007 near1m; } >two1m
	{ head -c 800000 two1m && printf changed && tail -c +800008 two1m; } >three1m
	{ head -c 1048000 three1m && printf changed && tail -c +1048008 three1m; } >four1m
	for kib in 128 256 512 1024; do
		random $((kib * 1024)) >full$kib
		blank $((kib * 1024)) >blank$kib
		{ cat new64k && tail -c +65537 full$kib; } >new64of$kib
		{ cat near64k && tail -c +65537 full$kib; } >near64of$kib
	done
}

# number KEY: of the flat JSON object in stats.json; 0 when it is not there.
number() {
	sed -n "s/.*\"$1\": *\([0-9.]*\).*/\1/p" stats.json | head -n 1 | grep . || echo 0
}

# what a job must have left: the dump is what the flash begins with, or the image is
content_is_right() {
	case $command in
	*" out.bin"*) head -c "$(wc -c <out.bin)" "$before" | cmp -s - out.bin ;;
	*write*.hex*) "$build/stflash" -q -p "virtual:$chip,flash=flash.bin" verify "${command##* }" ;;
	*write*) image=$(printf '%s\n' "$command" | grep -o 'new[0-9a-z]*\.bin') &&
		head -c "$(wc -c <"$image")" flash.bin | cmp -s - "$image" ;;
	esac
}

verdict() {
	if ! content_is_right; then
		echo "WRONG CONTENT"
	elif [ "$(number anomalies)" != 0 ]; then
		echo "ANOMALY"
	else
		awk -v ms="$(number virtual_ms)" -v limit="$limit" 'BEGIN { if (ms > limit) print "OVER " limit " ms" }'
	fi
}

# job: one line of the table from the variables that were read from jobs.txt
job() {
	cp "$before" flash.bin
	rm -f flash.bin.options stats.json out.bin
	# shellcheck disable=SC2086
	speed=${link#* }
	[ "$speed" != 0 ] && speed="-s $speed" || speed=
	if ! "$build/stflash" -q $speed -p "virtual:$chip,probe=${link%% *},flash=flash.bin,stats=stats.json" $command >said 2>&1; then
		printf '%-52s failed: %s\n' "$name" "$(tail -n 1 said)"
		bad=1
		return
	fi
	remark=$(verdict)
	[ -z "$remark" ] || bad=1
	awk -v name="$name" -v link="$link" -v ms="$(number virtual_ms)" -v bound="$bound" -v peer="$peer" -v remark="$remark" \
		-v usb="$(number usb_transfers)" -v swd="$(number swd_transfers)" '
	function ratio(base) { return base + 0 ? sprintf("%.2f", ms / base) : "-" }
	BEGIN {
		split(peer, p, " ")
		printf "%-52s %-8s %9.1f %8s %6s  %-9s %8s %6s %7d %8d %s\n", name, link, ms, bound, ratio(bound), p[1],
			p[2] ? p[2] : "-", ratio(p[2]), usb, swd, remark
	}'
}

jobs() {
	printf '%-52s %-8s %9s %8s %6s  %-9s %8s %6s %7s %8s\n' "virtual ms" "link kHz" ours bound ratio peer ms ratio \
		USB SWD
	"$build/stflash" --help >help 2>&1
	while IFS='|' read -r name link chip before command bound limit peer; do
		before=$(echo $before)
		link=$(echo $link)
		name=$(printf '%s' "$name" | sed 's/ *$//')
		grep -q "^  ${command%% *}" help && job
	done <<TEXT
$(grep -v '^#' "$here/jobs.txt" | sed 's/ *| */|/g')
TEXT
}

# The server is a process of its own here, so that what is measured is stflash alone.
process() {
	port=$((20000 + $$ % 20000))
	"$build/stflash-vprobe" --probe stm32f407vg,flash=full1m --port $port >server.log 2>&1 &
	server=$!
	tries=50
	while ! "$build/stflash" -q -p "usbip://127.0.0.1:$port/1-1" info >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "the virtual probe did not come up: $(tail -n 1 server.log)"; bad=1; return; }
		sleep 0.1
	done
	if ./rusage used "$build/stflash" -q -p "usbip://127.0.0.1:$port/1-1" read 0x08000000 1M out.bin; then
		awk '{ printf "read 1 MiB: %d ms of CPU (25 where st-flash takes 10), %.1f MiB of memory (at most 8; st-flash 3.4)\n",
			$2, $3 / 1024; exit $3 > 8192 }' used || bad=1
	else
		echo "read 1 MiB over USB/IP failed"
		bad=1
	fi
}

sizes() {
	for file in stflash src/libstflash.a stflash-vprobe; do
		[ -e "$build/$file" ] && size -t "$build/$file" | tail -n 1 |
			awk -v file="${file##*/}" '{ printf "%-16s %7d bytes of code and data\n", file, $4 }'
	done
}

cc -std=c11 -D_DEFAULT_SOURCE -O2 -o rusage "$here/rusage.c" || exit 1
make_files
jobs
echo
process
sizes
exit $bad
