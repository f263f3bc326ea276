# SPDX-License-Identifier: MIT
# The binary interface: what is built now against packaging/libstflash.abi, the one that programs were linked to.
# docs/library.md tells how it may change. STFLASH_UPDATE_ABI=1, or "./dev abi", writes the dump anew.

abi=$top/packaging/libstflash.abi

# Only what stflash.h shows. The sanitizer's library is part of how we look, not of what we see.
dump_abi() {
	must abidw --headers-dir "$top/include" --drop-private-types --exported-interfaces-only --no-corpus-path \
		--no-comp-dir-path --no-show-locs --type-id-style hash --out-file whole.abi "$threads/src/libstflash.so"
	grep -v 'libtsan' whole.abi >"$1"
}

prepare_abi() {
	need abidw abidiff
	[ "$(uname -m)" = x86_64 ] || not_run "the dump is that of x86_64"
	build_watched_library
	dump_abi now.abi
}

test_binary_interface_is_the_one_on_record() {
	prepare_abi
	[ -z "${STFLASH_UPDATE_ABI-}" ] || cp now.abi "$abi"
	abidiff "$abi" now.abi
	status=$?
	[ $((status & 8)) -eq 0 ] ||
		failed "programs that are linked already would break. Undo it, or raise the soname (docs/library.md)"
	[ "$status" -eq 0 ] ||
		failed "it was extended, or changed in a way to be looked at (docs/library.md): then record it with ./dev abi"
}

# The proof that a change would be seen: a field more in a struct that the caller allocates.
test_a_grown_struct_is_found() {
	prepare_abi
	sed "/class-decl name='stflash_dump_report'/s/size-in-bits='\([0-9]*\)'/size-in-bits='8'/" now.abi >other.abi
	! cmp -s now.abi other.abi || failed "the dump does not have struct stflash_dump_report"
	! abidiff other.abi now.abi || failed "abidiff sees no difference"
}

test_a_function_that_went_away_is_found() {
	prepare_abi
	awk "/elf-symbol name='stflash_dump'/ { next } { print }" now.abi >other.abi
	abidiff now.abi other.abi
	[ $(($? & 8)) -ne 0 ] || failed "abidiff does not call it incompatible"
}
