#!/bin/sh
# SPDX-License-Identifier: MIT
# prepare.sh [--ready]: makes the guest that the VM tests boot, once per machine, in the user's cache:
# Debian's kernel as an uncompressed vmlinux (boots without a firmware's decompression, which is slow
# under emulation), its USB modules, and an initramfs with busybox, udev, usbip, openocd and st-flash
# as packaged. Needs no root. With --ready it only says by its status whether all that is there.
# On failure the last line on standard output is the reason, for the person who reads "not run".
set -u

vm_scripts=$(cd "$(dirname "$0")" && pwd)
. "$vm_scripts/paths.sh"

if [ "${1-}" = --ready ]; then
	vm_ready
	exit
fi

# Modules by their names, in the order in which they can be loaded.
modules="usb-common usbcore usbip-core vhci-hcd e1000 usbip-host xhci-hcd xhci-pci configfs udc-core dummy_hcd
	libcomposite usb_f_fs"

cannot() {
	echo "$*"
	exit 1
}

check_tools() {
	for tool in $vm_tools busybox qemu-system-x86_64 cpio unxz apt-get dpkg; do
		tool_path "$tool" >/dev/null || cannot "$tool is not installed"
	done
}

# fetch PACKAGE: the .deb into the current directory; its name on standard output.
fetch() {
	apt-get -q download "$1" >apt.log 2>&1 || return 1
	ls "$1"_*.deb
}

# unpack DEB PATTERN...: the files that match, below ./root.
unpack() {
	deb=$1
	shift
	mkdir -p root
	dpkg --fsys-tarfile "$deb" | tar -x -C root --wildcards "$@"
}

# The kernel proper is an xz stream inside vmlinuz; what follows the stream is not ours.
extract_vmlinux() {
	offset=$(LC_ALL=C grep -abo -m 1 "$(printf '\3757zXZ')" "$1" | head -n 1 | cut -d: -f1)
	[ -n "$offset" ] || return 1
	tail -c "+$((offset + 1))" "$1" | unxz --single-stream 2>/dev/null >"$2"
	[ "$(head -c 4 "$2" | tail -c 3)" = ELF ]
}

# The versioned name changes with every security update, and the old one leaves the mirrors: look it up.
make_kernel() {
	package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends:/ { print $2; exit }')
	[ -n "$package" ] || cannot "apt knows no package linux-image-amd64; run apt-get update as root"
	deb=$(fetch "$package") || cannot "the package $package could not be downloaded: $(tail -n 1 apt.log)"
	unpack "$deb" './boot/vmlinuz-*' './lib/modules/*/kernel/drivers/usb/*' './lib/modules/*/kernel/fs/configfs/*' \
		'./lib/modules/*/kernel/drivers/net/ethernet/intel/e1000/*' ||
		cannot "the package $package could not be unpacked"

	mkdir kernel
	extract_vmlinux root/boot/vmlinuz-* kernel/vmlinux || cannot "no xz stream with a kernel in $package"
	for module in $modules; do
		file=$(find root/lib/modules -name "$module.ko*" | head -n 1)
		case $file in
		*.xz) unxz -c "$file" >"kernel/$module.ko" ;;
		*.ko) cp "$file" "kernel/$module.ko" ;;
		*) cannot "module $module is not in $package" ;;
		esac
	done
	echo "$modules" >kernel/modules
	echo "$package" >kernel/version
	cksum <"$vm_scripts/prepare.sh" >kernel/key
	rm -rf root "$deb" "$vm_kernel"
	mv kernel "$vm_kernel"
}

add_udev() {
	for package in udev systemd; do
		deb=$(fetch "$package") || cannot "the package $package could not be downloaded: $(tail -n 1 apt.log)"
		unpack "$deb" '*/bin/udevadm' '*/rules.d/50-udev-default.rules' '*/rules.d/73-seat-late.rules' 2>/dev/null
	done
	[ -x root/bin/udevadm ] || [ -x root/usr/bin/udevadm ] || cannot "no udevadm in the package udev"
	udevadm=$(ls root/bin/udevadm root/usr/bin/udevadm 2>/dev/null | head -n 1)
	copy_program base "$udevadm" bin/udevadm || cannot "a library of udevadm is missing: $(ldd "$udevadm" | grep 'not found')"
	mkdir -p base/lib/udev/rules.d base/etc/udev/rules.d base/lib/systemd
	find root -name '50-udev-default.rules' -exec cp {} base/lib/udev/rules.d/ \;
	find root -name '73-seat-late.rules' -exec cp {} base/lib/udev/rules.d/ \;
	[ "$(ls base/lib/udev/rules.d | wc -l)" -eq 2 ] || cannot "the udev and systemd packages lack the rules expected of them"
	ln -s /bin/udevadm base/lib/systemd/systemd-udevd
}

add_openocd_scripts() {
	scripts=usr/share/openocd/scripts
	mkdir -p base/$scripts/interface base/$scripts/target
	cp /$scripts/interface/stlink*.cfg base/$scripts/interface/
	cp /$scripts/target/stm32f1x.cfg /$scripts/target/stm32f4x.cfg /$scripts/target/stm32xl.cfg /$scripts/target/swj-dp.tcl base/$scripts/target/
	cp /$scripts/*.tcl base/$scripts/
}

# Two ordinary users: "bench" (1000) and "seat" (1001); who is in plugdev is decided test by test.
add_etc() {
	mkdir -p base/etc base/root base/proc base/sys base/dev base/run base/tmp base/var
	ln -s ../run base/var/run
	cat >base/etc/passwd <<TEXT
root:x:0:0:root:/root:/bin/sh
bench:x:1000:1000::/tmp:/bin/sh
seat:x:1001:1001::/tmp:/bin/sh
TEXT
	cat >base/etc/group <<TEXT
root:x:0:
tty:x:5:
dialout:x:20:
plugdev:x:46:bench
bench:x:1000:
seat:x:1001:
TEXT
	echo 'passwd: files' >base/etc/nsswitch.conf
	echo 'group: files' >>base/etc/nsswitch.conf
}

make_base() {
	rm -rf root base
	mkdir -p base/bin base/modules
	chmod 755 base
	cp "$(tool_path busybox)" base/bin/busybox
	for applet in $(busybox --list | grep -vxE 'busybox|setpriv|usbip'); do
		ln -s busybox "base/bin/$applet"
	done
	for tool in $vm_tools; do
		copy_program base "$(tool_path "$tool")" || cannot "a library of $tool is missing"
	done
	add_udev
	add_openocd_scripts
	add_etc
	cp "$vm_kernel"/*.ko "$vm_kernel/modules" base/modules/
	pack base "$vm_base.new" || cannot "the initramfs could not be packed"
	rm -f "$vm_base.key"
	mv "$vm_base.new" "$vm_base"
	base_key | cksum >"$vm_base.key"
}

vm_ready && exit 0
check_tools
umask 022
mkdir -p "$vm_cache" || cannot "the folder $vm_cache cannot be made"
work=$(mktemp -d "$vm_cache/prepare.XXXXXX") || cannot "no room for a folder in $vm_cache"
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" && cd "$work" || exit 1
kernel_ready || make_kernel
make_base
