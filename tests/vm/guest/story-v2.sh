# SPDX-License-Identifier: MIT
kind=v2
model=ST-LINK/V2
. /t/guest/story.sh
