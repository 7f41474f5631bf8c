/* The first page: the four fields of IEC 81001-5-1 4.1.7 per vulnerability and product; the gate.
 */
#include "dispatcher/export/report_inner.h"
#include "dispatcher/submit/judge.h"
#include "store/waiver.h"

#include <string.h>

#define ROWS_MOST 2000
#define FINDINGS_MOST 50

static const char *description(const struct csaf_vulnerability *v)
{
    static const char *const wanted[] = {"description", "summary", "details", "general"};
    for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++)
        for (size_t i = 0; i < v->note_count; i++)
            if (text_equal(v->notes[i].category, wanted[w]))
                return v->notes[i].text;
    return v->title;
}

static void add_score(const struct report *r, const struct csaf_vulnerability *v, size_t product,
                      const struct order *order)
{
    bool found = false;
    for (size_t i = 0; i < v->score_count; i++) {
        const struct csaf_score *s = &v->scores[i];
        if (!product_set_has(&s->products, product))
            continue;
        if (s->base_tenths >= 0)
            str_addf(r->out, "%s<b>%d.%d</b> ", found ? "<br>" : "", s->base_tenths / 10,
                     s->base_tenths % 10);
        report_text(r, s->severity != NULL ? s->severity : "");
        str_add(r->out, "<br><span class=\"long\">");
        report_text(r, s->vector);
        str_add(r->out, "</span>");
        found = true;
    }
    if (!found && order->ranking_scheme != NULL) {
        report_text(r, order->ranking_scheme);
        str_add(r->out, ": ");
        report_text(r, order->ranking_value);
    } else if (!found) {
        report_text(r, NULL);
    }
}

static void add_version(const struct report *r, const struct csaf_product *p, const char *status)
{
    report_text(r, p->name);
    if (p->version != NULL) {
        str_add(r->out, "<br>version <span class=\"long\">");
        report_text(r, p->version);
        str_add(r->out, "</span>");
    }
    str_add(r->out, "<br><i>");
    report_text(r, status);
    str_add(r->out, "</i>");
}

static void add_resolution(const struct report *r, const struct csaf *csaf,
                           const struct csaf_vulnerability *v, size_t product)
{
    bool found = false;
    for (size_t i = 0; i < v->remediation_count; i++) {
        const struct csaf_remediation *m = &v->remediations[i];
        if (m->products.count > 0 && !product_set_has(&m->products, product))
            continue;
        str_add(r->out, found ? "<br><b>" : "<b>");
        report_text(r, m->category);
        str_add(r->out, "</b>: ");
        report_text(r, m->details);
        found = true;
    }
    const struct product_set *fixed = &v->status[STATUS_FIXED];
    for (size_t i = 0; i < fixed->count; i++) {
        const struct csaf_product *f = &csaf->products[fixed->index[i]];
        if (!text_equal(f->product, csaf->products[product].product))
            continue;
        str_add(r->out, found ? "<br>fixed in " : "fixed in ");
        report_text(r, f->name);
        found = true;
    }
    if (!found)
        report_text(r, NULL);
}

static void add_product(const struct report *r, const struct dossier *d,
                        const struct csaf_vulnerability *v, size_t product, const char *status)
{
    report_row(r);
    str_add(r->out, "<td><b>");
    report_text(r, v->name);
    str_add(r->out, "</b><br>");
    report_text(r, description(v));
    str_add(r->out, "</td><td>");
    add_score(r, v, product, &d->order);
    str_add(r->out, "</td><td>");
    add_version(r, &d->csaf->products[product], status);
    str_add(r->out, "</td><td>");
    add_resolution(r, d->csaf, v, product);
    str_add(r->out, "</td>\n");
}

static void add_fields(const struct report *r, const struct dossier *d)
{
    static const char *const heads[] = {"Description", "CVSS", "Affected versions", "Resolution"};
    static const struct {
        enum product_status status;
        const char *word;
    } shown[] = {{STATUS_FIRST_AFFECTED, "affected from here on"},
                 {STATUS_KNOWN_AFFECTED, "affected"},
                 {STATUS_LAST_AFFECTED, "affected up to here"},
                 {STATUS_UNDER_INVESTIGATION, "under investigation"}};
    size_t rows = 0;
    str_add(r->out, "<h3>The four fields of IEC 81001-5-1, 4.1.7</h3>\n");
    report_table(r, heads, 4);
    for (size_t i = 0; i < d->csaf->vulnerability_count; i++) {
        const struct csaf_vulnerability *v = &d->csaf->vulnerabilities[i];
        for (size_t s = 0; s < sizeof shown / sizeof shown[0]; s++)
            for (size_t p = 0; p < v->status[shown[s].status].count; p++)
                if (rows++ < ROWS_MOST)
                    add_product(r, d, v, v->status[shown[s].status].index[p], shown[s].word);
    }
    report_table_end(r);
    if (rows > ROWS_MOST)
        str_addf(r->out, "<p>%zu more rows: see the advisory itself in blobs/.</p>\n",
                 rows - ROWS_MOST);
    if (rows == 0)
        str_add(r->out, "<p>The advisory names no affected product.</p>\n");
}

static void add_findings(const struct report *r, const struct gate_result *gate)
{
    static const char *const heads[] = {"Test", "Weight", "Place", "What"};
    report_table(r, heads, 4);
    for (size_t i = 0; i < gate->count && i < FINDINGS_MOST; i++) {
        if (gate->findings[i].severity > SEVERITY_WARN)
            continue;
        report_row(r);
        report_cell(r, gate->findings[i].test);
        report_cell(r, severity_word(gate->findings[i].severity));
        report_cell(r, gate->findings[i].pointer);
        report_cell(r, gate->findings[i].message);
    }
    report_table_end(r);
}

/* By whom and when; empty while it is in force. */
static void add_withdrawal(const struct report *r, const struct waiver *waiver, bool ours)
{
    struct str words;
    char at[CLOCK_TEXT];
    str_init(&words, STR_LIMIT_TEXT);
    if (waiver->withdrawn_by != NULL)
        str_addf(&words, "%s (%s), %s: %s", ours ? waiver->withdrawn_by : REPORT_HIDDEN,
                 role_word(waiver->withdrawn_role), clock_text(at, waiver->withdrawn_ms),
                 ours ? waiver->withdrawn_reason : REPORT_HIDDEN);
    report_cell(r, str_text(&words));
    str_dispose(&words);
}

static enum status add_waivers(const struct report *r, const char *sha256, struct err *err)
{
    static const char *const heads[] = {"Test", "Place",  "Finding", "Person",
                                        "Role", "Reason", "At",      "Taken back"};
    struct arena *arena = arena_new();
    struct waiver *list = NULL;
    size_t count = 0;
    const bool ours = r->scope->wish->reader != READER_PARTY;
    enum status status = waiver_list(&list, &count, arena, r->app->store, sha256, err);
    size_t back = 0;
    for (size_t i = 0; i < count; i++)
        back += list[i].withdrawn_by != NULL;
    str_addf(r->out,
             "<div%s>\n<p>Findings that a named person let pass: %zu; taken back since: %zu.</p>\n",
             count > 0 ? " class=\"waived\"" : "", count, back);
    if (count > 0)
        report_table(r, heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < count; i++) {
        report_row(r);
        report_cell(r, list[i].test);
        report_cell(r, list[i].pointer);
        report_cell(r, list[i].finding);
        report_cell(r, ours ? list[i].person : REPORT_HIDDEN);
        report_cell(r, role_word(list[i].role));
        report_cell(r, ours ? list[i].reason : REPORT_HIDDEN);
        report_cell_instant(r, list[i].at_ms);
        add_withdrawal(r, &list[i], ours);
    }
    if (count > 0)
        report_table_end(r);
    str_add(r->out, "</div>\n");
    arena_free(arena);
    return status;
}

static enum status add_gate(const struct report *r, const struct dossier *d, struct err *err)
{
    struct gate_result gate;
    struct csaf *csaf = NULL;
    size_t serious = 0;
    enum status status =
        judge_set(&gate, &csaf, d->arena, r->app, str_bytes(&d->text), &d->order, err);
    for (size_t i = 0; status == OK && i < gate.count; i++)
        serious += gate.findings[i].severity <= SEVERITY_WARN;
    str_addf(r->out,
             "<h3>Gate</h3>\n<p>Verdict over these bytes, judged again for this page with order, "
             "waivers and today's register: <b>%s</b>, %zu of %zu findings are more than a "
             "note.</p>\n",
             gate.refused ? "refused" : "passed", serious, gate.count);
    if (serious > 0)
        add_findings(r, &gate);
    gate_dispose(&gate);
    csaf_free(csaf);
    return status == OK ? add_waivers(r, d->row.sha256, err) : status;
}

enum status report_first_page(const struct report *r, const struct export_matter *m,
                              struct err *err)
{
    struct dossier *d = NULL;
    enum status status = dossier_open(&d, r->app, &m->row, err);
    if (status != OK)
        return status;
    str_add(r->out, "<h2>");
    report_text(r, m->row.tracking);
    str_add(r->out, " ");
    report_text(r, m->row.version);
    str_add(r->out, ": ");
    report_text(r, m->row.title);
    str_addf(r->out, "</h2>\n<p>TLP:%s, %s</p>\n", tlp_word(m->row.tlp),
             advisory_state_word(m->row.state));
    add_fields(r, d);
    status = add_gate(r, d, err);
    dossier_close(d);
    return status;
}
