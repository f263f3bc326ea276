/* SPDX-License-Identifier: MIT */
/* With --json=events: objects among the results while a job runs. Each is one line, written at once. */
#ifndef CLI_EVENTS_H
#define CLI_EVENTS_H

#include "cli/cli.h"

/* The probe is connected, or was not to be. Once for each job; the others see to it themselves. */
void event_begin(struct cli *cli);

void event_progress(struct cli *cli, enum stflash_phase phase, uint64_t done, uint64_t total);
void event_warning(struct cli *cli, const char *sentence);

/* The last object of the job, with its exit status. */
void event_end(struct cli *cli, int status);

#endif
