/* SPDX-License-Identifier: MIT */
/*
 * libusb as its documentation describes it, in the place of the real one: the
 * devices and the answers are the test's, time passes only while it waits for
 * events. What a real libusb would suffer badly from is a failure of the test:
 * a transfer submitted twice, freed in flight, or filled past its buffer.
 */
#ifndef TESTS_FAKE_LIBUSB_H
#define TESTS_FAKE_LIBUSB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "usb/descriptor.h"
#include "usb/local.h"
#include "usb/system/container.h"
#include "usb/system/holder.h"

/* After the house's headers: cmocka makes a macro of fail. */
#include <cmocka.h>

#define FLYING_MAX 2u

struct libusb_context {
	int unused;
};

struct libusb_device_handle {
	struct libusb_device *device;
};

struct libusb_device {
	uint16_t vid, pid;
	uint8_t bus, address;
	uint8_t ports[7];
	int n_ports;
	const uint8_t *serial;  /* the string descriptor; NULL: none */
	const uint8_t *product; /* likewise */
	bool product_in_kernel; /* which knows it, so that nobody has to ask the device */
	int open_error, claim_error;
	bool held;  /* the kernel knows a program that has claimed it */
	int active; /* configuration */
	unsigned int opened, asked, configured, claimed;
	int references;
	struct libusb_device_handle handle;
};

/* How a submitted transfer goes on. */
struct fate {
	int submit;                         /* the error of submitting it */
	bool never;                         /* no answer */
	bool stubborn;                      /* not even when cancelled */
	enum libusb_transfer_status status; /* of the answer */
	int actual;
};

static struct {
	struct libusb_context context;
	struct libusb_device devices[3];
	size_t n;
	const struct libusb_config_descriptor *config;
	int init_error, list_error, config_error, reset_error, halt_error;

	struct fate fates[FLYING_MAX]; /* of the next transfers, in the order of submission */
	struct libusb_transfer *flying[FLYING_MAX];
	bool cancelled[FLYING_MAX];
	size_t n_flying, most_flying;
	uint8_t halt_cleared;

	int contexts, lists, transfers, handles, claims, configs; /* taken and not given back */
	uint64_t now;
} usb;

/* ------------------------------------------------------------------- time */

uint64_t now_ms(void)
{
	return usb.now;
}

void sleep_ms(unsigned int ms)
{
	usb.now += ms;
}

/* --------------------------------------------------- what the kernel knows */

const struct kernel_files kernel_files = { .sysfs = "/nonexistent" };

static const struct libusb_device *named(const char *name)
{
	size_t i;

	for (i = 0; i < usb.n; i++) {
		char own[16];

		snprintf(own, sizeof(own), "%u-%u", usb.devices[i].bus, usb.devices[i].ports[0]);
		if (!strncmp(own, name, strlen(own)))
			break;
	}
	assert_true(i < usb.n); /* else nobody has a device of that name */
	return &usb.devices[i];
}

bool holder_is_claimed(const struct kernel_files *k, const char *name)
{
	(void)k;
	return named(name)->held;
}

void holder_serial(const struct kernel_files *k, const char *name, char *serial, size_t size)
{
	(void)k;
	snprintf(serial, size, "KERNEL%s", name);
}

void holder_product(const struct kernel_files *k, const char *name, char *product, size_t size)
{
	const struct libusb_device *d = named(name);

	(void)k;
	product[0] = '\0';
	if (d->product && d->product_in_kernel)
		serial_from_descriptor(product, size, d->product, d->product[0]);
}

void holder_cure(const struct kernel_files *k, unsigned int bus, unsigned int address, char *text, size_t size)
{
	(void)k;
	snprintf(text, size, "openocd uses bus %u address %u: end that first", bus, address);
}

/* What a container keeps away: the device whose name this is. */
static const char *in_container;

bool container_blocks(const struct kernel_files *k, const char *name, char *text, size_t size)
{
	(void)k;
	if (!in_container || strcmp(in_container, name) != 0)
		return false;
	snprintf(text, size, "start the container with --device");
	return true;
}

int container_list(const struct kernel_files *k, struct ctx *c, const struct usb_ids *ids, struct usb_probe **list,
		   size_t *n)
{
	(void)k;
	(void)c;
	*list = NULL;
	*n = 0;
	if (!in_container)
		return 0;
	*list = calloc(1, sizeof(**list));
	if (!*list)
		return STFLASH_E_NO_MEMORY;
	*n = 1;
	snprintf((*list)->path, sizeof((*list)->path), "usb:%s", in_container);
	(*list)->vid = ids->vid;
	(*list)->pid = ids->pids[0];
	(*list)->access = STFLASH_E_ACCESS;
	(*list)->in_container = container_blocks(k, in_container, (*list)->cure, sizeof((*list)->cure));
	return 0;
}

/* ---------------------------------------------------------------- devices */

int libusb_init(libusb_context **context)
{
	if (usb.init_error)
		return usb.init_error;
	usb.contexts++;
	*context = &usb.context;
	return 0;
}

void libusb_exit(libusb_context *context)
{
	assert_ptr_equal(context, &usb.context);
	usb.contexts--;
}

ssize_t libusb_get_device_list(libusb_context *context, libusb_device ***list)
{
	assert_ptr_equal(context, &usb.context);
	if (usb.list_error)
		return usb.list_error;
	*list = calloc(usb.n + 1, sizeof(**list));
	if (!*list)
		return LIBUSB_ERROR_NO_MEM;
	for (size_t i = 0; i < usb.n; i++)
		(*list)[i] = libusb_ref_device(&usb.devices[i]);
	usb.lists++;
	return (ssize_t)usb.n;
}

void libusb_free_device_list(libusb_device **list, int unref)
{
	for (size_t i = 0; unref && list[i]; i++)
		libusb_unref_device(list[i]);
	free(list);
	usb.lists--;
}

libusb_device *libusb_ref_device(libusb_device *device)
{
	device->references++;
	return device;
}

void libusb_unref_device(libusb_device *device)
{
	assert_true(device->references-- > 0);
}

int libusb_get_device_descriptor(libusb_device *device, struct libusb_device_descriptor *desc)
{
	*desc = (struct libusb_device_descriptor){
		.idVendor = device->vid,
		.idProduct = device->pid,
		.iProduct = device->product ? 2 : 0,
		.iSerialNumber = device->serial ? 3 : 0,
	};
	return 0;
}

int libusb_get_port_numbers(libusb_device *device, uint8_t *ports, int max)
{
	assert_true(device->n_ports <= max);
	memcpy(ports, device->ports, (size_t)device->n_ports);
	return device->n_ports;
}

uint8_t libusb_get_bus_number(libusb_device *device)
{
	return device->bus;
}

uint8_t libusb_get_device_address(libusb_device *device)
{
	return device->address;
}

/* ---------------------------------------------------------- opened devices */

int libusb_open(libusb_device *device, libusb_device_handle **handle)
{
	device->opened++;
	*handle = NULL; /* a handle that came with an error is none */
	if (device->open_error)
		return device->open_error;
	device->handle.device = libusb_ref_device(device);
	usb.handles++;
	*handle = &device->handle;
	return 0;
}

void libusb_close(libusb_device_handle *handle)
{
	libusb_unref_device(handle->device);
	usb.handles--;
}

libusb_device *libusb_get_device(libusb_device_handle *handle)
{
	return handle->device;
}

int libusb_get_configuration(libusb_device_handle *handle, int *active)
{
	*active = handle->device->active;
	return 0;
}

int libusb_set_configuration(libusb_device_handle *handle, int configuration)
{
	handle->device->configured++;
	handle->device->active = configuration;
	return 0;
}

int libusb_claim_interface(libusb_device_handle *handle, int interface)
{
	assert_int_equal(interface, 0);
	assert_int_equal(handle->device->active, 1);
	if (handle->device->claim_error)
		return handle->device->claim_error;
	handle->device->claimed++;
	usb.claims++;
	return 0;
}

int libusb_release_interface(libusb_device_handle *handle, int interface)
{
	assert_int_equal(interface, 0);
	if (!handle->device->claimed)
		return LIBUSB_ERROR_NOT_FOUND;
	handle->device->claimed--;
	usb.claims--;
	return 0;
}

int libusb_get_active_config_descriptor(libusb_device *device, struct libusb_config_descriptor **config)
{
	assert_int_equal(device->active, 1);
	if (usb.config_error)
		return usb.config_error;
	*config = malloc(sizeof(**config));
	assert_non_null(*config);
	memcpy(*config, usb.config, sizeof(**config));
	usb.configs++;
	return 0;
}

int libusb_get_config_descriptor(libusb_device *device, uint8_t index, struct libusb_config_descriptor **config)
{
	assert_int_equal(index, 0);
	(void)device;
	*config = malloc(sizeof(**config));
	assert_non_null(*config);
	memcpy(*config, usb.config, sizeof(**config));
	usb.configs++;
	return 0;
}

void libusb_free_config_descriptor(struct libusb_config_descriptor *config)
{
	free(config);
	usb.configs--;
}

/* The one control request there is: GET_DESCRIPTOR of a string in English, the product's or the serial number's. */
int libusb_control_transfer(libusb_device_handle *handle, uint8_t type, uint8_t request, uint16_t value, uint16_t index,
			    unsigned char *data, uint16_t len, unsigned int timeout)
{
	const uint8_t *string = value == 0x0302 ? handle->device->product : handle->device->serial;

	assert_int_equal(type, 0x80);
	assert_int_equal(request, 6);
	assert_true(value == 0x0302 || value == 0x0303);
	assert_int_equal(index, 0x0409);
	assert_true(timeout > 0);
	handle->device->asked++;
	assert_true(string[0] <= len);
	memcpy(data, string, string[0]);
	return string[0];
}

int libusb_clear_halt(libusb_device_handle *handle, unsigned char ep)
{
	assert_int_equal(usb.n_flying, 0); /* not while transfers are on their way there */
	assert_non_null(handle->device);
	usb.halt_cleared = ep;
	return usb.halt_error;
}

int libusb_reset_device(libusb_device_handle *handle)
{
	assert_non_null(handle->device);
	return usb.reset_error;
}

/* --------------------------------------------------------------- transfers */

struct libusb_transfer *libusb_alloc_transfer(int iso_packets)
{
	struct libusb_transfer *transfer = calloc(1, sizeof(*transfer));

	assert_int_equal(iso_packets, 0);
	usb.transfers += transfer != NULL;
	return transfer;
}

void libusb_free_transfer(struct libusb_transfer *transfer)
{
	if (!transfer)
		return;
	for (size_t i = 0; i < usb.n_flying; i++)
		assert_ptr_not_equal(transfer, usb.flying[i]);
	free(transfer);
	usb.transfers--;
}

int libusb_submit_transfer(struct libusb_transfer *transfer)
{
	const size_t i = usb.n_flying;

	assert_int_equal(transfer->type, LIBUSB_TRANSFER_TYPE_BULK);
	assert_true(i < FLYING_MAX);
	for (size_t k = 0; k < i; k++)
		assert_ptr_not_equal(transfer, usb.flying[k]);
	if (usb.fates[i].submit)
		return usb.fates[i].submit;
	usb.flying[i] = transfer;
	usb.cancelled[i] = false;
	usb.most_flying = ++usb.n_flying;
	return 0;
}

int libusb_cancel_transfer(struct libusb_transfer *transfer)
{
	for (size_t i = 0; i < usb.n_flying; i++)
		if (usb.flying[i] == transfer) {
			usb.cancelled[i] = true;
			return 0;
		}
	return LIBUSB_ERROR_NOT_FOUND;
}

static void land(size_t i, enum libusb_transfer_status status, int actual)
{
	struct libusb_transfer *transfer = usb.flying[i];

	assert_true(actual <= transfer->length);
	if (transfer->endpoint & LIBUSB_ENDPOINT_IN)
		memset(transfer->buffer, 0x80, (size_t)actual);
	transfer->status = status;
	transfer->actual_length = actual;
	usb.n_flying--;
	for (size_t k = i; k < usb.n_flying; k++) {
		usb.flying[k] = usb.flying[k + 1];
		usb.cancelled[k] = usb.cancelled[k + 1];
		usb.fates[k] = usb.fates[k + 1];
	}
	transfer->callback(transfer);
}

/* One transfer ends, or all the time passes. */
int libusb_handle_events_timeout_completed(libusb_context *context, struct timeval *tv, int *completed)
{
	assert_ptr_equal(context, &usb.context);
	assert_int_equal(*completed, 0);
	for (size_t i = 0; i < usb.n_flying; i++) {
		const struct fate fate = usb.fates[i];

		if (fate.never && (!usb.cancelled[i] || fate.stubborn))
			continue;
		if (fate.never)
			land(i, LIBUSB_TRANSFER_CANCELLED, 0);
		else
			land(i, fate.status, fate.actual);
		return 0;
	}
	usb.now += (uint64_t)tv->tv_sec * 1000u + (uint64_t)tv->tv_usec / 1000u;
	return 0;
}

/* ------------------------------------------------------------- for the tests */

#define SERIAL_57FF "\x1a\x03\x57\0\xff\0\x72\0\x06\0\x72\0\x65\0\x57\0\x57\0\x42\0\x13\0\x20\0\x67"

/* A genuine V2 as the specification of its descriptors has it; the mass storage of a V2-1 comes first here. */
static const struct libusb_endpoint_descriptor debug_endpoints[] = {
	{ .bEndpointAddress = 0x83, .bmAttributes = 3 }, /* not a bulk endpoint */
	{ .bEndpointAddress = 0x81, .bmAttributes = 2 },
	{ .bEndpointAddress = 0x02, .bmAttributes = 2 },
	{ .bEndpointAddress = 0x84, .bmAttributes = 2 }, /* trace */
};
static const struct libusb_endpoint_descriptor storage_endpoints[] = {
	{ .bEndpointAddress = 0x85, .bmAttributes = 2 },
	{ .bEndpointAddress = 0x05, .bmAttributes = 2 },
};
static const struct libusb_interface_descriptor storage = {
	.bInterfaceNumber = 1,
	.bNumEndpoints = 2,
	.endpoint = storage_endpoints,
};
static const struct libusb_interface_descriptor debug = {
	.bInterfaceNumber = 0,
	.bInterfaceClass = 0xff,
	.bNumEndpoints = 4,
	.endpoint = debug_endpoints,
};
static const struct libusb_interface v2_1_interfaces[] = { { NULL, 0 }, { &storage, 1 }, { &debug, 1 } };
static const struct libusb_config_descriptor v2_1_config = { .bNumInterfaces = 3, .interface = v2_1_interfaces };

static const uint16_t test_pids[] = { 0x3748, 0x374b };

/* A bus with a keyboard and, from 1 to 2, so many probes: at ports 4.2 and 5. */
static inline void plug_in(size_t probes)
{
	static const uint8_t own_serial[] = { 10, 3, 'A', 0, 'B', 0, 'C', 0, 'D', 0 };

	memset(&usb, 0, sizeof(usb));
	usb.n = 1 + probes;
	usb.devices[0] =
		(struct libusb_device){ .vid = 0x046d, .pid = 0xc31c, .bus = 201, .ports = { 9 }, .n_ports = 1 };
	usb.devices[1] = (struct libusb_device){
		.vid = 0x0483,
		.pid = 0x3748,
		.bus = 201,
		.address = 17,
		.ports = { 4, 2 },
		.n_ports = 2,
		.serial = (const uint8_t *)SERIAL_57FF,
		.active = 1,
	};
	usb.devices[2] = (struct libusb_device){
		.vid = 0x0483,
		.pid = 0x374b,
		.bus = 201,
		.address = 18,
		.ports = { 5 },
		.n_ports = 1,
		.serial = own_serial,
		.active = 1,
	};
	usb.config = &v2_1_config;
	usb.now = 1000;
}

static inline int open_by(struct transport **t, struct ctx *ctx, const char *selector)
{
	memset(ctx, 0, sizeof(*ctx));
	return transport_open(t, ctx, selector, 0x0483, test_pids, ARRAY_SIZE(test_pids));
}

/* Nothing of libusb's is left in our hands. */
static inline void all_given_back(void)
{
	assert_int_equal(usb.contexts, 0);
	assert_int_equal(usb.lists, 0);
	assert_int_equal(usb.transfers, 0);
	assert_int_equal(usb.handles, 0);
	assert_int_equal(usb.claims, 0);
	assert_int_equal(usb.configs, 0);
	for (size_t i = 0; i < usb.n; i++)
		assert_int_equal(usb.devices[i].references, 0);
}

static inline void says(const struct ctx *ctx, const char *words)
{
	if (!strstr(ctx->errmsg, words))
		fail_msg("'%s' lacks '%s'", ctx->errmsg, words);
}

#endif
