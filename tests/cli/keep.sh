# SPDX-License-Identifier: MIT
# A file that keeps something old is never replaced: it may be the only copy. Refused before the probe is opened,
# and again when the file gets its name, since another may have appeared meanwhile.

f103=virtual:stm32f103c8,flash=flash.bin,strict=1,stats=stats.json

# refused WORDS ARGS...: with 2, nothing was changed, no probe was opened, and what is here is as it was.
refused() {
	words=$1
	shift
	ls -A >"$said/names.before"
	run stflash "$@"
	fails_with 2 "$words" "nothing was changed"
	ls -A >"$said/names.after"
	same_bytes "$said/names.before" "$said/names.after"
	no_file stats.json
	same_bytes flash.before flash.bin
}

test_an_existing_file_is_never_replaced_by_what_keeps_something() {
	full_flash 65536
	random_bytes 4096 >new.bin
	echo precious >old
	mkdir folder && echo precious >folder/flash.bin
	ln old hard
	ln -s old soft
	for kept in old hard soft ./old "$PWD/old"; do
		refused "exists already" -p $f103 write --backup "$kept" new.bin
		refused "exists already" -p $f103 erase --all --backup "$kept"
		refused "exists already" -p $f103 erase 0x08000000 1k --backup "$kept"
		refused "exists already" -p $f103 options set --save "$kept" nRST_STOP=0
		refused "exists already" -p $f103 protect --save "$kept"
		refused "exists already" -p $f103 unprotect --yes-erase --save "$kept"
	done
	for kept in folder folder/; do
		refused "something of that name is there" -p $f103 write --backup "$kept" new.bin
		refused "something of that name is there" -p $f103 erase --all --backup "$kept"
		refused "something of that name is there" -p $f103 backup "$kept"
	done
	refused "something of that name is there" -p $f103 backup old
	[ "$(cat old hard soft folder/flash.bin | sort -u)" = precious ] || failed "a file was changed"
}

# The image itself cannot be where its backup goes, nor can the log.
test_a_backup_does_not_replace_the_image() {
	full_flash 65536
	random_bytes 4096 >new.bin
	cp new.bin image.bin
	refused "exists already" -p $f103 write --backup new.bin new.bin
	same_bytes image.bin new.bin
	run stflash --log log -p $f103 write --backup log new.bin
	fails_with 2 "exists already"
	same_bytes flash.before flash.bin
}

test_a_second_run_keeps_the_first_backup() {
	full_flash 65536
	random_bytes 4096 >new.bin
	run stflash -p $f103 write --backup old.bin new.bin
	status_is 0
	same_bytes flash.before old.bin
	cp flash.bin flash.before
	cp old.bin first.bin
	rm stats.json
	refused "old.bin" -p $f103 write --backup old.bin new.bin
	same_bytes first.bin old.bin
	refused "old.bin" -p $f103 erase --all --backup old.bin
	same_bytes first.bin old.bin
}

# A stream does not stay: what is to be kept must be a file.
test_what_is_to_be_kept_goes_to_no_stream() {
	full_flash 65536
	random_bytes 4096 >new.bin
	mkfifo fifo
	for kept in - fifo; do
		refused "must go to a file" -p $f103 write --backup $kept new.bin
		refused "must go to a file" -p $f103 erase --all --backup $kept
		refused "must go to a file" -p $f103 options set --save $kept nRST_STOP=0
	done
}

# The dry run refuses what the run itself would, makes no backup, and leaves the name free.
test_a_dry_run_treats_the_backup_as_the_run_would() {
	full_flash 65536
	new_firmware 4096
	echo precious >old.bin
	refused "exists already" -p $f103 write --dry-run --backup old.bin new.bin
	run stflash -p $f103 write --dry-run --backup other.bin new.bin
	status_is 0
	stderr_has "note: a write would save the flash to other.bin first"
	only flash.before flash.bin new.bin old.bin stats.json
	run stflash -p $f103 write --dry-run --backup folder/ new.bin
	status_is 0
	stderr_has "note: a write would save the flash to folder/ first"
	only flash.before flash.bin new.bin old.bin stats.json
	same_bytes flash.before flash.bin
}

# plant JOB: old.bin while the job's temporary file is there; false where the job was quicker.
plant() {
	ran="$1"
	stflash -p "$board" -s 480 $1 >"$said/stdout" 2>"$said/stderr" </dev/null &
	pid=$!
	until ls -A | grep -q '^\.old\.bin\.'; do
		kill -0 $pid 2>/dev/null || break
	done
	[ -e old.bin ] || (set -C && echo precious >old.bin) 2>/dev/null
	wait $pid
	status=$?
	[ "$(cat old.bin)" = precious ] && [ $status -ne 0 ]
}

# The file appears while the flash is read: it wins, and nothing is written.
test_a_file_that_appears_meanwhile_is_not_replaced() {
	for job in "write --backup old.bin new.bin" "erase --all --backup old.bin"; do
		tries=20
		until [ $((tries -= 1)) -eq 0 ]; do
			[ -z "$listener" ] || { kill "$listener"; wait "$listener"; } 2>/dev/null
			rm -f old.bin flash.bin*
			full_flash 65536
			new_firmware 4096
			serve stm32f103c8,flash=flash.bin,live=1,pace=real
			! plant "$job" || break
		done
		fails_with 2 "exists already" "nothing was changed"
		[ "$(cat old.bin)" = precious ] || failed "$job replaced the file"
		same_bytes flash.before flash.bin
		only flash.before flash.bin new.bin old.bin
	done
}

# Two changes within a second, or at the same moment, leave two files; the first has the original bytes.
test_two_changes_within_a_second_keep_both() {
	run stflash -p $f103 options set Data0=0x11
	status_is 0
	first=$(ls stm32-*-options-*.txt)
	stem=${first%-*-*.txt}
	for i in 1 2 3 4 5 6; do
		run stflash -p $f103 options set Data0=0x2$i
		status_is 0
	done
	[ "$(ls | grep -c "^$stem.*txt$")" -eq 7 ] || failed "seven changes left $(ls | grep -c "^$stem.*txt$") files: $(ls | xargs)"
	for value in 0xff 0x11 0x21 0x22 0x23 0x24 0x25; do
		[ "$(grep -l "^Data0 = $value " "$stem"*.txt | wc -l)" -eq 1 ] || failed "Data0 = $value is not kept once"
	done
}

test_runs_at_the_same_moment_keep_all_the_old_option_bytes() {
	for i in 1 2 3 4 5 6; do
		stflash -q -p virtual:stm32f103c8,serial=$i options set Data0=0x2$i 2>>errors &
	done
	wait
	[ ! -s errors ] || failed "one of them failed: $(head -n 1 errors)"
	rm errors
	[ "$(ls stm32-*-options-*.txt | wc -l)" -eq 6 ] || failed "six runs left $(ls | wc -l) files: $(ls | xargs)"
	[ "$(ls -A | wc -l)" -eq 6 ] || failed "something else was left: $(ls -A | xargs)"
}
