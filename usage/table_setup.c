/* Words of help: set up. */
#include "usage/usage.h"

static const struct usage_sub init_subs[] = {
    {"",
     "DIR",
     "Make an installation in DIR: configuration, keys, an empty store, CSV headings.",
     "tocsin init site --test",
     "On a terminal it asks for what is missing of the first seven options; without one, these and "
     "--test or --real are needed.",
     {{"maker", "NAME", "name of the company"},
      {"id", "ID", "short id, 2 to 12 capital letters and digits; the log carries it: keep it"},
      {"country", "CC", "two letters of ISO 3166-1"},
      {"mail", "ADDRESS", "where notices come from, and answers come back to"},
      {"relay", "HOST:PORT", "the mail server that takes the notices"},
      {"person", "NAME", "the first person; gets the roles psirt and regulatory"},
      {"phone", "NUMBER", "the number that recipients are asked to call"},
      {"person-id", "ID", "what commands call the person; else the last word of the name"},
      {"person-mail", "ADDRESS", "finds the person's signing key in your GnuPG home; else --mail"},
      {"user", "NAME", "log in at the relay, with --password-file"},
      {"password-file", "FILE", "the relay's password in one line, readable for its owner only"},
      {"ca-file", "FILE", "certificates (PEM) that the relay's own is checked against"},
      {"store", "PLACE", "another SQLite file, or postgresql://host/name"},
      {"test", NULL, "for trying: every notice is marked TEST, and --now is believed"},
      {"real", NULL, "for work"}}}};

static const struct usage_sub doctor_subs[] = {
    {"",
     "",
     "Everything that still stands between you and a notice: where, what, and what mends it.",
     "tocsin doctor",
     "Exit 1 when there is a fault: a notice could be lost. Warnings alone are 0.",
     {{0}}}};

static const struct usage_sub config_subs[] = {
    {"show", "", "The settings in force.", "tocsin config show", NULL, {{0}}},
    {"default",
     "",
     "A commented file with every default.",
     "tocsin config default > every-setting.conf",
     NULL,
     {{0}}},
    {"manual",
     "",
     "The text of tocsin.conf(5), as a page for man.",
     "tocsin config manual | man -l -",
     NULL,
     {{0}}}};

#define FULL                                                                                       \
    {"full", NULL, "also remove what the file does not name; lists it first and asks"},            \
    {                                                                                              \
        "yes", NULL, "remove without asking; needed without a terminal"                            \
    }

static const struct usage_sub party_subs[] = {
    {"import",
     "FILE",
     "Take parties.csv: whom to tell. Adds and changes; nothing goes without --full.",
     "tocsin party import parties.csv",
     "The columns: man tocsin-parties.",
     {FULL,
      {"believe", NULL, "addresses are right as the file has them: what a person corrected ends"}}},
    {"list", "", "The register of whom to tell.", "tocsin party list", NULL, {{0}}}};

static const struct usage_sub product_subs[] = {
    {"import",
     "FILE",
     "Take products.csv, our products; with --installed installed.csv, who holds what.",
     "tocsin product import --installed installed.csv",
     "The columns: man tocsin-parties.",
     {{"installed", NULL, "the file says who holds what"}, FULL}},
    {"list", "", "Our products.", "tocsin product list", NULL, {{0}}},
    {"affected",
     "SERIAL|UDI | --product ID",
     "Are we affected? What advisories say of this device, and what its holder was told.",
     "tocsin product affected SN-1001",
     "Exit 1: not known here, which is not \"not affected\".",
     {{"product", "ID", "a product, by any of its names, instead of a device"},
      {"version", "V", "with --product: its version"}}}};

static const struct usage_sub key_subs[] = {
    {"import",
     "FILE --party PARTY",
     "Pin a recipient's OpenPGP key, after its fingerprint was checked by telephone.",
     "tocsin key import st-anna.asc --party st-anna",
     "Exit 1 when the key cannot be used; it never takes the place of a good one.",
     {{"party", "PARTY", "whose key it is"},
      {"email", "ADDRESS", "only for the contact with this address; else for all of the party"}}},
    {"list", "", "The keys that are pinned, with state and end.", "tocsin key list", NULL, {{0}}},
    {"check",
     "FILE",
     "Judge a key file without storing anything.",
     "tocsin key check st-anna.asc",
     NULL,
     {{0}}}};

static const struct usage_sub rules_subs[] = {
    {"list",
     "",
     "All rules, and whether each may be used.",
     "tocsin rules list",
     NULL,
     {{"manifest", NULL, "id, version and SHA-256 of each, as they are signed"}}},
    {"show", "RULE", "One rule, with its citation.", "tocsin rules show EU-87-10", NULL, {{0}}},
    {"check",
     "[FILE...]",
     "Compute the examples of every rule; say what is malformed, with file, line and cause.",
     "tocsin rules check rules/local.cfg",
     "Given files are judged as if they took the place of the shipped ones. Exit 1: a fault.",
     {{0}}},
    {"adopt",
     "--by PERSON",
     "Take the rules as they are now into use: a person of the role regulatory signs them.",
     "tocsin rules adopt --by weber",
     "With --signature FILE no --by is needed.",
     {{"by", "PERSON", "who signs: an id of people"},
      {"yes", NULL, "do not ask"},
      {"print", NULL, "only print the text to sign"},
      {"signature", "FILE", "that text signed, or a detached signature over the manifest"}}},
    {"explain",
     "RULE",
     "What is due by one rule, and how the date comes about; needs no installation.",
     "tocsin rules explain EU-87-10 --fact 2026-11-20T14:05+01:00 --country DE",
     NULL,
     {{"fact", "INSTANT", "when the trigger happened; without it the clock waits"},
      {"country", "CC", "whose public holidays and zone count"}}}};

static const struct usage_sub policy_subs[] = {
    {"write",
     "",
     "Make disclosure policy, procedure and a signed security.txt of the settings in force.",
     "tocsin policy write --by weber",
     NULL,
     {{"to", "DIR", "where the files go; else policy/ beside the configuration"},
      {"by", "PERSON", "who writes it; stands in the record"}}},
    {"published",
     "URL --at INSTANT --by PERSON",
     "Record where it can be read, and since when.",
     "tocsin policy published https://example.com/cvd --at 2026-11-20T14:00:00Z --by weber",
     NULL,
     {{"at", "INSTANT", "since when (RFC 3339)"},
      {"by", "PERSON", "who says so; stands in the record"}}},
    {"show",
     "",
     "The version in force, and whether the settings still say the same.",
     "tocsin policy show",
     NULL,
     {{0}}}};

#define SUBS(list) list, sizeof(list) / sizeof(list)[0]
static const struct usage_command commands[] = {
    {"init", "make an installation: configuration, keys, empty store", SUBS(init_subs)},
    {"doctor", "everything that still stands between you and a notice", SUBS(doctor_subs)},
    {"config", "print settings", SUBS(config_subs)},
    {"party", "the register of whom to tell", SUBS(party_subs)},
    {"product", "our products, and who holds what", SUBS(product_subs)},
    {"key", "recipients' keys", SUBS(key_subs)},
    {"rules", "who is to be told within which time, by which law; see tocsin-rules(5)",
     SUBS(rules_subs)},
    {"policy", "what we promise in public, from the settings: policy, procedure, security.txt",
     SUBS(policy_subs)}};
const struct usage_group usage_setup = {"set up", SUBS(commands)};
