# SPDX-License-Identifier: MIT
# The archives of the release for Linux and Windows: tests/portability tries them. Each takes a build of everything, so
# that each has its turn on every fourth day, that of Linux together with the scenario "static" of the VM.

# try PLATFORM: each of its lines is a check; what could not be tried is a skip of this one.
try() {
	[ -e "$top/.git" ] || not_run "this tree is no git checkout"
	sh "$top/tests/portability/run.sh" "$build" "$1" >tried 2>&1
	cat tried
	grep '^not ok ' tried >bad
	must_be_empty "$1" bad
	grep -q '^ok ' tried || not_run "$(sed -n 's/^not run //p' tried | head -n 1)"
	grep '^not run ' tried | grep -v unicorn >missing
	[ ! -s missing ] || not_run "a part of it: $(sed 's/^not run //' missing | tr '\n' ';')"
}

test_archive_for_linux_x86_64_works_on_its_own() {
	take_turn 1 4
	try musl
}

test_archive_for_linux_aarch64_works_under_emulation() {
	take_turn 2 4
	try aarch64
}

# A check of its own, so that it is counted each time, and hides nothing of the others.
test_archive_for_linux_aarch64_has_a_core_like_unicorn() {
	take_turn 2 4
	not_run "Unicorn is there for x86-64 alone: its tests have run on that, and none of them under emulation"
}

test_archive_for_windows_works_under_wine() {
	take_turn 3 4
	try windows
}
