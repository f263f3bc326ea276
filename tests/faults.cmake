# SPDX-License-Identifier: MIT
# One fault in one run, through the public header, on the virtual probe.
if(STFLASH_VIRTUAL)
  add_executable(sweep faults/sweep.c)
  target_link_libraries(sweep PRIVATE stflash_warnings stflash_static)
  add_dependencies(sweep stflash-vprobe)
endif()
