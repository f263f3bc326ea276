#!/bin/sh
# SPDX-License-Identifier: MIT
# release.sh WORK OUT [PART...]: what one attaches to a release, of what is committed: the same commit gives the same
# bytes. PARTs: source debian linux-x86_64 linux-aarch64 windows-x86_64; all when none is named.
#
# All is built from the source archive itself, unpacked in WORK, so nothing that is not committed can get in. Its version is
# that of CMakeLists.txt, whatever the commit. What is downloaded, and libusb, stays in the user's cache.
set -eu
umask 022
LC_ALL=C
export LC_ALL
unset CFLAGS LDFLAGS CPPFLAGS CC DESTDIR PKG_CONFIG_PATH

top=$(cd "$(dirname "$0")/.." && pwd)
here=$top/packaging/release
mkdir -p "$1" "$2"
work=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
shift 2
[ $# -gt 0 ] || set -- source debian linux-x86_64 linux-aarch64 windows-x86_64
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/stflash/release
mkdir -p "$cache"

die() {
	echo "release: $*" >&2
	exit 1
}

# logged NAME COMMAND...: what it says is shown when it fails.
logged() {
	log=$work/$1.log
	shift
	"$@" >"$log" 2>&1 && return 0
	tail -n 20 "$log" | cut -c 1-300 >&2
	return 1
}

# ------------------------------------------------------------------ the source

# unpack_archive: a file that is already there as it should be keeps its time, so that little is built again.
unpack_archive() {
	rm -rf "$work/new"
	mkdir -p "$work/new" "$source"
	tar -xf "$work/$name.tar" -C "$work/new" --strip-components=1 --touch
	(cd "$work/new" && find . -type f) | while read -r file; do
		! cmp -s "$work/new/$file" "$source/$file" || touch -r "$source/$file" "$work/new/$file"
	done
	rm -rf "$source"
	mv "$work/new" "$source"
}

# archive: everything is built from it.
archive() {
	git -C "$top" rev-parse -q --verify HEAD >/dev/null 2>&1 ||
		die "a release is made of a commit, and $top is no git clone: clone the repository and start there"
	[ -z "$(git -C "$top" status --porcelain --untracked-files=no)" ] ||
		echo "release: the tree has changes that are not committed: they are no part of the release" >&2
	SOURCE_DATE_EPOCH=$(git -C "$top" log -1 --format=%ct)
	export SOURCE_DATE_EPOCH

	version=$(sed -n 's/^project(stflash VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
	git -C "$top" tag --points-at HEAD | grep -qxF "v$version" ||
		echo "release: all calls itself $version, but this commit has no tag v$version: set it before you publish" >&2
	echo "$version" >"$work/VERSION"
	name=stflash-$version
	source=$work/source
	git -C "$top" -c core.autocrlf=false archive --prefix="$name/" --add-file="$work/VERSION" HEAD >"$work/$name.tar"
	unpack_archive
}

part_source() {
	xz -9 -T1 -c "$work/$name.tar" >"$out/$name.tar.xz"
}

part_debian() {
	need_tools "dpkg-dev fakeroot file" cpack dpkg-deb dpkg-shlibdeps gzip
	logged debian sh "$source/packaging/package.sh" "$work/debian" "$work/packages" ||
		die "the Debian packages could not be made, see above"
	cp "$work"/packages/*.deb "$out/"
}

# ----------------------------------------------------------- what others wrote

# need_tools "DEBIAN PACKAGES" PROGRAM...
need_tools() {
	packages=$1
	shift
	for tool; do
		command -v "$tool" >/dev/null 2>&1 ||
			die "$tool is not installed: install the packages $packages (\"./dev release\" does), then try again"
	done
}

# unpacked KIND DIR PACKAGE...: Debian packages in the cache.
unpacked() {
	logged "unpack-${2##*/}" sh "$here/unpack.sh" "$@" && return 0
	kind=$1
	shift 2
	die "the Debian packages $* ($kind) could not be downloaded, see above: check the network and the package sources of" \
		"apt, then try again"
}

libusb_source() {
	need_tools dpkg-dev apt-get dpkg-source
	unpacked source "$cache/source" libusb-1.0
	libusb_version=$(sed -n '1s/.*(\(.*:\)*\(.*\)).*/\2/p' "$cache/source/libusb-1.0/debian/changelog")
	cp "$cache/source/archives"/libusb-1.0_*.tar.* "$out/"
}

# libusb SYSTEM NAME CC [CFLAGS...]
libusb() {
	system=$1
	name_of_build=libusb-$2
	shift 2
	logged "$name_of_build" sh "$here/libusb.sh" "$cache/source/libusb-1.0" "$cache/$name_of_build" "$system" "$@" ||
		die "libusb could not be built for $system, see above"
}

# ---------------------------------------------------------------- build, pack

# build DIR TARGETS CMAKE_ARGS...: no path of this machine may be in what is built.
build() {
	dir=$work/$1
	targets=$2
	shift 2
	# shellcheck disable=SC2086
	{
		logged "${dir##*/}" cmake -S "$source" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSTFLASH_TESTS=OFF \
			"-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG" "$@" && logged "${dir##*/}" ninja -C "$dir" $targets
	} || die "the build for ${dir##*/} failed, see above"
}

maps="-ffile-prefix-map=$work=."

# fill FILE ARCH HOW: its marks become what they stand for, and @HOW@ the file of that name.
fill() {
	sed -e "/@HOW@/{r $here/$3" -e 'd' -e '}' "$here/$1" |
		sed -e "s|@VERSION@|$version|g" -e "s|@ARCH@|$2|" -e "s|@LIBUSB@|${libusb_version}|"
}

# licences HOW FILE AS: of stflash, of libusb, and FILE of what is in every program.
licences() {
	mkdir licences
	cp "$source/LICENSE" licences/stflash.txt
	cp "$cache/source/libusb-1.0/COPYING" licences/LGPL-2.1.txt
	fill libusb.txt "" "$1" >licences/libusb.txt
	cp "$2" "licences/$3.txt" || die "the licence $2 is not there: install its package again with its documentation"
}

# new_folder NAME: empty, and where we are from now on.
new_folder() {
	rm -rf "${work:?}/pack"
	mkdir -p "$work/pack/$1"
	cd "$work/pack/$1"
}

# pack tar.xz|zip NAME: the folder of that name, all times those of the commit.
pack() {
	cd "$work/pack"
	find "$2" -exec touch -h -d "@$SOURCE_DATE_EPOCH" '{}' +
	rm -f "$out/$2.$1"
	case $1 in
	tar.xz)
		tar --sort=name --owner=0 --group=0 --numeric-owner --format=ustar -cf - "$2" | xz -9 -T1 >"$out/$2.$1"
		;;
	zip) find "$2" -type f | sort | TZ=UTC zip -q -X -9 "$out/$2.zip" -@ ;;
	esac
}

# build_linux ARCH DEBIAN_ARCH TARGETS [CMAKE_ARGS...]: with musl, so that one file runs on every Linux. FD_SET() of its
# headers is not meant for -Wsign-conversion.
build_linux() {
	need_tools "gcc-$1-linux-gnu" "$1-linux-gnu-gcc" "$1-linux-gnu-ar" "$1-linux-gnu-strip"
	musl=$cache/musl-$2
	libusb_source
	unpacked "$2" "$musl" musl-dev linux-libc-dev
	logged "musl-$1" sh "$here/musl.sh" "$musl" "$1" || die "musl could not be set up for $1, see above"
	libusb linux "$2" "$musl/cc" -idirafter "$musl/kernel"
	PKG_CONFIG_LIBDIR=$cache/libusb-$2/lib/pkgconfig
	export PKG_CONFIG_LIBDIR
	arch=$1
	targets=$3
	shift 3
	build "linux-$arch" "$targets" "-DCMAKE_C_COMPILER=$musl/cc" "-DCMAKE_AR=$(command -v "$arch-linux-gnu-ar")" \
		"-DCMAKE_OBJCOPY=$(command -v "$arch-linux-gnu-objcopy")" -DCMAKE_EXE_LINKER_FLAGS=-static \
		"-DCMAKE_C_FLAGS=-Wno-error=sign-conversion $maps" "$@"
}

# The manual and the completions come from what the program says: that of this machine's kind says it for all.
write_help() {
	build_linux x86_64 amd64 "stflash stflash-vprobe help_files"
}

# linux ARCH: the archive, of what was built.
linux() {
	new_folder "$name-linux-$1"
	for program in stflash stflash-vprobe; do
		"$1-linux-gnu-strip" -o "$program" "$work/linux-$1/$program"
	done
	cp "$here/install" "$source/probes/udev/70-stflash.rules" .
	mkdir man completions
	cp "$work"/linux-x86_64/help/stflash.1 "$work"/linux-x86_64/help/stflash-vprobe.1 man/
	cp "$work"/linux-x86_64/help/stflash.bash "$work"/linux-x86_64/help/_stflash "$work"/linux-x86_64/help/stflash.fish completions/
	fill README-linux.txt "$1" "" >README.txt
	licences relink-static.txt "$musl/usr/share/doc/musl-dev/copyright" musl
	pack tar.xz "$name-linux-$1"
}

part_linux_x86_64() {
	write_help
	linux x86_64
}

part_linux_aarch64() {
	write_help
	build_linux aarch64 arm64 "stflash stflash-vprobe" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64
	linux aarch64
}

# Text as Windows has it.
crlf() {
	for file; do
		sed 's/$/\r/' "$file" >"$work/crlf" && mv "$work/crlf" "$file"
	done
}

part_windows_x86_64() {
	tools=x86_64-w64-mingw32
	need_tools "gcc-mingw-w64-x86-64-posix mingw-w64-x86-64-dev zip" $tools-gcc $tools-windres $tools-strip zip
	libusb_source
	libusb windows windows $tools-gcc
	# ld sorts what a program imports by the names of the import libraries, folders included: this one is named from the
	# folder of the build, wherever that and the cache are.
	mkdir -p "$work/windows-x86_64"
	rm -rf "$work/windows-x86_64/libusb"
	cp -pR "$cache/libusb-windows" "$work/windows-x86_64/libusb"
	PKG_CONFIG_LIBDIR=$work/windows-x86_64/libusb/lib/pkgconfig
	export PKG_CONFIG_LIBDIR
	sed "s|$cache/libusb-windows|$work/windows-x86_64/libusb|g" "$cache/libusb-windows/lib/pkgconfig/libusb-1.0.pc" \
		>"$PKG_CONFIG_LIBDIR/libusb-1.0.pc"
	link="-static-libgcc -Wl,--no-insert-timestamp -Wl,--disable-auto-image-base"
	build windows-x86_64 "stflash stflash_shared" -DCMAKE_SYSTEM_NAME=Windows -DSTFLASH_VIRTUAL=OFF "-DCMAKE_C_FLAGS=$maps" \
		-DCMAKE_C_COMPILER=$tools-gcc -DCMAKE_RC_COMPILER=$tools-windres "-DCMAKE_EXE_LINKER_FLAGS=$link" "-DCMAKE_SHARED_LINKER_FLAGS=$link"

	new_folder "$name-windows-x86_64"
	$tools-strip -o stflash.exe "$work/windows-x86_64/stflash.exe"
	cp "$cache/libusb-windows/bin/libusb-1.0.dll" .
	mkdir library
	$tools-strip -o library/libstflash.dll "$work/windows-x86_64/libstflash.dll"
	cp "$work/windows-x86_64/src/libstflash.dll.a" "$source/include/stflash.h" library/
	fill README-windows.txt "" "" >README.txt
	licences relink-dll.txt /usr/share/doc/mingw-w64-x86-64-dev/copyright mingw-w64
	crlf README.txt licences/*.txt
	pack zip "$name-windows-x86_64"
}

# What an earlier release left in OUT: no other file of the user's is touched.
remove_old() {
	[ -f "$out/SHA256SUMS" ] || return 0
	sed 's/^[0-9a-f]*  //' "$out/SHA256SUMS" | while read -r old; do
		case $old in */*) ;; *) rm -f "$out/$old" ;; esac
	done
	rm -f "$out/SHA256SUMS"
}

write_sums() {
	cd "$out"
	sha256sum ./*.deb stflash-* libusb-* 2>/dev/null | sed 's|  \./|  |' | sort -k 2 >SHA256SUMS
}

[ "$(uname -m)" = x86_64 ] || die "a release is made on x86_64, and this machine is $(uname -m): use one of those"
need_tools "git xz-utils cmake ninja-build" git xz cmake ninja
remove_old
archive
for part; do
	case $part in
	source | debian | linux-x86_64 | linux-aarch64 | windows-x86_64) "part_$(echo "$part" | tr - _)" ;;
	*) die "there is no part '$part' of a release: source debian linux-x86_64 linux-aarch64 windows-x86_64" ;;
	esac
done
write_sums
