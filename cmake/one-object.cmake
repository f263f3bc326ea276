# SPDX-License-Identifier: MIT
# one_object(result objects): one object file of all the objects of a target, in which hidden symbols are
# local. Where the tools for that are missing, the objects as they are.
include(CheckCSourceCompiles)

function(one_object result objects)
  if(NOT CMAKE_OBJCOPY OR NOT CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF")
    set(${result} $<TARGET_OBJECTS:${objects}> PARENT_SCOPE)
    return()
  endif()

  # -m32 and the like are in the flags. The groups are for the position-independent code of i386, whose helpers come
  # in sections that would otherwise be dropped as duplicates of another object's.
  separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
  set(CMAKE_REQUIRED_LINK_OPTIONS -Wl,--force-group-allocation)
  check_c_source_compiles("int main(void) { return 0; }" STFLASH_LD_RESOLVES_GROUPS)
  if(STFLASH_LD_RESOLVES_GROUPS)
    list(APPEND flags -Wl,--force-group-allocation)
  endif()
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${objects}${CMAKE_C_OUTPUT_EXTENSION})
  add_custom_command(OUTPUT ${object} VERBATIM COMMAND_EXPAND_LISTS
    COMMAND ${CMAKE_C_COMPILER} ${flags} -r -nostdlib -o ${object} $<TARGET_OBJECTS:${objects}>
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${object}
    DEPENDS ${objects} $<TARGET_OBJECTS:${objects}>
    COMMENT "Joining the objects of ${objects}")
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set(${result} ${object} PARENT_SCOPE)
endfunction()
