#include "tests/templates/facts.h"

#include "base/file.h"

#include <check.h>

#define ADVISORY TEST_SOURCE_DIR "/tests/fixtures/advisory/exm-2026-0007.json"

void sample_init(struct sample *s)
{
    struct err err = {0};
    struct json_fault fault;
    *s = (struct sample){
        .devices = {{"Example Medical GmbH", "ExampleInfuse P100", "2.3.6", "P1-000417",
                     "04260000000017", 1, "affected"},
                    {"Example Medical GmbH", "ExampleInfuse P100", "2.3.6", "P1-000418",
                     "04260000000017", 1, "affected"},
                    {"Example Medical GmbH", "ExampleInfuse P200", "3.1.0", NULL, NULL, 12,
                     "affected"},
                    {"Example Medical GmbH", "ExampleStation", NULL, "ES-77", NULL, 0,
                     "perhaps affected: please check your version"}},
        .told = {{"Klinikum Beispielstadt", "hdo", "smtp", "sealed", "K7M2P9Q",
                  DAY_2026_11_27 + 19 * MS_HOUR},
                 {"St. Example Hospital", "hdo", "smtp", "waiting", "H4T8WXR",
                  DAY_2026_11_27 + 19 * MS_HOUR},
                 {"Federal Example Authority", "regulator", "portal", "task", "B3N5VZC", 0}},
    };
    str_init(&s->json, STR_LIMIT_TEXT);
    ck_assert_msg(file_read(&s->json, ADVISORY, STR_LIMIT_TEXT, &err) == OK, "%s", err.text);
    ck_assert_msg(csaf_parse(&s->csaf, str_bytes(&s->json), &fault, &err) == OK, "%s", err.text);
    s->facts = (struct notice_facts){
        .kind = NOTICE_IMMEDIATE,
        .audience = PARTY_HDO,
        .level = LEVEL_SEALED,
        .tlp = TLP_AMBER,
        .language = "en",
        .csaf = s->csaf,
        .maker = "Example Medical GmbH",
        .maker_country = "DE",
        .maker_url = "https://www.example.com/security",
        .key_fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567",
        .from = {"Jana Weber", "+49 30 1", "weber@example.com"},
        .to_party = "Klinikum Beispielstadt",
        .to_name = "Medical technology",
        .code = "K7M2P9Q",
        .reply_address = "psirt+abcdefgh@example.com",
        .now_ms = DAY_2026_11_27 + 18 * MS_HOUR + 40 * MS_MINUTE,
        .answer_by_ms = DAY_2026_11_27 + 14 * MS_DAY + 18 * MS_HOUR + 40 * MS_MINUTE,
        .action_by_ms = DAY_2026_11_27 + 7 * MS_DAY,
        .hazard = "A changed rate can lead to an under- or overdose.",
        .action = "Allow TCP port 4711 of the pumps only from the service computer, and plan the "
                  "installation of the corrected software.",
        .exploited = "no",
        .devices = s->devices,
        .device_count = 4,
        .devices_known = true,
        .told = s->told,
        .told_count = 3,
    };
}

void sample_dispose(struct sample *s)
{
    csaf_free(s->csaf);
    str_dispose(&s->json);
}

void sample_render_with(struct notice_text *out, const struct wording *wording,
                        const struct notice_facts *facts)
{
    struct err err = {0};
    notice_text_init(out);
    ck_assert_msg(wording_notice(out, wording, facts, &err) == OK, "%s", err.text);
}

void sample_render(struct notice_text *out, const struct notice_facts *facts)
{
    struct err err = {0};
    struct wording *wording = NULL;
    ck_assert_msg(wording_open(&wording, NULL, &err) == OK, "%s", err.text);
    sample_render_with(out, wording, facts);
    wording_close(wording);
}
