# SPDX-License-Identifier: MIT
kind=v2-1
model=ST-LINK/V2-1
. /t/guest/story.sh
