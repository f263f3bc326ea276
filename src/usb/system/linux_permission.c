/* SPDX-License-Identifier: MIT */
/* Who may open a USB device, as Linux has it: the node's owner and mode, and the udev rule that made it so. */
#include <dirent.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "usb/system/holder.h"

#define PATH_SIZE   512
#define GROUPS_MAX  128
#define ID_OF_ST    "\"0483\""
#define RULE_SUFFIX ".rules"
#define OUR_RULE    "70-stflash.rules" /* of probes/udev, as the packages install it */

/* A number that the kernel shows in decimal. */
static bool read_number(const struct kernel_files *k, const char *name, const char *attribute, unsigned int *value)
{
	char path[PATH_SIZE];
	FILE *f = NULL;
	bool ok;

	if (snprintf(path, sizeof(path), "%s/bus/usb/devices/%s/%s", k->sysfs, name, attribute) < PATH_SIZE)
		f = fopen(path, "r");
	if (!f)
		return false;
	ok = fscanf(f, "%u", value) == 1;
	fclose(f);
	return ok;
}

/* Does a line that is no comment name ST's vendor id? */
static bool names_st(const char *path)
{
	char line[1024];
	bool found = false;
	FILE *f = fopen(path, "r");

	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		found = line[strspn(line, " \t")] != '#' && strstr(line, ID_OF_ST);
	fclose(f);
	return found;
}

static bool is_rule(const char *name)
{
	const size_t len = strlen(name), suffix = strlen(RULE_SUFFIX);

	return len > suffix && !strcmp(name + len - suffix, RULE_SUFFIX);
}

/* The first file of a folder with a rule for probes of ST. */
static bool find_rule(const char *folder, char *rule, size_t size)
{
	DIR *dir = opendir(folder);
	const struct dirent *e;
	bool found = false;

	if (!dir)
		return false;
	while (!found && (e = readdir(dir)) != NULL)
		if (is_rule(e->d_name) && snprintf(rule, size, "%s/%s", folder, e->d_name) < (int)size)
			found = names_st(rule);
	closedir(dir);
	return found;
}

static const char *rule_text(const struct kernel_files *k, char *rule, size_t size)
{
	for (size_t i = 0; i < sizeof(k->rules) / sizeof(k->rules[0]); i++)
		if (k->rules[i] && find_rule(k->rules[i], rule, size))
			return rule;
	return "none installed";
}

static bool am_in(gid_t group)
{
	gid_t groups[GROUPS_MAX];
	const int n = getgroups(GROUPS_MAX, groups);

	if (getegid() == group)
		return true;
	for (int i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	return false;
}

bool holder_node(const struct kernel_files *k, const char *name, char *path, size_t size)
{
	unsigned int bus, device;

	return read_number(k, name, "busnum", &bus) && read_number(k, name, "devnum", &device) &&
	       snprintf(path, size, "%s/bus/usb/%03u/%03u", k->dev, bus, device) < (int)size;
}

/* Rules of others name ST's vendor id as well, for modems and the like: only ours gives a probe away. */
static bool find_our_rule(const struct kernel_files *k, char *rule, size_t size)
{
	for (size_t i = 0; i < sizeof(k->rules) / sizeof(k->rules[0]); i++)
		if (k->rules[i] && snprintf(rule, size, "%s/" OUR_RULE, k->rules[i]) < (int)size && !access(rule, F_OK))
			return true;
	return false;
}

/* The rule as one line: whoever has only the program has no file to copy. Every ST-LINK has an id that begins with 37.
 */
void holder_access_cure(const struct kernel_files *k, char *text, size_t size)
{
	char rule[PATH_SIZE];

	if (find_our_rule(k, rule, sizeof(rule)))
		snprintf(text, size,
			 "udev has the rule %.80s: plug the probe in again; over ssh also: sudo groupadd -f plugdev && "
			 "sudo usermod -aG plugdev $USER, and log in again",
			 rule);
	else
		snprintf(text, size,
			 "install the udev rule: echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"0483\", "
			 "ATTR{idProduct}==\"37??\", MODE=\"0660\", TAG+=\"uaccess\"' | sudo tee "
			 "/etc/udev/rules.d/" OUR_RULE " && sudo udevadm control --reload, then plug the probe in "
			 "again");
}

void holder_permission(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	char node[PATH_SIZE], rule[PATH_SIZE];
	const struct passwd *user;
	const struct group *group;
	struct stat st;

	text[0] = '\0';
	if (!holder_node(k, name, node, sizeof(node)) || stat(node, &st))
		return;

	user = getpwuid(st.st_uid);
	group = getgrgid(st.st_gid);
	snprintf(text, size, "%s is %s:%s, mode %03o; udev rule: %.200s; you are %sin the group %s", node,
		 user ? user->pw_name : "nobody", group ? group->gr_name : "unknown", (unsigned int)st.st_mode & 0777,
		 rule_text(k, rule, sizeof(rule)), am_in(st.st_gid) ? "" : "not ", group ? group->gr_name : "unknown");
}
