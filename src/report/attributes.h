/* attributes.h -- inside of the reports: everything that can be said of a customer, for profiles:
 * properties, metrics, standard measures of behaviour. */
#pragma once

#include "report/subjects.h"

typedef struct {
    Text source; /* as an expression */
    Text label;
    Text data_group;
    const Expression *expression;
} Attribute;

typedef struct {
    Attribute *items;
    size_t count, capacity;
} Attributes;

/* Those whose values can be compared: not what identifies a person, nor codes, names and texts. A
 * date counts by the days since, a date of birth by the age. */
MUST_CHECK Status attributes_list(const Reporting *reporting, Attributes *ret_attributes,
                                  Error *err);

static inline bool attribute_is_number(const Attribute *attribute)
{
    TypeKind kind = attribute->expression->root->type.kind;
    return kind == TYPE_DECIMAL || kind == TYPE_RATIO;
}
