#!/bin/sh
# SPDX-License-Identifier: MIT
# pictures.sh STFLASH FOLDER: info-map.svg and write.svg of the README, from real runs of STFLASH on the virtual probe.
# What the clock decides (times, rates, how far the bar is) differs from run to run; nothing else does.
set -eu

command -v python3 >/dev/null || { echo "pictures.sh: not run: python3 is not installed" >&2; exit 77; }
docs=$(cd "$(dirname "$0")" && pwd)
program=$(cd "$(dirname "$1")" && pwd)/${1##*/}
mkdir -p "$2"
out=$(cd "$2" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 1' HUP INT TERM
cd "$place"

# Colours and the blocks of the map, wherever this is run.
unset NO_COLOR STFLASH_PROBE STFLASH_VPROBE
export TERM=xterm LC_ALL=C.UTF-8

# Bytes that are no text, the same in every run.
some_bytes() {
	seq 100000 999999 | LC_ALL=C tr '0-9\n' '\300-\312' | head -c "$1"
}

# picture NAME BAR BOARD ARGS...: as if the board were the only probe.
picture() {
	name=$1
	bar=$2
	export STFLASH_PROBE="$3"
	shift 3
	python3 "$docs/terminal.py" --svg "$out/$name.svg" "stflash $*" "$bar" 80 24 "$program" "$@"
}

# firmware BOARD BYTES: one that runs on the board.
firmware() {
	rm -f board.bin*
	STFLASH_PROBE=$1 "$program" -q read 0x08000000 1k boot.bin
	{ cat boot.bin && some_bytes $(($2 - 1024)); } >firmware.bin
}

f407=virtual:stm32f407vg,flash=board.bin
firmware $f407 307200
picture write 66 $f407,pace=real write firmware.bin

f103=virtual:stm32f103c8,flash=board.bin
firmware $f103 23552
STFLASH_PROBE=$f103 "$program" -q write firmware.bin
STFLASH_PROBE=$f103 "$program" -q options set WRP=0-7 --save options.txt
picture info-map - $f103 info --map
