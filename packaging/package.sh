#!/bin/sh
# SPDX-License-Identifier: MIT
# package.sh BUILD_DIR OUT_DIR: the Debian packages of this tree, and the source archive of what is committed.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1" "$2"
build=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
rm -f "$out"/*.deb "$out"/stflash-*.tar.xz

cd "$top"
[ -f "$build/build.ninja" ] && [ ! CMakePresets.json -nt "$build/build.ninja" ] || cmake --preset package -B "$build"
ninja -C "$build"
(cd "$build" && cpack -G DEB -B "$build/cpack")
mv "$build"/cpack/*.deb "$out"

# The archive says its version in a file, where it has no git to ask.
if [ -e .git ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	cmake -D SOURCE="$top" -D BASE="$(sed -n 's/^project(stflash VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)" \
		-D COMMITTED=1 -D TEXT="$work/VERSION" -P cmake/git-version.cmake
	name=stflash-$(cat "$work/VERSION")
	git -c core.autocrlf=false archive --prefix="$name/" --add-file="$work/VERSION" HEAD | xz -9 >"$out/$name.tar.xz"
fi
