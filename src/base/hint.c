/* SPDX-License-Identifier: MIT */
#include "base/hint.h"

#include <string.h>

#include "base/bytes.h"
#include "stflash.h"

static const char *const library_words[STFLASH_N_HINTS] = {
	[STFLASH_HINT_SPEED] = "stflash_set_speed()",
	[STFLASH_HINT_FLASH_SIZE] = "stflash_set_flash_size()",
	[STFLASH_HINT_PSIZE] = "stflash_write_options.width",
	[STFLASH_HINT_UNDER_RESET] = "STFLASH_CONNECT_UNDER_RESET",
	[STFLASH_HINT_ATTACH] = "STFLASH_CONNECT_ATTACH",
	[STFLASH_HINT_NO_RESET] = "STFLASH_HOLD_HALT",
	[STFLASH_HINT_NO_AGENT] = "stflash_write_options.no_agent",
	[STFLASH_HINT_SKIP_OUTSIDE] = "stflash_image_skip_outside()",
	[STFLASH_HINT_OTP_PERMANENT] = "stflash_write_options.otp_permanent",
	[STFLASH_HINT_LEVEL_2] = "STFLASH_ALLOW_LEVEL_2_FOR_EVER",
	[STFLASH_HINT_PROBE] = "the selector",
	[STFLASH_HINT_LIST] = "stflash_find_probes()",
	[STFLASH_HINT_READ] = "stflash_dump()",
	[STFLASH_HINT_WRITE] = "stflash_write()",
	[STFLASH_HINT_RESET] = "stflash_reset()",
	[STFLASH_HINT_MAP] = "stflash_map()",
	[STFLASH_HINT_FIND_EXTENT] = "stflash_find_extent()",
	[STFLASH_HINT_DOCTOR_RESET] = "may_reset",
	[STFLASH_HINT_OPTIONS] = "stflash_options_read()",
	[STFLASH_HINT_OPTIONS_SET] = "stflash_options_write()",
	[STFLASH_HINT_PROTECT] = "stflash_protect()",
	[STFLASH_HINT_UNPROTECT] = "stflash_unprotect() with STFLASH_ALLOW_ERASE",
	[STFLASH_HINT_BOOT_LOCK] = "STFLASH_ALLOW_BOOT_LOCK",
};

static const char *hint_word(const struct hint_words *w, size_t hint)
{
	return hint < w->n && w->words[hint] ? w->words[hint] : library_words[hint];
}

/* A mark at this place? What a user typed may hold half of one. */
static bool hint_at(const char *text, size_t *hint)
{
	if (text[0] != HINT_MARK[0] || text[1] < 'A' || text[1] >= 'A' + STFLASH_N_HINTS)
		return false;
	*hint = (size_t)(text[1] - 'A');
	return true;
}

uint32_t hints_of(const char *sentence)
{
	uint32_t hints = 0;
	size_t hint;

	for (; *sentence; sentence++)
		if (hint_at(sentence, &hint))
			hints |= UINT32_C(1) << hint;
	return hints;
}

void hint_expand(const struct hint_words *w, char *to, size_t size, const char *from)
{
	size_t at = 0, hint;

	while (*from && at + 1 < size) {
		if (hint_at(from, &hint)) {
			const char *const word = hint_word(w, hint);
			const size_t len = min_size(strlen(word), size - 1 - at);

			memcpy(to + at, word, len);
			at += len;
			from += 2;
		} else {
			to[at++] = *from++;
		}
	}
	to[at] = '\0';
}
