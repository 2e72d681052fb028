/* diagnose.c -- what is wrong or odd in an expression, told on stderr or as JSON. */
#include "cli/diagnose.h"

#include "reply/human.h"
#include "reply/problem.h"
#include "reply/rule.h"

/* The sentence of the first error; the others stand among the diagnostics. */
static const char *first_sentence(const Invocation *invocation, const Diagnostics *diagnostics,
                                  Language language)
{
    for (size_t i = 0; i < diagnostics->count; i++) {
        const Diagnostic *diagnostic = &diagnostics->items[i];
        if (diagnostic_severity(diagnostic->kind) == SEVERITY_ERROR)
            return arena_cstr(invocation->arena,
                              diagnostic_sentence(diagnostic, language, invocation->arena));
    }
    return "";
}

static void tell_as_json(Invocation *invocation, const Diagnostics *diagnostics, Language language)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    if (diagnostics->errors_count > 0)
        reply_problem(&writer,
                      &(Problem){.status = STATUS_INVALID,
                                 .detail = first_sentence(invocation, diagnostics, language)});
    json_key(&writer, "diagnostics");
    reply_diagnostics(&writer, diagnostics, language, invocation->arena);
    json_end(&writer, '}');
    fprintf(invocation->environment->error, "%.*s\n", (int)buffer.size, buffer.data);
}

void diagnose(Invocation *invocation, const Diagnostics *diagnostics, Text source,
              Language language)
{
    /* places are in the text that a tree in JSON stands for, not in what was given */
    if (text_starts_with(text_trim(source), TEXT("{"))) source = TEXT("");
    bool is_only_odd = diagnostics->errors_count == 0;
    if (diagnostics->count == 0 || (invocation->common.is_quiet && is_only_odd)) return;
    if (invocation->common.is_json) {
        tell_as_json(invocation, diagnostics, language);
        return;
    }
    for (size_t i = 0; i < diagnostics->count; i++) {
        Arena *arena = invocation->arena;
        Text told = diagnostic_render(&diagnostics->items[i], source, language, arena);
        Text text = human_lines(told, arena);
        bool ends_line = text_ends_with(text, TEXT("\n"));
        fprintf(invocation->environment->error, "%.*s%s", TEXT_FORMAT(text), ends_line ? "" : "\n");
    }
}

void diagnose_all(Invocation *invocation, const Findings *findings, size_t count, Language language)
{
    for (size_t i = 0; i < count; i++)
        diagnose(invocation, &findings[i].diagnostics, findings[i].source, language);
}

Status diagnose_compile(Invocation *invocation, App *app, Text source, ExpectedResult expected,
                        Expression **ret_expression)
{
    Diagnostics diagnostics = diagnostics_new(invocation->arena);
    Status status =
        app_compile(app, source, expected, invocation->arena, ret_expression, &diagnostics);
    diagnose(invocation, &diagnostics, source, app_language(app));
    return status;
}
