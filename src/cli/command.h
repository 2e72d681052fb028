/* command.h -- what a command of the program is: its words, its options, its work.
 *
 * Every command is one constant table; the same table reads the command line, prints --help and
 * feeds the completion of the shell. */
#pragma once

#include "app/work.h"
#include "base/buffer.h"
#include "cli/environment.h"
#include "cli/progress_line.h"
#include "reply/output.h"

#include <limits.h>

typedef enum {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* Text; data is NULL when not given */
    OPTION_LIST,   /* OptionList: may be given several times */
    OPTION_COUNT,  /* OptionCount: a whole number from 0 */
    OPTION_DATE,   /* OptionDate */
    OPTION_CHOICE, /* int: index of the word in `value`; `value_default` when not given */
    OPTION_KIND_COUNT
} OptionKind;

typedef struct {
    Text *items;
    size_t count, capacity;
} OptionList;

typedef struct {
    bool is_given;
    uint64_t value;
} OptionCount;

/* What --limit means everywhere: so many rows, 0 all of them, `rows_usual` when it is not given. */
#define ROWS_ALL (SIZE_MAX / 2) /* leaves room for "one more" */
size_t rows_chosen(OptionCount limit, size_t rows_usual);

typedef struct {
    bool is_given;
    Date value;
} OptionDate;

typedef struct {
    OptionKind kind;
    const char *name;  /* "as-of", typed as --as-of */
    char letter;       /* 'd', typed as -d; 0: none */
    const char *value; /* what help calls the value; OPTION_CHOICE: the words, "table|csv|json" */
    const char *help;
    size_t offset; /* of its member in the command's structure of options */
} Option;

#define OPTION(Struct, member, kind, name, value, help)               \
    {                                                                 \
        OPTION_##kind, name, 0, value, help, offsetof(Struct, member) \
    }

typedef struct Invocation Invocation;

typedef struct {
    const char *name;      /* "eval", "metric add" */
    const char *arguments; /* "'EXPRESSION'"; empty when there are none */
    const char *summary;   /* one line for the list of commands */
    const char *details;   /* paragraphs and examples for its own help; may be NULL */
    const Option *options;
    size_t options_count;
    size_t options_size; /* bytes of the structure of options */
    size_t arguments_min, arguments_max;
    bool is_hidden;
    bool changes_data; /* or definitions: live segments are made true after it */
    Status (*run)(Invocation *invocation, const void *options, Error *err);
} Command;

/* What --language takes where a command has it: "own" is the language of the data directory. */
#define LANGUAGE_CHOICES "own|ru|uk|en"
Language language_chosen(int choice, Language own);

/* What --format takes, in the order of OutputFormat. */
#define FORMAT_CHOICES "table|csv|json|ndjson|xlsx"

enum { ARGUMENTS_ANY = INT_MAX };

/* The members of every command. */
typedef struct {
    Text directory; /* -d */
    Text author;    /* --author */
    Text output;    /* --output */
    bool is_json;   /* --json */
    bool is_quiet;  /* -q */
    bool wants_help;
    bool wants_version;
} CommonOptions;

extern const Option common_options[];
extern const size_t common_options_count;

/* A command at work. */
struct Invocation {
    const Environment *environment;
    const Command *command;
    CommonOptions common;
    Arena *arena;             /* ends with the command */
    const char *const *words; /* all that was typed after the name of the command */
    size_t words_count;
    const char **arguments;
    size_t arguments_count;
    bool changed_nothing; /* this time: nothing has to be made true after it */
    int exit_code;        /* what a command that succeeded ends with; 0 unless it says otherwise */
    Progress progress;    /* reports on stderr, learns of Ctrl-C */
    ProgressLine *progress_line; /* behind it */
};

/* All commands, in the order of the help. */
extern const Command *const commands[];
extern const size_t commands_count;

/* ---- what commands share (invocation.c) ---- */

/* -d, else $KOHORTA_DATA, else ./kohorta-data. */
const char *invocation_directory(const Invocation *invocation);
/* What the clock shows, and $KOHORTA_TODAY. */
MUST_CHECK Status invocation_clock(const Invocation *invocation, AppClock *ret_clock, Error *err);
/* Open the data directory; the sentence of an error says how to make one. */
MUST_CHECK Status invocation_open(Invocation *invocation, StoreMode mode, App **ret_app,
                                  Error *err);
/* Who types: --author, else what the environment says; empty when nobody does. */
Text invocation_author(const Invocation *invocation);
/* Open the data directory for writing, to act on its segments. Close the work before the app. */
MUST_CHECK Status invocation_work(Invocation *invocation, App **ret_app, AppWork *ret_work,
                                  Error *err);
/* The same without the data, for what evaluates nothing: definitions, changes by hand. */
MUST_CHECK Status invocation_define(Invocation *invocation, App **ret_app, AppWork *ret_work,
                                    Error *err);
/* Argument as a text; empty when it was not given. */
Text invocation_argument(const Invocation *invocation, size_t index);
/* The expression of an option --file or of an argument: exactly one of them. "-" is stdin. */
MUST_CHECK Status invocation_expression(Invocation *invocation, Text file, size_t argument_index,
                                        Text *ret_source, Error *err);
/* A list of codes out of a file; "-" is stdin. */
MUST_CHECK Status invocation_codes(Invocation *invocation, const char *path, Text *ret_codes,
                                   Error *err);
/* Format of lists: --json makes a table JSON. */
OutputOptions invocation_output(const Invocation *invocation, OutputFormat format,
                                Language language);
/* What is no list of rows does not go into a workbook: INVALID for FORMAT_XLSX. */
MUST_CHECK Status invocation_no_workbook(OutputFormat format, Error *err);
/* Something was done to something: "property 'x': added" in the words of the data, or as JSON
 * {"property":"x",...}. `kind`, `done` and the formats below stand in src/reply/errors/phrases.def.
 */
void invocation_done(Invocation *invocation, const char *kind, Text name, const char *done);
/* JSON that a command has built: one line on stdout. */
void invocation_json(Invocation *invocation, const Buffer *json);
/* What a check found, one on a line, and the exit code for it; `sound` stands in phrases.def and is
 * said when there is nothing. */
void invocation_problems(Invocation *invocation, const Text *problems, size_t count,
                         const char *sound);
/* A line of text for people on stdout. */
void invocation_say(Invocation *invocation, const char *format, ...) PRINTF_LIKE(2, 3);
/* A note on stderr unless --quiet. */
void invocation_note(Invocation *invocation, const char *format, ...) PRINTF_LIKE(2, 3);
