/* cases.c -- runs a file of text cases, or rewrites it with what came out. */
#include "harness/cases.h"

#include "base/buffer.h"
#include "base/file.h"
#include "harness/harness.h"

enum { CASES_FILE_BYTES_MAX = 16 * 1024 * 1024 };

typedef struct {
    Text name, input, expected;
    int line; /* of the name, from 1 */
    bool has_expected;
} Case;

typedef struct {
    Text head; /* what stands before the first case */
    Case *items;
    size_t count, capacity;
} CaseFile;

static Text without_breaks(Text text)
{
    while (text.size > 0 && text.data[0] == '\n')
        text = text_slice(text, 1, text.size);
    while (text.size > 0 && text.data[text.size - 1] == '\n')
        text = text_slice(text, 0, text.size - 1);
    return text;
}

/* Lines are views into one file, so a run of them is a view too. */
static void extend(Text *part, Text line)
{
    if (part->data == NULL)
        *part = line;
    else
        part->size = (size_t)(line.data + line.size - part->data);
}

static Text *part_of_line(CaseFile *file)
{
    if (file->count == 0) return &file->head;
    Case *last = &file->items[file->count - 1];
    return last->has_expected ? &last->expected : &last->input;
}

static CaseFile read_cases(Text content, Arena *arena)
{
    CaseFile file = {0};
    int number = 0;
    for (Text rest = content; rest.size > 0;) {
        Text line = text_split(rest, '\n', &rest);
        number++;
        if (text_starts_with(line, TEXT("==="))) {
            Case one = {.name = text_trim(text_slice(line, 3, line.size)), .line = number};
            ARENA_PUSH(arena, &file, one);
        } else if (text_equal(line, TEXT("---")) && file.count > 0 &&
                   !file.items[file.count - 1].has_expected) {
            file.items[file.count - 1].has_expected = true;
        } else {
            extend(part_of_line(&file), line);
        }
    }
    return file;
}

static void run_case(const char *path, const Case *one, CaseFunction *run, Buffer *rewritten)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text input = without_breaks(one->input);
    Text actual = without_breaks(run(input, arena));
    buffer_printf(rewritten, "\n=== %.*s\n%.*s\n---\n%.*s\n", TEXT_FORMAT(one->name),
                  TEXT_FORMAT(input), TEXT_FORMAT(actual));
    if (harness_accepts()) return;
    if (!one->has_expected) harness_fail(path, one->line, "a case without '---'");
    harness_expect_text(path, one->line, arena_cstr(arena, one->name), actual,
                        without_breaks(one->expected));
}

void cases_run(const char *file_name, CaseFunction *run)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer rewritten = {0};
    Error err;
    Text content = {0};
    Text path = arena_printf(arena, "%s/tests/cases/%s", harness_source_dir(), file_name);
    EXPECT_OK(file_read(path.data, CASES_FILE_BYTES_MAX, arena, &content, &err), &err);
    CaseFile file = read_cases(content, arena);
    if (file.count == 0) harness_fail(path.data, 1, "no cases");
    buffer_printf(&rewritten, "%.*s\n", TEXT_FORMAT(without_breaks(file.head)));
    for (size_t i = 0; i < file.count; i++)
        run_case(path.data, &file.items[i], run, &rewritten);
    if (harness_accepts() && !text_equal(buffer_view(&rewritten), content))
        EXPECT_OK(file_write_atomic(path.data, buffer_view(&rewritten), &err), &err);
}
