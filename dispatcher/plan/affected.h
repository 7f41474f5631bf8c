/*
 * dispatcher/plan/affected - "are we affected?" for any device, or for a product that is in no
 * register.
 *
 * Read-only. Every advisory in force, except digests, is compared by the names of the register
 * (advisory/match) and by the serial and model numbers of its own (advisory/standing); of what both
 * say the worse counts. What is not known here is said to be that, never "not affected".
 */
#ifndef TOCSIN_DISPATCHER_AFFECTED_H
#define TOCSIN_DISPATCHER_AFFECTED_H

#include "dispatcher/app.h"

/* By what the thing that was asked for is known here. */
enum affected_found {
    AFFECTED_EXACT,   /* a row of the installed base has this number */
    AFFECTED_NEAR,    /* one has it but for case and separators */
    AFFECTED_NAMED,   /* no row; a pattern of an advisory names it */
    AFFECTED_PRODUCT, /* asked for by product */
    AFFECTED_UNKNOWN  /* not known here */
};

struct affected_asked {
    const char *words; /* as it was typed */
    enum affected_found found;
    bool json;
};

#define AFFECTED_NEAR_MOST 8 /* spellings that are taken, and that are told of */
struct affected_spellings {
    const char *same[AFFECTED_NEAR_MOST]; /* the same but for case and separators */
    size_t same_count;                    /* may be more than there is room for */
    const char *near[AFFECTED_NEAR_MOST]; /* what may have been meant, the nearest first */
    unsigned far[AFFECTED_NEAR_MOST];
    size_t near_count;
};

/* Does a row have exactly this serial number or UDI-DI? */
MUST_USE enum status affected_is_held(bool *out, struct app *app, const char *device,
                                      struct err *err);
/* Looks through the installed base, page by page. Texts in the arena. */
MUST_USE enum status affected_spelled(struct affected_spellings *out, struct arena *arena,
                                      struct app *app, const char *device, struct err *err);
/*
 * The product that is meant, as products.csv or installed.csv call it, in the arena; NULL: neither
 * knows it. It may be asked for by its name, another name, its model or UDI-DI. *near: products
 * with a like name.
 */
MUST_USE enum status affected_product(const char **out, struct affected_spellings *near,
                                      struct arena *arena, struct app *app, const char *product,
                                      struct err *err);

/*
 * Appends what is said of the rows with this number behind *after_id, at most a slice of them, and
 * moves it. *more false: that was the last one.
 */
MUST_USE enum status affected_slice(struct str *out, bool *more, int64_t *after_id, struct app *app,
                                    const struct affected_asked *asked, const char *device,
                                    struct err *err);
/* Appends what advisories say of a serial number that nobody in the register has. */
MUST_USE enum status affected_by_pattern(struct str *out, bool *named, struct app *app,
                                         const struct affected_asked *asked, struct err *err);
/* The same for a product and a version (NULL: not known). as: the register's name for it. */
MUST_USE enum status affected_by_product(struct str *out, bool *named, struct app *app,
                                         const struct affected_asked *asked, const char *as,
                                         const char *version, struct err *err);

/* Appends that it is not known here, what to do, and what may have been meant. */
void affected_unknown(struct str *out, const struct affected_asked *asked, const char *version,
                      const struct affected_spellings *spellings);
/* Appends that the register knows the product and no advisory in force concerns it. */
void affected_unconcerned(struct str *out, const struct affected_asked *asked, const char *as,
                          const char *version);

#endif
