# SPDX-License-Identifier: MIT
# One fault in one run, through the command line, on the virtual probe.
if(STFLASH_VIRTUAL)
  add_executable(sweep faults/sweep.c faults/jobs.c faults/trial.c)
  target_compile_definitions(sweep PRIVATE _DEFAULT_SOURCE)
  target_link_libraries(sweep PRIVATE stflash_warnings)
  add_dependencies(sweep stflash stflash-vprobe)
endif()
