/*
 * dispatcher/cases/case_alarm - clocks of the cases themselves that run out are mails to our
 * people.
 *
 * As those of duties (duty_mail): each step of each clock once to each person. What was sent is
 * known by its name in the queue, so nothing else has to be remembered.
 */
#ifndef TOCSIN_DISPATCHER_CASE_ALARM_H
#define TOCSIN_DISPATCHER_CASE_ALARM_H

#include "dispatcher/app.h"

/* Those whose step is reached, the earliest deadline first, each in a transaction of its own. */
MUST_USE enum status case_alarm_act(struct app *app, bool *did, struct err *err);

#endif
