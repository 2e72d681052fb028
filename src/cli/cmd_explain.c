/* cmd_explain.c -- kohorta explain: an expression in another form. */
#include "cli/commands.h"

#include "cli/diagnose.h"
#include "eval/sql.h"
#include "reply/rule.h"

typedef struct {
    int form, language;
    OptionDate as_of;
    Text file;
    bool is_json_tree;
} Options;

enum { FORM_SENTENCE, FORM_TEXT, FORM_JSON, FORM_SQL };

static const Option options[] = {
    OPTION(Options, form, CHOICE, "form", "sentence|text|json|sql",
           "a sentence (the usual), the canonical text, the JSON tree, or SQL for kohorta sql"),
    OPTION(Options, language, CHOICE, "language", LANGUAGE_CHOICES,
           "of the sentence; own is that of the data directory"),
    OPTION(Options, as_of, DATE, "as-of", "DATE", "the day windows count from (today)"),
    OPTION(Options, file, TEXT, "file", "FILE", "read the expression from a file; - is stdin"),
    OPTION(Options, is_json_tree, FLAG, "from-json", NULL,
           "the expression is given as a JSON tree"),
};

static Language chosen_language(const Options *chosen, const App *app)
{
    return language_chosen(chosen->language, app_language(app));
}

static Status compile(App *app, const Options *chosen, Text source, Arena *arena,
                      Expression **ret_expression, Diagnostics *diagnostics)
{
    if (!chosen->is_json_tree)
        return app_compile(app, source, EXPECT_ANY_VALUE, arena, ret_expression, diagnostics);
    const Node *root = NULL;
    TRY(expression_from_json(source, arena, &root, diagnostics));
    return expression_check(root, app_catalog(app), EXPECT_ANY_VALUE, arena, ret_expression,
                            diagnostics);
}

static Text make_form(App *app, const Options *chosen, const Expression *expression, Arena *arena)
{
    Date as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(app);
    switch (chosen->form) {
    case FORM_TEXT: return expression_print(expression->root, arena);
    case FORM_JSON: return expression_to_json(expression->root, arena);
    case FORM_SQL: return sql_generate(expression, as_of, SQL_FOR_READING, arena).sql;
    default: return expression_sentence(expression, as_of, chosen_language(chosen, app), arena);
    }
}

static void print_as_json(Invocation *invocation, const Options *chosen,
                          const Expression *expression, Text form)
{
    static const char *const keys[] = {"sentence", "text", "tree", "sql"};
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, keys[chosen->form]);
    if (chosen->form == FORM_JSON) {
        json_raw(&writer, form);
    } else {
        json_text(&writer, form);
    }
    json_key(&writer, "nature");
    json_cstr(&writer, data_nature_code(expression_data_nature(expression)));
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

/* That a past day is seen with properties of today. */
static void warn(Invocation *invocation, const Options *chosen, App *app,
                 const Expression *expression)
{
    if (!chosen->as_of.is_given) return;
    LintFacts facts = {.has_today = true, .today = app_today(app)};
    Diagnostics diagnostics = diagnostics_new(invocation->arena);
    expression_lint_answer(&expression, 1, app_catalog(app), &facts, chosen->as_of.value,
                           &diagnostics);
    diagnose(invocation, &diagnostics, expression->source, chosen_language(chosen, app));
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    Arena *arena = invocation->arena;
    Text source;
    Expression *expression = NULL;
    TRY(invocation_expression(invocation, chosen->file, 0, &source, err));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Diagnostics diagnostics = diagnostics_new(arena);
    Status status = compile(app, chosen, source, arena, &expression, &diagnostics);
    diagnose(invocation, &diagnostics, source, chosen_language(chosen, app));
    if (status != STATUS_OK) return status;
    Text form = make_form(app, chosen, expression, arena);
    if (invocation->common.is_json) {
        print_as_json(invocation, chosen, expression, form);
    } else {
        invocation_say(invocation, "%.*s", TEXT_FORMAT(form));
    }
    warn(invocation, chosen, app, expression);
    return STATUS_OK;
}

const Command command_explain = {
    .name = "explain",
    .arguments = "'EXPRESSION'",
    .summary = "an expression as a sentence, canonical text, JSON or SQL",
    .details = "Example:\n"
               "  kohorta explain 'sum(purchase.amount, last 3 months) > 40000' --language ru",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 1,
    .run = run,
};
