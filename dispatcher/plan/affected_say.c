#include "dispatcher/plan/affected_say.h"

#include "base/json_out.h"

static void say_thing(struct str *out, const struct concern *c)
{
    const struct installed *row = c->row;
    if (c->asked->found == AFFECTED_NAMED)
        str_addf(out, "serial number %s, not in the register", c->asked->words);
    else
        str_addf(out, "%s%s%s %s", row->party != NULL ? row->party : "",
                 row->party != NULL ? " holds " : "", row->product,
                 row->version != NULL ? row->version : "(version not known)");
    if (row->serial != NULL)
        str_addf(out, ", serial %s", row->serial);
    if (c->asked->found == AFFECTED_NEAR)
        str_addf(out, " (asked for as %s)", c->asked->words);
}

static void say_notices(struct str *out, const struct concern *c)
{
    char at[CLOCK_TEXT];
    if (c->row->party != NULL && c->notice_count == 0)
        str_add(out, "  nothing was planned for them yet\n");
    for (size_t i = 0; i < c->notice_count; i++) {
        const struct notice *n = &c->notices[i];
        str_addf(out, "  notice %s: %s", n->code, notice_state_word(n->state));
        if (n->accepted_ms > 0)
            str_addf(out, ", sent %s", clock_text(at, n->accepted_ms));
        str_addf(out, ", %s\n", n->answer != NULL ? n->answer : "no answer");
    }
}

static void say_words(struct str *out, const struct concern *c)
{
    say_thing(out, c);
    if (c->advisory == NULL) {
        str_add(out, ": no advisory in force concerns it\n");
        return;
    }
    str_addf(out, "\n  %s %s: %s", c->advisory->tracking, c->advisory->version, c->result);
    if (c->comparison != NULL)
        str_addf(out, ": %s", c->comparison);
    str_add_c(out, '\n');
    if (c->pattern != NULL)
        str_addf(out, "  by its number %s, %s: %s\n", c->pattern, c->pattern_of, c->pattern_says);
    if (c->remedy != NULL)
        str_addf(out, "  what to do: %s\n", c->remedy);
    say_notices(out, c);
}

static const char *const found_words[] = {[AFFECTED_EXACT] = "exact",
                                          [AFFECTED_NEAR] = "near",
                                          [AFFECTED_NAMED] = "named",
                                          [AFFECTED_PRODUCT] = "product",
                                          [AFFECTED_UNKNOWN] = "unknown"};

static void add_notices(struct json_out *j, const struct concern *c)
{
    char at[CLOCK_TEXT];
    json_out_array(j, "notices");
    for (size_t i = 0; i < c->notice_count; i++) {
        const struct notice *n = &c->notices[i];
        json_out_object(j, NULL);
        json_out_text(j, "code", n->code);
        json_out_text(j, "state", notice_state_word(n->state));
        json_out_text(j, "sent", n->accepted_ms > 0 ? clock_text(at, n->accepted_ms) : NULL);
        json_out_text(j, "grade", grade_word(n->grade));
        json_out_text(j, "answer", n->answer);
        json_out_end(j);
    }
    json_out_end(j);
}

static void say_json(struct str *out, const struct concern *c)
{
    struct json_out j;
    const struct advisory *a = c->advisory;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.product.affected/2");
    json_out_text(&j, "asked", c->asked->words);
    json_out_text(&j, "found", found_words[c->asked->found]);
    json_out_text(&j, "party", c->row->party);
    json_out_text(&j, "vendor", c->row->vendor);
    json_out_text(&j, "product", c->row->product);
    json_out_text(&j, "version", c->row->version);
    json_out_text(&j, "serial", c->row->serial);
    json_out_text(&j, "udi_di", c->row->udi_di);
    json_out_text(&j, "advisory", a != NULL ? a->tracking : NULL);
    json_out_text(&j, "advisory_version", a != NULL ? a->version : NULL);
    json_out_text(&j, "state", a != NULL ? advisory_state_word(a->state) : NULL);
    json_out_text(&j, "result", c->result);
    json_out_text(&j, "comparison", c->comparison);
    json_out_text(&j, "remedy", c->remedy);
    json_out_text(&j, "pattern", c->pattern);
    json_out_text(&j, "pattern_of", c->pattern_of);
    add_notices(&j, c);
    json_out_array(&j, "near");
    for (size_t i = 0; c->near != NULL && i < c->near->near_count; i++)
        json_out_text(&j, NULL, c->near->near[i]);
    json_out_end(&j);
    json_out_end(&j);
    str_add_c(out, '\n');
}

void affected_say(struct str *out, const struct concern *concern)
{
    if (concern->asked->json)
        say_json(out, concern);
    else
        say_words(out, concern);
}

void affected_unknown(struct str *out, const struct affected_asked *asked, const char *version,
                      const struct affected_spellings *spellings)
{
    const bool by_product = asked->found == AFFECTED_PRODUCT;
    const struct affected_asked unknown = {
        .words = asked->words, .found = AFFECTED_UNKNOWN, .json = asked->json};
    const struct installed row = {.product = by_product ? asked->words : NULL, .version = version};
    const struct concern c = {
        .asked = &unknown, .row = &row, .result = "unknown", .near = spellings};
    if (asked->json) {
        affected_say(out, &c);
        return;
    }
    str_addf(out, "%s is not known here: that is not \"not affected\".\n", asked->words);
    str_add(out, by_product
                     ? "  products.csv, installed.csv and the advisories in force do not name it.\n"
                     : "  Nobody in the register holds it, and no advisory in force names it.\n");
    for (size_t i = 0; i < spellings->near_count; i++)
        str_addf(out, "%s%s%s", i == 0 ? "  like it: " : ", ", spellings->near[i],
                 i + 1 == spellings->near_count ? "\n" : "");
    str_add(out, by_product
                     ? "  what to do: look for its name in `tocsin product list`, or ask service\n"
                     : "  what to do: `tocsin product affected --product ID --version V` with what "
                       "its label says, or ask service\n");
}

void affected_unconcerned(struct str *out, const struct affected_asked *asked, const char *as,
                          const char *version)
{
    const struct installed row = {.product = as, .version = version};
    const struct concern c = {.asked = asked, .row = &row, .result = "none"};
    affected_say(out, &c);
}
