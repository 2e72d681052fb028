/* invocation.c -- what all commands need: the data directory, expressions from files, saying
 * things.
 */
#include "cli/command.h"
#include "reply/error_words.h"

#include "activation/saved_sets.h"
#include "base/file.h"
#include "cli/feature.h"
#include "reply/human.h"
#include "reply/storage.h"

#include <stdarg.h>
#include <string.h>

enum { STDIN_CHUNK_BYTES = 64 * 1024 };

const Option common_options[] = {
    {OPTION_TEXT, "data", 'd', "DIR", "the data directory", offsetof(CommonOptions, directory)},
    {OPTION_TEXT, "author", 0, "NAME", "who is noted as the author of a change",
     offsetof(CommonOptions, author)},
    {OPTION_TEXT, "output", 'o', "FILE", "write the answer into this file, all of it or nothing",
     offsetof(CommonOptions, output)},
    {OPTION_FLAG, "json", 0, NULL, "answer in JSON", offsetof(CommonOptions, is_json)},
    {OPTION_FLAG, "quiet", 'q', NULL, "no progress and no notes",
     offsetof(CommonOptions, is_quiet)},
    {OPTION_FLAG, "help", 'h', NULL, "show this help", offsetof(CommonOptions, wants_help)},
    {OPTION_FLAG, "version", 0, NULL, "show the version", offsetof(CommonOptions, wants_version)},
};
const size_t common_options_count = sizeof common_options / sizeof common_options[0];

size_t rows_chosen(OptionCount limit, size_t rows_usual)
{
    if (!limit.is_given) return rows_usual;
    return limit.value == 0 || limit.value > ROWS_ALL ? ROWS_ALL : (size_t)limit.value;
}

Language language_chosen(int choice, Language own)
{
    const Language choices[] = {own, LANGUAGE_RU, LANGUAGE_UK, LANGUAGE_EN};
    return choices[choice];
}

const char *invocation_directory(const Invocation *invocation)
{
    if (invocation->common.directory.data != NULL)
        return arena_cstr(invocation->arena, invocation->common.directory);
    const char *variable = invocation->environment->data_directory;
    return variable != NULL && variable[0] != '\0' ? variable : "kohorta-data";
}

Status invocation_clock(const Invocation *invocation, AppClock *ret_clock, Error *err)
{
    AppClock clock = {.utc_second = invocation->environment->utc_second(),
                      .now_nanoseconds = invocation->environment->now_nanoseconds};
    const char *today = invocation->environment->today;
    if (today != NULL && today[0] != '\0') {
        Moment moment;
        clock.has_today = true;
        clock.has_time = moment_parse_iso(text_of(today), &moment);
        if (clock.has_time) {
            clock.today = moment_date(moment);
            clock.second_of_day = moment_second_of_day(moment);
        } else if (!date_parse_iso(text_of(today), &clock.today)) {
            return error_set(err, STATUS_INVALID,
                             "KOHORTA_TODAY wants a date like 2026-03-31, not '%s'", today);
        }
    }
    *ret_clock = clock;
    return STATUS_OK;
}

Status invocation_open(Invocation *invocation, StoreMode mode, App **ret_app, Error *err)
{
    AppClock clock;
    TRY(invocation_clock(invocation, &clock, err));
    const char *directory = invocation_directory(invocation);
    Status status = app_open(directory, mode, clock, ret_app, err);
    if (status == STATUS_NOT_FOUND)
        return error_set(err, STATUS_NOT_FOUND,
                         "no data directory in '%s'; make one with kohorta init %s, or name "
                         "another one with -d",
                         directory, directory);
    TRY(status);
    error_speak(error_words_of(app_language(*ret_app)));
    app_set_author(*ret_app, invocation_author(invocation));
    return feature_check(invocation->command, *ret_app, err);
}

Text invocation_author(const Invocation *invocation)
{
    const char *author = invocation->environment->author;
    if (invocation->common.author.data != NULL) return text_trim(invocation->common.author);
    return author != NULL ? text_of(author) : TEXT("");
}

Status invocation_define(Invocation *invocation, App **ret_app, AppWork *ret_work, Error *err)
{
    TRY(invocation_open(invocation, STORE_WRITE, ret_app, err));
    app_work_define(*ret_app, invocation_author(invocation), &invocation->progress, ret_work);
    return STATUS_OK;
}

Status invocation_work(Invocation *invocation, App **ret_app, AppWork *ret_work, Error *err)
{
    TRY(invocation_open(invocation, STORE_WRITE, ret_app, err));
    return app_work_begin(*ret_app, invocation_author(invocation), &invocation->progress, ret_work,
                          err);
}

Text invocation_argument(const Invocation *invocation, size_t index)
{
    return index < invocation->arguments_count ? text_of(invocation->arguments[index]) : TEXT("");
}

static Status read_stdin(Arena *arena, size_t size_max, Text *ret_content, Error *err)
{
    AUTO(byte_source_done) ByteSource *source = NULL;
    AUTO(buffer_done) Buffer buffer = {0};
    TRY(byte_source_open("-", &source, err));
    for (size_t size = 1; size > 0;) {
        buffer_reserve(&buffer, STDIN_CHUNK_BYTES);
        TRY(byte_source_read(source, buffer.data + buffer.size, STDIN_CHUNK_BYTES, &size, err));
        buffer.size += size;
        if (buffer.size > size_max)
            return error_set(err, STATUS_LIMIT, "the expression is over %zu bytes", size_max);
    }
    *ret_content = arena_text(arena, buffer_view(&buffer));
    return STATUS_OK;
}

Status invocation_expression(Invocation *invocation, Text file, size_t argument_index,
                             Text *ret_source, Error *err)
{
    bool has_argument = invocation->arguments_count > argument_index;
    if (has_argument == (file.data != NULL))
        return error_set(err, STATUS_INVALID,
                         has_argument
                             ? "an expression and --file were both given; give one of them"
                             : "an expression is missing; write it in quotes or name its file "
                               "with --file");
    Text argument = invocation_argument(invocation, argument_index);
    bool is_stdin = text_equal(has_argument ? argument : file, TEXT("-"));
    if (has_argument && !is_stdin) {
        *ret_source = argument;
        return STATUS_OK;
    }
    Arena *arena = invocation->arena;
    if (is_stdin) return read_stdin(arena, LANG_SOURCE_BYTES_MAX, ret_source, err);
    return file_read(arena_cstr(arena, file), LANG_SOURCE_BYTES_MAX, arena, ret_source, err);
}

Status invocation_codes(Invocation *invocation, const char *path, Text *ret_codes, Error *err)
{
    enum { FILE_CHUNK_BYTES = 256 * 1024 };
    AUTO(byte_source_done) ByteSource *source = NULL;
    AUTO(buffer_done) Buffer buffer = {0};
    TRY(byte_source_open(path, &source, err));
    for (size_t size = 1; size > 0;) {
        buffer_reserve(&buffer, FILE_CHUNK_BYTES);
        TRY(byte_source_read(source, buffer.data + buffer.size, FILE_CHUNK_BYTES, &size, err));
        buffer.size += size;
        if (buffer.size > CODE_LIST_BYTES_MAX)
            return error_set(err, STATUS_LIMIT, "the list of codes is over %d bytes",
                             CODE_LIST_BYTES_MAX);
    }
    *ret_codes = arena_text(invocation->arena, buffer_view(&buffer));
    return STATUS_OK;
}

OutputOptions invocation_output(const Invocation *invocation, OutputFormat format,
                                Language language)
{
    bool becomes_json = invocation->common.is_json && format == FORMAT_TABLE;
    return (OutputOptions){.format = becomes_json ? FORMAT_JSON : format,
                           .has_colour = invocation->environment->out_has_colour,
                           .language = language,
                           .file = invocation->environment->out,
                           .utc_second = invocation->environment->utc_second()};
}

Status invocation_no_workbook(OutputFormat format, Error *err)
{
    if (format != FORMAT_XLSX) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "only a list goes into a workbook; leave out --format xlsx, or ask for one");
}

void invocation_json(Invocation *invocation, const Buffer *json)
{
    fwrite(json->data, 1, json->size, invocation->environment->out);
    fputc('\n', invocation->environment->out);
}

void invocation_problems(Invocation *invocation, const Text *problems, size_t count,
                         const char *sound)
{
    invocation->exit_code = count == 0 ? 0 : status_exit_code(STATUS_CORRUPT);
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_problems(&writer, problems, count);
        invocation_json(invocation, &buffer);
        return;
    }
    for (size_t i = 0; i < count; i++)
        invocation_say(invocation, "%.*s", TEXT_FORMAT(problems[i]));
    if (count == 0) invocation_say(invocation, "%s", error_phrase(sound));
}

void invocation_done(Invocation *invocation, const char *kind, Text name, const char *done)
{
    if (!invocation->common.is_json) {
        if (!invocation->common.is_quiet)
            invocation_say(invocation, "%s '%.*s': %s", error_phrase(kind), TEXT_FORMAT(name),
                           error_phrase(done));
        return;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, kind);
    json_text(&writer, name);
    json_key(&writer, "done");
    json_cstr(&writer, done);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

/* That the words fit the arguments is what tools/tidy.py sees to. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
/* What comes from files is never a command for the terminal. */
static void print_line(Invocation *invocation, FILE *file, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    format = error_phrase(format); /* in the words of the data, where there are some */
    size_t size = (size_t)vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *line = arena_alloc(invocation->arena, size + 1);
    vsnprintf(line, size + 1, format, arguments);
    Text shown = human_lines((Text){line, size}, invocation->arena);
    fwrite(shown.data, 1, shown.size, file);
    fputc('\n', file);
}
#pragma GCC diagnostic pop

void invocation_say(Invocation *invocation, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(invocation, invocation->environment->out, format, arguments);
    va_end(arguments);
}

void invocation_note(Invocation *invocation, const char *format, ...)
{
    if (invocation->common.is_quiet) return;
    va_list arguments;
    va_start(arguments, format);
    print_line(invocation, invocation->environment->error, format, arguments);
    va_end(arguments);
}
