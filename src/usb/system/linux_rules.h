/* SPDX-License-Identifier: MIT */
/* What udev's rules make of one probe, read from their files: udev(7). Private to this layer. */
#ifndef USB_LINUX_RULES_H
#define USB_LINUX_RULES_H

#include "usb/system/holder.h"

#define OUR_RULE      "70-stflash.rules" /* of probes/udev, as the packages install it */
#define RULE_PATH_MAX 256
#define ID_OF_ST      "0483"

/* The value that a key has after all rules, and the file that gave it; both "" when no rule sets it. */
struct rule_value {
	char text[32];
	char file[RULE_PATH_MAX];
	bool final; /* by ":=": later rules change nothing */
};

struct rules {
	char ours[RULE_PATH_MAX];  /* where udev has our rule; "": nowhere */
	char first[RULE_PATH_MAX]; /* the first file that names the probe; "": none */
	bool ours_names_it;
	struct rule_value mode, group;
};

/* The rules for the USB device name ("1-4.2") whose product id is pid, four hexadecimal digits. */
void rules_read(const struct kernel_files *k, const char *name, const char *pid, struct rules *r);

/* The value by which a rule of another file wins over ours; NULL: ours decides, or is not there. key: its name. */
const struct rule_value *rules_winner(const struct rules *r, const char **key);

#endif
