#!/bin/sh
# SPDX-License-Identifier: MIT
# docs.sh DIR: the library's manual as HTML, of stflash.h, docs/library.md and the examples. Warnings are errors.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
cd "$top"
cmake -D SOURCE="$top" -D BASE=0 -D TEXT="$dir/version" -P cmake/git-version.cmake
sed -e "s|@STFLASH_DOCS_VERSION@|$(cat "$dir/version")|" -e "s|@STFLASH_DOCS_DIR@|$dir|" docs/Doxyfile.in >"$dir/Doxyfile"
rm -rf "$dir/html"
doxygen "$dir/Doxyfile"
