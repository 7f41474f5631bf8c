#include "tests/channels/post.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

static void write_message(struct post_item *item, size_t size)
{
    struct str *m = &item->message;
    str_init(m, STR_LIMIT_MAIL);
    str_addf(m,
             "Date: Fri, 27 Nov 2026 18:40:00 +0000\r\nFrom: psirt@example.com\r\nTo: %s\r\n"
             "Subject: security notice\r\nMessage-ID: <%s>\r\nAuto-Submitted: auto-generated\r\n"
             "Reply-To: psirt+tok@example.com\r\nReferences: <a@b>\r\n\t<c@d>\r\n"
             "MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n\tcharset=us-ascii\r\n"
             "X-Tocsin-Checkpoint: 1\r\n\r\n",
             item->to, item->message_id);
    /* Lines that begin with dots, and nothing but dots: what dot-stuffing is about. */
    str_add(m, ".\r\n..\r\n...three\r\n.a line\r\nthe end of data is:\r\n.\r\n\r\n");
    for (size_t i = 0; m->size < size; i++)
        str_addf(m, "%s%07zu of a line of ordinary length, as base64 would be, and more\r\n",
                 i % 97 == 0 ? "." : "", i);
}

void post_init(struct post *post, size_t count, size_t size)
{
    ck_assert_uint_le(count, POST_MAX);
    *post = (struct post){
        .count = count, .ready = count, .refuse_dot = -1, .fail_done = -1, .fail_next = -1};
    for (size_t i = 0; i < count; i++) {
        struct post_item *item = &post->item[i];
        (void)snprintf(item->id, sizeof item->id, "a%zu-f00d", i);
        (void)snprintf(item->notice, sizeof item->notice, "n%zu-beef", i);
        (void)snprintf(item->message_id, sizeof item->message_id, "m%zu.cafe@example.com", i);
        (void)snprintf(item->to, sizeof item->to, "r%zu@hospital.example", i);
        write_message(item, size);
        str_init(&item->transcript, STR_LIMIT_TEXT);
        item->parcel = (struct parcel){.id = item->id,
                                       .notice = item->notice,
                                       .message_id = item->message_id,
                                       .from = "psirt+tok@example.com",
                                       .to = item->to,
                                       .message = str_bytes(&item->message)};
    }
}

void post_dispose(struct post *post)
{
    for (size_t i = 0; i < post->count; i++) {
        str_dispose(&post->item[i].message);
        str_dispose(&post->item[i].transcript);
    }
}

static struct post_item *item_of(struct post *post, const struct parcel *parcel)
{
    for (size_t i = 0; i < post->given; i++)
        if (&post->item[i].parcel == parcel)
            return &post->item[i];
    ck_abort_msg("a parcel that was never given");
    return NULL;
}

static enum status on_next(void *context, const struct parcel **out, bool wait, struct err *err)
{
    struct post *post = context;
    if (post->fail_next >= 0 && post->given == (size_t)post->fail_next)
        return err_set(err, ERR_IO, "the parent is gone");
    if (post->given >= (wait ? post->count : post->ready))
        return err_set(err, ERR_NOT_FOUND, "nothing there");
    *out = &post->item[post->given++].parcel;
    return OK;
}

static enum status on_dot(void *context, const struct parcel *parcel, struct err *err)
{
    struct post *post = context;
    struct post_item *item = item_of(post, parcel);
    item->dots++;
    item->dot_after_done = item->dones > 0;
    if (post->dot_wait_ms > 0)
        (void)poll(NULL, 0, (int)post->dot_wait_ms);
    if (post->at_dot != NULL)
        post->at_dot(item);
    if (post->early_errno)
        errno = EAGAIN;
    if (post->refuse_dot >= 0 && item == &post->item[post->refuse_dot])
        return err_set(err, ERR_STALE, "the notice was cancelled");
    return OK;
}

static enum status on_done(void *context, const struct parcel *parcel,
                           const struct receipt *receipt, struct err *err)
{
    struct post *post = context;
    struct post_item *item = item_of(post, parcel);
    item->dones++;
    item->verdict = receipt->verdict;
    item->code = receipt->code;
    item->endpoint_fault = receipt->endpoint_fault;
    item->config_fault = receipt->config_fault;
    memcpy(item->enhanced, receipt->enhanced, sizeof item->enhanced);
    memcpy(item->said, receipt->said, sizeof item->said);
    memcpy(item->tls, receipt->tls, sizeof item->tls);
    memcpy(item->peer, receipt->peer, sizeof item->peer);
    str_reset(&item->transcript);
    str_add_n(&item->transcript, str_text(&receipt->transcript), receipt->transcript.size);
    if (post->fail_done >= 0 && item == &post->item[post->fail_done])
        return err_set(err, ERR_IO, "the disk is full");
    return OK;
}

struct feed post_feed(struct post *post)
{
    return (struct feed){.context = post, .next = on_next, .dot = on_dot, .done = on_done};
}

const char *post_verdicts(const struct post *post)
{
    static char text[POST_MAX + 1];
    for (size_t i = 0; i < post->count; i++)
        text[i] = post->item[i].dones == 0 ? '-' : "ADRU"[post->item[i].verdict];
    text[post->count] = '\0';
    return text;
}

void post_check_contract(const struct post *post)
{
    for (size_t i = 0; i < post->count; i++) {
        const struct post_item *item = &post->item[i];
        ck_assert_msg(item->dones == (i < post->given ? 1 : 0), "item %zu: %d receipts", i,
                      item->dones);
        ck_assert_msg(item->dots <= 1, "item %zu: %d times asked for the dot", i, item->dots);
        ck_assert_msg(!item->dot_after_done, "item %zu: dot after done", i);
        if (item->dones > 0 && item->verdict == VERDICT_ACCEPTED)
            ck_assert_msg(item->dots == 1, "item %zu: accepted without leave", i);
        if (item->dones > 0 && item->verdict == VERDICT_UNCERTAIN)
            ck_assert_msg(item->dots == 1, "item %zu: uncertain without leave", i);
    }
}
