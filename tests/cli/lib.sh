# SPDX-License-Identifier: MIT
# Words for the cases: run a program, then say what must be true of it. A case ends at the first
# thing that is not. Sourced by run.sh, which gives every case a folder of its own to stand in.

# Where $stderr, $stdout and the reason of a failure are kept: outside of the case's folder.
said=$room/said

# The two proofs of what was read, whole: a part of the words would do for both.
by_hash="verified by the chip's own hash"
by_reading_twice="verified by reading twice"
ran="nothing yet"

failed() {
	printf '%s\n' "$*" >"$said/why"
	exit 1
}

# The rest of the case cannot be tried here, and why.
not_run() {
	printf '%s\n' "$*" >"$said/why"
	exit 77
}

# A machine that is busy with other work makes seconds of milliseconds: what is waited for is an event, and only that which
# hangs meets this limit.
hang_s=${HANG_S:-600}

# wait_for PID COMMAND...: until the command succeeds; fails when the process, which is to bring that about, has ended.
wait_for() {
	waited_for=$1
	tries=$((hang_s * 20))
	shift
	until "$@"; do
		kill -0 "$waited_for" 2>/dev/null && [ $((tries -= 1)) -gt 0 ] || { "$@" && return; return 1; }
		sleep 0.05
	done
}

has_line() {
	grep -qs -e "$1" "$2"
}

# run PROGRAM ARGS...: keeps its status and what it says.
run() {
	ran="$*"
	[ -z "$listener" ] || rm -f stats.json # a board that stays writes it only after the run has let go
	timeout -k 5 $hang_s "$@" >"$said/stdout" 2>"$said/stderr" </dev/null
	status=$?
	[ "$status" -ne 124 ] || failed "'$ran' hung"
}

# run_and_interrupt SIGNAL LINE FILE PROGRAM ARGS...: likewise, but SIGNAL is sent once FILE has a line with the pattern LINE.
# (A shell's background job ignores SIGINT until env says otherwise.)
run_and_interrupt() {
	signal=$1
	line=$2
	file=$3
	shift 3
	ran="$*"
	rm -f "$file"
	env --default-signal timeout --foreground --preserve-status -k 20 $hang_s "$@" >"$said/stdout" 2>"$said/stderr" \
		</dev/null &
	interrupted=$!
	wait_for $interrupted has_line "$line" "$file" || failed "'$ran' ended before it said '$line': $(last_words)"
	kill -s "$signal" $interrupted
	wait $interrupted
	status=$?
}

# run_and_cancel SIGNAL LINE PROGRAM ARGS...: likewise, by a line of what -vvv shows. Afterwards stderr is what came after the
# last transfer.
run_and_cancel() {
	signal=$1
	line=$2
	shift 2
	run_and_interrupt "$signal" "$line" "$said/stderr" "$@"
	awk '/^stflash: [<>]/ { last = ""; next } { last = last $0 "\n" } END { printf "%s", last }' "$said/stderr" >"$said/last"
	mv "$said/last" "$said/stderr"
}

# run_and_kill LINE PROGRAM ARGS...: with -vvv; once stderr has a line with the pattern LINE it is killed, and the signal
# is SIGKILL: nobody cleans up.
run_and_kill() {
	line=$1
	shift
	ran="$*"
	"$@" -vvv >"$said/stdout" 2>"$said/stderr" </dev/null &
	interrupted=$!
	wait_for $interrupted has_line "$line" "$said/stderr" || failed "'$ran' ended before it said '$line': $(last_words)"
	kill -s KILL $interrupted
	wait $interrupted
	status=$?
	[ "$status" -eq 137 ] || failed "'$ran' was over before it was killed: it ended with $status"
}

last_words() {
	head -c 300 "$said/stderr" | tr '\n' '|'
}

status_is() {
	[ "$status" -eq "$1" ] || failed "'$ran' ended with $status, not $1, and said: $(last_words)"
}

stderr_has() {
	grep -qF -e "$1" "$said/stderr" || failed "stderr of '$ran' lacks '$1': $(last_words)"
}

stdout_has() {
	grep -qF -e "$1" "$said/stdout" || failed "stdout of '$ran' lacks '$1': $(head -c 300 "$said/stdout" | tr '\n' '|')"
}

stderr_is_empty() {
	[ ! -s "$said/stderr" ] || failed "'$ran' said: $(last_words)"
}

stdout_is_empty() {
	[ ! -s "$said/stdout" ] || failed "'$ran' put something on stdout: $(head -c 300 "$said/stdout" | tr '\n' '|')"
}

# One sentence for the person at the bench, and nothing else. (On a busy machine a job may last so long that its start is said.)
stderr_is_one_line() {
	[ "$(grep -cvE '^(reading|checking|writing|erasing|verifying) [0-9]' "$said/stderr")" -eq 1 ] || failed "'$ran' said more or less than one line: $(last_words)"
}

# An error: its status, one line, and what that line must hold.
fails_with() {
	expected=$1
	shift
	status_is "$expected"
	stderr_is_one_line
	for words; do
		stderr_has "$words"
	done
}

same_bytes() {
	cmp "$1" "$2" >"$said/cmp" 2>&1 || failed "$(cat "$said/cmp")"
}

no_file() {
	for name; do
		[ ! -e "$name" ] || failed "$name is there after '$ran'"
	done
}

# only FILES...: the case's folder holds these and nothing more, no temporary file above all. What the
# virtual probe keeps beside its flash does not count.
only() {
	there=$(ls -A | grep -vxF flash.bin.options | LC_ALL=C sort | xargs)
	expected=$(printf '%s\n' "$@" | LC_ALL=C sort | xargs)
	[ "$there" = "$expected" ] || failed "after '$ran' there is '$there', not '$expected'"
}

random_bytes() {
	head -c "$1" /dev/urandom
}

# another_byte OFFSET FILE: whatever was there, it is another byte now. A fixed one is no change of random bytes now and then.
another_byte() {
	was=$(od -An -j"$1" -N1 -tu1 "$2")
	printf "\\$(printf %o $((was ^ 255)))" | dd of="$2" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

blank_bytes() {
	head -c "$1" /dev/zero | tr '\0' '\377'
}

# new_firmware SIZE: new.bin, a firmware that runs when it is written, with no blank page.
new_firmware() {
	stflash -q -p virtual:stm32f103c8 read 0x08000000 1k - >new.bin || failed "the demo firmware could not be read"
	random_bytes $(($1 - 1024)) >>new.bin
}

# as_elf FILE: an ELF file with the bytes of FILE at the start of flash, in one segment and without sections.
as_elf() {
	size=$(wc -c <"$1")
	printf '\177ELF\001\001\001\0\0\0\0\0\0\0\0\0\002\0\050\0\001\0\0\0\001\001\0\010\064\0\0\0\0\0\0\0\0\0\0\005'
	printf '\064\0\040\0\001\0\050\0\0\0\0\0'
	printf '\001\0\0\0\124\0\0\0\0\0\0\010\0\0\0\010'
	length=$(printf '\\%o\\%o\\0\\0' $((size % 256)) $((size / 256)))
	printf "$length$length"'\005\0\0\0\004\0\0\0'
	cat "$1"
}

# take_turn N OF: what takes long is tried on each OF-th day; each day with STFLASH_TEST_ALL.
take_turn() {
	[ -n "${STFLASH_TEST_ALL-}" ] || [ $(($(date +%s) / 86400 % $2 + 1)) -eq "$1" ] || exit 78
}

# of_day WORD...: of parts that are alike each third one, the others on the days that follow; with STFLASH_TEST_ALL all.
# So the group takes minutes, and each part has its turn.
of_day() {
	share=$(($# < 3 ? $# : 3))
	turn=$(($(date +%s) / 86400 % share))
	for word; do
		[ -z "${STFLASH_TEST_ALL-}" ] && [ "$turn" -ne 0 ] || echo "$word"
		turn=$(((turn + 1) % share))
	done
}

# full_flash SIZE: flash.bin with no blank page.
full_flash() {
	random_bytes "$1" >flash.bin
	cp flash.bin flash.before
}

# load_figures: all that the virtual probe left in stats.json. Neither this nor what looks in it starts a program: sed and head
# took longer than most of the runs that they judged.
load_figures() {
	[ -z "$listener" ] || wait_for "$listener" [ -s stats.json ]
	[ -s stats.json ] || failed "the virtual probe left no statistics"
	figures=
	while read -r figures_line || [ -n "$figures_line" ]; do
		figures="$figures,$figures_line"
	done <stats.json
}

# look_up KEY: its number, string or null among these, as $looked_up.
look_up() {
	looked_up=
	shell_ifs=$IFS
	IFS=,
	for figure in $figures; do
		case $figure in
		*"\"$1\": "*)
			looked_up=${figure##*\"$1\": }
			looked_up=${looked_up#\"}
			looked_up=${looked_up%%[\"\}]*}
			break
			;;
		esac
	done
	IFS=$shell_ifs
}

# figure KEY: printed.
figure() {
	load_figures
	look_up "$1"
	echo "$looked_up"
}

# loaded_is KEY VALUE
loaded_is() {
	look_up "$1"
	[ "$looked_up" = "$2" ] || failed "after '$ran' the statistics have $1 = '$looked_up', not '$2'"
}

figure_is() {
	load_figures
	loaded_is "$1" "$2"
}

# The debug registers are as they were at power-on, the flash is locked, the probe does not debug.
target_is_let_go() {
	load_figures
	loaded_is in_debug false
	look_up dhcsr
	[ $(($looked_up & 15)) -eq 0 ] || failed "after '$ran' DHCSR is $looked_up"
	loaded_is demcr 0
	loaded_is dfsr 0
	loaded_is dbgmcu_cr 0
	loaded_is apb1_fz 0
	loaded_is halted false
	loaded_is flash_locked true
}

# And nothing was done on the way that a chip leaves undefined or a probe does not take.
nothing_is_left_behind() {
	target_is_let_go
	loaded_is anomalies 0
}

# ram_at_power_on SPEC: a hash of its RAM, for firmware that locks up at once and leaves the RAM alone.
ram_at_power_on() {
	stflash -q -p "$1" info >/dev/null || failed "info of $1 failed"
	figure sram_hash
}

# listen COMMAND...: a TCP server on loopback that answers a client with what COMMAND says; $port is its port.
listen() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	: >"$said/port"
	python3 "$cases/listener.py" "$@" >"$said/port" &
	listener=$!
	wait_for "$listener" [ -s "$said/port" ] || failed "the listener did not start"
	port=$(cat "$said/port")
}

# serve SPEC: a board that stays there between one run and the next, as $board; its supply is switched by hand.
serve() {
	command -v python3 >/dev/null || not_run "python3 is not installed"
	: >"$said/served" # what an earlier board said is not to be taken for this one's, before the shell below empties it
	stflash-vprobe --probe "$1" --port 0 --bench 0 >"$said/served" 2>&1 &
	listener=$!
	wait_for "$listener" has_line '^bench on' "$said/served" ||
		failed "the virtual probe did not start: $(tr '\n' '|' <"$said/served")"
	board=usbip://$(sed -n 's/^listening on //p' "$said/served")/1-1
}

# Words for the bench of the board that stays; its answer is in $said/bench.
at_the_bench() {
	python3 "$cases/bench.py" "$(sed -n 's/^bench on //p' "$said/served")" "$1" >"$said/bench" 2>&1 ||
		failed "the bench does not do '$1': $(tail -n 1 "$said/bench")"
}

# The board's supply off and on.
power_cycle() {
	at_the_bench "power 1-1"
}

# let_pass MS: once the last client has gone, killed or not, so much of the board's own time passes; stats.json says
# what it came to.
let_pass() {
	tries=100
	until (at_the_bench "time 1-1 $1"); do
		[ $((tries -= 1)) -gt 0 ] || failed "the client of the board did not go"
		sleep 0.1
	done
	at_the_bench "stats 1-1"
	cp "$said/bench" stats.json
}

# answer_in_terminal WORDS COMMAND PROGRAM ARGS...: likewise; once WORDS stand there, what COMMAND says is typed.
answer_in_terminal() {
	command -v script >/dev/null || not_run "util-linux' script is not installed"
	words=$1
	answer=$2
	shift 2
	ran="$*"
	: >typing
	{
		until grep -qsF -e "$words" typescript || [ ! -e typing ]; do sleep 0.05; done
		$answer
	} | { timeout -k 5 $hang_s script -qefc "$*" typescript >/dev/null 2>&1; status=$?; rm -f typing; exit $status; }
	status=$?
	shown_in_terminal
}

shown_in_terminal() {
	tr '\r' '\n' <typescript >"$said/stdout"
	: >"$said/stderr"
	rm -f typescript
	[ "$status" -ne 124 ] || failed "'$ran' hung"
}

# Lines that a terminal has room for become whole lines again.
unfold() {
	grep . "$said/stdout" | awk 'NR > 1 { printf "%s", sub(/^  +/, " ") ? "" : "\n" } { printf "%s", $0 } END { print "" }' >"$said/unfolded"
	mv "$said/unfolded" "$said/stdout"
}

# run_in_terminal PROGRAM ARGS...: on a terminal of its own; all that it shows there is "stdout", line by line.
run_in_terminal() {
	command -v script >/dev/null || not_run "util-linux' script is not installed"
	ran="$*"
	timeout -k 5 $hang_s script -qec "$*" typescript >/dev/null 2>&1
	status=$?
	shown_in_terminal
}
