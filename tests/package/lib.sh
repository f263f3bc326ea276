# SPDX-License-Identifier: MIT
# Words for the checks of this group. Sourced by run.sh. $tmp/case is an empty folder for each check.

# judge CASE: in a subshell, so that nothing of it survives.
judge() {
	rm -rf "$tmp/case" "$tmp/why" "$tmp/said"
	mkdir "$tmp/case"
	(cd "$tmp/case" && "$1") >"$tmp/said" 2>&1
	status=$?
	why=$(cat "$tmp/why" 2>/dev/null || echo "it ended with status $status")
	case $status in
	0) echo "ok $1" ;;
	77) echo "not run $1: $why" ;;
	78) echo "# $1 has its turn on another day; ./dev test --all takes all" ;;
	*) echo "not ok $1: $why" ;;
	esac
	sed -n 's/^\(# \)*\(size: .*\)/# \2/p' "$tmp/said"
	[ "$status" -eq 0 ] || [ "$status" -eq 77 ] || [ "$status" -eq 78 ] || { tail -n 20 "$tmp/said" | sed 's/^/# /'; return 1; }
}

failed() {
	printf '%s\n' "$*" >"$tmp/why"
	exit 1
}

not_run() {
	printf '%s\n' "$*" >"$tmp/why"
	exit 77
}

# take_turn N OF: what takes long is checked on each OF-th day.
take_turn() {
	[ -n "${STFLASH_TEST_ALL-}" ] || [ $(($(date +%s) / 86400 % $2 + 1)) -eq "$1" ] || exit 78
}

# need PROGRAM...: the check cannot be tried without them.
need() {
	for program; do
		command -v "$program" >/dev/null 2>&1 || not_run "$program is not installed"
	done
}

# must COMMAND...: its words are shown when it fails.
must() {
	"$@" || failed "'$*' failed"
}

# must_be_empty WHAT FILE: FILE holds what was found, and should be empty.
must_be_empty() {
	[ ! -s "$2" ] || failed "$1: $(tr '\n' ' ' <"$2" | cut -c1-300)"
}

# configure DIR CMAKE_ARGS...: once; again when the tree's build files are newer or the arguments are others.
configure() {
	dir=$1
	shift
	mkdir -p "$dir"
	if [ -f "$dir/build.ninja" ] && [ "$(cat "$dir/arguments" 2>/dev/null)" = "$*" ]; then
		return 0
	fi
	rm -f "$dir/CMakeCache.txt"
	must cmake -S "$top" -B "$dir" -G Ninja "$@"
	printf '%s\n' "$*" >"$dir/arguments"
}

kib() {
	echo $(($(wc -c <"$1") / 1024))
}

threads=$room/threads

# The shared library under ThreadSanitizer and with debug information: two kinds of checks look at it.
build_watched_library() {
	need cc ninja pkg-config
	exec 7>"$room/threads.lock"
	! command -v flock >/dev/null 2>&1 || flock 7
	configure "$threads" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS="-O1 -g -fsanitize=thread -ffile-prefix-map=$top=." \
		-DCMAKE_SHARED_LINKER_FLAGS=-fsanitize=thread -DCMAKE_EXE_LINKER_FLAGS=-fsanitize=thread -DSTFLASH_TESTS=OFF -DSTFLASH_VIRTUAL=OFF
	must ninja -C "$threads" stflash_shared
	exec 7>&-
}
