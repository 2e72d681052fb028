/* cmd_lint.c -- kohorta lint: what is legal in a rule but looks wrong. */
#include "cli/commands.h"

#include "cli/diagnose.h"
#include "reply/rule.h"

typedef struct {
    OptionDate as_of;
    Text file;
    bool are_bands;
} Options;

static const Option options[] = {
    OPTION(Options, as_of, DATE, "as-of", "DATE", "the day windows count from (today)"),
    OPTION(Options, file, TEXT, "file", "FILE", "read the rule from a file; - is stdin"),
    OPTION(Options, are_bands, FLAG, "bands", NULL,
           "the rules together divide the base: tell where two overlap and what none covers"),
};

/* The warnings are the answer of this command. */
static void tell(Invocation *invocation, const Diagnostics *diagnostics, Text source,
                 Language language)
{
    if (!invocation->common.is_json) {
        for (size_t i = 0; i < diagnostics->count; i++) {
            Text text =
                diagnostic_render(&diagnostics->items[i], source, language, invocation->arena);
            invocation_say(invocation, "%.*s", TEXT_FORMAT(text_trim(text)));
        }
        return;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, "diagnostics");
    reply_diagnostics(&writer, diagnostics, language, invocation->arena);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

static Status lint_rule(Invocation *invocation, App *app, const Options *chosen, Error *err)
{
    Arena *arena = invocation->arena;
    Text source;
    TRY(invocation_expression(invocation, chosen->file, 0, &source, err));
    BreakdownMode mode = {.as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(app),
                          .progress = &invocation->progress};
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = NULL;
    Status status = app_compile(app, source, EXPECT_ANY_VALUE, arena, &expression, &diagnostics);
    if (status != STATUS_OK) {
        diagnose(invocation, &diagnostics, source, app_language(app));
        return status;
    }
    TRY(rule_lint(app, expression, &mode, arena, &diagnostics, err));
    tell(invocation, &diagnostics, source, app_language(app));
    return STATUS_OK;
}

/* The rules are called by their numbers, in the order they were given. */
static Status lint_bands(Invocation *invocation, App *app, Error *err)
{
    Arena *arena = invocation->arena;
    size_t count = invocation->arguments_count;
    BandedRule *rules = ARENA_ARRAY(arena, BandedRule, count);
    if (count < 2)
        return error_set(err, STATUS_INVALID, "--bands wants two or more rules, each in quotes");
    for (size_t i = 0; i < count; i++) {
        Text source = invocation_argument(invocation, i);
        Expression *expression = NULL;
        TRY(diagnose_compile(invocation, app, source, EXPECT_RULE, &expression));
        rules[i] = (BandedRule){arena_printf(arena, "%zu", i + 1), expression};
    }
    Diagnostics diagnostics = diagnostics_new(arena);
    expression_lint_bands(rules, count, &diagnostics);
    tell(invocation, &diagnostics, TEXT(""), app_language(app));
    return STATUS_OK;
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    if (!chosen->are_bands && invocation->arguments_count > 1)
        return error_set(err, STATUS_INVALID, "one rule at a time; several go with --bands");
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    return chosen->are_bands ? lint_bands(invocation, app, err)
                             : lint_rule(invocation, app, chosen, err);
}

const Command command_lint = {
    .name = "lint",
    .arguments = "'RULE'",
    .summary = "what is legal in a rule but looks wrong",
    .details = "Warnings do not make the command fail. Examples:\n"
               "  kohorta lint 'city != \"Москва\" or city != \"Тула\"'\n"
               "  kohorta lint --bands 'employees in [1, 16)' 'employees in [15, 100)'",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = ARGUMENTS_ANY,
    .run = run,
};
