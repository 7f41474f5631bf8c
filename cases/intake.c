#include "cases/intake.h"

#include <stddef.h>

static const char *const words[INTAKE_OUTCOME_COUNT] = {
    [INTAKE_OPENED] = "opened",
    [INTAKE_JOINED] = "joined",
    [INTAKE_GATHERED] = "gathered",
    [INTAKE_PASSED] = "passed",
};

const char *intake_word(enum intake_outcome outcome)
{
    return (unsigned)outcome < INTAKE_OUTCOME_COUNT ? words[outcome] : "?";
}

/* Why the one who wrote it is not answered; NULL: answered. */
static const char *why_quiet(const struct intake_mail *mail, const struct intake_limits *limits)
{
    if (mail->from_ourselves)
        return "no answer: it comes from an address of ours";
    if (mail->robot != NULL)
        return mail->robot;
    if (!mail->address_usable)
        return "no answer: it names no address that can be written to";
    if (mail->answered_one >= limits->answers_per_sender)
        return "no answer: this sender was answered often enough (reports.answers_per_sender)";
    if (mail->answered >= limits->answers_per_hour)
        return "no answer: too many in this hour (reports.answers_per_hour)";
    return NULL;
}

struct intake_choice intake_choose(const struct intake_mail *mail,
                                   const struct intake_limits *limits)
{
    if (mail->voice == INTAKE_DELIVERY)
        return (struct intake_choice){INTAKE_PASSED, false, "tells what became of a mail"};
    if (mail->thread) /* whoever answers again and again is a person, or a loop */
        return (struct intake_choice){INTAKE_JOINED, false, mail->robot};
    if (mail->voice == INTAKE_REPLY)
        return (struct intake_choice){INTAKE_PASSED, false,
                                      mail->robot != NULL ? mail->robot : "a machine answers"};
    if (mail->opened >= limits->cases_per_hour)
        return (struct intake_choice){INTAKE_GATHERED, false,
                                      "too many in this hour (reports.cases_per_hour)"};
    const char *quiet = why_quiet(mail, limits);
    return (struct intake_choice){INTAKE_OPENED, quiet == NULL, quiet};
}
