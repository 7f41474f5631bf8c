/*
 * clocks/pack - all rules that hold at one site: those that ship with the program
 * (config/rules/NAME.cfg, compiled in) and the site's own (rules/local.cfg beside tocsin.conf),
 * where a rule of the same id and a higher version takes the place of the shipped one. Calendars
 * likewise: those of the program, and before them calendars/CC.ics beside tocsin.conf.
 *
 * The manifest names every rule with its version and the SHA-256 of all that its dates depend on:
 * its text, the zones of its jurisdiction, the calendars of the countries in it. The SHA-256 of the
 * manifest is the pack's: that is what the maker's regulatory person adopts. A rule that is not in
 * the adopted manifest byte for byte is not in use, and the others stay.
 *
 * Owns:  every rule and text, until pack_close.
 * Knows: base, config. Not: who adopted what (dispatcher), the store.
 */
#ifndef TOCSIN_CLOCKS_PACK_H
#define TOCSIN_CLOCKS_PACK_H

#include "base/json_out.h"
#include "base/sha256.h"
#include "clocks/count.h"
#include "clocks/rule.h"

struct pack_calendar {
    const char *country;
    enum status status; /* of reading it */
    struct bytes text;
};

struct pack {
    struct arena *arena;
    const struct rule **rules; /* by id */
    size_t count;
    const struct jurisdiction **jurisdictions;
    size_t jurisdiction_count;
    const struct confirmed **confirmed; /* as the site's own file says */
    size_t confirmed_count;
    const struct rule **older; /* rules of the site that the program ships in a higher version */
    size_t older_count;
    const struct pack_calendar *calendars; /* of all places, as they were read once */
    size_t calendar_count;
    const char *own;      /* folder of the site's own calendars, or NULL */
    const char *manifest; /* "tocsin rules 1\n", then "ID VERSION SHA256\n" by id */
    char sha256[SHA256_HEX];
};

/*
 * site: the folder of tocsin.conf, in which rules/local.cfg and calendars/CC.ics may stand; NULL:
 * nothing but what ships.
 * Returns ERR_INVALID ("rules/local.cfg line 12: ..."), ERR_LIMIT, ERR_IO.
 */
MUST_USE enum status pack_open(struct pack **out, const char *site, struct err *err);
/* The shipped pack in which the rules of these files take the place of those of the same id, of
 * whatever version: what `rules check FILE...` looks at. ERR_NOT_FOUND too. */
MUST_USE enum status pack_open_files(struct pack **out, const char *const *paths, size_t count,
                                     struct err *err);
void pack_close(struct pack *pack); /* NULL is fine */

/* Returns ERR_NOT_FOUND with the nearest id. */
MUST_USE enum status pack_rule(const struct rule **out, const struct pack *pack, const char *id,
                               struct err *err);
/* NULL when there is none. */
const struct jurisdiction *pack_jurisdiction(const struct pack *pack, const char *id);

enum rule_use {
    USE_ENABLED,
    USE_CONFIRM,     /* Q: a person of the maker reads the law first */
    USE_DISABLED,    /* M */
    USE_NOT_ADOPTED, /* nobody has adopted a pack */
    USE_CHANGED,     /* the adopted pack has it otherwise, or not at all */
    USE_COUNT
};
const char *rule_use_word(enum rule_use use); /* "enabled", "confirm first", ... */
/* manifest: of the adopted pack; NULL: none was. */
enum rule_use pack_use(const struct rule *rule, const char *manifest);

/*
 * The calendar of a place, from the very bytes that the manifest was made of.
 * Returns ERR_NOT_FOUND (there is none), ERR_CORRUPT (FILE line N: what), ERR_LIMIT, ERR_IO.
 */
MUST_USE enum status pack_calendar(struct calendar **out, const struct pack *pack,
                                   const char *country, struct err *err);

/* One object, tocsin.rules.rule/1 (docs/schemata.md). */
void rule_json(struct json_out *j, const struct rule *rule, enum rule_use use);

/*
 * Zone and calendar for counting a rule in a country; NULL: the jurisdiction's only one, else none.
 * Returns ERR_INVALID (the country is not in it: names those that are), ERR_IO.
 */
struct opened {
    struct ground ground;
    struct zone *zone;
    struct calendar *calendar;
};
MUST_USE enum status pack_ground(struct opened *out, const struct pack *pack,
                                 const struct rule *rule, const char *country, struct err *err);
/*
 * The same for a country itself, whatever rules hold there: its zone is that of the first
 * jurisdiction that names it, else UTC; without a calendar no day is a holiday.
 * Returns ERR_IO, ERR_CORRUPT.
 */
MUST_USE enum status pack_country(struct opened *out, const struct pack *pack, const char *country,
                                  struct err *err);
void opened_close(struct opened *opened); /* {0} is fine */

/*
 * What must fit together, and every example of every rule computed. tell gets each fault as
 * "FILE line N: ID: what". Fills how many examples there were; false when there was a fault.
 */
bool pack_check(const struct pack *pack, size_t *tests,
                void (*tell)(void *context, const char *fault), void *context);

#endif
