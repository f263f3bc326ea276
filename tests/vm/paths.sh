# SPDX-License-Identifier: MIT
# Where the prepared guest is kept, outside the tree. Sourced by prepare.sh and run.sh.
vm_cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/stflash/vm
vm_kernel=$vm_cache/kernel
vm_base=$vm_cache/base.cpio

# Programs of the host that run unmodified in the guest. setpriv must be that of util-linux: busybox's has no --reuid.
vm_tools="openocd st-info st-flash usbip usbipd setpriv"

# tool_path NAME: /usr/sbin is not in every user's PATH.
tool_path() {
	PATH=$PATH:/usr/sbin:/sbin command -v "$1"
}

# What the initramfs was made from; when this changes it is made again.
base_key() {
	cat "$vm_scripts/prepare.sh" "$vm_scripts/paths.sh" "$vm_kernel/version" 2>/dev/null
	for tool in $vm_tools busybox; do
		ls -lL --time-style=full-iso "$(tool_path "$tool")" 2>/dev/null
	done
}

# The modules may have become more since the kernel was unpacked.
kernel_ready() {
	[ -f "$vm_kernel/version" ] && [ "$(cksum <"$vm_scripts/prepare.sh")" = "$(cat "$vm_kernel/key" 2>/dev/null)" ]
}

vm_ready() {
	kernel_ready && [ -f "$vm_base" ] && [ "$(base_key | cksum)" = "$(cat "$vm_base.key" 2>/dev/null)" ]
}

# copy_program ROOT FILE [AS]: a program and every library that ldd names, at the same paths below ROOT.
copy_program() {
	mkdir -p "$1/$(dirname "${3:-$2}")"
	cp -L "$2" "$1/${3:-$2}" || return 1
	ldd "$2" | grep -q 'not found' && return 1
	ldd "$2" | grep -oE '/[^ ]+' | while read -r library; do
		mkdir -p "$1/$(dirname "$library")"
		[ -e "$1/$library" ] || cp -L "$library" "$1/$library"
	done
}

# pack ROOT FILE: owned by root without being root; device nodes come from devtmpfs.
pack() (
	cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 >"$2"
)
