#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh: what is generated and checked in must be what its sources give: the agents' machine code
# and the demo firmware. Needs an ARM assembler (Debian: binutils-arm-none-eabi).
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
agent=$top/src/flash/agent
failed=0

# compare NAME FRESH CHECKED_IN HINT
compare() {
	if cmp -s "$2" "$3"; then
		echo "ok $1 is what its source gives"
	else
		echo "not ok $1: it is not what its source gives; run $4"
		failed=1
	fi
}

for tool in as ld objcopy; do
	command -v "arm-none-eabi-$tool" >/dev/null || {
		echo "not run generated arrays: there is no arm-none-eabi-$tool (Debian: binutils-arm-none-eabi)"
		exit 0
	}
done

out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
"$agent/build.sh" "$out" || exit 1
for name in hash_only hash_only_v6m fpec fpec_v6m fpec_options sectors dword dword_v6m; do
	compare "agent/$name.h" "$out/$name.h" "$agent/$name.h" src/flash/agent/build.sh
done
for pair in "blink demo_firmware" "habits habit_firmware" "rom rom_code"; do
	name=${pair#* }
	sh "$top/tests/firmware/build.sh" ${pair% *} "$name" >"$out/$name.c" || exit 1
	compare "$name.c" "$out/$name.c" "$top/probes/virtual/chip/contents/$name.c" tests/firmware/build.sh
done
exit $failed
