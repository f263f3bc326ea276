/* SPDX-License-Identifier: MIT */
/*
 * Where the command line leaves for files and probes: walled up. What a
 * command asks for there is written down, answered with something plain, and
 * not done. The linker's --wrap puts these in the place of the real ones.
 */
#ifndef TESTS_FUZZ_DOOR_H
#define TESTS_FUZZ_DOOR_H

#include <stdbool.h>

/* From here to door_close(); no_probe: connecting fails. */
void door_open(bool no_probe);
void door_close(void);

/* What was asked for since door_open(), a line each. */
const char *door_asked(void);

#endif
