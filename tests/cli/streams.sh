# SPDX-License-Identifier: MIT
# Files that the shell has opened, pipes that nobody serves, and what a signal does while one is waited for.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

# What the shell wrote before and after is still there, whatever the name by which the dump goes to its file.
test_a_dump_goes_through_the_descriptor_of_the_shell() {
	full_flash 65536
	{ echo before; cat flash.bin; echo after; } >expected
	ln -s f soft
	for name in /dev/stdout /dev/fd/1 /proc/self/fd/1 f ./f soft -; do
		{ echo before; stflash -q -p $f103 read "$name"; echo after; } >f
		ran="read $name >f"
		same_bytes expected f
	done
	{ echo before; stflash -q -p $f103 read /dev/stderr; echo after >&2; } 2>f >f2
	{ cat f2; cat f; } | cmp - expected || failed "the dump is not where standard error goes"
	for name in /dev/fd/7 /proc/self/fd/7; do
		{ echo before; stflash -q -p $f103 read $name; echo after; } 7>f >&7
		ran="read $name 7>f"
		same_bytes expected f
	done
	{ echo before; stflash -q -p $f103 read /dev/stdout; echo after; } | cmp - expected || failed "not by a pipe"
	only expected f f2 flash.bin flash.before soft stats.json
}

test_a_dump_that_fails_leaves_what_the_shell_wrote() {
	full_flash 65536
	{ echo before; stflash -q -p $f103,noack=1 read f 2>/dev/null; echo after; } >f
	{ echo before; echo after; } >expected
	same_bytes expected f
}

test_a_log_goes_through_the_descriptor_of_the_shell() {
	{ echo before; stflash -q -p $f103 --log /dev/stdout info >/dev/null; echo after; } >f
	ran="--log /dev/stdout"
	{ echo before; stflash -q -p $f103 --log /dev/stderr info >/dev/null; echo after >&2; } 2>g
	[ "$(head -n 1 f) $(tail -n 1 f g | tail -n 1)" = "before after" ] || failed "the shell's lines are gone: $(head -n 1 f)"
}

test_a_log_replaces_logs_only() {
	full_flash 65536
	for run in 1 2; do
		run stflash -q -p $f103 --log log info
		status_is 0
		grep -q '^# log of stflash' log || failed "the log does not begin as one"
	done
	: >empty
	run stflash -q -p $f103 --log empty info
	status_is 0
	cp flash.bin firmware.bin
	rm stats.json
	run stflash -p $f103 write --log firmware.bin
	fails_with 2 "cannot write the log firmware.bin" "is no log of stflash" "nothing was changed"
	same_bytes flash.before firmware.bin
	no_file stats.json
}

test_a_misuse_with_json_anywhere_is_an_object() {
	object='{"command":"","ok":false,"error":{"name":"argument","message":"'
	run stflash --bogus --json info
	fails_with 2 "unknown option '--bogus'"
	stdout_has "$object"
	for words in "nocommand --json" "--json nocommand" "--json" "-z --json info" "-s fast --json info" "--probe=x --bogus=1 --json"; do
		run stflash $words
		status_is 2
		stdout_has "$object"
		[ "$(wc -l <"$said/stdout")" -eq 1 ] || failed "$words: not one object"
	done
	run stflash nocommand -- --json
	status_is 2
	stdout_is_empty
}

test_a_dump_over_an_old_file_says_so() {
	run stflash -p $f103 read dump.bin
	status_is 0
	! grep -q replaced "$said/stderr" || failed "it replaced nothing: $(last_words)"
	run stflash --json -p $f103 read new.bin
	stdout_has ',"replaced":false,'
	run stflash -p $f103 read dump.bin
	status_is 0
	stderr_has ", replaced"
	run stflash --json -p $f103 read dump.bin
	stdout_has ',"replaced":true,'
	run stflash -p $f103 read /dev/null
	status_is 0
	! grep -q replaced "$said/stderr" || failed "it replaced no device: $(last_words)"
}

# As under sudo: what belongs to a user stays the user's.
test_a_replaced_file_keeps_its_owner() {
	[ "$(id -u)" -eq 0 ] || not_run "only root may act for another user"
	echo old >dump.bin
	chown 65534:65534 dump.bin
	chmod 640 dump.bin
	run stflash -q -p $f103 read dump.bin
	status_is 0
	[ "$(stat -c '%u:%g %a' dump.bin)" = "65534:65534 640" ] || failed "it is $(stat -c '%u:%g %a' dump.bin) now"
	[ "$(stat -c %s dump.bin)" -eq 65536 ] || failed "it is no dump"
}

# interrupt_when_it_waits SIGNAL ARGS...: once stflash waits for something, with its handlers in place. Under nohup the
# tests themselves ignore SIGHUP, and hand that down until env says otherwise.
interrupt_when_it_waits() {
	signal=$1
	shift
	ran="stflash $*"
	env --default-signal="$signal" stflash "$@" >"$said/stdout" 2>"$said/stderr" <&7 &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		caught=$(sed -n 's/^SigCgt:.*\(....\)$/\1/p' "/proc/$pid/status" 2>/dev/null)
		[ $((0x${caught:-0} & 0x4000)) -eq 0 ] || ! grep -q '^State:.S' "/proc/$pid/status" || break
	done
	kill -s "$signal" $pid
	tries=300
	while kill -0 $pid 2>/dev/null; do
		[ $((tries -= 1)) -gt 0 ] || { kill -KILL $pid && failed "'$ran' did not end at the first signal"; }
		sleep 0.1
	done
	wait $pid
	status=$?
}

test_one_signal_ends_what_waits_for_a_pipe() {
	[ -r /proc/self/status ] || not_run "there is no /proc"
	mkfifo nobody silent
	exec 7<>silent # open, and nothing comes
	for job in "write nobody" "write - 0x08000000" "verify -" "read nobody" "read 0x08000000 1k nobody"; do
		interrupt_when_it_waits TERM -p $f103 $job
		fails_with 143 "cancelled"
		interrupt_when_it_waits HUP -p $f103 $job
		status_is 129
	done
	interrupt_when_it_waits TERM -p $f103 read nobody
	fails_with 143 "cancelled while nobody was waited for: nobody reads from it"
	only nobody silent
}

# More than a pipe holds, and a reader that does not read.
test_one_signal_ends_a_dump_that_nobody_reads() {
	[ -r /proc/self/status ] || not_run "there is no /proc"
	mkfifo silent full
	exec 7<>silent 8<>full
	interrupt_when_it_waits TERM -p virtual:stm32f407vg read full
	[ "$status" -eq 143 ] || failed "it ended with $status: $(last_words)"
	only full silent
}

test_erase_takes_its_numbers_in_any_order() {
	full_flash 65536
	run stflash -p $f103 erase 1k 0x08000400
	status_is 0
	{ head -c 1024 flash.before; blank_bytes 1024; tail -c +2049 flash.before; } >expected
	same_bytes expected flash.bin
	run stflash -p $f103 erase 0x400 2k
	fails_with 2 "0x00000400 is not in flash (0x08000000"
	run stflash -p $f103 erase 0x08000000 0x08000400
	fails_with 2 "are not in flash (0x08000000..0x0800ffff)"
	run stflash -p $f103 erase all
	fails_with 2 "'stflash erase --all' erases the whole flash"
	run stflash -p $f103 erase 0x08000000 some
	fails_with 2 "--all" "'some' is not a number"
	same_bytes expected flash.bin
}
