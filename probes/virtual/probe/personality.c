/* SPDX-License-Identifier: MIT */
/*
 * Probes that answer otherwise than the genuine ones of the fact sheet: other
 * firmware, and clones. What each does is reported of real ones, or follows
 * from what no peer demands. The command itself has been done as always.
 */
#include "probe/personality.h"

#include <string.h>

#include "base/bytes.h"
#include "probe/firmware.h"
#include "stlink/stlink_proto.h"

#define ODD_MODE   0x07u
#define ODD_STATUS 0x77u
#define EVERY      5u  /* of the reads of a word has no status */
#define PACKET     64u /* of a full-speed endpoint */

/* From V2J37 on, with a chip that is not ST's: pyOCD issue 918. ENTER has opened access port 0. */
static void refuse_ap(struct probe *p, const uint8_t *cmd, struct reply *reply)
{
	(void)p;
	if (cmd[0] == STLINK_DEBUG && (cmd[1] == STLINK_INIT_AP || cmd[1] == STLINK_CLOSE_AP_DBG))
		reply->data[0] = STLINK_ST_BAD_AP;
}

/* stlink issue 373, below V2J24: what comes behind the first packet of a read is lost. */
static void lose_data(struct probe *p, const uint8_t *cmd, struct reply *reply)
{
	(void)p;
	(void)cmd;
	if (reply->is_data && reply->len > PACKET)
		memset(reply->data + PACKET, 0, reply->len - PACKET);
}

/* Another length than that of the sheet, of replies whose length no peer compares (openocd's USB path). */
static void change_length(struct probe *p, const uint8_t *cmd, struct reply *reply)
{
	static const struct {
		uint8_t code;
		size_t len;
	} lengths[] = {
		{ STLINK_READ_IDCODES, 8 },     { STLINK_READREG, 12 },      { STLINK_READDEBUGREG, 12 },
		{ STLINK_READALLREGS, 80 },     { STLINK_DRIVE_NRST, 4 },    { STLINK_WRITEREG, 4 },
		{ STLINK_RESETSYS, 4 },         { STLINK_WRITEDEBUGREG, 4 }, { STLINK_GETLASTRWSTATUS, 4 },
		{ STLINK_GETLASTRWSTATUS2, 8 }, { STLINK_ENTER, 4 },
	};

	(void)p;
	if (cmd[0] == STLINK_GET_CURRENT_MODE)
		reply->len = 4;
	for (size_t i = 0; cmd[0] == STLINK_DEBUG && i < ARRAY_SIZE(lengths); i++)
		if (lengths[i].code == cmd[1])
			reply->len = lengths[i].len;
}

static void exaggerate_clock(struct probe *p, const uint8_t *cmd, struct reply *reply)
{
	(void)p;
	if (cmd[0] == STLINK_DEBUG && cmd[1] == STLINK_SET_COM_FREQ)
		put_le32(reply->data + 4, 2 * get_le32(reply->data + 4));
}

static void call_idle_otherwise(struct probe *p, const uint8_t *cmd, struct reply *reply)
{
	(void)p;
	if (cmd[0] == STLINK_GET_CURRENT_MODE && reply->data[0] == STLINK_MODE_MASS)
		reply->data[0] = ODD_MODE;
}

static void say_dfu(struct probe *p, const uint8_t *cmd, struct reply *reply)
{
	(void)p;
	if (cmd[0] == STLINK_GET_CURRENT_MODE && reply->data[0] == STLINK_MODE_MASS)
		reply->data[0] = STLINK_MODE_DFU;
}

static void garble_status(struct probe *p, const uint8_t *cmd, struct reply *reply)
{
	if (cmd[0] == STLINK_DEBUG && cmd[1] == STLINK_READDEBUGREG && p->mon.commands % EVERY == 0)
		reply->data[0] = ODD_STATUS;
}

static const struct personality {
	const char *name;
	void (*change)(struct probe *p, const uint8_t *cmd, struct reply *reply);
} personalities[] = {
	{ "J37", refuse_ap },
	{ "J23", lose_data },
	{ "clone", change_length },
	{ "fast", exaggerate_clock },
	{ "oddmode", call_idle_otherwise },
	{ "stuckmode", say_dfu },
	{ "oddstatus", garble_status },
};

const struct personality *personality_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(personalities); i++)
		if (!strcmp(personalities[i].name, name))
			return &personalities[i];
	return NULL;
}

void personality_answers(struct probe *p, const uint8_t *cmd, unsigned int n_before)
{
	if (p->spec.as && p->fw.n_replies > n_before)
		p->spec.as->change(p, cmd, &p->fw.replies[p->fw.n_replies - 1]);
}
