/* cli.c -- finds the command that was typed, reads its options, runs it, tells how it ended. */
#include "cli/cli.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/feature.h"
#include "cli/help.h"
#include "cli/keep_live.h"
#include "cli/options.h"
#include "cli/progress_line.h"
#include "reply/human.h"
#include "reply/problem.h"

#include <string.h>

static Text first_word(const Command *command)
{
    Text rest;
    return text_split(text_of(command->name), ' ', &rest);
}

/* The longest command whose words begin the arguments; *ret_words says how many words it has. */
static const Command *find_command(const char *const *words, size_t count, size_t *ret_words)
{
    const Command *found = NULL;
    for (size_t i = 0; i < commands_count; i++) {
        Text second;
        Text first = text_split(text_of(commands[i]->name), ' ', &second);
        if (count < 1 || !text_equal(first, text_of(words[0]))) continue;
        if (second.data == NULL) {
            if (found == NULL) {
                found = commands[i];
                *ret_words = 1;
            }
        } else if (count > 1 && text_equal(second, text_of(words[1]))) {
            found = commands[i];
            *ret_words = 2;
        }
    }
    return found;
}

static bool is_group(Text word)
{
    for (size_t i = 0; i < commands_count; i++)
        if (text_equal(first_word(commands[i]), word)) return true;
    return false;
}

/* Names of commands, or of the second words of a group. */
static Text nearest_command(Text wanted, Text group, Arena *arena)
{
    Text *names = ARENA_ARRAY(arena, Text, commands_count);
    size_t names_count = 0;
    for (size_t i = 0; i < commands_count; i++) {
        Text second;
        Text first = text_split(text_of(commands[i]->name), ' ', &second);
        if (group.size == 0) {
            names[names_count++] = first;
        } else if (second.data != NULL && text_equal(first, group)) {
            names[names_count++] = second;
        }
    }
    return suggest_name(wanted, names, names_count);
}

static Status no_such_command(const char *const *words, size_t count, Arena *arena, Error *err)
{
    Text first = text_of(words[0]);
    bool has_group = is_group(first);
    if (has_group && count < 2)
        return error_set(err, STATUS_INVALID,
                         "'%s' wants a second word; kohorta %s --help lists "
                         "what there is",
                         words[0], words[0]);
    Text wanted = has_group ? text_of(words[1]) : first;
    Text near = nearest_command(wanted, has_group ? first : TEXT(""), arena);
    const char *before = has_group ? words[0] : "";
    const char *space = has_group ? " " : "";
    if (near.size > 0)
        return error_set(err, STATUS_INVALID, "no command '%s%s%.*s'; did you mean '%s%s%.*s'?",
                         before, space, TEXT_FORMAT(wanted), before, space, TEXT_FORMAT(near));
    return error_set(err, STATUS_INVALID, "no command '%s%s%.*s'; kohorta --help lists them",
                     before, space, TEXT_FORMAT(wanted));
}

/* Whether `plural` is the plural of a word: streams of stream, properties of property. */
static bool is_plural_of(Text plural, Text word)
{
    if (text_ends_with(word, TEXT("y")) && text_ends_with(plural, TEXT("ies")))
        return text_equal(text_slice(plural, 0, plural.size - 3),
                          text_slice(word, 0, word.size - 1));
    return text_ends_with(plural, TEXT("s")) &&
           text_equal(text_slice(plural, 0, plural.size - 1), word);
}

/* `streams add` failed where `stream add` was meant: say that instead. */
static Status meant_singular(const Command *command, Text argument, Status status, Error *err)
{
    for (size_t i = 0; i < commands_count; i++) {
        Text second;
        Text first = text_split(text_of(commands[i]->name), ' ', &second);
        if (second.data == NULL || !text_equal(second, argument)) continue;
        if (is_plural_of(text_of(command->name), first))
            return error_set(err, STATUS_INVALID, "no command '%s %.*s'; did you mean '%s'?",
                             command->name, TEXT_FORMAT(argument), commands[i]->name);
    }
    return status;
}

static Status check_arguments(const Command *command, size_t count, Error *err)
{
    if (count < command->arguments_min)
        return error_set(err, STATUS_INVALID, "something is missing; usage: kohorta %s %s",
                         command->name, command->arguments);
    if (count > command->arguments_max)
        return error_set(err, STATUS_INVALID,
                         "too many arguments (an expression goes in quotes); usage: kohorta %s%s%s",
                         command->name, command->arguments[0] != '\0' ? " " : "",
                         command->arguments);
    return STATUS_OK;
}

/* Reads what follows the command's words into the tables of the command and of all commands. */
static Status read_options(Invocation *invocation, const char *const *words, size_t count,
                           void *options, Error *err)
{
    const Command *command = invocation->command;
    OptionTable tables[] = {
        {command->options, command->options_count, options},
        {common_options, common_options_count, &invocation->common},
    };
    OptionInput input = {.words = words, .count = count, .tables = tables, .tables_count = 2};
    TRY(options_parse(&input, invocation->arena, &invocation->arguments,
                      &invocation->arguments_count, err));
    if (invocation->common.wants_help) return STATUS_OK;
    return check_arguments(command, invocation->arguments_count, err);
}

/* What --format and --excel say; the first format where a command has none. */
static int chosen_format(const Command *command, const void *options, bool *ret_is_for_excel)
{
    int chosen = FORMAT_TABLE;
    *ret_is_for_excel = false;
    for (size_t i = 0; i < command->options_count; i++) {
        const Option *option = &command->options[i];
        const char *given = (const char *)options + option->offset;
        if (option->kind == OPTION_FLAG && strcmp(option->name, "excel") == 0)
            memcpy(ret_is_for_excel, given, sizeof *ret_is_for_excel);
        if (option->kind == OPTION_CHOICE && strcmp(option->value, FORMAT_CHOICES) == 0)
            memcpy(&chosen, given, sizeof chosen);
    }
    return chosen;
}

/* A workbook is no text: it goes into a file. --excel is a way to write CSV. */
static Status check_format(const Invocation *invocation, const void *options, Error *err)
{
    bool is_for_excel;
    int chosen = chosen_format(invocation->command, options, &is_for_excel);
    bool is_other = invocation->common.is_json || (chosen != FORMAT_TABLE && chosen != FORMAT_CSV);
    if (is_for_excel && is_other)
        return error_set(err, STATUS_INVALID,
                         "--excel writes CSV; leave it out, or --json or --format beside it");
    if (chosen == FORMAT_XLSX && invocation->common.output.data == NULL)
        return error_set(err, STATUS_INVALID, "a workbook is a file; say which with --output FILE");
    return STATUS_OK;
}

/* Run it; what it prints goes into the file of --output when there is one. */
static Status run_into(Invocation *invocation, const void *options, Error *err)
{
    AUTO(replacement_done) Replacement *file = NULL;
    const Environment *given = invocation->environment;
    Environment environment = *given;
    if (invocation->common.output.data == NULL)
        return invocation->command->run(invocation, options, err);
    TRY(replacement_open(arena_cstr(invocation->arena, invocation->common.output), &file, err));
    environment.out = replacement_stream(file);
    environment.out_has_colour = false;
    invocation->environment = &environment;
    Status status = invocation->command->run(invocation, options, err);
    invocation->environment = given;
    return status == STATUS_OK ? replacement_keep(file, err) : status;
}

static Status run_command(Invocation *invocation, const char *const *words, size_t count,
                          Error *err)
{
    void *options = arena_alloc(invocation->arena, invocation->command->options_size);
    invocation->words = words;
    invocation->words_count = count;
    Status read = read_options(invocation, words, count, options, err);
    if (read != STATUS_OK && count > 0)
        return meant_singular(invocation->command, text_of(words[0]), read, err);
    TRY(read);
    if (invocation->common.wants_help) {
        help_command(invocation->command, invocation->environment->out);
        return output_flush(invocation->environment->out, err);
    }
    TRY(check_format(invocation, options, err));
    ProgressLine line = progress_line_new(invocation->environment, invocation->common.is_quiet);
    invocation->progress = progress_line_receiver(&line);
    invocation->progress_line = &line;
    Status status = run_into(invocation, options, err);
    if (status == STATUS_OK && invocation->command->changes_data && !invocation->changed_nothing)
        status = keep_live(invocation, err);
    progress_line_done(&line);
    if (status == STATUS_NOT_FOUND && count > 0)
        return meant_singular(invocation->command, text_of(words[0]), status, err);
    if (status == STATUS_OK) status = output_flush(invocation->environment->out, err);
    return status;
}

/* Whether --json stands among the words, wherever reading them stopped. */
static bool asks_for_json(const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++)
        if (strcmp(words[i], "--json") == 0) return true;
    return false;
}

/* What comes before the command: options of every command. */
static Status run_words(Invocation *invocation, const char *const *words, size_t count, Error *err)
{
    OptionTable tables[] = {{common_options, common_options_count, &invocation->common}};
    OptionInput input = {.words = words,
                         .count = count,
                         .tables = tables,
                         .tables_count = 1,
                         .stops_at_argument = true};
    const char **rest = NULL;
    size_t rest_count = 0;
    TRY(options_parse(&input, invocation->arena, &rest, &rest_count, err));
    FILE *out = invocation->environment->out;
    if (invocation->common.wants_version) {
        bool is_json = invocation->common.is_json || asks_for_json(words, count);
        fputs(is_json ? "{\"version\":\"" KOHORTA_VERSION "\"}\n" : "kohorta " KOHORTA_VERSION "\n",
              out);
        return output_flush(out, err);
    }
    if (rest_count == 0) {
        help_program(feature_hides_segments(invocation),
                     invocation->common.wants_help ? out : invocation->environment->error);
        invocation->exit_code =
            invocation->common.wants_help ? 0 : status_exit_code(STATUS_INVALID);
        return output_flush(out, err);
    }
    size_t words_used = 0;
    invocation->command = find_command(rest, rest_count, &words_used);
    if (invocation->command != NULL)
        return run_command(invocation, rest + words_used, rest_count - words_used, err);
    bool wants_help =
        rest_count > 1 && (strcmp(rest[1], "--help") == 0 || strcmp(rest[1], "-h") == 0);
    if ((wants_help || invocation->common.wants_help) && is_group(text_of(rest[0]))) {
        help_group(text_of(rest[0]), out);
        return output_flush(out, err);
    }
    return no_such_command(rest, rest_count, invocation->arena, err);
}

static void tell_error_as_json(const Environment *environment, const Error *err)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    reply_problem(&writer, &(Problem){.status = err->status, .detail = err->message});
    json_end(&writer, '}');
    fprintf(environment->error, "%.*s\n", (int)buffer.size, buffer.data);
}

/* Here an act is confirmed with an option. */
static void tell_how_to_confirm(Error *err)
{
    if (!err->wants_consent) return;
    size_t size = strlen(err->message);
    snprintf(err->message + size, sizeof err->message - size, "%s", error_phrase(" with --yes"));
}

static void tell_error(const Invocation *invocation, const Error *err)
{
    const Environment *environment = invocation->environment;
    fflush(environment->out);
    if (err->message[0] == '\0') return; /* said already, as diagnostics are */
    if (invocation->common.is_json) {
        tell_error_as_json(environment, err);
    } else {
        Text message = human_lines(text_of(err->message), invocation->arena);
        fprintf(environment->error, "%skohorta:%s %.*s\n",
                environment->error_has_colour ? "\033[31m" : "",
                environment->error_has_colour ? "\033[0m" : "", TEXT_FORMAT(message));
    }
}

int cli_run(const char *const *words, size_t words_count, const Environment *environment)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Invocation invocation = {.environment = environment, .arena = arena};
    Error err = {0};
    Status status = run_words(&invocation, words, words_count, &err);
    if (status == STATUS_OK) return invocation.exit_code;
    invocation.common.is_json |= asks_for_json(words, words_count);
    tell_how_to_confirm(&err);
    tell_error(&invocation, &err);
    if (*environment->is_interrupted) return EXIT_CODE_INTERRUPTED;
    return status_exit_code(status);
}
