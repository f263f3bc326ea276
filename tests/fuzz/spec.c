/* SPDX-License-Identifier: MIT */
/* What stands behind "virtual:": chip and keys. Parsed only, no file is opened. */
#include <string.h>

#include "fuzz.h"
#include "probe/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct probe_spec spec;
	char why[256] = "";
	char *text = malloc(len + 1);

	HOLDS(text);
	memcpy(text, data, len);
	text[len] = '\0';
	if (spec_parse(&spec, text, why, sizeof(why)))
		HOLDS(*why);
	else
		HOLDS(spec.part && spec.model && spec.n_faults <= FAULTS_MAX);
	free(text);
	return 0;
}
