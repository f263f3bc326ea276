#!/bin/sh
# SPDX-License-Identifier: MIT
# musl.sh ROOT ARCH: ROOT/cc compiles for ARCH against the musl and the headers of Linux that were unpacked into ROOT
# (unpack.sh ... musl-dev linux-libc-dev), with the ARCH-linux-gnu-gcc that is installed. The specs are the package's own.
set -eu

root=$1
arch=$2
sed "s|/usr/|$root/usr/|g" "$root/usr/lib/$arch-linux-musl/musl-gcc.specs" >"$root/specs"

# Those of Linux alone: the folders around them hold headers of glibc.
mkdir -p "$root/kernel"
for folder in "$root/usr/include/linux" "$root/usr/include/asm-generic" "$root/usr/include/$arch-linux-gnu/asm"; do
	ln -sfn "$folder" "$root/kernel/${folder##*/}"
done
cat >"$root/cc" <<CC
#!/bin/sh
exec $arch-linux-gnu-gcc "\$@" -specs $root/specs
CC
chmod 755 "$root/cc"
ln -sf "$(command -v "$arch-linux-gnu-ar")" "$root/ar"
