# SPDX-License-Identifier: MIT
# include/stflash.h alone, as the first thing a program includes.

warnings="-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wundef -Wredundant-decls"

# compiles COMPILER LANGUAGE STANDARD [WARNINGS...]
compiles() {
	compiler=$1
	language=$2
	standard=$3
	shift 3
	need "$compiler"
	echo '#include <stflash.h>' >"only.$language"
	# shellcheck disable=SC2086
	must "$compiler" "-std=$standard" $warnings "$@" -I"$top/include" -c -o only.o "only.$language"
}

test_header_is_c11_and_c17_with_gcc() {
	compiles gcc c c11 -Wstrict-prototypes -Wmissing-prototypes
	compiles gcc c c17 -Wstrict-prototypes -Wc++-compat
}

test_header_is_c11_and_c17_with_clang() {
	compiles clang c c11 -Weverything -Wno-padded
	compiles clang c c17 -Weverything -Wno-padded
}

test_header_is_cpp17_with_both() {
	compiles g++ cpp c++17 -Wold-style-cast -Wuseless-cast
	compiles clang++ cpp c++17 -Weverything -Wno-padded -Wno-c++98-compat -Wno-c++98-compat-pedantic
}

# Each function has a comment right above it, and each comment of a function that may fail is more than a word.
test_every_function_of_the_header_is_documented() {
	awk '/^STFLASH_API/ && last !~ /\*\/$/ { print }
		{ last = $0 }' "$top/include/stflash.h" >bare
	must_be_empty "no comment above" bare
}
