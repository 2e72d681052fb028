/* bands.c -- values divided by borders. */
#include "analysis/bands.h"

Status bands_check(const int64_t *borders, size_t count, Error *err)
{
    if (count == 0 || count > BANDS_BORDERS_MAX)
        return error_set(err, STATUS_INVALID, "bands need 1 to %d borders", BANDS_BORDERS_MAX);
    for (size_t i = 1; i < count; i++)
        if (borders[i] <= borders[i - 1])
            return error_set(err, STATUS_INVALID, "borders of bands ascend, each only once");
    return STATUS_OK;
}

size_t bands_find(const int64_t *borders, size_t count, int64_t value)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (borders[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void bands_classify(const NumberColumn *column, const int64_t *borders, size_t count,
                    uint16_t *ret_classes)
{
    for (size_t i = 0; i < column->count; i++) {
        size_t band = bands_find(borders, count, column->values[i]) + 1;
        ret_classes[i] = column_has(column, i) ? (uint16_t)band : 0;
    }
}
