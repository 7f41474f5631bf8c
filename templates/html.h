/*
 * templates/html - blocks as one self-contained HTML document: nothing remote, no script.
 *
 * Tags and attributes are ours alone; words, ours and values', are always escaped content.
 */
#ifndef TOCSIN_TEMPLATES_HTML_H
#define TOCSIN_TEMPLATES_HTML_H

#include "templates/marks.h"

/* language is a tag such as "en"; style is CSS without "<". */
void html_write(struct str *out, const struct blocks *blocks, const char *language,
                const char *title, struct bytes style);

#endif
