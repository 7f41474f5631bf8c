/* dispatcher/commands/doctor - what `doctor` finds, and what it looks at in files of its own. */
#ifndef TOCSIN_DISPATCHER_DOCTOR_H
#define TOCSIN_DISPATCHER_DOCTOR_H

#include "dispatcher/app.h"

struct examination {
    struct app *app;
    bool json;
    int faults, warnings;
};
/* fault: a notice could be lost. mend: the command, or what to do. */
void doctor_say(struct examination *e, bool fault, const char *what, const char *mend);

/* The relay, both mailboxes, and the key that reports are encrypted to. */
void doctor_mail(struct examination *e);

#endif
