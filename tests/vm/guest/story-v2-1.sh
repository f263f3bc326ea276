# SPDX-License-Identifier: MIT
#@ stm32f103c8,probe=v2-1,flash=64k.bin
#@ stm32f401rc,probe=v2-1,flash=256k.bin
model=ST-LINK/V2-1
. /t/guest/story.sh
