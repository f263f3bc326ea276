# SPDX-License-Identifier: MIT
kind=v3
model=STLINK-V3
. /t/guest/story.sh
