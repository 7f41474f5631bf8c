/*
 * channels/own_text - what the writer of a reply said himself.
 *
 * Private to channels. A reply is three things: what its writer says, his signature, and the quote
 * of what he answers. Quote is: lines that start with ">" or "|", and everything below an "Original
 * Message" line, a block of From/Sent/Subject lines (Von/Gesendet/Betreff), or a line "On …
 * wrote:" ("Am … schrieb …:") that no ">" lines follow. The signature begins at "--", a closing
 * formula or a house's disclaimer. Armor of OpenPGP is none of the three.
 */
#ifndef TOCSIN_CHANNELS_OWN_TEXT_H
#define TOCSIN_CHANNELS_OWN_TEXT_H

#include "base/arena.h"
#include "base/str.h"

/* Texts are UTF-8 with LF in the arena, "" when there is none. */
struct own_text {
    const char *said;
    const char *signature;
    const char *quoted_subject; /* the first Subject or Betreff line of the quote */
    bool is_signed;             /* clear-signed with OpenPGP (not verified) */
};

/* text: harmless (utf8_add_text). */
void own_text_read(struct own_text *out, struct arena *arena, const char *text);

/*
 * Append text for comparing: small letters, umlauts and sharp s as ae oe ue ss, accents gone,
 * every kind of blank and apostrophe as the plain one, signs that show nothing gone.
 */
void text_fold(struct str *out, struct bytes text);

#endif
