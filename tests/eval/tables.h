/* tables.h -- a population as plain tables of an SQLite database in memory, with the names that
 * store_query gives them; so the generated SQL is also tested without the store's packs. */
#pragma once

#include "eval/population.h"
#include "eval/sql.h"

typedef struct Tables Tables;

Tables *tables_open(const Population *population);
void tables_close(Tables *tables); /* accepts NULL */
void tables_done(Tables **tables);
/* Statements are kept prepared by their text. */
SqlRunner tables_runner(Tables *tables);
