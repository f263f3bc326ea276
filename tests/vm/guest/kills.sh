# SPDX-License-Identifier: MIT
#@keeper stm32f103c8
# Writes that are cut off, through the kernel's USB, in each step: the probe is unplugged in the middle, and the
# virtual probe is killed at the step's first transfer, which is also right after the step before, and in the middle.
# Most of the hundred kills are those of tests/faults/kills.py.
. /t/guest/keeper.sh

# kill_at NAME N: and up to 2 ms later, a moment from the kernel's dice
kill_at() {
	local us=$(($(od -An -N2 -tu2 /dev/urandom) % 2000))
	cut_off arm "$2" $us true
	kills=$((kills + 1))
	if [ -z "$why" ]; then
		pass "$1"
	else
		fail "$1" "transfer $2 and $us us: $why"
	fi
}

# unplug_in STEP FIRST LAST: nothing comes back from the middle transfer on, then it is gone
unplug_in() {
	cut_off hold $((($2 + $3) / 2)) 0 detach
	if [ -z "$why" ]; then
		pass "unplugged in the middle of: $1"
	else
		fail "unplugged in the middle of: $1" "$why"
	fi
}

install_rule
kills=0
slowest=0
head -c 2048 /dev/urandom >$image
check "an undisturbed write" measure_steps || return
first=1
while read -r step last; do
	unplug_in "$step" $first "$last"
	kill_at "killed at the first transfer of: $step" $first
	kill_at "killed in the middle of: $step" $(((first + last) / 2))
	check "plugged in again, the write completes: $step" completes
	first=$((last + 1))
done </tmp/steps
kill_at "killed at the very last transfer" $((first - 1))
echo "# $kills kills; the slowest end of stflash came $slowest ms after it was cut off"
