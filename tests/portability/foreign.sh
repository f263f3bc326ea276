#!/bin/sh
# SPDX-License-Identifier: MIT
# foreign.sh ARCH DIR PACKAGE...: unpack Debian packages of another architecture into DIR. They are downloaded with a
# list of apt's own for that architecture: this system does not learn of it, and nothing is installed.
set -eu

arch=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
[ "$(cat "$dir/unpacked" 2>/dev/null)" != "$*" ] || exit 0

apt=$dir/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
: >"$apt/status"
cat >"$apt/conf" <<CONF
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Acquire::Languages "none";
CONF
export APT_CONFIG="$apt/conf"
# One list of several may be missing for the moment; what matters is whether the packages come.
apt-get -q update || true
cd "$apt/archives"
apt-get -q download "$@"
for package in *.deb; do
	dpkg-deb -x "$package" "$dir"
done
cd "$dir"
rm -rf "$apt"
printf '%s\n' "$*" >"$dir/unpacked"
