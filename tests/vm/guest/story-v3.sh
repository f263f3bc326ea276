# SPDX-License-Identifier: MIT
#@ stm32f103c8,probe=v3,flash=64k.bin
#@ stm32f401rc,probe=v3,flash=256k.bin
model=STLINK-V3
. /t/guest/story.sh
