#include "tests/seal/expect.h"

#include "base/file.h"
#include "base/sha256.h"
#include "base/utf8.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char tool[] = TEST_SOURCE_DIR "/tests/tools/mailcheck.py";

void expect_string(struct str *out, const char *text)
{
    str_add_c(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            str_addf(out, "\\%c", *p);
        else if ((unsigned char)*p < ' ')
            str_addf(out, "\\u%04x", (unsigned)*p);
        else
            str_add_c(out, *p);
    }
    str_add_c(out, '"');
}

static void add_line(struct str *out, const char *text)
{
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    utf8_add_line(&line, bytes_of(text));
    expect_string(out, str_text(&line));
    str_dispose(&line);
}

static void add_mailbox(struct str *out, const char *header, const char *name, const char *address)
{
    str_addf(out, "[\"%s\",{\"name\":", header);
    add_line(out, name == NULL ? "" : name);
    str_addf(out, ",\"addr\":\"%s\"}]", address);
}

/* One header by its place in the mail; false behind the last. */
static bool add_header(struct str *out, const struct mail *mail, size_t i, bool outside)
{
    char date[CLOCK_TEXT];
    size_t at = 0;
    if (i == at++) {
        add_mailbox(out, "From", mail->from_name, mail->from);
    } else if (i == at++) {
        add_mailbox(out, "To", mail->to_name, mail->to);
    } else if (mail->reply_to != NULL && i == at++) {
        add_mailbox(out, "Reply-To", "", mail->reply_to);
    } else if (i == at++) {
        str_add(out, "[\"Subject\",");
        add_line(out, outside ? mail->outer_subject : mail->subject);
        str_add(out, "]");
    } else if (i == at++) {
        str_addf(out, "[\"Date\",\"%s\"]", clock_mail_date(date, mail->date_ms));
    } else if (i == at++) {
        str_addf(out, "[\"Message-ID\",\"<%s>\"]", mail->message_id);
    } else if (mail->references != NULL && i == at++) {
        str_addf(out, "[\"References\",\"<%s>\"]", mail->references);
    } else if (i == at++) {
        str_add(out, "[\"Auto-Submitted\",\"auto-generated\"]");
    } else if (i - at < mail->header_count) {
        str_addf(out, "[\"%s\",", mail->headers[i - at].name);
        add_line(out, mail->headers[i - at].value);
        str_add(out, "]");
    } else {
        return false;
    }
    return true;
}

static void add_headers(struct str *out, const struct mail *mail, bool outside, bool with_outer)
{
    str_add(out, "\"headers\":[");
    for (size_t i = 0;; i++) {
        size_t before = out->size;
        str_add(out, i > 0 ? "," : "");
        if (add_header(out, mail, i, outside))
            continue;
        str_truncate(out, before);
        break;
    }
    for (size_t i = 0; with_outer; i++) {
        size_t before = out->size;
        str_add(out, ",[\"HP-Outer\",{\"outer\":");
        if (!add_header(out, mail, i, true)) {
            str_truncate(out, before);
            break;
        }
        str_add(out, "}]");
    }
    str_add(out, "]");
}

void expect_sealed(struct str *out, const struct mail *mail)
{
    str_add(out, "{\"type\":\"multipart/encrypted\",\"params\":{\"protocol\":"
                 "\"application/pgp-encrypted\"},");
    add_headers(out, mail, true, false);
    str_add(out, ",\"parts\":[{\"type\":\"application/pgp-encrypted\",\"text\":\"Version: 1\\n\"},"
                 "{\"type\":\"application/octet-stream\",\"filename\":\"encrypted.asc\"}]}");
}

static void add_text(struct str *out, const char *subtype, const char *text)
{
    str_addf(out, "{\"type\":\"text/%s\",\"params\":{\"charset\":\"utf-8\"},\"text\":", subtype);
    char *ended = xprintf("%s%s", text, text_ends(text, "\n") ? "" : "\n");
    expect_string(out, ended);
    str_add(out, "}");
    free(ended);
}

/* Behind the headers: text and attachments. */
static void add_content(struct str *out, const struct mail *mail)
{
    str_add(out, ",\"parts\":[");
    if (mail->html != NULL)
        str_add(out, "{\"type\":\"multipart/alternative\",\"parts\":[");
    add_text(out, "plain", mail->text);
    if (mail->html != NULL) {
        str_add(out, ",");
        add_text(out, "html", mail->html);
        str_add(out, "]}");
    }
    for (size_t i = 0; i < mail->part_count; i++) {
        char digest[SHA256_HEX];
        sha256_hex_of(digest, mail->parts[i].body);
        str_addf(out,
                 ",{\"type\":\"%s\",\"sha256\":\"%s\",\"filename\":", mail->parts[i].content_type,
                 digest);
        add_line(out, mail->parts[i].filename);
        str_add(out, "}");
    }
    str_add(out, "]}");
}

void expect_payload(struct str *out, const struct mail *mail, bool sealed)
{
    str_addf(out, "{\"type\":\"multipart/mixed\",\"params\":{\"hp\":\"%s\"},",
             sealed ? "cipher" : "clear");
    add_headers(out, mail, false, sealed);
    add_content(out, mail);
}

void expect_broadcast(struct str *out, const struct mail *mail)
{
    char date[CLOCK_TEXT];
    str_add(out, "{\"type\":\"multipart/mixed\",\"params\":{\"hp\":\"cipher\"},\"headers\":[");
    add_mailbox(out, "From", mail->from_name, mail->from);
    str_add(out, ",[\"To\",{\"group\":");
    add_line(out, mail->to_name);
    str_add(out, "}],[\"Subject\",");
    add_line(out, mail->subject);
    str_addf(out, "],[\"Date\",\"%s\"],[\"Message-ID\",\"<%s>\"],",
             clock_mail_date(date, mail->date_ms), mail->message_id);
    str_add(out, "[\"Auto-Submitted\",\"auto-generated\"],[\"HP-Outer\",{\"outer\":");
    add_mailbox(out, "From", mail->from_name, mail->from);
    str_addf(out, "}],[\"HP-Outer\",{\"outer\":[\"Date\",\"%s\"]}],", date);
    str_add(out, "[\"HP-Outer\",{\"outer\":[\"Auto-Submitted\",\"auto-generated\"]}]]");
    add_content(out, mail);
}

void expect_signed(struct str *out, const struct mail *mail)
{
    str_add(out, "{\"type\":\"multipart/signed\",\"params\":{\"protocol\":"
                 "\"application/pgp-signature\",\"micalg\":\"pgp-sha512\"},");
    add_headers(out, mail, false, false);
    str_add(out, ",\"parts\":[");
    expect_payload(out, mail, false);
    str_add(out, ",{\"type\":\"application/pgp-signature\",\"filename\":\"signature.asc\"}]}");
}

void expect_mail(const struct keys *keys, struct bytes mail, const struct str *expectation)
{
    struct err err = {0};
    struct str said;
    str_init(&said, STR_LIMIT_TEXT);
    char *path = xprintf("%s/expectation.json", keys->dir);
    ck_assert(str_ok(expectation));
    ck_assert_int_eq(file_write(path, str_bytes(expectation), 0600, &err), OK);
    int result =
        keys_run(keys, &said, mail, (const char *const[]){"/usr/bin/python3", tool, path, NULL});
    ck_assert_msg(result == 0, "%s", str_text(&said));
    free(path);
    str_dispose(&said);
}

void expect_split(const struct keys *keys, struct str *part, struct bytes mail, int i)
{
    struct err err = {0};
    char *path = xprintf("%s/%d", keys->dir, i);
    ck_assert_int_eq(
        keys_run(keys, NULL, mail,
                 (const char *const[]){"/usr/bin/python3", tool, "--split", keys->dir, NULL}),
        0);
    ck_assert_int_eq(file_read(part, path, STR_LIMIT_MAIL, &err), OK);
    free(path);
}
