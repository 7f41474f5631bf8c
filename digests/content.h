/*
 * digests/content - what a digest says: of all advisories that concern a site now, which are new to
 * it, which changed, which wait for an answer, and which are gone, since the last digest that it
 * got.
 *
 * The content is a document of its own: canonical JSON, kept in the store and named by its SHA-256,
 * so that equal digests are one, and the next one can be compared with it. It knows no recipient,
 * no code and no device. Pure: no store, no advisory is read here.
 */
#ifndef TOCSIN_DIGESTS_CONTENT_H
#define TOCSIN_DIGESTS_CONTENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/word.h"

enum digest_section {
    DIGEST_NEW,     /* was in no digest yet */
    DIGEST_CHANGED, /* was, in another version */
    DIGEST_OPEN,    /* neither, but they have not answered yet */
    DIGEST_GONE,    /* was, and concerns them no more, or was withdrawn */
    DIGEST_KNOWN,   /* nothing to say of it; kept so that the next digest can be compared */
    DIGEST_SECTION_COUNT
};
const char *digest_section_word(enum digest_section section); /* "new" "changed" "open" … */

#define DIGEST_BIT(section) (1u << (unsigned)(section))

struct digest_item {
    enum digest_section section;
    const char *tracking, *version;
    const char *previous; /* CHANGED: the version in the last digest */
    enum tlp tlp;
    bool whole; /* false: a reference only, because its label forbids more on this way */
    bool told;  /* a notice of its own went to them */
    bool answered;
    int64_t answer_by_ms; /* 0: no answer is waited for */
    /* NULL, and -1, when it is a reference only. */
    const char *title, *severity, *changes;
    int score_tenths;
};

struct digest_content {
    struct digest_item *items; /* by section, then the gravest first, then by tracking id */
    size_t count;
    int64_t since_ms; /* run of the digest that it goes on from; 0: there is none */
    enum tlp tlp;     /* strictest of what is said in whole */
};

/*
 * Compare what concerns them now with the content of their last digest (NULL: none yet). Which of
 * NEW, CHANGED, OPEN and GONE are wanted: a set of DIGEST_BIT; what is not wanted is KNOWN.
 * `now` is copied, without what a reference must not say. All in the arena.
 */
void digest_compare(struct digest_content *out, struct arena *arena, const struct digest_item *now,
                    size_t count, const struct digest_content *last, int64_t last_run_ms,
                    unsigned wanted);
/* Nothing to tell? */
bool digest_is_empty(const struct digest_content *content);
size_t digest_count(const struct digest_content *content, enum digest_section section);

/* The document; equal contents have equal bytes. */
void digest_write(struct str *out, const struct digest_content *content);
/* ERR_CORRUPT when it is no document of ours. In the arena. */
MUST_USE enum status digest_read(struct digest_content *out, struct arena *arena, struct bytes text,
                                 struct err *err);

/*
 * The last digest that its reader really has: it arrived (their notices stand in order), and so did
 * the one that it was compared with, and so on. Index into `past`, SIZE_MAX: none.
 */
struct digest_past {
    int64_t id;   /* of the notice */
    int64_t base; /* id of the notice that it goes on from, 0: none */
    bool arrived; /* taken, and not bounced since */
};
size_t digest_last_good(const struct digest_past *past, size_t count);

#endif
