/* dispatcher/commands/doctor - what `doctor` finds, and what it looks at in files of its own. */
#ifndef TOCSIN_DISPATCHER_DOCTOR_H
#define TOCSIN_DISPATCHER_DOCTOR_H

#include "dispatcher/app.h"

#define ENDS_SOON (30 * MS_DAY) /* a key whose end is worth a word */

struct examination {
    struct app *app;
    bool json;
    int faults, warnings;
};
/* fault: a notice could be lost. what begins with where it is. mend: the command, or what to do. */
void doctor_say(struct examination *e, bool fault, const char *what, const char *mend);

/* As doctor_say; both texts are heap strings that it takes. */
void doctor_tell(struct examination *e, bool fault, char *what, char *mend);

/* Watched folder, secret keys, time-stamp authorities. */
void doctor_places(struct examination *e);
/* Who can sign, roles that nobody has, people who are away. */
void doctor_people(struct examination *e);
/* Contacts, keys, what came back, the installed base, schedules whose recipients are nobody. */
MUST_USE enum status doctor_register(struct examination *e, struct err *err);

/* The relay, both mailboxes, and the key that reports are encrypted to. */
void doctor_mail(struct examination *e);

#endif
