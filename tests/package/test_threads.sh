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
