/* The differences for programs: tocsin.advisory.diff/1. */
#include "advisory/diff.h"

#include "base/json_out.h"

static void add_item(struct json_out *j, const struct diff_item *item)
{
    json_out_object(j, NULL);
    json_out_text(j, "kind", diff_kind_word(item->kind));
    json_out_text(j, "weight", diff_weight_word(item->weight));
    json_out_text(j, "vulnerability", item->vulnerability);
    json_out_text(j, "what", item->what);
    json_out_text(j, "from", item->from);
    json_out_text(j, "to", item->to);
    json_out_text(j, "url", item->url);
    json_out_text(j, "date", item->date);
    json_out_array(j, "products");
    for (size_t i = 0; i < item->product_count; i++)
        json_out_text(j, NULL, item->products[i]);
    json_out_end(j);
    json_out_end(j);
}

void diff_print_json(struct str *out, const struct diff *diff, const struct csaf *before,
                     const struct csaf *after)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.advisory.diff/1");
    json_out_text(&j, "advisory", after->tracking_id);
    json_out_text(&j, "from", before->version);
    json_out_text(&j, "to", after->version);
    json_out_text(&j, "nature", diff_nature_word(diff->nature));
    json_out_array(&j, "differences");
    for (size_t i = 0; i < diff->count; i++)
        add_item(&j, &diff->items[i]);
    json_out_end(&j);
    json_out_end(&j);
}
