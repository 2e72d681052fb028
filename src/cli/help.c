/* help.c -- the texts of --help, made from the tables of commands and options. */
#include "cli/help.h"

#include "cli/feature.h"

#include <string.h>

enum { HELP_COLUMN = 26, HELP_WIDTH = 96 };

static void put_spaces(size_t count, FILE *file)
{
    for (size_t i = 0; i < count; i++)
        fputc(' ', file);
}

/* `text` beginning at HELP_COLUMN, broken at spaces; `used` columns of the line are taken. */
static void put_wrapped(const char *text, size_t used, FILE *file)
{
    if (used + 2 > HELP_COLUMN) {
        fputc('\n', file);
        used = 0;
    }
    put_spaces(HELP_COLUMN - used, file);
    size_t column = HELP_COLUMN;
    Text rest = text_of(text);
    while (rest.data != NULL && rest.size > 0) {
        Text word = text_split(rest, ' ', &rest);
        if (column > HELP_COLUMN && column + 1 + utf8_length(word) > HELP_WIDTH) {
            fputc('\n', file);
            put_spaces(HELP_COLUMN, file);
            column = HELP_COLUMN;
        }
        if (column > HELP_COLUMN) fputc(' ', file);
        column += utf8_length(word) + (column > HELP_COLUMN ? 1 : 0);
        fprintf(file, "%.*s", TEXT_FORMAT(word));
    }
    fputc('\n', file);
}

static void put_command(const Command *command, FILE *file)
{
    int used = fprintf(file, "  %s", command->name);
    put_wrapped(command->summary, (size_t)used, file);
}

static void put_option(const Option *option, FILE *file)
{
    int used = option->letter != 0 ? fprintf(file, "  -%c, --%s", option->letter, option->name)
                                   : fprintf(file, "  --%s", option->name);
    if (option->value != NULL) used += fprintf(file, " %s", option->value);
    put_wrapped(option->help, (size_t)used, file);
}

static void put_common_options(FILE *file)
{
    fputs("\nOptions of every command:\n", file);
    for (size_t i = 0; i < common_options_count; i++)
        put_option(&common_options[i], file);
}

void help_program(bool hides_segments, FILE *file)
{
    fputs("Kohorta: which customers do you mean?\n\n"
          "usage: kohorta COMMAND [ARGUMENTS] [OPTIONS]\n"
          "       kohorta COMMAND --help\n\nCommands:\n",
          file);
    for (size_t i = 0; i < commands_count; i++)
        if (!commands[i]->is_hidden && !(hides_segments && feature_is_of_segments(commands[i])))
            put_command(commands[i], file);
    put_common_options(file);
    fputs("\nThe data directory is that of -d, else of the variable KOHORTA_DATA, else\n"
          "./kohorta-data. KOHORTA_TODAY=2026-03-31 makes that day today. KOHORTA_AUTHOR is\n"
          "who makes changes, else USER is. NO_COLOR switches colours off.\n"
          "\nExit codes: 0 done, 1 failure, 2 not understood, 3 not found, 4 conflict,\n"
          "5 some rows of an import were rejected, 6 shipment forbidden, 130 interrupted.\n",
          file);
}

void help_command(const Command *command, FILE *file)
{
    fprintf(file, "%s\n\nusage: kohorta %s%s%s%s\n", command->summary, command->name,
            command->arguments[0] != '\0' ? " " : "", command->arguments,
            command->options_count > 0 ? " [OPTIONS]" : "");
    if (command->details != NULL) fprintf(file, "\n%s\n", command->details);
    if (command->options_count > 0) fputs("\nOptions:\n", file);
    for (size_t i = 0; i < command->options_count; i++)
        put_option(&command->options[i], file);
    put_common_options(file);
}

void help_group(Text group, FILE *file)
{
    fprintf(file, "usage: kohorta %.*s COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n",
            TEXT_FORMAT(group));
    for (size_t i = 0; i < commands_count; i++) {
        Text rest;
        Text first = text_split(text_of(commands[i]->name), ' ', &rest);
        if (text_equal(first, group) && !commands[i]->is_hidden) put_command(commands[i], file);
    }
}
