/* SPDX-License-Identifier: MIT */
/* Who may open a USB device, as Linux has it: the node's owner and mode, and the udev rule that made it so. */
#include <dirent.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "usb/system/linux_rules.h"

#define PATH_SIZE        512
#define GROUPS_MAX       128
#define GROUP_OF_RULE    "plugdev"
#define SYSTEM_GROUP_MAX 999u /* login.defs(5): SYS_GID_MAX */

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

/* The product id as the kernel shows it, "3748"; "" when there is no such device. */
static void read_pid(const struct kernel_files *k, const char *name, char pid[8])
{
	char path[PATH_SIZE];
	FILE *f = NULL;

	pid[0] = '\0';
	if (snprintf(path, sizeof(path), "%s/bus/usb/devices/%s/idProduct", k->sysfs, name) < PATH_SIZE)
		f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%7[0-9a-f]", pid) != 1)
			pid[0] = '\0';
		fclose(f);
	}
}

static void find_plugdev(struct group_facts *facts)
{
	const struct group *group = getgrnam(GROUP_OF_RULE);
	const struct passwd *user = getpwuid(getuid());

	if (!group)
		return;
	facts->exists = true;
	facts->id = group->gr_gid;
	facts->in_session = am_in(group->gr_gid);
	for (char **member = group->gr_mem; user && *member; member++)
		facts->listed |= !strcmp(*member, user->pw_name);
}

static struct group_facts plugdev(const struct kernel_files *k)
{
	struct group_facts facts = { .exists = false };

	if (k->find_group)
		k->find_group(&facts);
	else
		find_plugdev(&facts);
	return facts;
}

/* What more somebody has to do who has no seat, as over ssh. udev of systemd 258 knows system groups alone in a rule.
 */
static const char *words_for_ssh(const struct kernel_files *k)
{
	const struct group_facts facts = plugdev(k);

	if (!facts.exists)
		return "; over ssh also: sudo groupadd -r " GROUP_OF_RULE " && sudo usermod -aG " GROUP_OF_RULE
		       " $USER && sudo udevadm control --reload, and log in again";
	if (facts.id > SYSTEM_GROUP_MAX)
		return "; over ssh also: give the group " GROUP_OF_RULE
		       " a number below 1000 (groupmod -g), since udev "
		       "may refuse others";
	if (facts.in_session)
		return "";
	return facts.listed ? "; over ssh also: log in again, this session is older than your place in the "
			      "group " GROUP_OF_RULE
			    : "; over ssh also: sudo usermod -aG " GROUP_OF_RULE " $USER, and log in again";
}

/* The rule as one line: whoever has only the program has no file to copy. Every ST-LINK has an id that begins with 37.
 */
static void advise_to_install(const struct kernel_files *k, char *text, size_t size)
{
	const struct group_facts facts = plugdev(k);

	snprintf(text, size,
		 "install the udev rule: echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"" ID_OF_ST "\", "
		 "ATTR{idProduct}==\"37??\", MODE=\"0660\", TAG+=\"uaccess\"%s' | sudo tee "
		 "/etc/udev/rules.d/" OUR_RULE " && sudo udevadm control --reload, then plug the probe in again",
		 facts.exists && facts.id <= SYSTEM_GROUP_MAX ? ", GROUP=\"" GROUP_OF_RULE "\"" : "");
}

/* The rules for a probe as udev has them, and what wins over ours there, if anything does. */
struct verdict {
	char pid[8];
	struct rules r;
	const struct rule_value *winner;
	const char *key; /* of the winner */
};

static void look_at_rules(const struct kernel_files *k, const char *name, struct verdict *v)
{
	read_pid(k, name, v->pid);
	rules_read(k, name, v->pid, &v->r);
	v->winner = rules_winner(&v->r, &v->key);
}

void holder_access_cure(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	struct verdict v;

	look_at_rules(k, name, &v);
	if (v.winner)
		snprintf(text, size,
			 "%.100s wins over stflash's udev rule and sets %s=\"%s\": take that out of it, sudo udevadm "
			 "control --reload, then plug the probe in again",
			 v.winner->file, v.key, v.winner->text);
	else if (v.r.ours[0] && !v.r.ours_names_it)
		snprintf(text, size,
			 "%.100s does not name this probe (" ID_OF_ST
			 ":%s): put the file of this version in its place, "
			 "sudo udevadm control --reload, then plug the probe in again",
			 v.r.ours, v.pid);
	else if (v.r.ours[0])
		snprintf(text, size, "udev has the rule %.100s: plug the probe in again%s", v.r.ours, words_for_ssh(k));
	else
		advise_to_install(k, text, size);
}

/* Which rule made the node what it is. */
static void describe_rules(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	struct verdict v;

	look_at_rules(k, name, &v);
	if (v.winner)
		snprintf(text, size, "%.100s, but %.100s wins over it and sets %s=\"%s\"", v.r.ours, v.winner->file,
			 v.key, v.winner->text);
	else if (v.r.ours_names_it)
		snprintf(text, size, "%.100s", v.r.ours);
	else
		snprintf(text, size, "%.100s", v.r.first[0] ? v.r.first : "none installed");
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

	describe_rules(k, name, rule, sizeof(rule));
	user = getpwuid(st.st_uid);
	group = getgrgid(st.st_gid);
	snprintf(text, size, "%s is %s:%s, mode %03o; udev rule: %.300s; you are %sin the group %s", node,
		 user ? user->pw_name : "nobody", group ? group->gr_name : "unknown", (unsigned int)st.st_mode & 0777,
		 rule, am_in(st.st_gid) ? "" : "not ", group ? group->gr_name : "unknown");
}
