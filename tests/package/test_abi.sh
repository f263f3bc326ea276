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

# The header of the next version, with a member more at the end of every struct that it shows.
grown_header() {
	awk '
		/^struct stflash_[a-z_]+ \{$/ { inside = 1 }
		inside && /^\};$/ { print "\tuint64_t added;"; inside = 0 }
		{ print }
	' "$top/include/stflash.h"
}

# And its library.
build_grown_library() {
	grown=$room/grown
	mkdir -p "$grown/include"
	grown_header >"$grown/include/stflash.h"
	[ "$(grep -c 'uint64_t added;' "$grown/include/stflash.h")" -gt 15 ] || failed "too few structs have grown"
	configure "$grown/build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS="-g -include $grown/include/stflash.h" \
		-DSTFLASH_TESTS=OFF -DSTFLASH_VIRTUAL=OFF
	must ninja -C "$grown/build" stflash_shared
}

# uses INCLUDE LIBRARY_DIR: a program that was built with that header, with that library.
uses() {
	must cc -std=c11 -Wall -Wextra -Werror -g -I"$1" -o uses "$here/grown.c" -L"$2" -lstflash -Wl,-rpath,"$2"
	STFLASH_VPROBE=$build/stflash-vprobe timeout 600 ./uses
}

test_a_struct_may_grow_at_its_end() {
	need cc ninja pkg-config
	build_grown_library
	uses "$top/include" "$build/src" || failed "a program does not work with its own library"
	uses "$top/include" "$grown/build/src" || failed "an older program does not work with the grown library"
	uses "$grown/include" "$build/src" || failed "a newer program does not work with the library as it is"
}

test_abidiff_finds_nothing_wrong_with_structs_that_have_grown() {
	need cc ninja pkg-config
	prepare_abi
	build_grown_library
	abidiff --suppressions "$top/packaging/libstflash.suppr" "$threads/src/libstflash.so" "$grown/build/src/libstflash.so" \
		>said || failed "abidiff calls it a change that breaks something: $(cat said)"
}

# The proof that it would be seen: behind a member that was put into its middle everything moves.
test_a_struct_that_grows_in_its_middle_is_found() {
	need cc abidiff
	for version in 'int a, b;' 'int a, added, b;' 'int a, b, added;'; do
		printf 'struct stflash_x { %s };\nint stflash_f(struct stflash_x *x);\nint stflash_f(struct stflash_x *x) { return x->b; }\n' \
			"$version" >x.c
		must cc -g -shared -fPIC -o "$(printf '%s' "$version" | tr -d ' ,;').so" x.c
	done
	suppressed="abidiff --suppressions $top/packaging/libstflash.suppr"
	$suppressed intab.so intabadded.so || failed "a member at the end counts"
	! $suppressed intab.so intaaddedb.so || failed "abidiff sees no difference"
}
