/* values.c -- one value out of an answer's column, as the language has it. */
#include "engine/engine.h"

Value engine_values_get(const EngineValues *values, size_t index)
{
    ASSERT(index < values->count);
    bool is_present =
        values->present == NULL || (values->present[index / 64] >> (index % 64) & 1) != 0;
    if (!is_present) return value_missing();
    switch (values->type.kind) {
    case TYPE_BOOL: return value_bool((values->as.bits[index / 64] >> (index % 64) & 1) != 0);
    case TYPE_DECIMAL: return value_decimal(values->as.integers[index]);
    case TYPE_DATE: return value_date((Date){(int32_t)values->as.integers[index]});
    case TYPE_MOMENT: return value_moment((Moment){values->as.integers[index]});
    case TYPE_RATIO: return value_ratio(values->as.ratios[index]);
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return value_text(values->as.texts[index]);
    case TYPE_ITEM: return value_text(values->as.items[index]);
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: return (Value){.kind = VALUE_SET, .as.set = values->as.sets[index]};
    case TYPE_NONE:
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}
