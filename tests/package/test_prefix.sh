# SPDX-License-Identifier: MIT
# Installed to a prefix, moved elsewhere, and then found by programs: with pkg-config, find_package, and as an archive.

prefix=$tmp/moved

# Once for all checks: installed in one place and used in another.
install_and_move() {
	[ -d "$prefix" ] && return 0
	must cmake --install "$build" --prefix "$tmp/installed"
	mv "$tmp/installed" "$prefix"
}

pc() {
	pkg-config "$@"
}

# The libdir is lib, lib64 or lib/TRIPLET.
use_prefix() {
	need cc pkg-config
	install_and_move
	pcdir=$(dirname "$(find "$prefix" -name stflash.pc)")
	libdir=$(cd "$pcdir/.." && pwd)
	PKG_CONFIG_PATH=$pcdir
	PATH=$prefix/bin:$PATH
	export PKG_CONFIG_PATH PATH
}

# try_out DIR SUFFIX: the three examples on the virtual probe; dump and flash must agree on what flash holds.
try_out() {
	head -c 5000 /dev/urandom >firmware.bin
	must "$1/flash$2" firmware.bin "virtual:stm32f103c8,flash=flash.bin,stats=stats.json"
	grep -qE '"anomalies": *0' stats.json || failed "the virtual probe saw an anomaly"
	must "$1/dump$2" dump.bin "virtual:stm32f103c8,flash=flash.bin"
	must cmp flash.bin dump.bin
	must cmp -n 5000 firmware.bin dump.bin
	"$1/production$2" firmware.bin virtual:stm32f103c8 virtual:stm32f407vg virtual:no-such-chip </dev/null >report
	[ $? -eq 1 ] || failed "production did not tell of the board that failed"
	cat report
	sort report >shown && sort production.txt | must cmp shown - && rm production.txt
	[ "$(grep -c '^PASS' report)" -eq 2 ] && [ "$(grep -c '^FAIL' report)" -eq 1 ] || failed "the report is wrong"
	"$prefix/bin/stflash" -p virtual:stm32f407vg info >info
	uid=$(sed -n 's/^unique id *//p' info)
	grep -q "^PASS	virtual:stm32f407vg	$uid	" report || failed "production has another unique id than info: $uid"
	rm -f flash.bin* dump.bin
}

test_examples_with_pkg_config() {
	use_prefix
	for name in dump flash production; do
		# shellcheck disable=SC2046
		must cc -std=c11 -pthread -Wall -Wextra -Werror -o "$name" "$top/examples/$name.c" $(pc --cflags --libs stflash)
	done
	LD_LIBRARY_PATH=$libdir
	export LD_LIBRARY_PATH
	try_out . ''
}

# The lines of the README, between what every C program has. The probe is the virtual one, where the README has the only one.
test_the_lines_of_the_readme() {
	use_prefix
	{
		printf '#include <stdint.h>\n#include <stdio.h>\n#include <stflash.h>\n\nstatic uint8_t buf[65536];\n\nint main(void)\n{\n'
		awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' "$top/README.md" | tee lines |
			sed 's/stflash_connect(s, NULL,/stflash_connect(s, "virtual:stm32f103c8,flash=flash.bin",/'
		printf '\tfwrite(buf, 1, sizeof(buf), stdout);\n\treturn 0;\n}\n'
	} >app.c
	grep -q 'stflash_connect(s, NULL,' lines || failed "README.md has no lines of C that connect"
	build_line=$(sed -n 's/^`\(cc app\.c [^`]*\)`.*/\1/p' "$top/README.md")
	[ -n "$build_line" ] || failed "README.md does not say how to compile them"
	must sh -ec "$build_line"
	LD_LIBRARY_PATH=$libdir
	export LD_LIBRARY_PATH
	./a.out >dump.bin || failed "the program ended with $?"
	must cmp flash.bin dump.bin
	rm -f flash.bin* dump.bin app.c a.out lines
}

test_examples_with_the_archive_by_pkg_config() {
	use_prefix
	for name in dump flash production; do
		# shellcheck disable=SC2046
		must cc -std=c11 -pthread -o "$name" "$top/examples/$name.c" $(pc --cflags stflash) \
			"$(pc --variable=libdir stflash)/libstflash.a" $(pc --libs libusb-1.0)
	done
	! ldd dump | grep libstflash || failed "it uses the shared library"
	try_out . ''
}

test_examples_with_find_package_shared_and_static() {
	use_prefix
	need cmake ninja
	must cmake -S "$top/examples" -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
		-DCMAKE_C_FLAGS="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
	must ninja -C build
	try_out build ''
	try_out build -static
	! ldd build/dump-static | grep libstflash || failed "dump-static uses the shared library"
}

# A program may have functions of the names that the library has inside.
test_archive_leaves_all_other_names_to_the_program() {
	use_prefix
	cat >own.c <<-'C'
		#include <stflash.h>
		int fail(void);
		int progress(void);
		int fail(void) { return 1; }
		int progress(void) { return 2; }
		int main(void) { return stflash_version()[0] ? fail() + progress() - 3 : 1; }
	C
	# shellcheck disable=SC2046
	must cc -o own own.c $(pc --cflags stflash) "$libdir/libstflash.a" $(pc --libs libusb-1.0)
	must ./own
}

test_nothing_installed_knows_where_it_was_built() {
	use_prefix
	grep -rlF -e "$tmp/installed" -e "$build" -e "$top" "$prefix" >knows
	must_be_empty "the path of the build or of the first prefix is in" knows
}

test_udev_rule_is_installed_below_the_prefix() {
	use_prefix
	must cmp "$prefix/lib/udev/rules.d/70-stflash.rules" "$top/probes/udev/70-stflash.rules"
}

# rule_goes_to PREFIX FILE [WORDS]: as cmake --install does, into a folder of its own.
rule_goes_to() {
	rm -rf stage
	DESTDIR=$PWD/stage cmake -DCMAKE_INSTALL_PREFIX="$1" -Drule="$top/probes/udev/70-stflash.rules" -Ddir="${4:-}" \
		-P "$top/cmake/install-rule.cmake" >said 2>&1 || failed "install-rule.cmake failed: $(tail -n 1 said)"
	must cmp "stage$2" "$top/probes/udev/70-stflash.rules"
	[ "$(find stage -type f | wc -l)" -eq 1 ] || failed "there are other files: $(find stage -type f | tr '\n' ' ')"
	[ -z "${3:-}" ] || grep -qF "$3" said || failed "it does not say '$3': $(cat said)"
}

test_udev_rule_goes_where_udev_reads_it() {
	rule_goes_to /usr /usr/lib/udev/rules.d/70-stflash.rules
	rule_goes_to /usr/ /usr/lib/udev/rules.d/70-stflash.rules
	rule_goes_to /usr/local /etc/udev/rules.d/70-stflash.rules
	rule_goes_to /opt/stflash /opt/stflash/lib/udev/rules.d/70-stflash.rules \
		"root copies the rule: cp /opt/stflash/lib/udev/rules.d/70-stflash.rules /etc/udev/rules.d/"
	rule_goes_to /opt/stflash /opt/stflash/rules/70-stflash.rules "" rules
	rule_goes_to /opt/stflash /etc/udev/rules.d/70-stflash.rules "" /etc/udev/rules.d
}

test_installed_program_finds_its_virtual_probe() {
	use_prefix
	PATH=/usr/bin:/bin
	must "$prefix/bin/stflash" -p virtual info
	must "$prefix/bin/stflash" --version
}
