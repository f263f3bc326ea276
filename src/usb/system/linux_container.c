/* SPDX-License-Identifier: MIT */
#include "usb/system/container.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 512

#define START_IT "--device=/dev/bus/usb (docker, podman)"

/* Read and written, as libusb opens it: the rules of a control group tell the two apart. */
static int try_open(const char *path)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* docker, podman and systemd leave a file behind that says so. */
static bool is_container(const struct kernel_files *k)
{
	for (size_t i = 0; i < sizeof(k->container) / sizeof(k->container[0]); i++)
		if (k->container[i] && !access(k->container[i], F_OK))
			return true;
	return false;
}

/* EPERM is no matter of owner and mode: the control group of a container refuses the device, whoever asks. */
bool container_blocks(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	char node[PATH_SIZE];

	if (!holder_node(k, name, node, sizeof(node)))
		return false;
	switch (k->try_open ? k->try_open(node) : try_open(node)) {
	case ENOENT:
	case ENOTDIR:
	case ENXIO:
		snprintf(text, size,
			 "the kernel shows it, but its device file %.40s is not there, as in a container: start that "
			 "with " START_IT ", with the probe plugged in before",
			 node);
		return true;
	case EPERM:
		snprintf(text, size,
			 "the system lets nobody open %.40s (EPERM), as in a container: start that with " START_IT,
			 node);
		return true;
	case EACCES:
		if (geteuid() != 0 && !is_container(k))
			return false;
		snprintf(text, size,
			 "this container may not open %.40s: start it with " START_IT ", as root or with stflash's "
			 "udev rule on the host (podman without root: and --group-add keep-groups)",
			 node);
		return true;
	default:
		return false;
	}
}

static bool read_id(const struct kernel_files *k, const char *name, const char *attribute, uint16_t *id)
{
	char path[PATH_SIZE];
	unsigned int value;
	FILE *f = NULL;
	bool ok;

	if (snprintf(path, sizeof(path), "%s/bus/usb/devices/%s/%s", k->sysfs, name, attribute) < PATH_SIZE)
		f = fopen(path, "r");
	if (!f)
		return false;
	ok = fscanf(f, "%4x", &value) == 1;
	fclose(f);
	*id = ok ? (uint16_t)value : 0;
	return ok;
}

/* Interfaces ("1-4:1.0") and root hubs have no ids of a probe. */
static bool container_describe(const struct kernel_files *k, const char *name, const struct usb_ids *ids,
			       struct usb_probe *info)
{
	char product[64];

	memset(info, 0, sizeof(*info));
	if (!read_id(k, name, "idVendor", &info->vid) || !read_id(k, name, "idProduct", &info->pid))
		return false;
	holder_product(k, name, product, sizeof(product));
	if ((!usb_ids_have(ids, info->vid, info->pid) && !usb_ids_may_have(ids, info->vid, product)) ||
	    snprintf(info->path, sizeof(info->path), "usb:%s", name) >= (int)sizeof(info->path))
		return false;
	info->in_container = container_blocks(k, name, info->cure, sizeof(info->cure));
	info->access = STFLASH_E_ACCESS;
	holder_serial(k, name, info->serial, sizeof(info->serial));
	return info->in_container;
}

int container_list(const struct kernel_files *k, struct ctx *ctx, const struct usb_ids *ids, struct usb_probe **list,
		   size_t *n)
{
	struct usb_probe info, *longer;
	char path[PATH_SIZE];
	const struct dirent *e;
	DIR *dir = NULL;

	*list = NULL;
	*n = 0;
	if (snprintf(path, sizeof(path), "%s/bus/usb/devices", k->sysfs) < PATH_SIZE)
		dir = opendir(path);
	while (dir && (e = readdir(dir)) != NULL) {
		if (!container_describe(k, e->d_name, ids, &info))
			continue;
		longer = realloc(*list, (*n + 1) * sizeof(info));
		if (!longer) {
			closedir(dir);
			free(*list);
			*list = NULL;
			*n = 0;
			return fail(ctx, STFLASH_E_NO_MEMORY, "out of memory");
		}
		*list = longer;
		longer[(*n)++] = info;
	}
	if (dir)
		closedir(dir);
	return 0;
}
