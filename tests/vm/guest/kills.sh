# SPDX-License-Identifier: MIT
#@keeper stm32f103c8
# The virtual probe is killed during a write, through the kernel's USB: at the first, a middle and the last transfer of
# each step of the write, and at random ones. Most of the hundred kills are those of tests/faults/kills.py.
. /t/guest/keeper.sh

# random MAX: from 0 on
random() {
	awk -v max="$1" -v seed="$(od -An -N4 -tu4 /dev/urandom)" 'BEGIN { srand(seed); printf "%d\n", rand() * max }'
}

# kill_at NAME N: and up to 2 ms later
kill_at() {
	local us
	us=$(random 2000)
	cut_off arm "$2" "$us" -- true
	kills=$((kills + 1))
	[ -z "$why" ] || fail "$1, transfer $2 and $us us" "$why"
	[ -z "$why" ]
}

# kill_in STEP FIRST LAST
kill_in() {
	kill_at "killed at the first transfer: $1" "$2" && kill_at "killed in the middle: $1" $((($2 + $3) / 2)) &&
		kill_at "killed at the last transfer: $1" "$3" && pass "killed before, during and after: $1"
	check "plugged in again, the write completes: $1" completes
}

install_rule
kills=0
slowest=0
head -c 2048 /dev/urandom >$image
check "an undisturbed write" measure_steps || return
first=1
while read -r step last; do
	kill_in "$step" $first "$last"
	first=$((last + 1))
done </tmp/steps
while [ $kills -lt 20 ]; do
	kill_at "killed at random" $((1 + $(random $((first - 1)))))
done
check "plugged in again, the write completes" completes
echo "# $kills kills; the slowest end of stflash came $slowest ms after"
