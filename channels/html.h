/*
 * channels/html - the words of an HTML mail, for programs that read words only.
 *
 * Private to channels. No tree, no attributes, nothing fetched; one pass, linear. Blocks become
 * lines, what stands in a <blockquote> gets "> " before each line, so that quotes look as in plain
 * text. Script, style and title are dropped.
 */
#ifndef TOCSIN_CHANNELS_HTML_H
#define TOCSIN_CHANNELS_HTML_H

#include "base/str.h"

/* Append the text of html (UTF-8). The outcome is not harmless yet (base/utf8.h). */
void html_add_text(struct str *out, struct bytes html);

#endif
