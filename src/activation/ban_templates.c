/* ban_templates.c -- ready-made shipment bans. */
#include "activation/ban_templates.h"

#include "lang/lang.h"

typedef enum { NEEDS_NOTHING, NEEDS_SUM, NEEDS_DAYS, NEEDS_PROPERTY, NEEDS_SUM_OR_PROPERTY } Needs;

typedef struct {
    const char *code;
    Needs needs;
    Wording name;
    const char *meanings[LANGUAGE_COUNT];
} TemplateRow;

static const TemplateRow rows[] = {
#define BAN_TEMPLATE(constant, code, needs, en, ru, uk, what_en, what_ru, what_uk)   \
    [BAN_TEMPLATE_##                                                                 \
        constant] = {code,                                                           \
                     NEEDS_##needs,                                                  \
                     {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}}, \
                     {[LANGUAGE_EN] = what_en, [LANGUAGE_RU] = what_ru, [LANGUAGE_UK] = what_uk}},
#include "activation/ban_template.def"
#undef BAN_TEMPLATE
};

static const char *const needs_words[] = {
    [NEEDS_NOTHING] = "",
    [NEEDS_SUM] = "--sum N",
    [NEEDS_DAYS] = "--days N",
    [NEEDS_PROPERTY] = "--property NAME",
    [NEEDS_SUM_OR_PROPERTY] = "--sum N or --property NAME",
};

/* Every night, when days have passed. */
static const char nightly[] = "5 0 * * *";

const char *ban_template_code(BanTemplate template)
{
    ASSERT(template <BAN_TEMPLATE_COUNT);
    return rows[template].code;
}

Text ban_template_meaning(BanTemplate template, Language language)
{
    ASSERT(template <BAN_TEMPLATE_COUNT &&language < LANGUAGE_COUNT);
    return text_of(rows[template].meanings[language]);
}

const char *ban_template_needs(BanTemplate template)
{
    ASSERT(template <BAN_TEMPLATE_COUNT);
    return needs_words[rows[template].needs];
}

Status ban_template_parse(Text code, BanTemplate *ret_template, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text all = TEXT("");
    for (size_t i = 0; i < BAN_TEMPLATE_COUNT; i++) {
        *ret_template = (BanTemplate)i;
        if (text_equal(code, text_of(rows[i].code))) return STATUS_OK;
        all = arena_printf(arena, "%.*s%s%s", TEXT_FORMAT(all), i > 0 ? ", " : "", rows[i].code);
    }
    return error_set(err, STATUS_NOT_FOUND, "no ban '%.*s'; there are %.*s", TEXT_FORMAT(code),
                     TEXT_FORMAT(all));
}

/* ---- the card ---- */

static Status wants(const TemplateRow *row, Error *err)
{
    return error_set(err, STATUS_INVALID, "the ban '%s' wants %s", row->code,
                     error_phrase(needs_words[row->needs]));
}

static Status check_number(const TemplateRow *row, Text written, bool is_whole, Error *err)
{
    int64_t number;
    int scale;
    if (written.size == 0) return wants(row, err);
    if (decimal_parse(written, &number, &scale) && number >= 0 && (scale == 0 || !is_whole))
        return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'%.*s' is no %s", TEXT_FORMAT(written),
                     error_phrase(is_whole ? "number of days" : "sum"));
}

static Status find_property(const Schema *schema, Text name, const Property **ret_property,
                            Error *err)
{
    *ret_property = schema_find_property(schema, name);
    if (*ret_property != NULL) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "no property '%.*s'", TEXT_FORMAT(name));
}

/* Its name as the language writes it. */
static Text quoted(const Property *property, Arena *arena)
{
    Node node = {.kind = NODE_PROPERTY, .as.property.property = property};
    return expression_print(&node, arena);
}

static Text contract_rule(const Property *property, Arena *arena)
{
    Text name = quoted(property, arena);
    if (property->type == PROPERTY_BOOL) return arena_printf(arena, "not %.*s", TEXT_FORMAT(name));
    if (property->type == PROPERTY_DATE)
        return arena_printf(arena, "%.*s is missing or %.*s < today", TEXT_FORMAT(name),
                            TEXT_FORMAT(name));
    return arena_printf(arena, "%.*s is missing", TEXT_FORMAT(name));
}

static Status limit_rule(const TemplateRow *row, const BanParameters *parameters,
                         const Schema *schema, Arena *arena, Text *ret_rule, Error *err)
{
    Text limit = parameters->sum;
    if ((limit.size > 0) == (parameters->property.size > 0)) return wants(row, err);
    if (limit.size > 0) {
        TRY(check_number(row, limit, false, err));
    } else {
        const Property *property;
        TRY(find_property(schema, parameters->property, &property, err));
        if (property->type != PROPERTY_MONEY && property->type != PROPERTY_NUMBER)
            return error_set(err, STATUS_INVALID, "the property '%.*s' holds no sum",
                             TEXT_FORMAT(property->name));
        limit = quoted(property, arena);
    }
    *ret_rule = arena_printf(arena, "debt(settlement) > %.*s", TEXT_FORMAT(limit));
    return STATUS_OK;
}

static Status make_rule(BanTemplate template, const BanParameters *parameters, const Schema *schema,
                        Arena *arena, Text *ret_rule, Error *err)
{
    const TemplateRow *row = &rows[template];
    const Property *property;
    switch (template) {
    case BAN_TEMPLATE_OVERDUE_SUM:
        TRY(check_number(row, parameters->sum, false, err));
        *ret_rule = arena_printf(arena, "overdue(settlement) > %.*s", TEXT_FORMAT(parameters->sum));
        return STATUS_OK;
    case BAN_TEMPLATE_OVERDUE_DAYS:
        TRY(check_number(row, parameters->days, true, err));
        *ret_rule =
            arena_printf(arena, "overdue_days(settlement) > %.*s", TEXT_FORMAT(parameters->days));
        return STATUS_OK;
    case BAN_TEMPLATE_CREDIT_LIMIT:
        return limit_rule(row, parameters, schema, arena, ret_rule, err);
    case BAN_TEMPLATE_NO_CONTRACT:
        if (parameters->property.size == 0) return wants(row, err);
        TRY(find_property(schema, parameters->property, &property, err));
        *ret_rule = contract_rule(property, arena);
        return STATUS_OK;
    case BAN_TEMPLATE_STOP_LIST:
    case BAN_TEMPLATE_COUNT: break;
    }
    *ret_rule = TEXT("");
    return STATUS_OK;
}

static Text parameter_of(const BanParameters *parameters)
{
    if (parameters->sum.size > 0) return parameters->sum;
    return parameters->days.size > 0 ? parameters->days : parameters->property;
}

Status ban_template_card(BanTemplate template, const BanParameters *parameters,
                         const Schema *schema, Voice voice, SegmentCard *ret_card, Error *err)
{
    Text rule, parameter = parameter_of(parameters);
    TRY(make_rule(template, parameters, schema, voice.arena, &rule, err));
    bool is_by_rule = rule.size > 0;
    *ret_card = (SegmentCard){.name = voice_say(voice, &rows[template].name, &parameter, 1),
                              .mode = is_by_rule ? MODE_PERIODIC : MODE_MANUAL,
                              .kind = SEGMENT_BAN,
                              .description = ban_template_meaning(template, voice.language),
                              .rule = rule,
                              .is_live = is_by_rule,
                              .schedule = is_by_rule ? text_of(nightly) : TEXT("")};
    return STATUS_OK;
}
