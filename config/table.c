#include "config/table.h"

#include "base/clock.h"
#include "config/settings.h"

#include <stddef.h>

#define KIB INT64_C(1024)
#define IN(member) .offset = offsetof(struct settings, member)
#define OF(member) .offset = offsetof(struct person, member)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct field person_fields[] = {
    {"people.id", FIELD_PERSON_ID, .needed = true, .sample = "\"weber\"", OF(id),
     .about = "What commands and records call the person."},
    {"people.name", FIELD_TEXT, .needed = true, .sample = "\"Jana Weber\"", .max = 200, OF(name),
     .about = "The name that recipients read."},
    {"people.mail", FIELD_ADDRESS, .needed = true, .sample = "\"weber@example.com\"", OF(mail),
     .about = "The person's own address; some recipients read it."},
    {"people.phone", FIELD_PHONE, .needed = true, .sample = "\"+49 30 123456\"", .max = 60,
     OF(phone), .about = "The number that recipients are asked to call."},
    {"people.roles", FIELD_ROLES, .needed = true, .sample = "[ \"psirt\", \"regulatory\" ]",
     OF(roles), .about = "What the person may do and is asked to do."},
    {"people.language", FIELD_LANGUAGE, .sample = "\"de\"", OF(language),
     .about = "Language of the mails that remind the person of deadlines; without it, English."},
    {"people.key", FIELD_PATH, .sample = "\"keys/weber.asc\"", OF(key),
     .about = "The person's public OpenPGP key; without it the person cannot approve."},
    {"people.deputy", FIELD_PERSON_ID, .sample = "\"meyer\"", OF(deputy),
     .about = "Id of the person who stands in: is reminded of deadlines that come near, and in the "
              "place of a person who is away."},
    {"people.absent_from", FIELD_DATE, .sample = "\"2026-12-24\"", OF(absent_from),
     .about = "First day on which the person is away: the deputy is reminded instead."},
    {"people.absent_to", FIELD_DATE, .sample = "\"2027-01-06\"", OF(absent_to),
     .about = "Last day of it; without it until the setting is taken out."},
};
static const struct sheet person_sheet = {
    person_fields, COUNT(person_fields), sizeof(struct person), 200, offsetof(struct person, line)};

#define BY(member) .offset = offsetof(struct settings_authority, member)
static const struct field timestamp_fields[] = {
    {"evidence.timestamps.url", FIELD_URL, .needed = true, .sample = "\"http://tsa.example.com\"",
     BY(url),
     .about =
         "Where it is asked, by POST. Plain http is enough: a time-stamp is signed, and what is "
         "sent is a hash. Redirections are not followed; no proxy is used, whatever the "
         "environment "
         "says. What stands behind a '?' goes to the authority and into no log, store or bundle."},
    {"evidence.timestamps.ca_file", FIELD_PATH, .needed = true, .sample = "\"tsa-ca.pem\"",
     BY(ca_file),
     .about = "Certificates (PEM) that its time-stamps are judged with: the root, and what lies "
              "between when the authority does not send it. They go into every bundle."},
    {"evidence.timestamps.policy", FIELD_OID, .sample = "\"1.2.3.4\"", BY(policy),
     .about = "Policy that is asked for; without it the authority's own."},
    {"evidence.timestamps.tls_ca_file", FIELD_PATH, .sample = "\"web-ca.pem\"", BY(tls_ca),
     .about =
         "Certificates that the server of an https address is checked against; without it those "
         "of the system."},
};
static const struct sheet timestamp_sheet = {timestamp_fields, COUNT(timestamp_fields),
                                             sizeof(struct settings_authority), 2,
                                             offsetof(struct settings_authority, line)};

#define DG(member) .offset = offsetof(struct settings_digest, member)
static const char *const report_sources[] = {"a", "b", "c", "d", "e", "f", "g", NULL};
static const char *const policy_texts[] = {"en", "de", "both", NULL};
static const char *const digest_holidays[] = {"none", "move", "before", "skip", NULL};
static const char *const digest_what[] = {"new", "changed", "open", "gone", NULL};
static const struct field digest_fields[] = {
    {"digest.for", FIELD_PARTY_KIND, .needed = true, .sample = "\"hdo\"", DG(for_kind),
     .about = "The kind of recipients who get it."},
    {"digest.only", FIELD_TEXT, .sample = "\"klinik-nord\"", .max = 200, DG(only),
     .about = "Only this party, or the parties of this group; of several schedules the one that "
              "names the party is followed, then the one of its group, then that of its kind."},
    {"digest.rrule", FIELD_RRULE, .needed = true,
     .sample = "\"FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\"", DG(rrule),
     .about = "When, on the wall of the recipient's own time zone."},
    {"digest.zone", FIELD_ZONE, .preset = "UTC", .max = 60, DG(zone),
     .about = "Time zone (IANA) of recipients for whom parties.csv names none."},
    {"digest.holidays", FIELD_WORD, .preset = "none", .words = digest_holidays, DG(holidays),
     .about = "A run on a public holiday: none makes it all the same, move on the next working "
              "day, before on the last one before, skip not at all."},
    {"digest.country", FIELD_COUNTRY, .sample = "\"DE\"", DG(country),
     .about = "Whose public holidays; without it those of the recipient's country."},
    {"digest.empty", FIELD_FLAG, .preset = "false", DG(empty),
     .about = "Send a digest that has nothing to tell, too: it says so. It is in the log in any "
              "case."},
    {"digest.form", FIELD_FORM, .preset = "personal", DG(form),
     .about = "As sealing.immediate. broadcast: digests that say the same are one text."},
    {"digest.what", FIELD_WORDS, .sample = "[ \"new\", \"changed\" ]", .words = digest_what,
     DG(what), .about = "What it tells; without it all of it."},
};
static const struct sheet digest_sheet = {digest_fields, COUNT(digest_fields),
                                          sizeof(struct settings_digest), 50,
                                          offsetof(struct settings_digest, line)};

#define CN(member) .offset = offsetof(struct settings_canary, member)
static const struct field canary_fields[] = {
    {"canary.name", FIELD_PERSON_ID, .needed = true, .sample = "\"berlin\"", CN(name),
     .about = "What records call it."},
    {"canary.party", FIELD_TEXT, .needed = true, .sample = "\"canary-berlin\"", .max = 200,
     CN(party),
     .about = "Id in parties.csv. It is told like any other party; one of kind complaint is told "
              "of every advisory."},
    {"canary.maildir", FIELD_PATH, .needed = true, .sample = "\"/var/mail/canary\"", CN(maildir),
     .about = "Maildir in which its mail arrives. It is only read."},
    {"canary.within", FIELD_DURATION, .preset = "1h", .min = MS_MINUTE, .max = 30 * MS_DAY,
     CN(within_ms),
     .about = "How long a notice may take from its planning until it is seen there."},
};
static const struct sheet canary_sheet = {canary_fields, COUNT(canary_fields),
                                          sizeof(struct settings_canary), 20,
                                          offsetof(struct settings_canary, line)};

static const struct field fields[] = {
    {"maker.name", FIELD_TEXT, .needed = true, .sample = "\"Example Medical GmbH\"", .max = 200,
     IN(maker.name), .about = "Name of the maker as recipients know it."},
    {"maker.id", FIELD_MAKER_ID, .needed = true, .sample = "\"EXM\"", IN(maker.id),
     .about = "Short id of the maker. The evidence log and every Message-ID carry it: choose it "
              "once and keep it."},
    {"maker.country", FIELD_COUNTRY, .needed = true, .sample = "\"DE\"", IN(maker.country),
     .about = "Where the maker sits."},
    {"maker.url", FIELD_URL, .sample = "\"https://www.example.com/security\"", IN(maker.url),
     .about = "Where the maker publishes advisories and the key that recipients check."},

    {"mail.from", FIELD_ADDRESS, .needed = true, .sample = "\"psirt@example.com\"", IN(mail.from),
     .about = "Sender of every notice."},
    {"mail.return", FIELD_RETURN, .needed = true, .sample = "\"psirt+{token}@example.com\"",
     IN(mail.reply),
     .about = "Where bounces and answers come back. {token} stands once in it, before the @, and "
              "is another one in each notice."},
    {"mail.relay", FIELD_RELAY, .needed = true, .sample = "\"mail.example.com:587\"",
     IN(mail.relay_host), .extra = offsetof(struct settings, mail.relay_port),
     .about = "The mail server that takes the notices. Its certificate must show this name "
              "and be one for servers (serverAuth). "
              "Without a port it is 587. TLS is never optional."},
    {"mail.user", FIELD_TEXT, .sample = "\"psirt\"", .max = 200, IN(mail.user),
     .about = "Name to log in with. Without it nobody logs in."},
    {"mail.password_file", FIELD_PRIVATE, .sample = "\"relay.secret\"", IN(mail.password_file),
     .about = "File that holds the password and nothing else; needed with mail.user."},
    {"mail.ca_file", FIELD_PRESENT, .sample = "\"relay-ca.pem\"", IN(mail.ca_file),
     .about = "Certificates that the relay's own is checked against; without it those of the "
              "system."},
    {"mail.helo", FIELD_HOST, .sample = "\"tocsin.example.com\"", IN(mail.helo),
     .about = "Name to greet the relay with; without it the name of the machine."},
    {"mail.connections", FIELD_NUMBER, .preset = "4", .min = 1, .max = 16, IN(mail.connections),
     .about =
         "Connections to the relay at once, at most: they become fewer while it asks for less."},
    {"mail.per_session", FIELD_NUMBER, .preset = "100", .min = 1, .max = 1000, IN(mail.per_session),
     .about = "Messages over one connection."},
    {"mail.deadline", FIELD_DURATION, .preset = "120s", .min = 5 * MS_SECOND, .max = MS_HOUR,
     IN(mail.deadline_ms), .about = "A connection without progress is given up after this."},
    {"mail.size_limit", FIELD_SIZE, .preset = "10M", .min = 64 * KIB, .max = 50 * KIB * KIB,
     IN(mail.size_limit),
     .about = "A message that would be larger goes without attachments and says where they are."},
    {"mail.inbox", FIELD_PATH, .preset = "inbox", IN(mail.inbox),
     .about = "Maildir that the mail server fills with what comes to mail.return."},
    {"mail.bounce_watch", FIELD_DURATION, .preset = "72h", .min = MS_HOUR, .max = 30 * MS_DAY,
     IN(mail.bounce_watch_ms),
     .about = "How long a message that the relay took can still come back as undeliverable."},

    {"people", FIELD_ITEMS, .needed = true,
     .sample = "( { id = \"weber\"; name = \"Jana Weber\"; mail = \"weber@example.com\"; phone = "
               "\"+49 30 123456\"; roles = [ \"psirt\", \"regulatory\" ]; } )",
     IN(people), .extra = offsetof(struct settings, people_count), .items = &person_sheet,
     .about = "The persons on the maker's side: every task, warning and approval is somebody's."},

    {"release.approvals", FIELD_NUMBER, .preset = "1", .min = 1, .max = 2, IN(release.approvals),
     .about = "Signatures that release an advisory; with 2 they are of two different persons."},
    {"release.roles", FIELD_ROLES, .preset = "regulatory quality", IN(release.roles),
     .about = "Roles whose signature releases."},
    {"release.notify_within", FIELD_DURATION, .preset = "24h", .min = MS_MINUTE,
     .max = 365 * MS_DAY, IN(release.notify_within_ms),
     .about = "Everybody is told within this time after approval, unless the order says another."},
    {"release.answer_within", FIELD_DURATION, .preset = "14d", .min = MS_HOUR, .max = 365 * MS_DAY,
     IN(release.answer_within_ms),
     .about = "Recipients are asked to answer within this time after approval, unless the order "
              "names a date."},

    {"sealing.clear", FIELD_LEVEL, .preset = "tls", IN(sealing.clear),
     .about = "TLP:CLEAR to recipients without a key: tls sends a signed, readable notice without "
              "the device list; sealed treats it as TLP:AMBER."},
    {"sealing.green", FIELD_LEVEL, .preset = "sealed", IN(sealing.green),
     .about = "The same for TLP:GREEN. AMBER and RED are always sealed."},
    {"sealing.immediate", FIELD_FORM, .preset = "personal", IN(sealing.immediate),
     .about = "How sealed notices of kind immediate are made. personal: one by one, each with the "
              "recipient's name, code and list of devices inside. broadcast: one text for all who "
              "get the same, sealed once and split into one message each; name, code and return "
              "address stand outside only, and there is no list of devices. The complaint desk and "
              "TLP:RED always get personal ones; tocsin plan shows each."},
    {"sealing.update", FIELD_FORM, .preset = "personal", IN(sealing.update),
     .about = "The same for notices of kind update."},
    {"sealing.sealers", FIELD_NUMBER, .preset = "0", .min = 0, .max = 64, IN(sealing.sealers),
     .about = "Processes that seal; 0 is one for each core."},

    {"retry.first", FIELD_DURATION, .preset = "60s", .min = MS_SECOND, .max = MS_HOUR,
     IN(retry.first_ms), .about = "Wait after the first try that failed; it doubles each time."},
    {"retry.most", FIELD_DURATION, .preset = "1h", .min = MS_SECOND, .max = MS_DAY,
     IN(retry.most_ms), .about = "Longest wait between two tries."},
    {"retry.uncertain", FIELD_DURATION, .preset = "10m", .min = MS_SECOND, .max = MS_DAY,
     IN(retry.uncertain_ms),
     .about = "When the answer to a whole message was lost: longest wait for a delivery report "
              "before the same bytes are sent again."},
    {"retry.crashes", FIELD_NUMBER, .preset = "3", .min = 1, .max = 10, IN(retry.crashes),
     .about = "A notice that so many workers were lost over is set aside as a task."},

    {"reminder.at", FIELD_NUMBER, .preset = "50", .min = 0, .max = 90, IN(reminder.percent),
     .about = "Percent of the answer time after which whoever was told and did not answer is asked "
              "again, by the way that they were told; at the answer date their next route is "
              "tried, then somebody of ours calls. 50 is half of it; 0: nobody is asked again by "
              "itself."},
    {"reminder.call_after", FIELD_DURATION, .preset = "3d", .min = MS_HOUR, .max = 90 * MS_DAY,
     IN(reminder.call_after_ms),
     .about = "From a message that was sent at or after the answer date to the call; also the time "
              "to answer for whoever was told after that date."},

    {"case.acknowledge", FIELD_NUMBER, .preset = "2", .min = 1, .max = 30,
     IN(cases.acknowledge_days),
     .about =
         "Working days in maker.country within which a reporter hears that we have the report."},
    {"case.unassigned", FIELD_DURATION, .preset = "24h", .min = MS_HOUR, .max = 30 * MS_DAY,
     IN(cases.unassigned_ms), .about = "A case has an owner within this time."},
    {"case.triage", FIELD_DURATION, .preset = "72h", .min = MS_HOUR, .max = 90 * MS_DAY,
     IN(cases.triage_ms), .about = "A case is triaged, or screened out, within this time."},
    {"case.news", FIELD_DURATION, .preset = "14d", .min = MS_DAY, .max = 365 * MS_DAY,
     IN(cases.news_ms), .about = "A reporter hears at least so often how an open case stands."},

    {"reports.mailbox", FIELD_PATH, .sample = "\"reports\"", IN(reports.mailbox),
     .about = "Maildir of the address to which flaws are reported: run opens a case for each mail "
              "and answers it with the number. It may be that of mail.inbox. Mails that are "
              "encrypted are opened with the key in the folder reports below secret."},
    {"reports.source", FIELD_WORD, .preset = "f", .words = report_sources, IN(reports.source),
     .about = "Source of such cases, a to g as in tocsin case sources."},
    {"reports.language", FIELD_LANGUAGE, .preset = "en", IN(reports.language),
     .about = "Language of the automatic answer."},
    {"reports.answers_per_sender", FIELD_NUMBER, .preset = "3", .min = 0, .max = 1000,
     IN(reports.answers_per_sender),
     .about = "Automatic answers to one address in 24 hours; further reports of it are taken all "
              "the same. Machines, lists and our own addresses are never answered."},
    {"reports.answers_per_hour", FIELD_NUMBER, .preset = "30", .min = 0, .max = 10000,
     IN(reports.answers_per_hour),
     .about = "Automatic answers in an hour to all; 0: a person answers each."},
    {"reports.cases_per_hour", FIELD_NUMBER, .preset = "60", .min = 1, .max = 10000,
     IN(reports.cases_per_hour),
     .about = "Cases that mails open in an hour; those behind are kept, and one task asks a person "
              "to look at all of them."},

    {"policy.url", FIELD_URL, .sample = "\"https://www.example.com/security/policy\"",
     IN(policy.url), .about = "Where the disclosure policy is published; https."},
    {"policy.security_txt", FIELD_URL,
     .sample = "\"https://www.example.com/.well-known/security.txt\"", IN(policy.security_txt),
     .about = "Where security.txt is published; https."},
    {"policy.csaf", FIELD_URL,
     .sample = "\"https://www.example.com/.well-known/csaf/provider-metadata.json\"",
     IN(policy.csaf), .about = "Where the metadata of the maker's advisories are; https."},
    {"policy.encryption", FIELD_URL, .sample = "\"https://www.example.com/security/reports.asc\"",
     IN(policy.encryption),
     .about = "A key that reporters encrypt to; https. The key that signs notices cannot do that."},
    {"policy.contact", FIELD_ADDRESS, .sample = "\"security@example.com\"", IN(policy.contact),
     .about = "Address to which flaws are reported; without it mail.from."},
    {"policy.languages", FIELD_TEXT, .preset = "en", .max = 100, IN(policy.languages),
     .about = "Languages in which reports are read, by their tags: \"en, de\"."},
    {"policy.texts", FIELD_WORD, .preset = "en", .words = policy_texts, IN(policy.texts),
     .about = "Language of disclosure policy and procedure: en, de, or both in one file, English "
              "first."},
    {"policy.expires", FIELD_DURATION, .preset = "180d", .min = 60 * MS_DAY, .max = 364 * MS_DAY,
     IN(policy.expires_ms),
     .about = "How long a security.txt is good from the day on which it is written; doctor warns "
              "30 days before it ends."},

    {"evidence.timestamps", FIELD_ITEMS,
     .sample = "( { url = \"http://tsa.example.com\"; ca_file = \"tsa-ca.pem\"; } )",
     IN(evidence.timestamps), .extra = offsetof(struct settings, evidence.timestamp_count),
     .items = &timestamp_sheet,
     .about = "One or two authorities that are asked to time-stamp checkpoints of the log (RFC "
              "3161). One that does not answer, or wrongly, becomes a task; nothing waits for it."},
    {"evidence.timestamp_every", FIELD_DURATION, .preset = "1h", .min = MS_MINUTE,
     .max = 30 * MS_DAY, IN(evidence.timestamp_every_ms),
     .about =
         "Each authority is asked at most so often, and only when the log has grown; and again "
         "each day while its certificate has less than 30 days left."},
    {"evidence.timestamp_timeout", FIELD_DURATION, .preset = "20s", .min = MS_SECOND,
     .max = 5 * MS_MINUTE, IN(evidence.timestamp_timeout_ms),
     .about = "An answer that is not whole by then is given up. This is also how long run "
              "--until-idle may wait for it."},

    {"store", FIELD_STORE, .preset = "tocsin.db", IN(store),
     .about = "Where everything is kept: an SQLite file or a PostgreSQL database. A password does "
              "not belong here."},
    {"outbox", FIELD_PATH, .preset = "outbox", IN(outbox),
     .about = "Folder for notices of route file."},
    {"keys", FIELD_PATH, .preset = "keys", IN(keys),
     .about = "Folder of public keys; maker.asc in it is what recipients check."},
    {"secret", FIELD_PATH, .preset = "secret", IN(secret),
     .about = "Folder of the maker's secret key, of mode 0700."},
    {"templates", FIELD_PATH, .sample = "\"templates\"", IN(templates),
     .about = "Folder with texts of the maker's own, which replace the built-in ones file by "
              "file."},
    {"watch", FIELD_PATH, .sample = "\"incoming\"", IN(watch),
     .about =
         "Folder in which run looks for advisories with their orders and approvals; see WATCHED "
         "FOLDER in tocsin(1)."},

    {"digest", FIELD_ITEMS,
     .sample = "( { for = \"hdo\"; rrule = \"FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\"; } )",
     IN(digests), .extra = offsetof(struct settings, digest_count), .items = &digest_sheet,
     .about = "Summaries at fixed times. docs/digest.md tells what is in one, and what happens "
              "after an outage."},
    {"drill.schedule", FIELD_RRULE, .sample = "\"FREQ=MONTHLY;BYDAY=1TU;BYHOUR=10;BYMINUTE=0\"",
     IN(drill.schedule),
     .about =
         "When an exercise with the made-up advisory begins by itself; docs/drill.md. After an "
         "outage one begins, not as many as were missed."},
    {"drill.zone", FIELD_ZONE, .preset = "UTC", .max = 60, IN(drill.zone),
     .about = "Time zone (IANA) of that."},
    {"drill.holidays", FIELD_WORD, .preset = "none", .words = digest_holidays, IN(drill.holidays),
     .about = "On a public holiday of maker.country: as digest.holidays."},
    {"drill.to", FIELD_TEXTS, .sample = "[ \"internal\" ]", IN(drill.to),
     .extra = offsetof(struct settings, drill.to_count),
     .about = "Who takes part: parties of parties.csv, or internal, our own complaint desk, which "
              "it is without this."},
    {"canary", FIELD_ITEMS,
     .sample =
         "( { name = \"berlin\"; party = \"canary-berlin\"; maildir = \"/var/mail/canary\"; } "
         ")",
     IN(canaries), .extra = offsetof(struct settings, canary_count), .items = &canary_sheet,
     .about = "Mailboxes of ours that must get each run, of an advisory or of digests. One that "
              "does not in time is an alarm."},
};

const struct sheet settings_sheet = {fields, COUNT(fields), sizeof(struct settings), 1, 0};
