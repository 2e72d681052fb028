/* finding.c -- whom a card means today, by its rule or its SQL. */
#include "segment/finding.h"

#include "lang/lang.h"
#include "segment/sql_rule.h"

static Status ask_rule(const FormingContext *context, const Expression *rule,
                       const CustomerSet *only, CustomerSet *ret_found, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(engine_done) EngineProgram *program = NULL;
    AUTO(joined_lookups_done) JoinedLookups *lookups = forming_lookups(context);
    EngineAnswer answer;
    EngineQuestion question = {.expression = rule, .as_of = context->today, .kind = ANSWER_SET};
    TRY(joined_lookups_prepare(lookups, rule, context->today, err));
    EngineOptions options = {
        .lookups = joined_lookups_get(lookups), .only = only, .progress = context->progress};
    TRY(engine_prepare(context->data, &question, 1, &options, &program, err));
    TRY(engine_run(program, arena, &answer, err));
    *ret_found = answer.set;
    return STATUS_OK;
}

Status card_find(const FormingContext *context, const SegmentCard *card, const CustomerSet *only,
                 CustomerSet *ret_found, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *rule = NULL;
    SqlFinding ignored;
    if (card->sql.size > 0)
        return sql_rule_run(context, card->sql, arena, ret_found, &ignored, err);
    if (expression_compile(card->rule, context->catalog, EXPECT_RULE, arena, &rule, &diagnostics) !=
        STATUS_OK)
        return error_set(err, STATUS_INVALID, "the rule of '%.*s' does not fit the data",
                         TEXT_FORMAT(card->name));
    return ask_rule(context, rule, only, ret_found, err);
}
