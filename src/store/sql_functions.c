/* sql_functions.c -- functions of the rule language inside SQL. */
#include "store/sql_functions.h"

#include "base/fold.h"
#include "base/regex.h"
#include "model/value.h"

typedef void SqlFunction(sqlite3_context *context, int count, sqlite3_value **arguments);

static Text argument_text(sqlite3_value *argument)
{
    const unsigned char *data = sqlite3_value_text(argument);
    return (Text){(const char *)data, (size_t)sqlite3_value_bytes(argument)};
}

static bool is_null(sqlite3_value *argument)
{
    return sqlite3_value_type(argument) == SQLITE_NULL;
}

static void give_text(sqlite3_context *context, Text text)
{
    sqlite3_result_text64(context, text.data != NULL ? text.data : "", text.size, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

/* ---- texts ---- */

static void run_fold(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (is_null(arguments[0])) return;
    AUTO(arena_done) Arena *arena = arena_new();
    give_text(context, text_fold(argument_text(arguments[0]), arena));
}

static void run_own_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (is_null(arguments[0])) return;
    give_text(context, hierarchy_own_name(argument_text(arguments[0])));
}

static void run_under(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    bool is_missing = is_null(arguments[0]) || is_null(arguments[1]);
    sqlite3_result_int(context, !is_missing && hierarchy_is_under(argument_text(arguments[0]),
                                                                  argument_text(arguments[1])));
}

typedef enum { SET_HAS, SET_HAS_OWN, SET_UNDER } SetTest;

static bool test_member(SetTest test, Text member, Text wanted)
{
    switch (test) {
    case SET_HAS: return text_equal_folded(member, wanted);
    case SET_HAS_OWN: return text_equal_folded(hierarchy_own_name(member), wanted);
    case SET_UNDER: return hierarchy_is_under(member, wanted);
    }
    ASSERT(false);
    return false;
}

static void test_set(sqlite3_context *context, sqlite3_value **arguments, SetTest test)
{
    bool is_found = false;
    if (!is_null(arguments[0]) && !is_null(arguments[1])) {
        Text wanted = argument_text(arguments[1]);
        for (Text rest = argument_text(arguments[0]); rest.data != NULL && !is_found;)
            is_found = test_member(test, text_split(rest, '|', &rest), wanted);
    }
    sqlite3_result_int(context, is_found);
}

static void run_set_has(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    test_set(context, arguments, SET_HAS);
}

static void run_set_has_own(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    test_set(context, arguments, SET_HAS_OWN);
}

static void run_set_under(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    test_set(context, arguments, SET_UNDER);
}

static void close_regex(void *regex)
{
    regex_close(regex);
}

/* The compiled pattern, kept by SQLite from row to row while the pattern is a constant. */
static Regex *regex_of(sqlite3_context *context, sqlite3_value *pattern)
{
    Regex *regex = sqlite3_get_auxdata(context, 0);
    if (regex != NULL) return regex;
    Error err;
    if (regex_open(argument_text(pattern), &regex, &err) != STATUS_OK) {
        sqlite3_result_error(context, err.message, -1);
        return NULL;
    }
    sqlite3_set_auxdata(context, 0, regex, close_regex);
    /* SQLite may have thrown it away at once */
    return sqlite3_get_auxdata(context, 0);
}

static void run_regex_match(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    sqlite3_result_int(context, 0);
    if (is_null(arguments[0]) || is_null(arguments[1])) return;
    Regex *regex = regex_of(context, arguments[0]);
    if (regex == NULL) return;
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    bool is_found;
    Text folded = text_fold(argument_text(arguments[1]), arena);
    if (regex_search(regex, folded, &is_found, &err) != STATUS_OK)
        sqlite3_result_error(context, err.message, -1);
    else
        sqlite3_result_int(context, is_found);
}

/* ---- days ---- */

static Date argument_day(sqlite3_value *argument)
{
    int64_t day = sqlite3_value_int64(argument);
    if (day < DATE_DAY_MIN) day = DATE_DAY_MIN;
    if (day > DATE_DAY_MAX) day = DATE_DAY_MAX;
    return (Date){(int32_t)day};
}

static bool argument_unit(sqlite3_context *context, sqlite3_value *argument, Unit *ret_unit)
{
    static const char *const names[UNIT_COUNT] = {[UNIT_DAY] = "day",
                                                  [UNIT_WEEK] = "week",
                                                  [UNIT_MONTH] = "month",
                                                  [UNIT_QUARTER] = "quarter",
                                                  [UNIT_YEAR] = "year"};
    for (Unit unit = 0; unit < UNIT_COUNT; unit++) {
        if (!text_equal(argument_text(argument), text_of(names[unit]))) continue;
        *ret_unit = unit;
        return true;
    }
    sqlite3_result_error(context, "the unit is none of day, week, month, quarter, year", -1);
    return false;
}

static void run_day_add(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    Unit unit;
    if (is_null(arguments[0]) || is_null(arguments[1])) return;
    if (!argument_unit(context, arguments[2], &unit)) return;
    Date date = date_add(argument_day(arguments[0]), sqlite3_value_int64(arguments[1]), unit);
    sqlite3_result_int64(context, date.day);
}

static void run_day_period(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    Unit unit;
    if (is_null(arguments[0]) || !argument_unit(context, arguments[1], &unit)) return;
    sqlite3_result_int64(context, date_period_index(argument_day(arguments[0]), unit));
}

static void run_day_period_begin(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    Unit unit;
    if (is_null(arguments[0]) || !argument_unit(context, arguments[1], &unit)) return;
    sqlite3_result_int64(context, date_period_begin(argument_day(arguments[0]), unit).day);
}

static void run_day_year(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (!is_null(arguments[0]))
        sqlite3_result_int(context, date_civil(argument_day(arguments[0])).year);
}

static void run_day_month(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (!is_null(arguments[0]))
        sqlite3_result_int(context, date_civil(argument_day(arguments[0])).month);
}

static void run_day_of_month(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (!is_null(arguments[0]))
        sqlite3_result_int(context, date_civil(argument_day(arguments[0])).day);
}

static void run_day_weekday(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (!is_null(arguments[0]))
        sqlite3_result_int(context, date_weekday(argument_day(arguments[0])));
}

static void run_full_years(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (is_null(arguments[0]) || is_null(arguments[1])) return;
    Date birth = argument_day(arguments[0]), on = argument_day(arguments[1]);
    if (birth.day <= on.day) sqlite3_result_int(context, date_full_years(birth, on));
}

Status sql_functions_register(sqlite3 *database, Error *err)
{
    static const struct {
        const char *name;
        int arguments_count;
        SqlFunction *function;
    } functions[] = {
        {"fold", 1, run_fold},
        {"own_name", 1, run_own_name},
        {"under", 2, run_under},
        {"regex_match", 2, run_regex_match},
        {"set_has", 2, run_set_has},
        {"set_has_own", 2, run_set_has_own},
        {"set_under", 2, run_set_under},
        {"day_add", 3, run_day_add},
        {"day_period", 2, run_day_period},
        {"day_period_begin", 2, run_day_period_begin},
        {"day_year", 1, run_day_year},
        {"day_month", 1, run_day_month},
        {"day_of_month", 1, run_day_of_month},
        {"day_weekday", 1, run_day_weekday},
        {"full_years", 2, run_full_years},
    };
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        int code =
            sqlite3_create_function_v2(database, functions[i].name, functions[i].arguments_count,
                                       flags, NULL, functions[i].function, NULL, NULL, NULL);
        if (code != SQLITE_OK) return database_error(database, code, err);
    }
    return STATUS_OK;
}
