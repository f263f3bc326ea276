# SPDX-License-Identifier: MIT
# The agents' arrays are checked in; where there is an ARM assembler they must be what the sources give.
add_test(NAME agent/arrays_match_their_sources COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/agent_arrays.sh)
set_tests_properties(agent/arrays_match_their_sources PROPERTIES LABELS agent TIMEOUT 60 SKIP_RETURN_CODE 77)
