# SPDX-License-Identifier: MIT
# Runs at install time: the Debian changelog, one entry that names the version and points to the real one; and what
# Debian wants compressed.
include(${source}/cmake/git-version.cmake)
git_version(version ${source} ${base})
string(REPLACE - ~ version ${version})
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND date -u -R -d @$ENV{SOURCE_DATE_EPOCH} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE)
else()
  execute_process(COMMAND git -C ${source} log -1 --format=%cD OUTPUT_VARIABLE date
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT date)
  set(date "Thu, 01 Jan 1970 00:00:00 +0000")
endif()
string(REGEX REPLACE "^(...), ([0-9]) " "\\1, 0\\2 " date "${date}")
set(folder $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${docs})
file(MAKE_DIRECTORY ${folder})
file(WRITE ${folder}/changelog "stflash (${version}) unstable; urgency=medium

  * See CHANGELOG.md of the source.

 -- ${maintainer}  ${date}
")
file(GLOB_RECURSE pages $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${man}/*.[1-8])
execute_process(COMMAND gzip -9nf ${folder}/changelog ${pages} RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "gzip failed: ${failed}")
endif()
