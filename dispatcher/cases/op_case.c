/* What persons ask of cases: who may, what must be said, and then the act
 * (dispatcher/cases/case_act). */
#include "dispatcher/cases/op_case.h"

#include "cases/source.h"
#include "clocks/count.h"
#include "dispatcher/duties/duty_keep.h"

#include <string.h>

#define REF_MOST 120

enum status asking_words(const char *option, const char *text, size_t most, bool needed,
                         struct err *err)
{
    if (text_is_empty(text))
        return needed ? err_set(err, ERR_INVALID, "%s: is needed: it stands in the record", option)
                      : OK;
    if (strlen(text) > most)
        return err_set(err, ERR_INVALID, "%s: is longer than %zu bytes: say it shorter", option,
                       most);
    return OK;
}

enum status asking_person(const struct person **out, struct app *app, const char *option,
                          const char *id, struct err *err)
{
    *out = id != NULL ? settings_person(app->settings, id) : NULL;
    if (text_is_empty(id))
        return err_set(err, ERR_INVALID, "%s: is needed: an id of people in the configuration",
                       option);
    if (*out == NULL)
        return err_set(err, ERR_INVALID,
                       "%s %s: not a person of the configuration: see people in it", option, id);
    return OK;
}

/* The first of release.roles that the person has. */
static bool releases(enum role *out, const struct app *app, const struct person *person)
{
    for (int role = 0; role < (int)ROLE_COUNT; role++) {
        *out = (enum role)role;
        if ((app->settings->release.roles & 1u << (unsigned)role) != 0 &&
            person_has_role(person, *out))
            return true;
    }
    return false;
}

enum status asking_releases(const struct asking *a, const struct person *person, struct err *err)
{
    enum role role;
    if (releases(&role, a->app, person))
        return OK;
    return err_set(err, ERR_REFUSED,
                   "%s holds none of the roles that decide this: see release.roles", person->id);
}

static enum status read_source(enum case_source *out, const char *text, struct err *err)
{
    struct str words;
    if (case_source_of(out, text))
        return OK;
    str_init(&words, STR_LIMIT_LINE);
    for (int i = 0; i < (int)CASE_SOURCE_COUNT; i++)
        str_addf(&words, "%s%s %s", i > 0 ? ", " : "", case_source_word((enum case_source)i),
                 case_source_about((enum case_source)i));
    enum status status = err_set(err, ERR_INVALID, "--source %.20s: say from where it came: %s",
                                 text != NULL ? text : "", str_text(&words));
    str_dispose(&words);
    return status;
}

/* NULL: nobody said who. */
static const char *by_id(const struct asking *a)
{
    return a->by != NULL ? a->by->id : NULL;
}

static void say(const struct asking *a, const char *words)
{
    str_addf(a->out, "%s: %s\n", a->row.number, words);
}

static enum status act_open(struct asking *a, struct err *err)
{
    const struct case_request *r = a->r;
    struct case_opening opening = {.how = "command",
                                   .by = by_id(a),
                                   .title = r->title,
                                   .reporter = r->reporter,
                                   .reporter_mail = r->reporter_mail};
    const struct person *owner = NULL;
    enum status status = read_source(&opening.source, r->source, err);
    if (status == OK)
        status = asking_words("--title", r->title, ASKING_WORDS, false, err);
    if (status == OK && r->owner != NULL)
        status = asking_person(&owner, a->app, "--owner", r->owner, err);
    if (status == OK)
        status = case_act_open(&a->row, a->arena, a->app, &opening, err);
    if (status == OK && r->file.size > 0) {
        const struct case_text text = {
            .way = WAY_NOTE, .text = r->file, .address = r->reporter_mail};
        status = case_act_text(NULL, a->app, &a->row, &text, err);
    }
    if (status == OK && r->complaint != NULL)
        status = case_act_link(a->app, &a->row, LINK_COMPLAINT, r->complaint, by_id(a), err);
    if (status == OK && owner != NULL)
        status = case_act_assign(a->app, &a->row, owner->id, by_id(a), NULL, err);
    if (status == OK)
        str_addf(a->out, "%s: opened%s%s\n", a->row.number, owner != NULL ? ", owner " : "",
                 owner != NULL ? owner->id : "");
    return status;
}

static enum status act_assign(struct asking *a, struct err *err)
{
    const struct person *owner = NULL;
    enum status status = asking_person(&owner, a->app, "PERSON", a->r->value, err);
    if (status == OK)
        status = case_act_assign(a->app, &a->row, owner->id, by_id(a), a->r->reason, err);
    if (status == OK)
        str_addf(a->out, "%s: owner %s\n", a->row.number, owner->id);
    return status;
}

static enum status act_state(struct asking *a, struct err *err)
{
    enum case_state to;
    enum status status = OK;
    if (!case_state_of(&to, a->r->what)) {
        struct str words;
        str_init(&words, STR_LIMIT_LINE);
        case_next_words(&words, a->row.state);
        status = err_set(err, ERR_INVALID, "%.40s: no state of a case: from %s it may go to %s",
                         a->r->what != NULL ? a->r->what : "", case_state_word(a->row.state),
                         str_text(&words));
        str_dispose(&words);
        return status;
    }
    if (to == CASE_CLOSED)
        return err_set(err, ERR_INVALID, "closed: use tocsin case close %s", a->row.number);
    /* Known and not disclosed, or disclosed: somebody answers for that. */
    if ((to == CASE_DISCLOSE || to == CASE_WITHHOLD) && !a->row.sided)
        status = asking_releases(a, a->by, err);
    if (status == OK)
        status = case_act_move(a->app, &a->row, to, a->by->id, a->r->reason, err);
    if (status == OK)
        say(a, case_state_word(to));
    return status;
}

static enum status act_told(struct asking *a, struct err *err)
{
    static const char *const ways[] = {"mail", "phone", "letter", "other"};
    char sha256[65];
    bool known = false;
    enum status status = OK;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        known = known || text_equal(ways[i], a->r->value);
    if (!known)
        return err_set(err, ERR_INVALID, "--how: say mail, phone, letter or other");
    if (text_is_empty(a->r->reason) && a->r->file.size == 0)
        return err_set(err, ERR_INVALID,
                       "say what they were told: --reason TEXT, or --text FILE as it went out");
    const bool text = a->r->file.size > 0;
    if (text) {
        const struct case_text out = {
            .way = WAY_OUT, .text = a->r->file, .address = a->row.reporter_mail};
        status = case_act_text(sha256, a->app, &a->row, &out, err);
    }
    if (status == OK)
        status = case_act_told(a->app, &a->row, a->r->value, a->by->id, a->r->reason,
                               text ? sha256 : NULL, err);
    if (status == OK)
        say(a, "the reporter was told");
    return status;
}

/* A duplicate's other case is named by its number, an advisory by its tracking id. */
static enum status read_link(enum link_kind *kind, const char **ref, struct asking *a,
                             struct err *err)
{
    struct case_file other;
    *ref = a->r->what;
    if (!link_kind_of(kind, a->r->value))
        return err_set(err, ERR_INVALID,
                       "link: say an advisory's id, --complaint, --capa, --risk "
                       "or --case, one of them");
    enum status status = asking_words("link", *ref, REF_MOST, true, err);
    if (status == OK && *kind == LINK_CASE) {
        status = case_named(&other, a->arena, a->app->store, *ref, err);
        if (status == OK && other.id == a->row.id)
            status = err_set(err, ERR_INVALID, "%s: that is the case itself", other.number);
        *ref = status == OK ? other.number : NULL;
    }
    return status;
}

static enum status act_link(struct asking *a, struct err *err)
{
    enum link_kind kind = LINK_ADVISORY;
    const char *ref = NULL;
    enum status status = read_link(&kind, &ref, a, err);
    if (status == OK)
        status = case_act_link(a->app, &a->row, kind, ref, by_id(a), err);
    if (status == OK)
        str_addf(a->out, "%s: linked to %s %s\n", a->row.number, link_kind_word(kind), ref);
    return status;
}

static enum status act_close(struct asking *a, struct err *err)
{
    struct closing closing;
    enum role role = ROLE_COUNT;
    const struct case_stand stand = case_stand_of(&a->row);
    enum status status = asking_words("--outcome", a->r->outcome, ASKING_WORDS, false, err);
    if (status == OK)
        status = case_closing(&closing, a->arena, &stand, a->app, &a->row, a->r->outcome, err);
    if (status != OK)
        return status;
    closing.outcome = !text_is_empty(a->r->outcome);
    closing.approver = releases(&role, a->app, a->by);
    const unsigned lacks = closing_lacks(&closing);
    if (lacks != 0) {
        closing_words(a->out, lacks, &closing, a->row.number);
        return err_set(err, ERR_REFUSED, "%s: is not closed: what is missing stands above",
                       a->row.number);
    }
    status = case_act_close(a->app, &a->row, a->r->outcome, a->by->id, role, err);
    if (status == OK)
        say(a, "closed");
    return status;
}

static enum status act_reviewed(struct asking *a, struct err *err)
{
    struct source_review review = {
        .person = a->by->id, .note = a->r->reason, .at_ms = app_now(a->app)};
    enum status status = read_source(&review.source, a->r->what, err);
    if (status == OK)
        status = source_review_add(&review, a->app->store, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.reviewed", a->app->actor, NULL);
    entry_at(entry, review.at_ms);
    entry_personal(entry, "by", review.person);
    entry_personal(entry, "note", review.note);
    entry_text(entry, "source", case_source_word(review.source));
    status = app_record(a->app, entry, err);
    if (status == OK)
        str_addf(a->out, "%s %s: reviewed by %s\n", case_source_word(review.source),
                 case_source_about(review.source), a->by->id);
    return status;
}

static enum status read_word(struct duty_word *out, const struct asking *a, struct err *err)
{
    struct fact fact = {0};
    *out = (struct duty_word){.rule = a->r->what,
                              .country = a->r->jurisdiction,
                              .by = a->by->id,
                              .reason = a->r->reason,
                              .number = a->r->number,
                              .at_ms = app_now(a->app),
                              .proof = a->r->file};
    if (a->r->at == NULL)
        return OK;
    enum status status = fact_parse(&fact, a->r->at, err);
    out->at_ms = fact.dated ? date_days(fact.date) * MS_DAY : fact.at_ms;
    return status;
}

static enum status act_report(struct asking *a, struct err *err)
{
    struct duty_word word;
    enum status status = read_word(&word, a, err);
    if (status == OK)
        status = asking_words("--number", word.number, REF_MOST, false, err);
    return status == OK ? duty_report(a->app, &a->row, &word, a->out, err) : status;
}

static enum status act_waive(struct asking *a, struct err *err)
{
    struct duty_word word;
    enum status status = read_word(&word, a, err);
    if (status == OK)
        status = asking_releases(a, a->by, err);
    return status == OK ? duty_waive(a->app, &a->row, &word, a->out, err) : status;
}

static enum status act_hold(struct asking *a, struct err *err)
{
    struct duty_word word;
    const bool bypass = text_equal(a->r->value, "bypass");
    enum status status = read_word(&word, a, err);
    if (status == OK && !bypass && !text_equal(a->r->value, "end"))
        status = err_set(err, ERR_INVALID, "hold: say end or bypass");
    if (status == OK)
        status = asking_releases(a, a->by, err);
    return status == OK ? hold_by_hand(a->app, &a->row, &word, bypass, a->out, err) : status;
}

static const struct {
    const char *name;
    enum status (*run)(struct asking *a, struct err *err);
    bool about;  /* a case that there is */
    bool by;     /* is needed */
    bool reason; /* is needed */
} acts[] = {
    {"open", act_open, false, false, false},
    {"assign", act_assign, true, false, false},
    {"state", act_state, true, true, true},
    {"told", act_told, true, true, false},
    {"link", act_link, true, false, false},
    {"close", act_close, true, true, false},
    {"reviewed", act_reviewed, false, true, false},
    {"fact", asking_fact, true, true, false},
    {"choose", asking_choose, true, true, true},
    {"decide", asking_decide, true, true, true},
    {"countersign", asking_countersign, true, true, false},
    {"report", act_report, true, true, false},
    {"waive", act_waive, true, true, true},
    {"hold", act_hold, true, true, true},
};

static enum status ask(struct asking *a, struct err *err)
{
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (!text_equal(acts[i].name, a->r->act))
            continue;
        enum status status =
            asking_words("--reason", a->r->reason, ASKING_WORDS, acts[i].reason, err);
        if (status == OK && (acts[i].by || a->r->by != NULL))
            status = asking_person(&a->by, a->app, "--by", a->r->by, err);
        if (status == OK && acts[i].about)
            status =
                case_named(&a->row, a->arena, a->app->store, a->r->id != NULL ? a->r->id : "", err);
        return status == OK ? acts[i].run(a, err) : status;
    }
    return err_set(err, ERR_INVALID,
                   "case: unknown act: command and dispatcher are of different "
                   "versions: restart the dispatcher");
}

/* Which clocks an act starts, moves or ends is said at once to who acted. */
static enum status refresh(struct asking *a, const struct duty_book *book, struct err *err)
{
    struct case_duties was;
    enum status status = case_duties_read(&was, a->arena, a->app, &a->row, err);
    if (status == OK)
        status = duty_refresh(a->app, &a->row, book, err);
    return status == OK ? duty_print_new(a->out, a->app, &a->row, &was,
                                         text_equal(a->r->act, "decide") ? book : NULL, err)
                        : status;
}

enum status op_case(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct case_request request;
    struct asking a = {.app = app, .arena = arena_new(), .r = &request, .out = out};
    case_request_get(&request, in);
    struct duty_book book;
    duty_book_open(&book, app);
    enum status status = app_begin(app, err);
    if (status == OK) {
        status = ask(&a, err);
        /* In the same transaction: a hold stands from the decision on that it follows from. */
        if (status == OK && a.row.id != 0)
            status = refresh(&a, &book, err);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
    }
    duty_book_close(&book);
    arena_free(a.arena);
    return status;
}
