/* The facts of a made-up notice, for tests: advisory EXM-2026-0007 and who is told of it. */
#ifndef TESTS_TEMPLATES_FACTS_H
#define TESTS_TEMPLATES_FACTS_H

#include "templates/notice.h"

#define DAY_2026_11_27 INT64_C(1795737600000)

struct sample {
    struct str json;
    struct csaf *csaf;
    struct notice_device devices[4];
    struct notice_told told[3];
    struct notice_facts facts;
};

/* Everything set; the test changes what it is about. Asserts that the advisory can be read. */
void sample_init(struct sample *sample);
void sample_dispose(struct sample *sample);

/* The notice of these facts, in built-in words. The caller disposes *out. */
void sample_render(struct notice_text *out, const struct notice_facts *facts);
void sample_render_with(struct notice_text *out, const struct wording *wording,
                        const struct notice_facts *facts);

#endif
