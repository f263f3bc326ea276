# SPDX-License-Identifier: MIT
# Random images over random contents, through the public header, on the virtual probe.
if(STFLASH_VIRTUAL)
  add_executable(property property/property.c)
  target_link_libraries(property PRIVATE stflash_warnings stflash_static)
  add_dependencies(property stflash-vprobe)
endif()
