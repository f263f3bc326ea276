# SPDX-License-Identifier: MIT

test_doxygen_makes_the_manual_without_a_warning() {
	need doxygen cmake
	must sh "$top/packaging/docs.sh" docs
	[ -s docs/html/stflash_8h.html ] || failed "there is no page of stflash.h"
	grep -q stflash_dump docs/html/stflash_8h.html || failed "the page of stflash.h is empty"
}
