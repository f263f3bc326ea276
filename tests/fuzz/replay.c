/* SPDX-License-Identifier: MIT */
/* A fuzz target without a fuzzer: every file named on the command line, once. Any compiler builds it. */
#include <errno.h>
#include <string.h>

#include "fuzz.h"

#define MAX_INPUT (1u << 20)

static int replay(const char *name, uint8_t *buf)
{
	FILE *in = fopen(name, "rb");
	uint8_t *exact;
	size_t len;

	if (!in) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		return -1;
	}
	len = fread(buf, 1, MAX_INPUT, in);
	fclose(in);

	exact = malloc(len ? len : 1); /* so that a sanitizer sees one byte too many */
	if (!exact)
		return -1;
	memcpy(exact, buf, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t *buf = malloc(MAX_INPUT);
	int failed = buf ? 0 : 1;

	for (int i = 1; !failed && i < argc; i++)
		failed = replay(argv[i], buf) ? 1 : 0;
	free(buf);
	if (!failed)
		printf("%d inputs\n", argc - 1);
	return failed;
}
