# SPDX-License-Identifier: MIT
# The checks of the tree. Each looks at the current directory as the top of a tree, prints one line per
# violation and nothing when all is well. Sourced by run.sh, which also feeds them trees that are wrong.

here_c_files() {
	find "$@" \( -name '*.c' -o -name '*.h' \) 2>/dev/null | LC_ALL=C sort
}

# Text files that a person wrote.
here_text_files() {
	find . \( -name .git -o -name build -o -name .cache \) -prune -o -type f ! -name '*.bin' ! -name '*.elf' ! -name '*.png' \
		-print | sed 's|^\./||' | LC_ALL=C sort
}

check_include_graph() {
	here_c_files src probes | xargs -r awk -f "$structure/includes.awk"
}

check_shape() {
	here_c_files include src probes tests examples | xargs -r awk -f "$structure/shape.awk"
}

check_licence_of_scripts() {
	here_text_files | grep -E '\.(sh|awk|s|S|cmake|rules)$|(^|/)(dev|CMakeLists\.txt)$' | while read -r file; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file: has no SPDX line"
	done
}

# Every source is named by the CMakeLists.txt above it: a forgotten one would not be built.
check_sources_are_listed() {
	for place in src probes; do
		[ -f "$place/CMakeLists.txt" ] || continue
		here_c_files "$place" | grep '\.c$' | while read -r file; do
			grep -qE "(^|[ (])${file#"$place"/}([ )]|\$)" "$place/CMakeLists.txt" || echo "$file: is not in $place/CMakeLists.txt"
		done
	done
}

check_nothing_left_open() {
	here_c_files include src probes tests examples | xargs -r grep -nE 'TODO|FIXME|(^|[^X])XXX([^X]|$)|HACK|not implemented' /dev/null
}

check_no_machine_paths() {
	here_text_files | grep -v '^tests/structure/' | xargs -r grep -nIE '(^|[^A-Za-z0-9_.])/(home|root|work|mnt)/' /dev/null
}

# What the objects of a build define and use: "src/a.c SYMBOL TYPE ...", as nm has it, without what is left of a build before:
# an object of a source that is gone, or older than its source.
symbols_of_sources() {
	find "$1/src/CMakeFiles" -name '*.c.o' | while read -r object; do
		source=src/${object#*.dir/}
		[ ! "$object" -nt "${source%.o}" ] || printf '%s\n' "$object"
	done | xargs -r nm -A -P | sed -E 's|^[^:]*\.dir/([^:]*)\.o: |src/\1 |'
}

# Standard input is that. Files that call each other in a circle are one file cut anywhere. The table of commands names
# every command, and is no caller.
check_no_file_calls_back() {
	awk '$3 ~ /^[TDRB]$/ { home[$2] = $1 } $3 == "U" && $1 != "src/cli/help.c" { file[++n] = $1; name[n] = $2 }
		END { for (i = 1; i <= n; i++) if (home[name[i]] && home[name[i]] != file[i]) print file[i], home[name[i]] }' |
		LC_ALL=C sort -u | tsort 2>&1 >/dev/null | sed -n 's|^tsort: \(src/.*\)|\1: calls a file that calls back|p'
}

# Two functions of one name cannot be told apart in a stack trace.
check_static_names_are_unique() {
	here_c_files src | xargs -r grep -oE '^static [^;={}()]*[ *][a-z_0-9]+\(' /dev/null |
		sed -E 's/^([^:]*):.*[ *]([a-z_0-9]+)\($/\2 \1/' | LC_ALL=C sort -u |
		awk '$1 == name { print $2 ": " file " has a static function " name " too" } { name = $1; file = $2 }'
}

check_no_trailing_space() {
	here_text_files | grep -vE '^LICENSE$|^tests/fuzz/corpus/' | xargs -r grep -nIE '[[:space:]]+$' /dev/null
}

# What differs between controllers is a member of their row, so that another one needs no search for such places.
check_no_controller_is_compared() {
	here_c_files src | xargs -r grep -nE '(controller|driver) [!=]= *&' /dev/null
}

# An id is asked for where rows are found, and passed on by what tells it to the user. Nothing else compares one: what
# follows from an id is a member of its row.
check_ids_are_asked_for_by_rows() {
	here_c_files src/flash src/session src/swd | grep -vE '^src/flash/(chips/|identify\.c)' |
		xargs -r grep -nE 'dev_id *[!=]=|[!=]= *[a-z>.-]*dev_id|idcode *(>>|&)[^;]*[!=]=|switch \(.*(dev_id|idcode)' /dev/null
}

# Where flash is, is a member of a row; the engine asks the map.
check_the_base_of_flash_is_in_rows() {
	here_c_files src/flash src/session src/swd | grep -v '^src/flash/chips/' | xargs -r grep -nE '0x0?8000000u' /dev/null
}

# NRST has one owner, which knows what the line is: nobody else sends the command.
check_one_file_drives_nrst() {
	here_c_files src | grep -vE '/(nrst|status|command)\.c$|/stlink_proto\.h$' | xargs -r grep -nE 'STLINK_(DRIVE_NRST|NRST_)' /dev/null
}

# Whoever links the library has no options and no commands: its sentences have marks of base/hint.h in their place. Three
# files name options of other programs: docker's, udevadm's, the virtual probe's.
check_library_names_no_option() {
	here_c_files src | grep -vE '^src/(cli/|usb/(system/linux_(container|permission)|virtual)\.c)' |
		xargs -r grep -nE '"[^"]*(--[a-z]|stflash (list|read|write|verify|erase|info|options|protect|unprotect|reset|doctor|backup|restore|hash)[^a-z])' /dev/null
}

# Calls that Linux alone has stand in files whose names say so; what POSIX has since 2008 is everywhere.
check_linux_only_calls_are_in_linux_files() {
	here_c_files src include examples probes | grep -vE '/linux_[a-z_]+\.c$' | xargs -r grep -nwE \
		'__linux__|__gnu_linux__|_GNU_SOURCE|(epoll|inotify|fanotify|timerfd)_[a-z0-9_]+|(event|signal|mem)fd(_create)?|prctl|renameat2|accept4|pipe2|splice|sendfile|sync_file_range|fallocate|getrandom|strchrnul|program_invocation_(short_)?name|O_TMPFILE|O_PATH|F_SETPIPE_SZ|<(linux|asm)/[a-z0-9_/]+\.h>|<sys/(epoll|eventfd|signalfd|timerfd|inotify|prctl|sendfile|sysinfo|vfs)\.h>|<(endian|byteswap|error|mntent)\.h>' /dev/null
}

# What CMake learned after the version that CMakeLists.txt asks for: each word with the version it came with.
check_cmake_files_are_of_3_16() {
	here_text_files | grep -E '(^|/)CMakeLists\.txt$|\.cmake(\.in)?$' | xargs -r grep -nE \
		'find_(program|library|path|file)\(.* REQUIRED|CheckLinkerFlag|cmake_language\(|COMMAND_ERROR_IS_FATAL|file\((REAL_PATH|CONFIGURE|ARCHIVE_|CHMOD)|string\((JSON|HEX)|ZIP_LISTS|CMAKE_CURRENT_FUNCTION|cmake_path\(|PROJECT_IS_TOP_LEVEL|C_BYTE_ORDER|cmake_host_system_information\(.*DISTRIB|(^|[^a-z_])block\(|PATH_(LIST_)?EQUAL|FILE_SET' /dev/null
}

# The newest entry of CHANGELOG.md is what CMakeLists.txt calls this version, or what is not released yet.
check_changelog_has_the_version() {
	[ -f CHANGELOG.md ] || return 0
	version=$(sed -n 's/^project(stflash VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
	newest=$(sed -n 's/^## \([^ ]*\).*/\1/p' CHANGELOG.md | head -n 1)
	[ "$newest" = "$version" ] || [ "$newest" = Unreleased ] ||
		echo "CHANGELOG.md: the newest version is $newest, and CMakeLists.txt says $version"
}

# What a run of a program leaves in its current folder (kept bytes, statistics) is no part of the tree. Only what git has
# counts: who follows the README has a dump.bin there.
check_nothing_left_by_a_run() {
	git ls-files 2>/dev/null | grep -vE '/|^(\..*|[A-Z].*|dev)$'
}

# Product ids as four hexadecimal digits, one a line.
ids_of_models() {
	grep -oE '^[[:space:]]*\{ *0x[0-9a-fA-F]{4}' src/stlink/models.c | grep -oE '[0-9a-fA-F]{4}$' | tr A-F a-f | LC_ALL=C sort
}

ids_of_rule() {
	grep -hvE '^[[:space:]]*#' probes/udev/*.rules | grep -oE 'idProduct\}=="[^"]*"' | cut -d'"' -f2 | tr '|A-F' '\na-f' |
		LC_ALL=C sort -u
}

check_udev_rule_has_the_models() {
	models=$(ids_of_models)
	rule=$(ids_of_rule)
	[ -n "$models" ] || echo "src/stlink/models.c: no product id found"
	[ "$models" = "$rule" ] ||
		echo "probes/udev: product ids are" $rule "but src/stlink/models.c has" $models
}

# udev sets the ACL of a uaccess tag in 73-seat-late.rules: the tag must be there by then.
check_udev_rule_comes_before_73() {
	for file in probes/udev/*.rules; do
		number=${file##*/}
		number=${number%%-*}
		[ "$number" -lt 73 ] 2>/dev/null || echo "$file: must be numbered below 73, else uaccess has no effect"
	done
}

# The commands that the README types, and those of --help.
commands_of_readme() {
	grep -oE '`stflash [^`]*`|^\$ stflash .*' README.md | tr -d '`$' | tr ' ' '\n' | grep -xE '[a-z]+' | LC_ALL=C sort -u
}

commands_of_help() {
	sed -n '/^commands:/,/^$/s/^  \([a-z]*\(, [a-z]*\)*\) .*/\1/p' "$1" | tr -d ',' | tr ' ' '\n' | LC_ALL=C sort -u
}

# check_readme_has_the_commands FILE: FILE is what "stflash --help" says.
check_readme_has_the_commands() {
	[ -n "$(commands_of_help "$1")" ] || echo "stflash --help: lists no commands"
	commands_of_readme >"$1.readme"
	commands_of_help "$1" | grep -vxF -f "$1.readme" | sed 's/^/README.md: shows no example of stflash /'
}

# The README is read in a minute.
check_readme_is_short() {
	awk 'length > 120 { print FILENAME ":" FNR ": longer than 120 characters" }
		{ bytes += length + 1 }
		END { if (FNR > 140 || bytes > 8192) print FILENAME ": " FNR " lines, " bytes " bytes; 140 and 8192 are the limits" }' README.md
}

# Words that mean something only to those who wrote the code, or that no plain text needs. What stands between backticks or
# in a block is a name or output and not looked at.
private_words='rooms?|houses?|kin|cures?|told|touched|lifted|shut|for ever|let go|guests?|proves?'

# check_words FILE...
check_words() {
	for file; do
		sed -e '/^```/,/^```/s/.*//' -e 's/`[^`]*`//g' "$file" | grep -niwE "$private_words" | sed "s|^|$file:|"
	done
}

# What the program says uses none either: all strings of the sources, but for the JSON member of that name.
check_words_of_sources() {
	here_c_files src | xargs -r awk -f "$structure/strings.awk" | grep -niwE "$private_words|lift(s|ing)?" | cut -d: -f2- |
		grep -vxE '[^:]*:[0-9]+:cure'
}

# check_words_of_help STFLASH: neither may the help use them, nor be wider than a terminal.
check_words_of_help() {
	"$1" --help >help.txt
	for name in $(commands_of_help help.txt); do
		"$1" help "$name" >>help.txt
	done
	sed 's/--i-know-level-2-is-for-ever//' help.txt | grep -niwE "$private_words"
	awk 'length > 79 { print "stflash help: longer than 79 columns: " $0 }' help.txt
	rm -f help.txt
}

# Each verb that "./dev help" lists has its function and is one that ./dev takes: the last arm of its "case".
check_dev_takes_its_verbs() {
	sh ./dev help | grep -oE '^  [a-z]+' | cut -c3- | grep -vx help | while read -r verb; do
		grep -q "^verb_$verb()" dev || echo "dev: help lists '$verb', which has no function"
		grep -E '^[a-z |]+\) "verb_\$verb"' dev | tr ' )' '\n\n' | grep -qx "$verb" || echo "dev: help lists '$verb', which is not taken"
	done
}

# error_sentences: two figures, of the sentences that a test names and of those that none does. Those of the end of
# memory are left out, being alike: tests/unit/test_session_silent.c makes each allocation of a job fail in turn.
error_sentences() {
	sh tests/structure/messages.sh | awk -F '\t' '{ n[$2]++ } END { print n["tested"] + 0, n["untested"] + 0 }'
}
