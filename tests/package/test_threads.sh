# SPDX-License-Identifier: MIT
# Sessions are independent of each other: two threads, two virtual probes, ThreadSanitizer watching.

test_two_sessions_in_two_threads_share_nothing() {
	build_watched_library
	must cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -g -O1 -fsanitize=thread -pthread \
		-I"$top/include" -o two_sessions "$here/two_sessions.c" \
		-L"$threads/src" -lstflash -Wl,-rpath,"$threads/src"
	STFLASH_VPROBE=$build/stflash-vprobe
	TSAN_OPTIONS="halt_on_error=0 exitcode=66"
	export STFLASH_VPROBE TSAN_OPTIONS
	timeout 600 ./two_sessions virtual:stm32f103c8,stats=1.json virtual:stm32f407vg,stats=2.json
	status=$?
	case $status in
	0) ;;
	66) failed "ThreadSanitizer found a race" ;;
	*) failed "it ended with $status" ;;
	esac
	[ "$(grep -lE '"anomalies": *0' 1.json 2.json | wc -l)" -eq 2 ] || failed "a virtual probe saw an anomaly"
}

# watched STATUS ARGS...: the program, with eight boards of its own for each.
watched() {
	wanted=$1
	shift
	boards=
	for number in 1 2 3 4 5 6 7 8; do
		boards="$boards -p virtual:stm32f103c8,serial=T$number,stats=eight$number.json"
	done
	timeout 600 "$threads/stflash" $boards "$@" >results 2>words
	status=$?
	[ "$status" -ne 66 ] || failed "ThreadSanitizer found a race: $(grep -A4 WARNING words | tr '\n' '|')"
	[ "$status" -eq "$wanted" ] || failed "'$*' ended with $status: $(tail -n 3 words | tr '\n' '|')"
	[ "$(grep -lE '"anomalies": *0' eight?.json | wc -l)" -eq 8 ] || failed "a virtual probe saw an anomaly"
}

test_eight_jobs_of_the_program_share_only_what_is_locked() {
	build_watched_library
	must ninja -C "$threads" stflash
	STFLASH_VPROBE=$build/stflash-vprobe
	TSAN_OPTIONS="halt_on_error=0 exitcode=66"
	export STFLASH_VPROBE TSAN_OPTIONS
	head -c 8192 /dev/urandom >new.bin
	watched 0 --log log.txt --record record.csv write --format bin new.bin
	[ "$(grep -c ,PASS, record.csv)" -eq 8 ] || failed "the record is $(cat record.csv)"
	watched 0 -vvv read 'dump-{serial}.bin'
	watched 0 --json info
	watched 2 read dump.bin
	head -c 8192 /dev/urandom >other.bin
	watched 10 verify --format bin other.bin
	# A loop is ended by a signal, which may come in any of the threads.
	env --default-signal "$threads/stflash" $boards --loop write --format bin new.bin >results 2>words &
	tries=6000
	until [ "$(grep -c PASS words)" -eq 8 ]; do
		[ $((tries -= 1)) -gt 0 ] || failed "the loop does not come to eight PASS: $(tail -n 3 words)"
		sleep 0.1
	done
	kill -s INT $!
	wait $!
	[ $? -eq 130 ] || failed "the loop ended otherwise: $(grep -A4 WARNING words | tr '\n' '|')$(tail -n 3 words)"
}

# The proof that it would be seen: two threads in one session.
test_one_session_in_two_threads_is_found() {
	build_watched_library
	cat >misuse.c <<-'C'
		#include <pthread.h>
		#include <stflash.h>
		static void *misuse(void *s)
		{
			for (int i = 0; i < 1000; i++)
				stflash_set_speed(s, 950);
			return 0;
		}
		int main(void)
		{
			struct stflash *s = stflash_new();
			pthread_t other;
			pthread_create(&other, 0, misuse, s);
			misuse(s);
			pthread_join(other, 0);
			stflash_free(s);
			return 0;
		}
	C
	must cc -g -O1 -fsanitize=thread -pthread -I"$top/include" -o misuse misuse.c -L"$threads/src" -lstflash \
		-Wl,-rpath,"$threads/src"
	TSAN_OPTIONS=exitcode=66 ./misuse
	[ $? -eq 66 ] || failed "ThreadSanitizer did not see a race that is there"
}
