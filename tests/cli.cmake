# SPDX-License-Identifier: MIT
# The command line: parts of it by themselves, and the real programs from outside.
target_sources(test_cli PRIVATE ${PROJECT_SOURCE_DIR}/src/cli/words.c ${PROJECT_SOURCE_DIR}/src/cli/json.c
  ${PROJECT_SOURCE_DIR}/src/cli/fail.c ${PROJECT_SOURCE_DIR}/src/cli/files.c ${PROJECT_SOURCE_DIR}/src/cli/signals.c
  ${PROJECT_SOURCE_DIR}/src/cli/system/posix.c ${PROJECT_SOURCE_DIR}/src/cli/system/posix_files.c)
target_sources(test_offers PRIVATE ${PROJECT_SOURCE_DIR}/src/cli/words.c ${PROJECT_SOURCE_DIR}/src/cli/fail.c
  ${PROJECT_SOURCE_DIR}/src/cli/help.c ${PROJECT_SOURCE_DIR}/src/cli/formats.c ${PROJECT_SOURCE_DIR}/src/cli/options.c
  ${PROJECT_SOURCE_DIR}/src/cli/other_tools.c ${PROJECT_SOURCE_DIR}/src/cli/help_print.c
  ${PROJECT_SOURCE_DIR}/src/cli/fold.c ${PROJECT_SOURCE_DIR}/src/cli/terminal.c
  ${PROJECT_SOURCE_DIR}/src/cli/jobs/expect.c ${PROJECT_SOURCE_DIR}/src/cli/jobs/which.c
  ${PROJECT_SOURCE_DIR}/src/cli/hints.c
  ${PROJECT_SOURCE_DIR}/src/cli/system/posix.c ${PROJECT_SOURCE_DIR}/src/cli/system/posix_files.c)
if(STFLASH_VIRTUAL)
  add_test(NAME cli COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/cli/run.sh ${CMAKE_BINARY_DIR})
  set_tests_properties(cli PROPERTIES LABELS cli TIMEOUT 300)
endif()
target_sources(test_sha256 PRIVATE ${PROJECT_SOURCE_DIR}/src/cli/sha256.c ${PROJECT_SOURCE_DIR}/src/cli/blocks.c)
