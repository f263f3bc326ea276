/* SPDX-License-Identifier: MIT */
/* What somebody who may not open a probe has to do, by the rules and the groups of the system: udev(7), login.defs(5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "usb/probe.h"
#include "usb/system/holder.h"

/* After our own headers: cmocka makes a macro of fail. */
#include <cmocka.h>

#ifdef __linux__

#include "fake_system.h"

#define CURE_SIZE sizeof(((struct usb_probe *)NULL)->cure)
#define OURS                                                                                                      \
	"SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"3748\", " \
	"MODE=\"0660\", TAG+=\"uaccess\", ENV{ID_STFLASH}=\"1\"\n"                                                \
	"SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ENV{ID_STFLASH}==\"1\", GROUP=\"plugdev\"\n"

static char etc[80], lib[80];
static struct kernel_files k;
static struct group_facts facts;

static void find_group(struct group_facts *found)
{
	*found = facts;
}

/* An ST-LINK/V2 at 1-1, no rule, no group. */
static int new_system(void **state)
{
	(void)state;
	assert_int_equal(make_root(), 0);
	snprintf(etc, sizeof(etc), "%s/etc", root);
	snprintf(lib, sizeof(lib), "%s/lib", root);
	k = (struct kernel_files){ .sysfs = root, .dev = root, .rules = { etc, lib }, .find_group = find_group };
	facts = (struct group_facts){ .exists = false };
	make_file("bus/usb/devices/1-1/idProduct", "3748\n");
	return 0;
}

static int throw_away(void **state)
{
	(void)state;
	return remove_root();
}

static void advises(const char *words)
{
	char text[CURE_SIZE];

	holder_access_cure(&k, "1-1", text, sizeof(text));
	if (!strstr(text, words))
		fail_msg("'%s' is not in '%s'", words, text);
	assert_true(strlen(text) < sizeof(text) - 1);
}

static void does_not_advise(const char *words)
{
	char text[CURE_SIZE];

	holder_access_cure(&k, "1-1", text, sizeof(text));
	if (strstr(text, words))
		fail_msg("'%s' is in '%s'", words, text);
}

/* Somebody who has only the program has no file to copy: the sentence has the whole rule. */
static void without_our_rule_the_advice_is_the_rule(void **state)
{
	(void)state;
	make_file("lib/60-modem.rules", "ATTRS{idVendor}==\"0483\"\n");
	advises("install the udev rule: echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"37??\", "
		"MODE=\"0660\", TAG+=\"uaccess\"' | sudo tee /etc/udev/rules.d/70-stflash.rules && sudo udevadm "
		"control "
		"--reload, then plug the probe in again");

	/* The group is named where it exists, and where udev takes it. */
	facts = (struct group_facts){ .exists = true, .id = 46 };
	advises("TAG+=\"uaccess\", GROUP=\"plugdev\"'");
	facts.id = 1001;
	does_not_advise("plugdev");
}

static void with_our_rule_the_advice_is_about_the_group_as_it_is(void **state)
{
	(void)state;
	make_file("lib/70-stflash.rules", OURS);
	advises("/lib/70-stflash.rules: plug the probe in again; over ssh also: sudo groupadd -r plugdev && sudo "
		"usermod "
		"-aG plugdev $USER && sudo udevadm control --reload, and log in again");

	facts = (struct group_facts){ .exists = true, .id = 46 };
	advises("over ssh also: sudo usermod -aG plugdev $USER, and log in again");
	does_not_advise("groupadd");
	facts.listed = true;
	advises("over ssh also: log in again, this session is older");
	does_not_advise("usermod");
	facts.in_session = true;
	advises("/lib/70-stflash.rules: plug the probe in again");
	does_not_advise("ssh");

	/* systemd 258: "Not a system group" */
	facts.id = 1001;
	advises("give the group plugdev a number below 1000");
}

static void a_rule_that_wins_over_ours_is_named(void **state)
{
	static const struct {
		const char *file, *line, *wins; /* NULL: it does not */
	} rules[] = {
		{ "99-stlink.rules", "ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"3748\", MODE=\"0600\"",
		  "MODE=\"0600\"" },
		{ "99-stlink.rules", "ATTR{idVendor}==\"0483\",ATTR{idProduct}==\"374[8b]\",MODE=\"0640\"",
		  "MODE=\"0640\"" },
		{ "99-stlink.rules", "ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"374b|3748\", \\\n  MODE = \"0600\"",
		  "MODE=\"0600\"" },
		{ "49-stlinkv2.rules",
		  "SUBSYSTEMS==\"usb\", ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"3748\", "
		  "MODE:=\"0600\", SYMLINK+=\"stlinkv2_%n\"",
		  "MODE=\"0600\"" },
		{ "99-stlink.rules", "ATTRS{idVendor}==\"0483\", GROUP=\"root\"", "GROUP=\"root\"" },
		{ "10-stlink.rules", "ATTRS{idVendor}==\"0483\", GROUP:=\"stlink\"", "GROUP=\"stlink\"" },
		{ "99-own.rules", "KERNEL==\"1-1\", ATTR{idVendor}==\"0483\", MODE=\"0600\"", "MODE=\"0600\"" },
		/* earlier, of the same value, a comment, for another device or another part of it */
		{ "49-stlinkv2.rules", "ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"3748\", MODE=\"0600\"", NULL },
		{ "10-stlink.rules", "ATTRS{idVendor}==\"0483\", GROUP=\"stlink\"", NULL },
		{ "99-stlink.rules", "ATTRS{idVendor}==\"0483\", MODE=\"660\", GROUP=\"plugdev\"", NULL },
		{ "99-stlink.rules", "# ATTRS{idVendor}==\"0483\", MODE=\"0600\"", NULL },
		{ "99-stlink.rules", "ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"374b\", MODE=\"0600\"", NULL },
		{ "99-stlink.rules", "ATTRS{idVendor}==\"0483\", ATTRS{idProduct}!=\"3748\", MODE=\"0600\"", NULL },
		{ "99-stlink.rules", "SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"0483\", MODE=\"0600\"", NULL },
		{ "99-stlink.rules", "KERNEL==\"ttyACM*\", ATTRS{idVendor}==\"0483\", MODE=\"0600\"", NULL },
		{ "99-stlink.rules", "ACTION==\"remove\", ATTRS{idVendor}==\"0483\", MODE=\"0600\"", NULL },
		{ "99-other.rules", "SUBSYSTEM==\"usb\", ATTRS{idVendor}==\"1366\", MODE=\"0600\"", NULL },
		{ "99-stlink.rules.old", "ATTRS{idVendor}==\"0483\", MODE=\"0600\"", NULL },
		{ "99-broken.rules", "ATTRS{idVendor}==\"0483, MODE=\"0600\"", NULL },
	};
	char path[128], words[256];

	(void)state;
	facts = (struct group_facts){ .exists = true, .in_session = true, .id = 46 };
	make_file("lib/70-stflash.rules", OURS);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		snprintf(path, sizeof(path), "etc/%s", rules[i].file);
		make_file(path, rules[i].line);
		snprintf(words, sizeof(words), "/%s wins over stflash's udev rule and sets %s: take that out of it",
			 path, rules[i].wins ? rules[i].wins : "");
		if (rules[i].wins)
			advises(words);
		else
			does_not_advise("wins");
		snprintf(path, sizeof(path), "%s/etc/%s", root, rules[i].file);
		assert_int_equal(unlink(path), 0);
	}
}

/* Of two files of one name udev reads one: a link to /dev/null in /etc is how a rule is switched off. */
static void an_older_file_of_ours_that_hides_the_new_one_is_named(void **state)
{
	(void)state;
	make_file("lib/70-stflash.rules", OURS);
	make_file("etc/70-stflash.rules", "ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"374b\", MODE=\"0660\"\n");
	advises("/etc/70-stflash.rules does not name this probe (0483:3748): put the file of this version in its "
		"place");
	make_file("etc/70-stflash.rules", "");
	advises("/etc/70-stflash.rules does not name this probe");
}

static void doctor_names_the_rule_that_decides(void **state)
{
	char text[1024];

	(void)state;
	make_file("bus/usb/devices/1-1/busnum", "1\n");
	make_file("bus/usb/devices/1-1/devnum", "12\n");
	make_file("bus/usb/001/012", "");
	make_file("lib/60-openocd.rules", "ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"3748\", MODE=\"660\"\n");
	holder_permission(&k, "1-1", text, sizeof(text));
	assert_non_null(strstr(text, "/lib/60-openocd.rules; you are"));
	make_file("lib/70-stflash.rules", OURS);
	holder_permission(&k, "1-1", text, sizeof(text));
	assert_non_null(strstr(text, "/lib/70-stflash.rules; you are"));
	make_file("etc/99-old.rules", "ATTRS{idVendor}==\"0483\", MODE=\"0666\"\n");
	holder_permission(&k, "1-1", text, sizeof(text));
	assert_non_null(strstr(text, "/lib/70-stflash.rules, but "));
	assert_non_null(strstr(text, "/etc/99-old.rules wins over it and sets MODE=\"0666\"; you are"));
}

/* The group of this machine, whatever it is: the question must not fail. */
static void the_system_is_asked_for_the_group(void **state)
{
	(void)state;
	make_file("lib/70-stflash.rules", OURS);
	k.find_group = NULL;
	advises("/lib/70-stflash.rules: plug the probe in again");
}

#define RULES_TEST(f) cmocka_unit_test_setup_teardown(f, new_system, throw_away)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULES_TEST(without_our_rule_the_advice_is_the_rule),
		RULES_TEST(with_our_rule_the_advice_is_about_the_group_as_it_is),
		RULES_TEST(a_rule_that_wins_over_ours_is_named),
		RULES_TEST(an_older_file_of_ours_that_hides_the_new_one_is_named),
		RULES_TEST(doctor_names_the_rule_that_decides),
		RULES_TEST(the_system_is_asked_for_the_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 0;
}

#endif
