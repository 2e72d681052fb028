/* schema_rows.h -- the schema's rows in the database: limits, codes, names of columns. */
#pragma once

#include "store/store_internal.h"

enum {
    BUILT_IN_ID_MAX = 999, /* ids of users' properties and streams come after */
    PROPERTIES_MAX = 1900, /* SQLite allows 2000 columns in a table */
    FIELDS_MAX = 504,      /* the bitmap of an event has at most 63 bytes */
    STREAMS_MAX = 500,
    ALLOWED_MAX = 10000,
    COLUMN_NAME_MAX = 16
};

const char *field_role_code(FieldRole role);

/* Column of table `customer` that holds a property: "code", "name", "kind" or "p_17". */
const char *property_column(const Property *property, char out[COLUMN_NAME_MAX]);
