/* A matter that a test can fill, over the rules that ship, all of them in use. */
#ifndef TOCSIN_TESTS_DUTIES_MATTER_H
#define TOCSIN_TESTS_DUTIES_MATTER_H

#include "duties/hold.h"

#define MATTER_MOST 16

extern struct arena *matter_arena;
extern struct pack *matter_pack;
extern struct err matter_err;
extern struct duty_rules matter_rules; /* every rule may be used, until a test says otherwise */

struct matter_box {
    struct matter_fact facts[MATTER_MOST];
    struct matter_finding findings[MATTER_MOST];
    struct matter_report reports[MATTER_MOST];
    struct matter_waived waived[MATTER_MOST];
    struct matter matter;
};

void matter_begin(void); /* fixture */
void matter_end(void);
void matter_init(struct matter_box *box, unsigned scope);
void matter_find(struct matter_box *box, const char *jurisdiction, const char *country,
                 enum finding finding);
int64_t matter_happens(struct matter_box *box, enum rule_trigger kind, const char *at,
                       const char *jurisdiction);
void matter_hands_in(struct matter_box *box, const char *rule, const char *at);
void matter_waives(struct matter_box *box, const char *rule, const char *country);

struct duty_list matter_duties(const struct matter_box *box);
/* NULL: it is no duty. */
const struct duty *matter_duty(const struct duty_list *list, const char *rule);
/* "2026-12-08/2026-12-09", "waiting_trigger", or "-" when it is no duty at all. */
const char *matter_dates(const struct matter_box *box, const char *rule);

#endif
