#include "seal/broadcast.h"

#include "seal/armor.h"
#include "seal/check.h"
#include "seal/mime.h"
#include "seal/sample.h"
#include "seal/sealer.h"
#include "seal/split.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLES 4 /* a key packet of each common algorithm has a size of its own */

/*
 * A subkey that somebody is sealed to; several recipients may share it, by the same certificate.
 * Whoever binds another's subkey to a key of his own has a certificate that may end when the
 * other's does not.
 */
struct target {
    const char *sub_fpr;
    struct bytes blob; /* its certificate for the sealer's home */
    bool done;         /* its recipients were taken */
};

struct batch {
    struct arena *arena;
    struct sealer *sealer;
    const struct mail *mail;
    const struct broadcast_recipient *recipients;
    struct plan *outside;   /* of each recipient */
    struct target **target; /* of each recipient; NULL: taken already */
    size_t count;
    struct target *targets;
    size_t target_count;
    struct bytes plain;
    const struct broadcast_sink *sink;
    struct str message; /* of one recipient at a time */
    struct str packets;
    struct str blob;
};

static enum status take_without(struct batch *b, size_t i, enum status cause, const char *why,
                                struct err *err)
{
    b->target[i] = NULL;
    return b->sink->take(b->sink->context, i, cause, (struct bytes){0}, why, err);
}

/* Nobody with this key gets a message, and all for the same reason. */
static enum status give_up(struct batch *b, struct target *target, enum status cause,
                           const char *why, struct err *err)
{
    enum status status = OK;
    target->done = true;
    for (size_t i = 0; status == OK && i < b->count; i++)
        if (b->target[i] == target)
            status = take_without(b, i, cause, why, err);
    return status;
}

static struct target *find_target(struct batch *b, const char *sub_fpr, struct bytes blob)
{
    for (size_t i = 0; i < b->target_count; i++)
        if (strcmp(b->targets[i].sub_fpr, sub_fpr) == 0 && bytes_equal(b->targets[i].blob, blob))
            return &b->targets[i];
    return NULL;
}

/* Plan what is outside for one recipient and find or make its target. */
static enum status join(struct batch *b, size_t i, struct err *err)
{
    const struct broadcast_recipient *r = &b->recipients[i];
    struct err cause = {0};
    enum status status = plan_make_outside(&b->outside[i], b->arena, b->mail, r, &cause);
    str_reset(&b->blob);
    if (status == OK)
        status = sealer_add_cert(&b->blob, r->cert, r->sub_fpr, &cause);
    if (status != OK)
        return take_without(b, i, status, cause.text, err);
    b->target[i] = find_target(b, r->sub_fpr, str_bytes(&b->blob));
    if (b->target[i] == NULL) {
        struct target *target = &b->targets[b->target_count++];
        unsigned char *blob = arena_alloc(b->arena, b->blob.size);
        memcpy(blob, b->blob.data, b->blob.size);
        *target = (struct target){.sub_fpr = r->sub_fpr, .blob = {blob, b->blob.size}};
        b->target[i] = target;
    }
    return OK;
}

/*
 * Its own key packet and the shared data, its own headers, proven like any sealed mail. *frame:
 * where its own fields end.
 */
static enum status make_whole(struct batch *b, size_t *frame, size_t i, const struct split *split,
                              struct bytes key, struct err *err)
{
    enum status status = OK;
    struct str armour;
    str_init(&armour, STR_LIMIT_MAIL);
    str_reset(&b->packets);
    mime_write_outside(&b->message, &b->outside[i]);
    *frame = b->message.size;
    str_reset(&b->message);
    str_add_n(&b->packets, key.data, key.size);
    str_add_n(&b->packets, split->data.data, split->data.size);
    armor_encode(&armour, "MESSAGE", str_bytes(&b->packets));
    mime_write_encrypted(&b->message, &b->outside[i], str_bytes(&armour));
    if (!str_ok(&b->packets) || !str_ok(&armour) || !str_ok(&b->message))
        status = err_set(err, ERR_INVALID,
                         "mail: larger than %zu bytes: send it without "
                         "attachments",
                         b->message.limit);
    if (status == OK)
        status = seal_prove(str_bytes(&b->message), b->target[i]->sub_fpr, err);
    if (status == OK)
        status = check_encrypted(str_bytes(&b->message), &b->outside[i], b->plain, err);
    str_dispose(&armour);
    return status;
}

/* Those that a batch makes others like; recipients with keys of one kind share one. */
struct samples {
    struct sample of[SAMPLES];
    size_t next; /* to be given up for another */
};

static struct sample *find_sample(struct samples *samples, size_t key_size)
{
    for (size_t i = 0; i < SAMPLES; i++)
        if (sample_fits(&samples->of[i], key_size))
            return &samples->of[i];
    return NULL;
}

/* As make_whole does it, or like one that it made, of which most is the same. */
static enum status make_message(struct batch *b, size_t i, const struct split *split,
                                struct samples *samples, struct err *err)
{
    const char *sub_fpr = b->target[i]->sub_fpr;
    struct bytes key;
    size_t frame = 0;
    enum status status = split_find(&key, split, sub_fpr, err);
    if (status != OK)
        return status;
    str_reset(&b->message);
    const struct sample *sample = find_sample(samples, key.size);
    if (sample == NULL) {
        status = make_whole(b, &frame, i, split, key, err);
        if (status == OK)
            (void)sample_take(&samples->of[samples->next++ % SAMPLES], str_bytes(&b->message),
                              frame, key, split->data);
        return status;
    }
    sample_write(&b->message, &frame, sample, &b->outside[i], key);
    if (!str_ok(&b->message))
        return err_set(err, ERR_INVALID, "mail: larger than %zu bytes: send it without attachments",
                       b->message.limit);
    return sample_prove(sample, str_bytes(&b->message), frame, &b->outside[i], sub_fpr, b->plain,
                        err);
}

/* Hand out one message for each recipient of each of these targets. */
static enum status hand_out(struct batch *b, struct target **targets, size_t count,
                            const struct split *split, struct err *err)
{
    enum status status = OK;
    struct samples samples = {.next = 0};
    for (size_t k = 0; k < SAMPLES; k++)
        sample_init(&samples.of[k]);
    for (size_t t = 0; t < count; t++)
        targets[t]->done = true;
    for (size_t i = 0; status == OK && i < b->count; i++) {
        struct err cause = {0};
        bool meant = false;
        for (size_t t = 0; t < count && b->target[i] != NULL; t++)
            meant = meant || b->target[i] == targets[t];
        if (!meant)
            continue;
        enum status made = make_message(b, i, split, &samples, &cause);
        if (made != OK) {
            status = take_without(b, i, made, cause.text, err);
            continue;
        }
        b->target[i] = NULL;
        status = b->sink->take(b->sink->context, i, OK, str_bytes(&b->message), NULL, err);
    }
    for (size_t k = 0; k < SAMPLES; k++)
        sample_dispose(&samples.of[k]);
    return status;
}

/* As many key packets as targets, each target's among them: nobody unknown, nobody hidden. */
static enum status check_split(const struct split *split, struct target **targets, size_t count,
                               struct err *err)
{
    for (size_t k = 0; k < split->count; k++) {
        bool known = false;
        for (size_t t = 0; t < count && !known; t++) {
            size_t size = strlen(targets[t]->sub_fpr);
            known = text_equal(split->keys[k].keyid, targets[t]->sub_fpr + size - 16);
        }
        if (!known)
            return err_set(err, ERR_CORRUPT,
                           "sealed for many: a key packet for %s, who is nobody "
                           "of them",
                           split->keys[k].keyid);
    }
    return OK;
}

/* One operation of GnuPG. *bad: the target that it named as unusable. */
static enum status run(struct str *ciphertext, struct target **bad, struct batch *b,
                       struct target **targets, size_t count, struct err *err)
{
    struct str recipients;
    struct str blobs;
    const char *named = NULL;
    str_init(&recipients, STR_LIMIT_TEXT);
    str_init(&blobs, STR_LIMIT_MAIL);
    *bad = NULL;
    for (size_t i = 0; i < count; i++) {
        str_addf(&recipients, "%s%s!", i == 0 ? "" : "\n", targets[i]->sub_fpr);
        str_add_n(&blobs, targets[i]->blob.data, targets[i]->blob.size);
    }
    enum status status = OK;
    if (!str_ok(&blobs) || !str_ok(&recipients)) /* halves of them fit */
        status = err_set(err, ERR_LIMIT, "recipients: their certificates are too large together");
    if (status == OK)
        status = sealer_run(ciphertext, &named, b->sealer, str_text(&recipients), str_bytes(&blobs),
                            false, b->plain, err);
    for (size_t i = 0; i < count && named != NULL; i++)
        if (text_starts(named, targets[i]->sub_fpr))
            *bad = targets[i];
    str_dispose(&blobs);
    str_dispose(&recipients);
    return status;
}

static enum status give_up_all(struct batch *b, struct target **targets, size_t count,
                               enum status cause, const char *why, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < count; i++)
        status = give_up(b, targets[i], cause, why, err);
    return status;
}

static void drop_target(struct target **targets, size_t *count, const struct target *gone)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (targets[i] != gone)
            targets[kept++] = targets[i];
    *count = kept;
}

/*
 * Seal for these, whose key ids differ. A key that GnuPG names is dropped, and the others are tried
 * again; when it fails and names none, the halves are tried by themselves, so that one certificate
 * of a kind that nobody foresaw is found and stops nobody. Depth: log2 of BROADCAST_MOST.
 */
static enum status seal_for(struct batch *b, struct target **targets, size_t count, struct err *err)
{
    enum status status = OK;
    while (status == OK && count > 0) {
        struct err cause = {0};
        struct str ciphertext;
        struct split split;
        struct target *bad = NULL;
        str_init(&ciphertext, STR_LIMIT_MAIL);
        enum status sealed = run(&ciphertext, &bad, b, targets, count, &cause);
        bool made = sealed == OK;
        if (made)
            sealed = split_read(&split, b->arena, str_bytes(&ciphertext), &cause);
        if (sealed == OK)
            sealed = check_split(&split, targets, count, &cause);
        if (sealed == OK) {
            status = hand_out(b, targets, count, &split, err);
            count = 0;
        } else if (bad != NULL && sealed == ERR_REFUSED) {
            status = give_up(b, bad, ERR_REFUSED, cause.text, err);
            drop_target(targets, &count, bad);
        } else if (count > 1 && !made) {
            status = seal_for(b, targets, count / 2, err);
            targets += count / 2;
            count -= count / 2;
        } else {
            status = give_up_all(b, targets, count, sealed, cause.text, err);
            count = 0;
        }
        str_dispose(&ciphertext);
    }
    return status;
}

static bool same_keyid(const struct target *a, const struct target *b)
{
    return strcmp(a->sub_fpr + strlen(a->sub_fpr) - 16, b->sub_fpr + strlen(b->sub_fpr) - 16) == 0;
}

/* Key packets show ids of 64 bits only: two keys of one id are never in one operation. */
static enum status seal_all(struct batch *b, struct err *err)
{
    struct target **round = arena_alloc(b->arena, (b->target_count + 1) * sizeof round[0]);
    enum status status = OK;
    for (size_t size = 1; status == OK && size > 0;) {
        size = 0;
        for (size_t i = 0; i < b->target_count; i++) {
            bool fits = !b->targets[i].done;
            for (size_t k = 0; fits && k < size; k++)
                fits = !same_keyid(&b->targets[i], round[k]);
            if (fits)
                round[size++] = &b->targets[i];
        }
        status = seal_for(b, round, size, err);
    }
    return status;
}

enum status seal_broadcast(struct str *plain, struct sealer *sealer, const struct mail *mail,
                           const struct broadcast_recipient *recipients, size_t count,
                           const struct broadcast_sink *sink, struct err *err)
{
    struct arena *arena = arena_new();
    struct plan plan;
    struct batch b = {.arena = arena,
                      .sealer = sealer,
                      .mail = mail,
                      .recipients = recipients,
                      .count = count,
                      .sink = sink};
    str_init(plain, STR_LIMIT_MAIL);
    str_init(&b.message, STR_LIMIT_MAIL);
    str_init(&b.packets, STR_LIMIT_MAIL);
    str_init(&b.blob, STR_LIMIT_TEXT);
    enum status status = OK;
    if (count > BROADCAST_MOST)
        status = err_set(err, ERR_INVALID, "broadcast: to more than %d at once", BROADCAST_MOST);
    for (size_t i = 0; status == OK && i < count; i++)
        if (mail->mark != NULL || text_starts(recipients[i].message_id, MAIL_EXERCISE))
            status = err_set(err, ERR_INVALID, "broadcast: exercises go one by one");
    if (status == OK)
        status = plan_make_broadcast(&plan, arena, mail, err);
    if (status == OK)
        status = sealer_write_payload(plain, &plan, true, err);
    if (status == OK) {
        b.plain = str_bytes(plain);
        b.outside = arena_alloc(arena, (count + 1) * sizeof b.outside[0]);
        b.target = arena_alloc(arena, (count + 1) * sizeof(struct target *));
        b.targets = arena_alloc(arena, (count + 1) * sizeof b.targets[0]);
        for (size_t i = 0; status == OK && i < count; i++)
            status = join(&b, i, err);
    }
    if (status == OK)
        status = seal_all(&b, err);
    if (status != OK)
        str_dispose(plain);
    str_dispose(&b.blob);
    str_dispose(&b.packets);
    str_dispose(&b.message);
    arena_free(arena);
    return status;
}
