/* SPDX-License-Identifier: MIT */
#include "monitor.h"

#include <stdarg.h>

void monitor_spend(struct monitor *m, enum spent what, uint64_t ns)
{
	m->now_ns += ns;
	m->spent_ns[what] += ns;
}

bool monitor_anomaly(struct monitor *m, const char *fmt, ...)
{
	const uint64_t room = sizeof(m->anomaly) / sizeof(m->anomaly[0]);

	if (m->n_anomalies < room) {
		va_list args;

		va_start(args, fmt);
		vsnprintf(m->anomaly[m->n_anomalies], sizeof(m->anomaly[0]), fmt, args);
		va_end(args);
	}
	m->n_anomalies++;
	return false;
}
