/* SPDX-License-Identifier: MIT */
/* What the files for POSIX share. */
#ifndef CLI_SYSTEM_POSIX_H
#define CLI_SYSTEM_POSIX_H

#include "cli/system/system.h"

/* While there is one thread: which permissions new files do not get. */
void posix_learn_umask(void);

#endif
