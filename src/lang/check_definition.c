/* check_definition.c -- metrics and rules of dynamic segments: each compiled once, then shared. */
#include "lang/check.h"

#include "base/buffer.h"

static const Text NOTHING = {0};

/* "a -> b -> a": from the definition that closes the circle to where it was met again. */
static Text circle_path(Checker *checker, const Definition *definition)
{
    const OpenDefinition *steps[LANG_EXPANDED_DEPTH_MAX + 1];
    size_t count = 0;
    for (const OpenDefinition *open = checker->open; open != NULL; open = open->outer) {
        ASSERT(count <= LANG_EXPANDED_DEPTH_MAX);
        steps[count++] = open;
        if (open->definition == definition) break;
    }
    ASSERT(count > 0); /* the definition is open, so it is among them */
    AUTO(buffer_done) Buffer path = {0};
    for (size_t i = count; i-- > 0;) {
        buffer_text(&path, steps[i]->shown);
        buffer_cstr(&path, " → ");
    }
    buffer_text(&path, steps[count - 1]->shown);
    return arena_text(checker->shared->arena, buffer_view(&path));
}

/* What is wrong inside a definition is told where it is used: a circle as a circle, an inner broken
 * definition by its own name, anything else by its code. */
static void report_broken(Checker *checker, const Diagnostics *inner, Text shown, Span use)
{
    const Diagnostic *first = NULL;
    for (size_t i = 0; i < inner->count && first == NULL; i++)
        if (diagnostic_severity(inner->items[i].kind) == SEVERITY_ERROR) first = &inner->items[i];
    ASSERT(first != NULL);
    bool is_passed_on = first->kind == DIAGNOSTIC_CIRCLE ||
                        first->kind == DIAGNOSTIC_BROKEN_DEFINITION ||
                        first->kind == DIAGNOSTIC_EXPANDED_TOO_LARGE;
    if (is_passed_on)
        check_error(checker, first->kind, use, first->parameters[0], first->parameters[1],
                    first->parameters[2]);
    else
        check_error(checker, DIAGNOSTIC_BROKEN_DEFINITION, use, shown,
                    text_of(diagnostic_code(first->kind)), NOTHING);
}

static Status compile(Checker *inner, Text source, ExpectedResult expected, const Node **ret_root)
{
    const Node *parsed = NULL;
    TRY(expression_parse(arena_text(inner->shared->arena, source), inner->shared->arena, &parsed,
                         inner->diagnostics));
    const Node *root = check_node(inner, parsed);
    check_result(inner, root, expected);
    if (inner->diagnostics->errors_count > 0) return STATUS_INVALID;
    *ret_root = root;
    return STATUS_OK;
}

typedef struct {
    Text shown, source;
    ExpectedResult expected;
} DefinitionSource;

static void open_definition(Checker *checker, Definition *definition,
                            const DefinitionSource *source, Span use)
{
    OpenDefinition open = {definition, source->shown, checker->open};
    Diagnostics diagnostics = diagnostics_new(checker->shared->arena);
    Checker inner = {.shared = checker->shared,
                     .diagnostics = &diagnostics,
                     .open = &open,
                     .depth = checker->depth,
                     .depth_reached = checker->depth};
    definition->state = DEFINITION_OPEN;
    Status status = compile(&inner, source->source, source->expected, &definition->root);
    definition->state = status == STATUS_OK ? DEFINITION_DONE : DEFINITION_BROKEN;
    definition->height = inner.depth_reached - checker->depth;
    definition->nodes_count = inner.nodes_count;
    if (status != STATUS_OK) report_broken(checker, &diagnostics, source->shown, use);
}

static const Node *use_definition(Checker *checker, Definition *definition,
                                  const DefinitionSource *source, Span use)
{
    if (definition->state == DEFINITION_NEW)
        open_definition(checker, definition, source, use);
    else if (definition->state == DEFINITION_OPEN)
        check_error(checker, DIAGNOSTIC_CIRCLE, use, source->shown,
                    circle_path(checker, definition), NOTHING);
    if (definition->state != DEFINITION_DONE) return NULL;
    size_t depth = checker->depth + definition->height;
    if (depth > checker->depth_reached) checker->depth_reached = depth;
    checker->nodes_count += definition->nodes_count;
    return definition->root;
}

const Node *check_metric(Checker *checker, size_t metric_index, Span use)
{
    const MetricDefinition *metric = &checker->shared->catalog->metrics[metric_index];
    DefinitionSource source = {arena_text(checker->shared->arena, metric->name), metric->expression,
                               EXPECT_ANY_VALUE};
    return use_definition(checker, &checker->shared->metrics[metric_index], &source, use);
}

const Node *check_segment_rule(Checker *checker, size_t segment_index, Span use)
{
    const NamedSet *segment = &checker->shared->catalog->segments[segment_index];
    Text shown =
        arena_printf(checker->shared->arena, "member(\"%.*s\")", TEXT_FORMAT(segment->name));
    DefinitionSource source = {shown, segment->rule, EXPECT_RULE};
    return use_definition(checker, &checker->shared->segments[segment_index], &source, use);
}
