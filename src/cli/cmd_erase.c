/* cmd_erase.c -- kohorta erase: removes a person everywhere and prints the act. */
#include "cli/commands.h"

#include "cli/act_note.h"
#include "cli/labels.h"
#include "reply/data.h"
#include "reply/human.h"

typedef struct {
    bool is_confirmed;
} Options;

static const Option options[] = {
    OPTION(Options, is_confirmed, FLAG, "yes", NULL, "really do it; there is no way back"),
};

static void print_as_json(Invocation *invocation, App *app, const EraseAct *act)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_erase_act(&writer, act, app_schema(app));
    invocation_json(invocation, &buffer);
}

/* A line of the act: what, and a text in a column of its own. */
typedef struct {
    Text what, value;
} ActLine;

typedef struct {
    ActLine *items;
    size_t count, capacity;
} ActLines;

static void add_line(ActLines *lines, Text what, Text value, Arena *arena)
{
    ActLine line = {what, value};
    ARENA_PUSH(arena, lines, line);
}

static void print_lines(Invocation *invocation, const ActLines *lines)
{
    size_t widest = 0;
    for (size_t i = 0; i < lines->count; i++) {
        size_t width = human_width(lines->items[i].what);
        if (width > widest) widest = width;
    }
    for (size_t i = 0; i < lines->count; i++) {
        Text what = lines->items[i].what;
        invocation_say(invocation, "  %.*s%*s  %.*s", TEXT_FORMAT(what),
                       (int)(widest - human_width(what)), "", TEXT_FORMAT(lines->items[i].value));
    }
}

/* What else knew of him. */
static void add_traces(ActLines *lines, const EraseAct *act, Voice voice)
{
    const struct {
        Label label;
        uint64_t count;
    } traces[] = {{LABEL_ERASED_SEGMENTS, act->segments},
                  {LABEL_ERASED_MARKS, act->marks},
                  {LABEL_ERASED_TESTS, act->tests},
                  {LABEL_ERASED_SETS, act->sets},
                  {LABEL_ERASED_OVERRIDES, act->overrides}};
    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++)
        if (traces[i].count > 0)
            add_line(lines, label_get(traces[i].label, voice.language),
                     voice_count(voice, traces[i].count), voice.arena);
}

/* What only people can mend. */
static void print_quotes(Invocation *invocation, const EraseAct *act, Language language)
{
    if (act->quotes_count == 0) return;
    invocation_say(invocation, "%.*s", TEXT_FORMAT(label_get(LABEL_ERASED_QUOTES, language)));
    for (size_t i = 0; i < act->quotes_count; i++)
        invocation_say(invocation, "  %s '%.*s'", error_phrase(act->quotes[i].kind),
                       TEXT_FORMAT(act->quotes[i].name));
}

/* Kept with the papers: the moment and the digest are as the log of erasures has them. */
/* His own, and those of whoever was merged into him. */
static Text codes_of(const EraseAct *act, Arena *arena)
{
    Text codes = {0};
    for (size_t i = 0; i < act->codes_count; i++)
        codes = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(codes), i > 0 ? ", " : "",
                             TEXT_FORMAT(act->codes[i]));
    return codes;
}

static void print_act(Invocation *invocation, App *app, const EraseAct *act)
{
    char at[DATE_TEXT_MAX], digest[65];
    Language language = app_language(app);
    Voice voice = {invocation->arena, language};
    ActLines lines = {0};
    hash_hex(act->act_digest, digest);
    add_line(&lines, label_get(LABEL_CUSTOMER, language), codes_of(act, voice.arena), voice.arena);
    add_line(&lines, label_get(LABEL_ERASED_AT, language), moment_print_iso(act->at, at),
             voice.arena);
    add_line(&lines, label_get(LABEL_ERASED_VALUES, language), voice_count(voice, act->properties),
             voice.arena);
    for (size_t i = 0; i < app_schema(app)->streams_count; i++) {
        const Stream *stream = &app_schema(app)->streams[i];
        if (act->events[i] > 0)
            add_line(&lines, labels_or(&stream->labels, language, stream->name),
                     LABEL_SAY(voice, ERASED_EVENTS, voice_count(voice, act->events[i])),
                     voice.arena);
    }
    add_traces(&lines, act, voice);
    add_line(&lines, label_get(LABEL_ERASE_DIGEST, language), text_of(digest), voice.arena);
    invocation_say(invocation, "%.*s", TEXT_FORMAT(label_get(LABEL_ERASE_ACT, language)));
    print_lines(invocation, &lines);
    print_quotes(invocation, act, language);
    invocation_say(invocation, "%.*s", TEXT_FORMAT(label_get(LABEL_ERASE_COPIES, language)));
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    Text code = invocation_argument(invocation, 0);
    TRY(invocation_open(invocation, chosen->is_confirmed ? STORE_WRITE : STORE_READ, &app, err));
    if (!chosen->is_confirmed) {
        CustomerRow row;
        TRY(store_read_customer(app_store(app), code, invocation->arena, &row, err));
        return error_set(err, STATUS_INVALID,
                         "this removes customer '%.*s' with all his events for ever; add --yes to "
                         "do it",
                         TEXT_FORMAT(row.code));
    }
    EraseAct act;
    const ErasureMoments moments = {.at = app_wall_now(app), .noted_at = app_now(app)};
    TRY(store_erase_customer(app_store(app), code, moments, invocation->arena, &act, err));
    TRY(act_note(app, AUDIT_ERASE, TEXT("customer"), "a person was erased", err));
    if (invocation->common.is_json) {
        print_as_json(invocation, app, &act);
    } else {
        print_act(invocation, app, &act);
    }
    return STATUS_OK;
}

const Command command_erase = {
    .name = "erase",
    .arguments = "CODE --yes",
    .summary = "remove a person everywhere and print the act",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run,
};
