#!/bin/sh
# SPDX-License-Identifier: MIT
# record.sh STFLASH: write the reports of the virtual probe again, after a change of what goes over the wire. Reports
# from real boards stay as they are.
set -eu
cd "$(dirname "$0")"
stflash=$1

record() {
	"$stflash" -q -p "virtual:$2" report "$1.txt" 2>/dev/null
}

record f103-v2 stm32f103c8
record f103-v2-1-refuses-ap stm32f103c8,probe=v2-1,as=J37
record f407-v3 stm32f407vg,probe=v3
record f407-v2-stall stm32f407vg,fault=stall@30
record f407-protected stm32f407vg,rdp=1
record no-chip stm32f103c8,noack=1
