/* SPDX-License-Identifier: MIT */
#define BENCH_CORE core_m3
#include "agent_on_core.h"
