/* SPDX-License-Identifier: MIT */
/* Which probes there are. A session that is connected meanwhile does not notice. */
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "session/session.h"
#include "stlink/models.h"
#include "stlink/stlink_proto.h"

struct stflash_probes {
	struct usb_probe *found; /* owned: the strings */
	size_t n;
	struct stflash_probe_info info[];
};

static void probe_info(struct stflash_probe_info *info, const struct usb_probe *found)
{
	*info = (struct stflash_probe_info){
		.struct_size = sizeof(*info),
		.serial = found->serial,
		.model = found->model,
		.firmware = found->firmware,
		.path = found->path,
		.vid = found->vid,
		.pid = found->pid,
		.access = found->access,
		.cure = found->cure,
		.in_container = found->in_container,
	};
}

static void name_model(struct usb_probe *info)
{
	const struct stlink_model *model = stlink_model_find(info->pid);

	if (!model && info->pid)
		model = &stlink_newer_model;
	if (model)
		snprintf(info->model, sizeof(info->model), "%s", model->name);
}

static int list_probes(struct stflash *s, const char *selector, struct usb_probe **list, size_t *n)
{
	uint16_t pids[SESSION_MAX_PIDS];
	const size_t n_pids = min_size(stlink_model_pids(pids, SESSION_MAX_PIDS), SESSION_MAX_PIDS);
	int err;

	err = transport_list(&s->ctx, selector, STLINK_VID, pids, n_pids, list, n);
	for (size_t i = 0; !err && i < *n; i++)
		name_model(&(*list)[i]);
	return err;
}

/* What only the probe itself knows. */
static int probes_ask(struct stflash *s, struct transport *tr, struct usb_probe *info)
{
	struct stlink probe;
	int err;

	info->vid = tr->vid;
	info->pid = tr->pid;
	name_model(info);
	snprintf(info->serial, sizeof(info->serial), "%s", tr->serial);
	err = stlink_open(&probe, &s->ctx, tr);
	snprintf(info->firmware, sizeof(info->firmware), "%s", probe.firmware);
	return err ? err : stlink_close(&probe);
}

/*
 * One that cannot be asked says why, in its row. But whether one that was only
 * named is there at all shows here, and then there is no row to say it in.
 */
static int look_at(struct stflash *s, const char *selector, struct usb_probe *info)
{
	const bool seen = info->pid;
	struct transport *tr;

	info->access = session_open_transport(s, seen ? info->path : selector, &tr);
	if (!info->access) {
		info->access = probes_ask(s, tr, info);
		transport_close(tr);
	}
	if (!info->access)
		return 0;
	if (!seen && info->access != STFLASH_E_ACCESS && info->access != STFLASH_E_BUSY)
		return info->access;
	ctx_put_words(&s->ctx, info->cure, sizeof(info->cure), s->ctx.errmsg);
	ctx_clear_error(&s->ctx);
	return 0;
}

/* With the strings of found, which is the list's from here on. */
static int hand_out(struct stflash *s, struct usb_probe *found, size_t n, struct stflash_probes **list)
{
	struct stflash_probes *l = calloc(1, sizeof(*l) + n * sizeof(l->info[0]));

	if (!l) {
		free(found);
		return fail(&s->ctx, STFLASH_E_NO_MEMORY, "out of memory");
	}
	l->found = found;
	l->n = n;
	for (size_t i = 0; i < n; i++)
		probe_info(&l->info[i], &found[i]);
	*list = l;
	return 0;
}

int stflash_list_probes(struct stflash *s, struct stflash_probes **list)
{
	struct usb_probe *found;
	size_t n;
	int err;

	*list = NULL;
	err = list_probes(s, NULL, &found, &n);
	return err ? err : hand_out(s, found, n, list);
}

int stflash_find_probes(struct stflash *s, const char *selector, struct stflash_probes **list)
{
	struct usb_probe *found;
	size_t n;
	int err;

	*list = NULL;
	err = list_probes(s, selector, &found, &n);
	if (err)
		return err;
	for (size_t i = 0; !err && i < n; i++) {
		err = check_cancel(&s->ctx);
		if (!err && !found[i].access)
			err = look_at(s, selector, &found[i]);
	}
	if (!err)
		return hand_out(s, found, n, list);
	free(found);
	return err;
}

const struct stflash_probe_info *stflash_get_probe(const struct stflash_probes *list, size_t n)
{
	return list && n < list->n ? &list->info[n] : NULL;
}

void stflash_free_probes(struct stflash_probes *list)
{
	if (!list)
		return;
	free(list->found);
	free(list);
}
