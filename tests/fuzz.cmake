# SPDX-License-Identifier: MIT
# Fuzz targets, tests/fuzz/*.c. Each is built as replay_NAME, by any compiler, which runs the files of its
# corpus once; and with STFLASH_FUZZ (clang and its runtime library) as fuzz_NAME, a libFuzzer program.
option(STFLASH_FUZZ "build the libFuzzer programs (needs clang)" OFF)
set(FUZZ_DIR ${CMAKE_CURRENT_LIST_DIR}/fuzz)

add_custom_target(fuzzers)

# fuzz_target(NAME SOURCE WHAT_TO_LINK...)
function(fuzz_target name source)
  add_executable(replay_${name} ${FUZZ_DIR}/${source} ${FUZZ_DIR}/replay.c)
  set(programs replay_${name})
  if(STFLASH_FUZZ)
    add_executable(fuzz_${name} ${FUZZ_DIR}/${source})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    list(APPEND programs fuzz_${name})
    add_dependencies(fuzzers fuzz_${name})
  endif()
  foreach(program ${programs})
    target_link_libraries(${program} PRIVATE stflash_warnings ${ARGN})
    target_compile_definitions(${program} PRIVATE _POSIX_C_SOURCE=200809L)
  endforeach()
  set(FUZZ_PROGRAMS ${programs} PARENT_SCOPE)
endfunction()

foreach(format ihex srec elf dfuse uf2 auto)
  string(TOUPPER ${format} upper)
  fuzz_target(${format} image.c stflash_static)
  foreach(program ${FUZZ_PROGRAMS})
    target_compile_definitions(${program} PRIVATE FUZZ_FORMAT=STFLASH_FORMAT_${upper})
  endforeach()
endforeach()
fuzz_target(selector selector.c stflash_static)
fuzz_target(usbip_client usbip_client.c stflash_static)

# The command line's own objects, its main() out of the way.
add_library(fuzz_main OBJECT ${PROJECT_SOURCE_DIR}/src/cli/main.c)
target_link_libraries(fuzz_main PRIVATE stflash_cli)
target_compile_definitions(fuzz_main PRIVATE main=stflash_main)
fuzz_target(words words.c fuzz_main stflash_cli stflash_static)

# Where the command line leaves for files and probes: tests/fuzz/door.c.
set(DOOR_FUNCTIONS fopen output_open output_write output_commit output_abandon folder_check folder_create
  counter_next)
set(DOOR_LIBRARY find_probes connect disconnect get_probe_info get_target_info doctor report dump reset write verify erase
  judge_image find_extent erase_all map options_read options_write protect unprotect)
list(TRANSFORM DOOR_LIBRARY PREPEND stflash_)
list(APPEND DOOR_FUNCTIONS ${DOOR_LIBRARY})
list(TRANSFORM DOOR_FUNCTIONS PREPEND -Wl,--wrap=)
fuzz_target(command command.c fuzz_main stflash_cli stflash_static)
foreach(program ${FUZZ_PROGRAMS})
  target_sources(${program} PRIVATE ${FUZZ_DIR}/door.c)
  target_link_options(${program} PRIVATE ${DOOR_FUNCTIONS})
endforeach()

fuzz_target(options options.c fuzz_main stflash_cli stflash_static)
foreach(program ${FUZZ_PROGRAMS})
  target_link_options(${program} PRIVATE
    -Wl,--wrap=dap_read,--wrap=dap_read32,--wrap=dap_write,--wrap=dap_write32,--wrap=stflash_get_option)
endforeach()

if(NOT STFLASH_VIRTUAL)
  return()
endif()
fuzz_target(spec spec.c vprobe_objects)
fuzz_target(usbip_server usbip_server.c vprobe_objects)

# The virtual probe as one object whose names are hidden but for those of model.h: the library uses some of
# them too. Not instrumented: it is the judge here, not what is tested.
# Where nothing is instrumented the objects of the virtual probe serve as they are.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_library(fuzz_model OBJECT ${FUZZ_DIR}/model.c)
  set(model_objects $<TARGET_OBJECTS:fuzz_model> $<TARGET_OBJECTS:vprobe_objects>)
else()
  get_target_property(model_sources vprobe_objects SOURCES)
  list(TRANSFORM model_sources PREPEND ${PROJECT_SOURCE_DIR}/probes/)
  add_library(fuzz_model OBJECT ${FUZZ_DIR}/model.c ${model_sources})
  set(model_objects $<TARGET_OBJECTS:fuzz_model>)
endif()
target_include_directories(fuzz_model PRIVATE $<TARGET_PROPERTY:vprobe_objects,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_definitions(fuzz_model PRIVATE _POSIX_C_SOURCE=200809L)
target_compile_options(fuzz_model PRIVATE -O2 -fno-sanitize=all)
target_link_libraries(fuzz_model PRIVATE stflash_warnings)
set(MODEL_OBJECT ${CMAKE_CURRENT_BINARY_DIR}/model_merged.o)
set(MODEL_NAMES new free pid ep transfer clear_halt flash word now_ms)
list(TRANSFORM MODEL_NAMES PREPEND --keep-global-symbol=model_)
add_custom_command(
  OUTPUT ${MODEL_OBJECT}
  COMMAND ${CMAKE_LINKER} -r -o ${MODEL_OBJECT} ${model_objects}
  COMMAND ${CMAKE_OBJCOPY} ${MODEL_NAMES} ${MODEL_OBJECT}
  DEPENDS fuzz_model vprobe_objects ${model_objects}
  COMMAND_EXPAND_LISTS VERBATIM)
add_custom_target(fuzz_model_merged DEPENDS ${MODEL_OBJECT})

# A session whose transport is the model in this process; the model's clock is the only one.
function(on_the_model)
  foreach(program ${ARGN})
    target_sources(${program} PRIVATE ${FUZZ_DIR}/fuzzed_probe.c)
    add_dependencies(${program} fuzz_model_merged)
    target_link_options(${program} PRIVATE -Wl,--wrap=now_ms,--wrap=sleep_ms,--wrap=transport_open)
  endforeach()
endfunction()

fuzz_target(session session.c ${MODEL_OBJECT} stflash_static)
on_the_model(${FUZZ_PROGRAMS})
fuzz_target(backup backup.c ${MODEL_OBJECT} fuzz_main stflash_cli stflash_static)
on_the_model(${FUZZ_PROGRAMS})
foreach(program ${FUZZ_PROGRAMS})
  target_link_options(${program} PRIVATE
    -Wl,--wrap=folder_check,--wrap=folder_create,--wrap=input_read)
endforeach()
