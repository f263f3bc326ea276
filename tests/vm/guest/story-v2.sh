# SPDX-License-Identifier: MIT
#@ stm32f103c8,probe=v2,flash=64k.bin
#@ stm32f401rc,probe=v2,flash=256k.bin
model=ST-LINK/V2
. /t/guest/story.sh
