#include "dispatcher/plan/protect.h"

static enum task_kind call_or_letter(const struct protect_case *c)
{
    return c->has_phone || !c->has_post ? TASK_PHONE : TASK_LETTER;
}

static enum task_kind letter_or_call(const struct protect_case *c)
{
    return c->has_post || !c->has_phone ? TASK_LETTER : TASK_PHONE;
}

static struct protect_choice by_person(enum task_kind task, const char *why)
{
    return (struct protect_choice){LEVEL_TASK, true, task, why};
}

static struct protect_choice without_key(const struct protect_case *c)
{
    enum level level = LEVEL_SEALED;
    if (c->tlp == TLP_CLEAR)
        level = c->clear;
    else if (c->tlp == TLP_GREEN)
        level = c->green;
    if (level == LEVEL_TLS)
        return (struct protect_choice){LEVEL_TLS, false, TASK_KEY,
                                       "no key; the label allows a signed, readable mail over TLS"};
    return (struct protect_choice){
        LEVEL_WAITING, true, call_or_letter(c),
        "no key, and the label asks for sealing: a waiting notice and a call"};
}

struct protect_choice protect_choose(const struct protect_case *c)
{
    if (c->route == ROUTE_PORTAL)
        return by_person(TASK_PORTAL, "told through its portal, by a person");
    if (c->route == ROUTE_LETTER)
        return by_person(TASK_LETTER, "told by letter");
    if (c->route == ROUTE_PHONE)
        return by_person(TASK_PHONE, "told by phone");
    bool carried = c->route == ROUTE_FILE || c->has_mail;
    if (c->tlp == TLP_RED) {
        if (carried && c->has_key && c->is_person)
            return (struct protect_choice){LEVEL_SEALED, false, TASK_KEY,
                                           "sealed to a person's key"};
        return by_person(TASK_PHONE, "RED needs a named person's key: a call");
    }
    if (!carried)
        return by_person(letter_or_call(c), "no mail address");
    if (c->has_key)
        return (struct protect_choice){LEVEL_SEALED, false, TASK_KEY, "sealed to the pinned key"};
    return without_key(c);
}

enum form protect_form(enum form wanted, enum level level, enum tlp tlp, enum party_kind party)
{
    bool may = level == LEVEL_SEALED && tlp != TLP_RED && party != PARTY_COMPLAINT;
    return may && wanted == FORM_BROADCAST ? FORM_BROADCAST : FORM_PERSONAL;
}
