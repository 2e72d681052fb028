/* options.c -- reads a command line against tables of options. */
#include "cli/options.h"

#include <string.h>

typedef struct {
    const Option *option;
    void *target;
} Found;

typedef struct {
    const char **items;
    size_t count, capacity;
} Words;

static bool is_named(const Option *option, Text name)
{
    return text_equal(text_of(option->name), name);
}

static Found find_option(const OptionInput *input, Text name, char letter)
{
    for (size_t t = 0; t < input->tables_count; t++) {
        const OptionTable *table = &input->tables[t];
        for (size_t i = 0; i < table->count; i++) {
            const Option *option = &table->options[i];
            if (letter != 0 ? option->letter == letter : is_named(option, name))
                return (Found){option, (char *)table->target + option->offset};
        }
    }
    return (Found){NULL, NULL};
}

static Status unknown_option(const OptionInput *input, Text name, Arena *arena, Error *err)
{
    size_t names_count = 0;
    for (size_t t = 0; t < input->tables_count; t++)
        names_count += input->tables[t].count;
    Text *names = ARENA_ARRAY(arena, Text, names_count);
    size_t next = 0;
    for (size_t t = 0; t < input->tables_count; t++)
        for (size_t i = 0; i < input->tables[t].count; i++)
            names[next++] = text_of(input->tables[t].options[i].name);
    Text near = suggest_name(name, names, names_count);
    if (near.size > 0)
        return error_set(err, STATUS_INVALID, "no option '--%.*s'; did you mean '--%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(near));
    return error_set(err, STATUS_INVALID, "no option '--%.*s'; --help lists them",
                     TEXT_FORMAT(name));
}

static Status set_count(const Option *option, Text value, OptionCount *target, Error *err)
{
    int64_t mantissa = 0;
    int scale = 0;
    if (!decimal_parse(value, &mantissa, &scale) || scale != 0 || mantissa < 0)
        return error_set(err, STATUS_INVALID, "--%s wants a whole number, not '%.*s'", option->name,
                         TEXT_FORMAT(value));
    *target = (OptionCount){true, (uint64_t)mantissa};
    return STATUS_OK;
}

static Status set_date(const Option *option, Text value, OptionDate *target, Error *err)
{
    Date date;
    if (!date_parse_iso(value, &date))
        return error_set(err, STATUS_INVALID, "--%s wants a date like 2026-03-31, not '%.*s'",
                         option->name, TEXT_FORMAT(value));
    *target = (OptionDate){true, date};
    return STATUS_OK;
}

static Status set_choice(const Option *option, Text value, int *target, Error *err)
{
    Text rest = text_of(option->value);
    for (int i = 0; rest.data != NULL; i++) {
        Text word = text_split(rest, '|', &rest);
        if (!text_equal_ascii_case(word, value)) continue;
        *target = i;
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "--%s is one of %s, not '%.*s'", option->name,
                     option->value, TEXT_FORMAT(value));
}

static Status set_value(Found found, Text value, Arena *arena, Error *err)
{
    switch (found.option->kind) {
    case OPTION_FLAG: *(bool *)found.target = true; return STATUS_OK;
    case OPTION_TEXT: *(Text *)found.target = value; return STATUS_OK;
    case OPTION_LIST: ARENA_PUSH(arena, (OptionList *)found.target, value); return STATUS_OK;
    case OPTION_COUNT: return set_count(found.option, value, found.target, err);
    case OPTION_DATE: return set_date(found.option, value, found.target, err);
    case OPTION_CHOICE: return set_choice(found.option, value, found.target, err);
    case OPTION_KIND_COUNT: break;
    }
    return STATUS_OK;
}

/* Reads the option at words[*position]; moves past its value. */
static Status read_option(const OptionInput *input, size_t *position, Arena *arena, Error *err)
{
    const char *word = input->words[*position];
    bool is_long = word[1] == '-';
    Text value = {0};
    Text name = text_split(text_of(word + (is_long ? 2 : 1)), '=', &value);
    Found found = is_long ? find_option(input, name, 0) : find_option(input, name, word[1]);
    if (found.option == NULL && !is_long)
        return error_set(err, STATUS_INVALID,
                         "no option '%s'; --help lists them, and an expression that begins with "
                         "a minus goes after --",
                         word);
    if (found.option == NULL) return unknown_option(input, name, arena, err);
    if (!is_long) value = word[2] != '\0' ? text_of(word + 2) : (Text){0};
    bool takes_value = found.option->kind != OPTION_FLAG;
    if (!takes_value && value.data != NULL)
        return error_set(err, STATUS_INVALID, "--%s takes no value", found.option->name);
    if (takes_value && value.data == NULL) {
        if (*position + 1 >= input->count)
            return error_set(err, STATUS_INVALID, "--%s wants a value: %s", found.option->name,
                             found.option->value);
        value = text_of(input->words[++*position]);
    }
    if (!utf8_is_valid(value))
        return error_set(err, STATUS_INVALID, "the value of --%s is not UTF-8", found.option->name);
    return set_value(found, value, arena, err);
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0'; /* "-" alone is standard input */
}

Status options_parse(const OptionInput *input, Arena *arena, const char ***ret_arguments,
                     size_t *ret_arguments_count, Error *err)
{
    Words words = {0};
    bool has_ended = false;
    for (size_t position = 0; position < input->count; position++) {
        const char *word = input->words[position];
        if (!has_ended && strcmp(word, "--") == 0) {
            has_ended = true;
        } else if (!has_ended && is_option(word)) {
            TRY(read_option(input, &position, arena, err));
        } else if (!utf8_is_valid(text_of(word))) {
            return error_set(err, STATUS_INVALID, "argument %zu is not UTF-8", words.count + 1);
        } else {
            ARENA_PUSH(arena, &words, word);
            has_ended = has_ended || input->stops_at_argument;
        }
    }
    *ret_arguments = words.items;
    *ret_arguments_count = words.count;
    return STATUS_OK;
}
