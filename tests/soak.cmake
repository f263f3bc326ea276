# SPDX-License-Identifier: MIT
# Many cycles in one process, on the virtual probe.
if(STFLASH_VIRTUAL)
  add_executable(soak soak/soak.c)
  target_link_libraries(soak PRIVATE stflash_warnings stflash_static)
  add_dependencies(soak stflash-vprobe)
endif()
