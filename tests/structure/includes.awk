# SPDX-License-Identifier: MIT
# The include graph. Reads C files named relative to the top of the tree, prints every #include that
# reaches where its room must not. One row below per room: what it may include besides itself.
BEGIN {
	may["src/base"]    = "stflash.h"
	may["src/usb"]     = "base stflash.h"
	may["src/stlink"]  = "usb base stflash.h"
	may["src/swd"]     = "stlink base stflash.h"
	may["src/flash"]   = "swd base stflash.h"
	may["src/image"]   = "base stflash.h"
	may["src/session"] = "flash image swd stlink usb base stflash.h"
	may["src/cli"]     = "stflash.h"

	# Inside of flash: what a folder may include of it. "" is what lies beside the folders.
	flash_may["chips"]       = "chips chip.h flash.h options/options.h"
	flash_may["agent"]       = "agent"
	flash_may["controllers"] = "controllers agent flash.h map.h options/options.h"
	flash_may[""]            = "agent/hash.h chips chip.h flash.h map.h boot.h places.h steps.h options/options.h"
	flash_may["engine"]      = "engine controllers agent flash.h map.h boot.h steps.h"
	flash_may["options"]     = "options engine controllers flash.h map.h"

	names = "usb/usbip_proto.h stlink/stlink_proto.h base/bytes.h"
	may["probes/virtual/core"]   = "monitor.h " names
	may["probes/virtual/chip"]   = "core monitor.h " names
	may["probes/virtual/probe"]  = "chip core monitor.h " names
	may["probes/virtual/server"] = "probe chip core monitor.h " names
	may["probes/virtual"]        = "server probe chip core monitor.h " names
}

# The room of a file: its folder below src or probes/virtual; the files beside the folders are rooms of their own.
function room_of(path,	part, n) {
	n = split(path, part, "/")
	if (part[1] == "src" && n == 2)
		return path
	if (part[1] == "src")
		return "src/" part[2]
	return n == 3 ? "probes/virtual" : "probes/virtual/" part[3]
}

function allowed(room, header,	own, list, i, n) {
	own = room
	sub(/^.*\//, "", own)
	if (header ~ /\.\./)
		return 0
	if (index(header, own "/") == 1 || header !~ /\// && header != "stflash.h" && header != "monitor.h")
		return 1
	n = split(may[room], list, " ")
	for (i = 1; i <= n; i++)
		if (header == list[i] || list[i] !~ /\./ && index(header, list[i] "/") == 1)
			return 1
	return 0
}

# The folder of a file inside of src/flash.
function flash_folder_of(path,	part, n) {
	n = split(path, part, "/")
	return n == 3 ? "" : part[3]
}

# Rows know no code, the agent nothing of flash, the engine nothing of option bytes.
function allowed_in_flash(folder, header,	list, i, n) {
	sub(/^flash\//, "", header)
	n = split(flash_may[folder], list, " ")
	for (i = 1; i <= n; i++)
		if (header == list[i] || list[i] !~ /\./ && index(header, list[i] "/") == 1)
			return 1
	return 0
}

FNR == 1 {
	room = room_of(FILENAME)
	if (!(room in may))
		print FILENAME ": is in no room that the include graph knows"
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	if (room in may && !allowed(room, quoted[2]))
		print FILENAME ":" FNR ": " room " must not include " quoted[2]
	else if (room == "src/flash" && quoted[2] ~ /^flash\// && !allowed_in_flash(flash_folder_of(FILENAME), quoted[2]))
		print FILENAME ":" FNR ": " FILENAME " must not include " quoted[2]
}

/^[ \t]*#[ \t]*include[ \t]*<(libusb|unicorn)/ && !(FILENAME ~ /^src\/usb\// && /<libusb/) {
	print FILENAME ":" FNR ": only src/usb may include libusb, and nobody Unicorn: " $0
}
