# SPDX-License-Identifier: MIT
# cmake -D SOURCE=DIR -D BASE=0.1.0 -D HEADER=FILE -P git-version.cmake, or included: git_version(result source base).
# With -D TEXT=FILE in the place of HEADER, the version alone.
#
#   at the tag v0.1.0         0.1.0
#   three commits after it    0.1.0+3.g1a2b3c4
#   never tagged              0.1.0-dev.412+g1a2b3c4, where 412 counts the commits
#   with changes              .dirty at the end; -D COMMITTED=1 does not look
#   without git               what the file VERSION of a source archive says, else BASE
function(git_version result source base)
  if(EXISTS ${source}/VERSION)
    file(STRINGS ${source}/VERSION version LIMIT_COUNT 1)
    set(${result} ${version} PARENT_SCOPE)
    return()
  endif()
  set(${result} ${base} PARENT_SCOPE)
  find_program(STFLASH_GIT git)
  if(NOT STFLASH_GIT OR NOT EXISTS ${source}/.git)
    return()
  endif()

  # Others may be committing: take no lock.
  set(git ${STFLASH_GIT} --no-optional-locks -C ${source})
  execute_process(COMMAND ${git} describe --tags --long --match "v[0-9]*" --abbrev=7
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${git} rev-parse --short=7 HEAD
    OUTPUT_VARIABLE hash OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    return()
  endif()
  if(described MATCHES "^v(.*)-0-g[0-9a-f]+$")
    set(version ${CMAKE_MATCH_1})
  elseif(described MATCHES "^v(.*)-([0-9]+)-(g[0-9a-f]+)$")
    set(version ${CMAKE_MATCH_1}+${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
  else()
    execute_process(COMMAND ${git} rev-list --count HEAD OUTPUT_VARIABLE count OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(version ${base}-dev.${count}+g${hash})
  endif()
  if(NOT COMMITTED)
    execute_process(COMMAND ${git} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes)
  endif()
  if(changes AND version MATCHES "\\+")
    string(APPEND version .dirty)
  elseif(changes)
    string(APPEND version +dirty)
  endif()
  set(${result} ${version} PARENT_SCOPE)
endfunction()

if(HEADER)
  git_version(version ${SOURCE} ${BASE})
  set(text "/* Made by cmake/git-version.cmake. */\n#define STFLASH_VERSION \"${version}\"\n")
  set(old "")
  if(EXISTS ${HEADER})
    file(READ ${HEADER} old)
  endif()
  if(NOT old STREQUAL text)
    file(WRITE ${HEADER} "${text}")
  endif()
endif()
if(TEXT)
  git_version(version ${SOURCE} ${BASE})
  file(WRITE ${TEXT} "${version}\n")
endif()
