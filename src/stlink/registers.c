/* SPDX-License-Identifier: MIT */
/* Single words: debug registers, core registers, DP and AP registers (stlink-protocol fact sheet sections 5 and 14). */
#include "base/bytes.h"
#include "stlink/command.h"

#define STATUS_LEN   2u
#define VALUE_LEN    8u /* status, padding, value */
#define VALUE_OFFSET 4u

/* Send a command that answers with a word. */
static int reply_get_word(struct stlink *p, struct command *c, uint32_t *value)
{
	uint8_t reply[VALUE_LEN];
	int err;

	c->status = STATUS_IN_REPLY;
	c->in = reply;
	c->len = sizeof(reply);
	err = command_run(p, c);
	if (!err)
		*value = get_le32(reply + VALUE_OFFSET);
	return err;
}

/* Send a command that answers with a status alone. */
static int get_status(struct stlink *p, struct command *c)
{
	uint8_t reply[STATUS_LEN];

	c->status = STATUS_IN_REPLY;
	c->in = reply;
	c->len = sizeof(reply);
	c->need = 1;
	return command_run(p, c);
}

static int check_word(struct stlink *p, uint32_t addr)
{
	if (addr % 4)
		return fail(p->ctx, STFLASH_E_ARG, "0x%08x is not the address of a word", (unsigned int)addr);
	return 0;
}

int stlink_read_debug32(struct stlink *p, uint32_t addr, uint32_t *value)
{
	struct command c = { .bytes = { STLINK_DEBUG, STLINK_READDEBUGREG } };
	int err;

	err = check_word(p, addr);
	if (err)
		return err;

	put_le32(c.bytes + 2, addr);
	err = reply_get_word(p, &c, value);
	return err ? fail_prefix(p->ctx, "reading 0x%08x", (unsigned int)addr) : 0;
}

int stlink_write_debug32(struct stlink *p, uint32_t addr, uint32_t value)
{
	struct command c = { .bytes = { STLINK_DEBUG, STLINK_WRITEDEBUGREG } };
	int err;

	err = check_word(p, addr);
	if (err)
		return err;

	put_le32(c.bytes + 2, addr);
	put_le32(c.bytes + 6, value);
	err = get_status(p, &c);
	return err ? fail_prefix(p->ctx, "writing 0x%08x", (unsigned int)addr) : 0;
}

int stlink_read_reg(struct stlink *p, unsigned int reg, uint32_t *value)
{
	struct command c = { .bytes = { STLINK_DEBUG, STLINK_READREG, (uint8_t)reg } };

	return reply_get_word(p, &c, value);
}

int stlink_write_reg(struct stlink *p, unsigned int reg, uint32_t value)
{
	struct command c = { .bytes = { STLINK_DEBUG, STLINK_WRITEREG, (uint8_t)reg } };

	put_le32(c.bytes + 3, value);
	return get_status(p, &c);
}

int stlink_read_dap_reg(struct stlink *p, uint16_t port, uint16_t reg, uint32_t *value)
{
	struct command c = { .bytes = { STLINK_DEBUG, STLINK_READ_DAP_REG } };
	int err;

	err = version_require(p, STLINK_HAS_DAP_REG, "reading a debug port register");
	if (err)
		return err;

	put_le16(c.bytes + 2, port);
	put_le16(c.bytes + 4, reg);
	return reply_get_word(p, &c, value);
}

int stlink_write_dap_reg(struct stlink *p, uint16_t port, uint16_t reg, uint32_t value)
{
	struct command c = { .bytes = { STLINK_DEBUG, STLINK_WRITE_DAP_REG } };
	int err;

	err = version_require(p, STLINK_HAS_DAP_REG, "writing a debug port register");
	if (err)
		return err;

	put_le16(c.bytes + 2, port);
	put_le16(c.bytes + 4, reg);
	put_le32(c.bytes + 6, value);
	return get_status(p, &c);
}
