/* Rows 3, 4, 8, 31 and 33: who speaks, how to reach them, when, to whom, and thanks to whom. */
#include "advisory/gate_rows.h"

#include "advisory/csaf_read.h"
#include "base/clock.h"

static void check_publisher(struct gate *gate)
{
    const struct csaf *csaf = gate->csaf;
    if (!text_is_empty(csaf->publisher_category) && !text_equal(csaf->publisher_category, "vendor"))
        gate_add(gate, ROW_PUBLISHER, gate_at(gate, "/document/publisher/category"),
                 gate_words(gate,
                            "The publisher's category is \"%s\"; a maker publishes as vendor "
                            "(CSAF 2.0, 3.2.1.8.1).",
                            gate_quote(gate, csaf->publisher_category)),
                 "Write vendor if you make the product.");
    if (csaf->contact_details == NULL || !gate_text_is_real(csaf->contact_details))
        gate_add(gate, ROW_CONTACT, gate_at(gate, "/document/publisher/contact_details"),
                 "The advisory does not say whom to ask (21 CFR 7.49).",
                 "Write address and telephone number of the product security team into "
                 "contact_details.");
}

/* What claims to be out before the embargo ends has told somebody, or has a wrong date. */
static void check_dates(struct gate *gate)
{
    static const char *const pointers[] = {"/document/tracking/current_release_date",
                                           "/document/tracking/initial_release_date"};
    const struct gate_order *order = gate->context.order;
    if (order == NULL) {
        gate->skipped[ROW_DATES] = true;
        return;
    }
    const char *const dates[] = {gate->csaf->current_release, gate->csaf->initial_release};
    for (size_t i = 0; order->embargo_ms > 0 && i < 2; i++) {
        char end[CLOCK_TEXT];
        int64_t at_ms = 0;
        struct err err;
        if (dates[i] == NULL || clock_parse(&at_ms, dates[i], &err) != OK ||
            at_ms <= order->embargo_ms)
            continue;
        gate_add(gate, ROW_DATES, gate_at(gate, pointers[i]),
                 gate_words(gate,
                            "The date is later than the end of the embargo, %s: the advisory "
                            "would go out before its own date (ISO/IEC 29147, 7.4.3).",
                            clock_text(end, order->embargo_ms)),
                 "Set the date to the end of the embargo or before it, or move the embargo.");
    }
}

/* Whoever waits for the embargo's end cannot answer before it. */
static void check_answer(struct gate *gate)
{
    const struct gate_order *order = gate->context.order;
    char by[CLOCK_TEXT];
    char end[CLOCK_TEXT];
    if (order == NULL || order->answer_by_ms == 0 || order->answer_by_ms > order->embargo_ms)
        return;
    gate_add(gate, ROW_DATES, gate_at(gate, "/document"),
             gate_words(gate,
                        "The order wants answers by %s, not after the end of its own embargo, %s: "
                        "they would be due before anybody may be told (ISO/IEC 29147, 7.4.3).",
                        clock_text(by, order->answer_by_ms), clock_text(end, order->embargo_ms)),
             "Set answer_by in the order behind the end of the embargo, or leave it out.");
}

static void check_label(struct gate *gate)
{
    const struct csaf *csaf = gate->csaf;
    const struct gate_order *order = gate->context.order;
    if (order != NULL && order->has_tlp && csaf->has_tlp && order->tlp < csaf->tlp)
        gate_add(gate, ROW_TLP, gate_at(gate, "/document/distribution/tlp/label"),
                 gate_words(gate,
                            "The order's label TLP:%s is weaker than the advisory's own, "
                            "TLP:%s (FIRST TLP 2.0).",
                            tlp_word(order->tlp), tlp_word(csaf->tlp)),
                 "An order may only be stricter: change the advisory's label instead.");
    if (!csaf->has_tlp && (order == NULL || !order->has_tlp))
        gate_add_as(gate, ROW_TLP, SEVERITY_WARN, gate_at(gate, "/document/distribution/tlp/label"),
                    "There is no TLP label: it counts as AMBER+STRICT (FIRST TLP 2.0).",
                    "Write the label under /document/distribution/tlp, or tlp into the order.");
}

static bool has_credit(const struct json *object)
{
    const struct json *list = json_get(object, "acknowledgments");
    return json_is(list, JSON_ARRAY) && json_count(list) > 0;
}

static void check_credit(struct gate *gate)
{
    const struct csaf *csaf = gate->csaf;
    bool any = csaf->vulnerability_count == 0 || has_credit(json_get(csaf->root, "document"));
    for (size_t i = 0; !any && i < csaf->vulnerability_count; i++)
        any = has_credit(csaf->vulnerabilities[i].where);
    if (!any)
        gate_add(gate, ROW_CREDIT, gate_at(gate, "/document/acknowledgments"),
                 "Nobody is thanked for finding this (ISO/IEC 29147).",
                 "Name the finder under acknowledgments, if the finder agrees.");
}

void gate_check_publication(struct gate *gate)
{
    check_publisher(gate);
    check_dates(gate);
    check_answer(gate);
    check_label(gate);
    check_credit(gate);
}
