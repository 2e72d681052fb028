#!/usr/bin/env python3
"""Tests of tidy.py: every rule fires on a bad sample and is silent on a good one."""

import pathlib
import shutil
import sys
import tempfile
import unittest

import selftest
import tidy


def c(name, body=""):
    """A well-formed C file."""
    return f"/* {name} -- a sample. */\n{body}"


def long_function(lines, before=""):
    return f"{before}static void f(void)\n{{\n" + "    g();\n" * lines + "}\n"


CLEAN = {
    "src/base/CMakeLists.txt": "add_library(base STATIC arena.c)\n",
    "src/base/README.md": "| `arena.[ch]` | memory |\n",
    "src/base/arena.c": c("arena.c", '#include "base/arena.h"\n\n#include <stdlib.h>\n\n'
                          "void arena_free(void *arena)\n{\n    free(arena);\n}\n"),
    "src/base/arena.h": c("arena.h", "#pragma once\n\nvoid arena_free(void *arena);\n"),
    "tests/CMakeLists.txt": "add_library(harness STATIC harness/harness.c)\n",
    "tests/harness/harness.c": c("harness.c", "int main(void)\n{\n    return 0;\n}\n"),
    "docs/decisions/0001-first.md": "# 1. First\n",
    "docs/decisions/0002-second.md": "# 2. Second\n",
}

# rule: bad samples, each a few files laid over CLEAN (None removes one) and a word of the finding.
BAD = {
    "floors": [
        ({"src/base/up.c": c("up.c", '#include "lang/ast.h"\n')}, "may not include lang"),
        ({"src/lang/a.c": c("a.c", '#include "store/store.h"\n')}, "may not include store"),
        ({"src/base/a.c": c("a.c", '#include "arena.h"\n')}, "base/arena.h"),
        ({"src/base/a.c": c("a.c", '#include "harness/harness.h"\n')}, "not of src/"),
        ({"src/attic/a.c": c("a.c")}, "no floor"),
    ],
    "links": [
        ({"src/lang/CMakeLists.txt": "target_link_libraries(lang PUBLIC model store)\n"},
         "lang links store"),
        ({"src/base/CMakeLists.txt": "target_link_libraries(base\n    PUBLIC cli)\n"},
         "base links cli"),
    ],
    "fences": [
        ({"src/eval/a.c": c("a.c", "#include <sqlite3.h>\n")}, "src/store/"),
        ({"src/base/text.c": c("text.c", "#include <utf8proc.h>\n")}, "src/base/fold.c"),
        ({"src/lang/a.c": c("a.c", '#  include "pcre2.h"\n')}, "src/base/regex.c"),
        ({"src/base/a.c": c("a.c", "#include <sodium.h>\n")}, "src/base/hash.c"),
        ({"src/ingest/a.c": c("a.c", "#include <zlib.h>\n")}, "src/base/file.c"),
        ({"src/base/a.c": c("a.c", "#include <uchardet/uchardet.h>\n")}, "src/ingest/"),
    ],
    "first_line": [
        ({"src/base/a.c": "#include <stdio.h>\n"}, "/* a.c -- "),
        ({"tests/base/b.h": "/* a.h -- copied. */\n#pragma once\n"}, "/* b.h -- "),
        ({"src/base/s.def": "ROW(1)\n"}, "/* s.def -- "),
    ],
    "pragma_once": [({"src/base/a.h": c("a.h", "#ifndef A\n#define A\n#endif\n")}, "#pragma")],
    "function_lines": [
        ({"src/base/a.c": c("a.c", long_function(68))}, "71 lines"),
        ({"tests/base/a.c": c("a.c", "\n" + long_function(100, "/* NOLINT: because */\n"))},
         "103 lines"),
    ],
    "parameters": [
        ({"src/base/a.c": c("a.c", "\nint f(int a, int b, int c, int d, int e,\n"
                            "      int (*g)(int, int), int h)\n{\n}\n")}, "7 parameters"),
    ],
    "columns": [
        ({"src/base/a.c": c("a.c", "/* " + "я" * 95 + " */\n")}, "101 columns"),
        ({"tools/a.sh": "echo " + "x" * 100 + "\n"}, "105 columns"),
    ],
    "file_lines": [({"src/base/a.c": c("a.c", "\n" * 799)}, "800 lines")],
    "bans": [
        ({"src/cli/a.c": c("a.c", "void f(char *a)\n{\n    strcpy(a, a);\n}\n")}, "snprintf"),
        ({"src/base/a.c": c("a.c", "int x = atoi(text);\n")}, "decimal_parse"),
        ({"src/base/a.c": c("a.c", "char *x = strtok(a, b);\n")}, "text_split"),
        ({"src/base/a.c": c("a.c", "struct tm *x = localtime(&t);\n")}, "base/zone.h"),
        ({"src/base/a.c": c("a.c", "int x = rand();\n")}, "base/random.h"),
        ({"src/base/a.c": c("a.c", "void *x = alloca(9);\n")}, "not safe"),
        ({"src/cli/a.c": c("a.c", "long x = time(NULL);\n")}, "src/cli/main.c"),
        ({"src/lang/a.c": c("a.c", "void *x = malloc(9);\n")}, "Arena"),
        ({"src/base/text.c": c("text.c", 'void f(void) { printf("x"); }\n')}, "Status"),
        ({"src/store/a.c": c("a.c", 'void f(void) { fprintf(stderr, "x"); }\n')}, "Status"),
        ({"src/app/a.c": c("a.c", "void f(void) { exit(1); }\n")}, "Status"),
    ],
    "free": [({"src/store/a.c": c("a.c", "void f(void) { free (x); }\n")}, "memory_alloc")],
    "marks": [
        ({"src/base/a.c": c("a.c", "/* TODO: later */\n")}, "TODO"),
        ({"tools/a.sh": "# FIXME\n"}, "FIXME"),
        ({"docs/a.md": "XXX\n"}, "XXX"),
    ],
    "listed_in_cmake": [
        ({"src/base/lost.c": c("lost.c")}, "lost.c"),
        ({"src/base/a_arena.c": c("a_arena.c")}, "a_arena.c"),
        ({"src/base/rena.c": c("rena.c")}, "rena.c"),
        ({"tests/harness/lost.c": c("lost.c")}, "lost.c"),
    ],
    "readme": [
        ({"src/base/README.md": None}, "no README.md"),
        ({"src/base/README.md": "memory\n"}, "arena.h is missing"),
        ({"src/base/README.md": "`arena.[ch]`, `gone.c`\n"}, "gone.c is not in"),
        ({"src/base/status.def": c("status.def")}, "status.def is missing"),
    ],
    "skipped": [
        ({"src/base/a.c": c("a.c", "#if 0\n#endif\n")}, "switched off"),
        ({"tests/base/a.c": c("a.c", "TEST_SKIP(slow)\n")}, "switched off"),
        ({"tests/base/CMakeLists.txt": "set_tests_properties(a PROPERTIES DISABLED TRUE)\n"},
         "switched off"),
        ({"tests/base/CMakeLists.txt": "set_tests_properties(a PROPERTIES WILL_FAIL TRUE)\n"},
         "switched off"),
    ],
    "decisions": [
        ({"docs/decisions/0004-fourth.md": "# 4. Fourth\n"}, "0003"),
        ({"docs/decisions/0003-third.md": "# Third\n"}, "# 3. "),
        ({"docs/decisions/third.md": "# 3. Third\n"}, "0003-"),
    ],
    "format": [({"src/base/a.c": c("a.c", "int  f( void ) {return 0;}\n")}, "make format")],
    "errors": [
        ({"src/base/a.c": c("a.c", 'int f(void) { return error_set(err, S, "no "\n"%s", a); }\n')},
         "a.c:2: say it"),
        ({"src/reply/errors/base.def": c("base.def", 'ERROR_TEXT("no %s", "нет %s", "немає")\n'),
          "src/base/a.c": c("a.c", 'Status f(void) { return error_set(e, S, "no %s", a); }\n')},
         "must take what"),
        ({"src/reply/errors/base.def": c("base.def", 'ERROR_TEXT("no", "нет", "немає")\n')},
         "remove the row"),
    ],
    "headers_alone": [
        ({"src/base/a.h": c("a.h", "#pragma once\nvoid f(size_t size);\n")}, "include what it"),
    ],
}

# What must stay silent although it comes near a rule.
GOOD = {
    "floors": {"src/lang/a.c": c("a.c", '#include "base/arena.h"\n#include "lang/ast.h"\n')},
    "links": {"src/lang/CMakeLists.txt": "target_link_libraries(lang PUBLIC model base)\n"},
    "fences": {"src/store/a.c": c("a.c", "#include <sqlite3.h>\n"),
               "tests/store/a.c": c("a.c", "#include <sqlite3.h>\n")},
    "first_line": {"src/base/s.def": c("s.def", "ROW(1)\n")},
    "pragma_once": {"src/base/a.h": c("a.h", "#pragma once\n")},
    "function_lines": {
        "src/base/a.c": c("a.c", long_function(67)),
        "src/base/b.c": c("b.c", "\n" + long_function(
            100, "/* NOLINT(function-size): dispatch */\n"))},
    "parameters": {"src/base/a.c": c("a.c", "\nint f(int a, int (*g)(int, int, int, int, int), "
                                     "int b)\n{\n}\n")},
    "columns": {"src/base/a.c": c("a.c", "/* " + "я" * 94 + " */\n"),
                "src/base/wide.def": c("wide.def", "x" * 200)},
    "file_lines": {"src/base/a.c": c("a.c", "\n" * 798)},
    "bans": {
        "src/lang/a.c": c("a.c", "/* malloc(1) and time(NULL) */\n"
                          'const char *a = "printf(x) exit(1) \\" stderr";\n'
                          "int b = map_free(m) + row->time(1) + days_time(2);\n"
                          "int PRINTF_LIKE(1, 2) c(__attribute__((format(printf, 1, 2))));\n"),
        "src/cli/main.c": c("main.c", "void f(void) { printf(t, time(NULL)); exit(1); }\n"),
        "tests/base/a.c": c("a.c", "void f(void) { free(malloc(1)); }\n")},
    "free": {"src/store/a.c": c("a.c", '#include "base/memory.h"\nvoid f(void) { free(x); }\n'),
             "src/lang/a.c": c("a.c", "void f(void) { arena_free(x); }\n")},
    "marks": {"src/base/a.c": c("a.c", "/* TODO(#12): later; mkdtemp wants XXXXXX */\n")},
    "listed_in_cmake": {"fuzz/csv.c": c("csv.c"),
                        "fuzz/CMakeLists.txt": "add_fuzz_target(csv LIBS ingest)\n"},
    "readme": {"src/base/status.def": c("status.def"),
               "src/base/README.md": "`arena.c`, `status.def`; used by `lang/ast.h`\n"},
    "skipped": {"src/base/a.c": c("a.c", "/* skip(); #if 0 */\n#if 01\n#endif\n")},
    "decisions": {"docs/decisions/0003-third.md": "# 3. Third\n",
                  "docs/decisions/README.md": "# Decisions\n"},
    "format": {"src/base/a.c": c("a.c", "int f(void)\n{\n    return 0;\n}\n")},
    "errors": {
        "src/reply/errors/base.def": c(
            "base.def", 'ERROR_TEXT("%s of %zu", "%2$zu: %1$s", "%s з %zu")\n'),
        "src/base/a.c": c("a.c", "Status f(void)\n{\n    return error_prefix(err, g(a, \",\") ? "
                          '"%s of %zu" : "%s: %s", a, b);\n}\n'),
        "src/cli/a.c": c("a.c", 'Status f(void) { return error_set(err, S, "no option"); }\n')},
    "headers_alone": {"src/base/a.h": c("a.h", '#pragma once\n#include "base/arena.h"\n')},
}


def findings(rule, files):
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        style = pathlib.Path(tidy.__file__).resolve().parent.parent / ".clang-format"
        shutil.copy(style, root / ".clang-format")
        for name, text in {**CLEAN, **files}.items():
            if text is None:
                continue
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tidy.check(root, [rule])[rule]


class Rules(unittest.TestCase):
    """test_RULE_fires and test_RULE_is_silent, made from the tables below."""

    def test_every_rule_has_samples(self):
        self.assertEqual(set(tidy.RULES), set(BAD))
        self.assertEqual(set(tidy.RULES), set(GOOD))

    def test_clean_tree_has_no_findings(self):
        for rule in tidy.RULES:
            self.assertEqual(findings(rule, {}), [], rule)

    def expect_fires(self, rule):
        for files, word in BAD[rule]:
            found = findings(rule, files)
            self.assertTrue(any(word in line for line in found), f"{files}: {found}")

    def expect_silent(self, rule):
        self.assertEqual(findings(rule, GOOD[rule]), [])


def add_tests():
    for rule in tidy.RULES:
        if rule == "format" and shutil.which("clang-format-14") is None:
            continue  # the rule itself says nothing without the tool
        setattr(Rules, f"test_{rule}_fires", lambda self, r=rule: self.expect_fires(r))
        setattr(Rules, f"test_{rule}_is_silent", lambda self, r=rule: self.expect_silent(r))


add_tests()

if __name__ == "__main__":
    sys.exit(selftest.main())
