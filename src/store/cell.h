/* cell.h -- one value as a column holds it: a whole number, a text, or NULL.
 *
 * Whole numbers: yes/no 0 and 1, numbers and money the mantissa at the scale of the type, dates the
 * days since 1970-01-01. Texts are trimmed; hierarchies are levels joined by " / ", sets are
 * members joined by '|', each member once by its folded form; words of an enumeration become
 * its values. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "model/stream.h"

enum { CELL_TEXT_BYTES_MAX = 64 * 1024 };

typedef enum { CELL_NULL, CELL_INTEGER, CELL_TEXT } CellKind;

typedef struct {
    CellKind kind;
    int64_t integer;
    Text text;
} Cell;

/* What a value of a property or field looks like. */
typedef struct {
    Text name;
    PropertyType type;
    bool is_personal;    /* then sentences leave the value out */
    const Text *allowed; /* empty: any */
    size_t allowed_count;
    /* Words that stand for values, in an open list too; of properties. Those of events are read by
     * whoever reads the events. */
    Enumeration enumeration;
} CellShape;

CellShape cell_shape_of_property(const Property *property);
CellShape cell_shape_of_field(const Field *field);

bool cell_type_is_text(PropertyType type);

/* Check a value and bring it into its stored form. INVALID when it is not one of the type's, LIMIT
 * for a text over CELL_TEXT_BYTES_MAX. Texts live as long as the value and the arena. */
MUST_CHECK Status cell_of_value(const CellShape *shape, Value value, Arena *arena, Cell *ret_cell,
                                Error *err);
/* The value a cell holds; texts are borrowed from the cell, sets live in the arena. */
Value cell_value(PropertyType type, const Cell *cell, Arena *arena);

/* Why a stored cell cannot be a value of this type; NULL when it can. */
const char *cell_check(const CellShape *shape, const Cell *cell, Arena *arena);

bool cell_equal(const Cell *a, const Cell *b);

/* A code as it is stored: NFC, trimmed. INVALID when empty, not UTF-8 or too long. */
MUST_CHECK Status code_of_text(const char *what, Text text, Arena *arena, Text *ret_code,
                               Error *err);
enum { CODE_BYTES_MAX = 512 };
