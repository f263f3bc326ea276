#!/bin/sh
# SPDX-License-Identifier: MIT
# unpack.sh ARCH|source DIR PACKAGE...: unpack Debian packages of another architecture, or source packages, into DIR.
# They are downloaded with lists and settings of apt's own for that: this system does not learn of them, and nothing is
# installed. The archives of sources stay in DIR/archives.
set -eu

kind=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2

# A newer version, which this system's lists know, is downloaded anew.
wanted="$* $(apt-cache policy "$@" 2>/dev/null | sed -n 's/^  Candidate: //p' | tr '\n' ' ')"
[ "$(cat "$dir/unpacked" 2>/dev/null)" != "$wanted" ] || exit 0

apt=$dir/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/sources"
: >"$apt/status"
cat >"$apt/conf" <<CONF
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Acquire::Languages "none";
Acquire::Retries "2";
CONF

# from_the_same_places: this system's own package sources, asked for sources of packages instead.
from_the_same_places() {
	eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
	# shellcheck disable=SC2154
	for file in "$list" "$parts"*.list "$parts"*.sources; do
		[ ! -f "$file" ] || sed -e 's/^deb[[:space:]]/deb-src /' -e 's/^Types:.*/Types: deb-src/' \
			-e '/^Architectures:/d' "$file" >"$apt/sources/${file##*/}"
	done
	cat >>"$apt/conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
CONF
}

case $kind in
source) from_the_same_places ;;
*) printf 'APT::Architecture "%s";\nAPT::Architectures { "%s"; };\n' "$kind" "$kind" >>"$apt/conf" ;;
esac
export APT_CONFIG="$apt/conf"
# One list of several may be missing for the moment; what matters is whether the packages come.
apt-get -q update || true
cd "$apt/archives"
if [ "$kind" = source ]; then
	apt-get -q --download-only source "$@"
	rm -rf "$dir/archives"
	for package in *.dsc; do
		rm -rf "$dir/${package%%_*}"
		dpkg-source --no-copy -x "$package" "$dir/${package%%_*}"
	done
	rm -rf partial && mv "$apt/archives" "$dir/archives"
else
	apt-get -q download "$@"
	for package in *.deb; do
		dpkg-deb -x "$package" "$dir"
	done
fi
cd "$dir"
rm -rf "$apt"
printf '%s\n' "$wanted" >"$dir/unpacked"
