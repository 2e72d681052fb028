/* attributes.c -- everything that can be said of a customer, for profiles. */
#include "report/attributes.h"

#include "model/built_in.h"

static const struct {
    const char *source;
    const char *in[LANGUAGE_COUNT];
} behaviours[] = {
#define BEHAVIOUR(source, en, ru, uk) \
    {source, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "report/behaviour.def"
#undef BEHAVIOUR
};
enum { BEHAVIOURS_COUNT = sizeof behaviours / sizeof behaviours[0] };

static Status add(const Reporting *reporting, Attribute attribute, Attributes *attributes,
                  Error *err)
{
    Expression *expression;
    TRY(reporting_compile(reporting, attribute.source, EXPECT_ANY_VALUE, &expression, err));
    TypeKind kind = expression->root->type.kind;
    if (kind == TYPE_ITEM) return STATUS_OK;
    attribute.expression = expression;
    if (kind == TYPE_DATE || kind == TYPE_MOMENT) {
        attribute.source =
            arena_printf(reporting->arena, "days_since(%.*s)", TEXT_FORMAT(attribute.source));
        TRY(reporting_compile(reporting, attribute.source, EXPECT_ANY_VALUE, &expression, err));
        attribute.expression = expression;
    }
    ARENA_PUSH(reporting->arena, attributes, attribute);
    return STATUS_OK;
}

static Status add_property(const Reporting *reporting, size_t slot, Attributes *attributes,
                           Error *err)
{
    const Property *property = &reporting->context->catalog->schema->properties[slot];
    Language language = reporting->voice.language;
    bool is_birth = slot == BUILT_IN_BIRTH_DATE;
    if (property->is_retired || property->type == PROPERTY_TEXT) return STATUS_OK;
    if (property->is_personal && !is_birth) return STATUS_OK;
    Text label = labels_get(&property->labels, language);
    Attribute attribute = {.source = is_birth ? TEXT("age(birth_date)")
                                              : report_name(property->name, reporting->arena),
                           .label = is_birth         ? report_word(WORD_AGE, language)
                                    : label.size > 0 ? label
                                                     : property->name,
                           .data_group = data_group_label(property->group, language)};
    return add(reporting, attribute, attributes, err);
}

Status attributes_list(const Reporting *reporting, Attributes *ret_attributes, Error *err)
{
    const Catalog *catalog = reporting->context->catalog;
    Language language = reporting->voice.language;
    Attributes attributes = {0};
    for (size_t i = 0; i < catalog->schema->properties_count; i++)
        TRY(add_property(reporting, i, &attributes, err));
    for (size_t i = 0; i < BEHAVIOURS_COUNT; i++) {
        Attribute attribute = {.source = text_of(behaviours[i].source),
                               .label = text_of(behaviours[i].in[language]),
                               .data_group = data_group_label(DATA_GROUP_BEHAVIOURAL, language)};
        TRY(add(reporting, attribute, &attributes, err));
    }
    for (size_t i = 0; i < catalog->metrics_count; i++) {
        Attribute attribute = {.source = report_name(catalog->metrics[i].name, reporting->arena),
                               .label = catalog->metrics[i].name,
                               .data_group = report_word(WORD_METRIC, language)};
        TRY(add(reporting, attribute, &attributes, err));
    }
    *ret_attributes = attributes;
    return STATUS_OK;
}
