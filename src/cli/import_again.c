/* import_again.c -- the command that imports a file of rejected rows, once they are mended. */
#include "cli/import_again.h"

#include <string.h>

/* Options of the input or of this one run, which say nothing of the mended rows. */
static const struct {
    const char *name;
    bool has_value;
} left_out[] = {{"--dry-run", false}, {"--preview", true}, {"--encoding", true},
                {"--format", true},   {"--header", true},  {"--skip-lines", true},
                {"--rejects", true},  {"--quiet", false},  {"--save-mapping", true},
                {"-q", false},        {"--dates", true},   {"--decimal", true},
                {"--data", true},     {"-d", true}};

static bool is_plain(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || (unsigned char)byte >= 0x80 ||
           (byte != '\0' && strchr("_-./:=,+@%", byte) != NULL);
}

/* A word as a shell takes it back. */
static void add_word(Buffer *out, Text word)
{
    bool is_bare = word.size > 0;
    for (size_t i = 0; i < word.size; i++)
        is_bare &= is_plain(word.data[i]);
    if (out->size != 0) buffer_char(out, ' ');
    if (is_bare) {
        buffer_text(out, word);
        return;
    }
    buffer_char(out, '\'');
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] == '\'') buffer_cstr(out, "'\\'");
        buffer_char(out, word.data[i]);
    }
    buffer_char(out, '\'');
}

/* A part of the events of some days does not replace them: the mended rows are added. */
static bool is_replacing_events(const Invocation *invocation, size_t index, Text value)
{
    if (value.data == NULL && index + 1 < invocation->words_count)
        value = text_of(invocation->words[index + 1]);
    return text_equal(value, TEXT("replace")) &&
           strcmp(invocation->command->name, "import events") == 0;
}

/* How many words from this one on are left out: an option, with its value where it is the next. */
static size_t words_left_out(const Invocation *invocation, size_t index)
{
    const char *word = invocation->words[index];
    Text rest;
    Text name = text_split(text_of(word), '=', &rest);
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
        if (text_equal(name, text_of(left_out[i].name)))
            return left_out[i].has_value && rest.data == NULL ? 2 : 1;
    if (text_equal(name, TEXT("--mode")) && is_replacing_events(invocation, index, rest))
        return rest.data == NULL ? 2 : 1;
    return 0;
}

Text import_again(const Invocation *invocation, const char *file, const ImportReport *report)
{
    AUTO(buffer_done) Buffer out = {0};
    add_word(&out, TEXT("kohorta"));
    if (invocation->common.directory.data != NULL) {
        add_word(&out, TEXT("-d"));
        add_word(&out, invocation->common.directory);
    }
    buffer_printf(&out, " %s", invocation->command->name);
    for (size_t i = 0; i < invocation->words_count;) {
        const char *word = invocation->words[i];
        size_t skipped = words_left_out(invocation, i);
        if (skipped == 0)
            add_word(&out, text_of(strcmp(word, file) == 0 ? report->rejects_path : word));
        i += skipped == 0 ? 1 : skipped;
    }
    if (report->date_order != DATE_ORDER_DETECT)
        buffer_printf(&out, " --dates %s", import_date_order_code(report->date_order));
    if (report->decimal_mark != DECIMAL_MARK_DETECT)
        buffer_printf(&out, " --decimal %s", import_decimal_mark_code(report->decimal_mark));
    return arena_text(invocation->arena, buffer_view(&out));
}
