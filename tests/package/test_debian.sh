# SPDX-License-Identifier: MIT
# The Debian packages: what lintian says, and how they behave in a root of their own.

packages=$room/packages

# Once for all checks of a run.
make_packages() {
	need cmake ninja cpack dpkg-deb dpkg-shlibdeps git xz gzip
	[ -f "$tmp/packages-made" ] && return 0
	must sh "$top/packaging/package.sh" "$room/package-build" "$packages"
	: >"$tmp/packages-made"
}

depends_of() {
	dpkg-deb -f "$packages/$1"_*.deb Depends
}

test_three_packages_depend_on_what_they_need() {
	make_packages
	version=$(dpkg-deb -f "$packages"/stflash_*.deb Version)
	depends_of stflash | grep -qF "libstflash0 (= $version)" || failed "stflash: $(depends_of stflash)"
	depends_of stflash | grep -q 'libc6 (>=' || failed "stflash: $(depends_of stflash)"
	! depends_of stflash | grep -q libusb || failed "stflash itself does not use libusb: $(depends_of stflash)"
	depends_of libstflash0 | grep -q 'libusb-1.0-0 (>=' || failed "libstflash0: $(depends_of libstflash0)"
	depends_of libstflash-dev | grep -qF "libstflash0 (= $version), libusb-1.0-0-dev" ||
		failed "libstflash-dev: $(depends_of libstflash-dev)"
	for package in "$packages"/*.deb; do
		echo "size: ${package##*/}: $(kib "$package") KiB"
	done
}

test_lintian_finds_no_error() {
	make_packages
	need lintian
	LC_ALL=C lintian --allow-root --tag-display-limit 0 "$packages"/*.deb >found 2>&1
	status=$?
	cat found
	[ $status -eq 0 ] || [ $status -eq 2 ] || failed "lintian did not run: it ended with $status"
	grep '^E:' found >errors
	must_be_empty "lintian" errors
}

# A root with nothing in it but the libraries of this system, on record as installed.
fresh_root() {
	mkdir -p root/var/lib/dpkg/info root/var/lib/dpkg/updates root/var/lib/dpkg/triggers root/usr root/dev root/tmp root/home
	for name in bin sbin lib lib64; do
		mkdir -p "root/usr/$name"
		ln -s "usr/$name" "root/$name"
	done
	: >root/usr/bin/other-program
	: >root/var/lib/dpkg/status
	: >root/dev/null
	chmod 666 root/dev/null
	chmod 1777 root/tmp root/home
	for package in libc6 libusb-1.0-0 libudev1 libgcc-s1 libcap2; do
		dpkg-query -W "$package" >/dev/null 2>&1 || continue
		dpkg-query -L "$package" | grep '/lib.*\.so' | while read -r file; do
			[ -f "$file" ] || continue
			mkdir -p "root$(dirname "$file")"
			cp -a "$file" "root$file" 2>/dev/null || cp "$file" "root$file"
		done
		dpkg-query -W -f 'Package: ${Package}\nStatus: install ok installed\nArchitecture: ${Architecture}\nMaintainer: x <x@localhost>\nVersion: ${Version}\nDescription: from the system\n\n' \
			"$package" | sed '/^$/q' >>root/var/lib/dpkg/status
		: >"root/var/lib/dpkg/info/$package.list"
		: >"root/var/lib/dpkg/info/$package:$(dpkg --print-architecture).list"
	done
}

listing() {
	(cd root && find . -path ./var/lib/dpkg -prune -o -path ./var/log -prune -o -print | LC_ALL=C sort)
}

in_root() {
	dpkg --root="$PWD/root" --force-script-chrootless --log=/dev/null "$@"
}

as_ordinary_user() {
	env -i PATH=/usr/bin:/usr/sbin HOME=/home chroot --userspec=12345:12345 root "$@"
}

test_packages_install_run_as_an_ordinary_user_and_leave_no_trace() {
	[ "$(id -u)" -eq 0 ] || not_run "only root may install into another root"
	make_packages
	need dpkg chroot
	fresh_root
	chroot root /usr/bin/nothing 2>/dev/null
	[ $? -eq 127 ] || not_run "chroot is not permitted here"
	chmod 755 "$tmp" "$tmp/case" root
	listing >before

	! in_root -i "$packages"/stflash_*.deb || failed "stflash was installed without its library"
	in_root --purge stflash
	must in_root -i "$packages"/libstflash0_*.deb "$packages"/stflash_*.deb
	must as_ordinary_user stflash --version
	must as_ordinary_user stflash -p virtual:stm32f103c8 info
	must as_ordinary_user stflash -p virtual:stm32f407vg read /tmp/dump.bin
	[ "$(wc -c <root/tmp/dump.bin)" -eq 1048576 ] || failed "the dump is not complete"
	as_ordinary_user stflash list
	[ $? -eq 3 ] || failed "stflash list did not say that there is no probe"
	[ -s root/usr/lib/udev/rules.d/70-stflash.rules ] || failed "the udev rule is not there"

	rm root/tmp/dump.bin
	must in_root --purge stflash libstflash0
	listing >after
	must diff before after
}

test_program_of_the_package_uses_the_shared_library_alone() {
	make_packages
	need readelf
	must dpkg-deb -x "$packages"/stflash_*.deb tree
	readelf -d tree/usr/bin/stflash | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vxE 'libstflash\.so\.0|libc\.so\.6' >other
	must_be_empty "stflash also needs" other
	readelf -d tree/usr/bin/stflash | grep -E 'RPATH|RUNPATH' >other
	must_be_empty "stflash has a search path" other
}

test_source_archive_builds_by_itself() {
	make_packages
	need tar ninja
	[ -e "$top/.git" ] || not_run "this tree is no git checkout"
	archive=$(echo "$packages"/stflash-*.tar.xz)
	echo "size: ${archive##*/}: $(kib "$archive") KiB"
	must tar xf "$archive"
	cd stflash-* || failed "the archive has no folder of its own"
	must cmake -S . -B build -G Ninja -DSTFLASH_TESTS=OFF -DCMAKE_BUILD_TYPE=Debug
	must ninja -C build
	version=$(build/stflash --version)
	[ "$version" = "stflash $(cat VERSION)" ] || failed "it says '$version', and the archive is $(cat VERSION)"
	must build/stflash -p virtual info
}
