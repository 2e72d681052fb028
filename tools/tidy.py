#!/usr/bin/env python3
"""Style as a test: what neither the compilers nor clang-tidy can see.

usage: tools/tidy.py [--root DIR] [--rule NAME] [--list] [--write-format]

Every finding is "file:line: what is wrong: how to mend it [rule]". One rule is one test; the last
line is "N passed, N failed". tools/test_tidy.py shows for every rule that it fires.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

# ---- The tables: change the house here, and ARCHITECTURE.md with it. ----

# A folder of src/ includes only folders of lower floors and itself.
FLOORS = {
    "base": 0,
    "model": 1,
    "lang": 2, "columns": 2, "store": 2,
    "eval": 3, "warehouse": 3, "analysis": 3, "ingest": 3, "demo": 3,
    "engine": 4,
    "dataset": 5,
    "segment": 6, "classification": 6,
    "activation": 7, "report": 7, "access": 7,
    "app": 8,
    "reply": 9,
    "server": 10,
    "cli": 11,
}

# Third-party headers and the only places of src/ that may include them.
FENCES = {
    "sqlite3.h": ("src/store/",),
    "utf8proc.h": ("src/base/fold.c",),
    "pcre2.h": ("src/base/regex.c",),
    "sodium.h": ("src/base/hash.c", "src/base/secret.c"),
    "zlib.h": ("src/base/file.c",),
    "microhttpd.h": ("src/server/http.c",),
    "uchardet.h": ("src/ingest/",),
    "uchardet/uchardet.h": ("src/ingest/",),
    "xlsxwriter.h": ("src/reply/xlsx.c",),
}

ALLOCATES = ("malloc", "calloc", "realloc", "reallocarray", "strdup", "strndup", "asprintf",
             "vasprintf")
SPEAKS = ("printf", "vprintf", "puts", "putchar", "perror", "stderr", "stdout", "exit", "_exit",
          "quick_exit", "abort", "err", "errx", "warn", "warnx", "syslog")
CLOCKS = ("clock_gettime", "gettimeofday", "time", "clock", "timespec_get", "ftime")

# Words of C that may not be used, why not and what instead. `where` lists the places that may.
BANS = (
    # (words, places that may use them, what to use instead)
    (("strcpy", "strcat", "stpcpy", "sprintf", "vsprintf", "gets"), (),
     "it cannot know the size of its target; use snprintf, arena_printf or a Buffer"),
    (("strtok", "strtok_r", "strsep"), (), "it writes into its input; use text_split"),
    (("atoi", "atol", "atoll", "atof", "sscanf", "scanf", "fscanf"), (),
     "it takes anything for a number; use decimal_parse or date_parse_iso"),
    (("gmtime", "gmtime_r", "localtime", "localtime_r", "mktime", "timegm", "strftime"), (),
     "it depends on the process; use base/date.h and base/zone.h"),
    (("rand", "srand", "random", "srandom", "rand_r", "drand48"), (),
     "runs must replay from their seed; use base/random.h"),
    (("alloca", "system", "popen", "setlocale", "signal"), (),
     "it is not safe here; use an arena, posix_spawn, the folded forms of base/fold.h, sigaction"),
    (CLOCKS, ("src/cli/main.c", "tests/", "bench/"),
     "only src/cli/main.c reads the clock; take the moment as an argument"),
    (ALLOCATES, ("src/base/", "tests/", "fuzz/", "bench/"),
     "memory comes from base/: use an Arena, a Buffer or base/memory.h"),
    (SPEAKS, ("src/base/error.c", "src/base/memory.c", "src/cli/", "tests/", "fuzz/", "bench/"),
     "library code neither prints nor exits; return a Status with a sentence in Error"),
)

# Single exceptions: (file, word, reason). Keep it short.
ALLOWED = ()

FUNCTION_LINES_MAX = 70
PARAMETERS_MAX = 6
COLUMNS_MAX = 100
FILE_LINES_MAX = 799
DISPATCH = "NOLINT(function-size): dispatch"
CALLBACK = "NOLINT(function-size): callback"

# ---- Reading files ----

COMMENT_OR_LITERAL = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def blank(match):
    """The same text with everything but line breaks blanked out; literals keep their quotes."""
    text = match.group()
    inner = re.sub(r"[^\n]", " ", text)
    return text[0] + inner[1:-1] + text[-1] if text[0] in "\"'" else inner


class Source:
    """One file: `text` as written, `code` without comments and contents of literals."""

    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.name = path.name
        self.suffix = path.suffix
        self.text = path.read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.splitlines()
        self._code = None

    @property
    def code(self):
        if self._code is None:
            self._code = COMMENT_OR_LITERAL.sub(blank, self.text)
        return self._code

    @property
    def is_c(self):
        return self.suffix in (".c", ".h", ".inc")

    def at(self, position):
        return self.text.count("\n", 0, position) + 1


class Tree:
    """The project's own text files; build output and other people's files are not looked at."""

    TOPS = ("src", "tests", "fuzz", "bench", "tools", "cmake", "docs", "examples", "api", ".ci")
    SUFFIXES = (".c", ".h", ".inc", ".def", ".py", ".sh", ".cmake", ".md", ".txt", ".case", ".sql")

    def __init__(self, root):
        self.root = root
        paths = [p for p in sorted(root.glob("*")) if p.is_file()]
        for top in self.TOPS:
            paths += sorted(p for p in (root / top).rglob("*") if p.is_file())
        self.files = [Source(root, p) for p in paths if self.is_ours(p)]
        self.by_path = {f.path: f for f in self.files}

    def is_ours(self, path):
        if {"corpus", "node_modules"} & set(path.parts):
            return False
        return path.suffix in self.SUFFIXES or path.name == "Makefile"

    def c_files(self, *tops):
        return [f for f in self.files if f.is_c and (not tops or f.path.startswith(tops))]

    def source_folders(self):
        """src/base, src/model, ...: those that hold sources."""
        return sorted({f.path.rsplit("/", 1)[0] for f in self.c_files("src/")})

    def files_of(self, folder):
        return [f for f in self.files if f.path.rsplit("/", 1)[0] == folder]


def finding(source, line, message):
    path = source.path if isinstance(source, Source) else source
    return f"{path}:{line}: {message}"


# ---- Finding functions in formatted C ----

class Function:
    def __init__(self, source, first, body, last):
        self.source = source
        self.first = first  # line numbers from 1: signature, opening brace, closing brace
        self.body = body
        self.last = last
        self.signature = " ".join(source.code.split("\n")[first - 1:body - 1])
        around = source.lines[max(first - 2, 0):body]
        self.is_dispatch = any(DISPATCH in line for line in around)
        self.is_callback = any(CALLBACK in line for line in around)

    @property
    def name(self):
        signature = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", self.signature)
        match = re.search(r"(\w+)\s*\(", signature)
        return match.group(1) if match else "?"

    @property
    def parameters_count(self):
        signature = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", self.signature)
        begin = signature.find("(")
        inside, depth, commas = "", 0, 0
        for character in signature[begin:] if begin >= 0 else "":
            depth += character == "("
            depth -= character == ")"
            if depth == 0:
                break
            commas += character == "," and depth == 1
            inside += character
        return 0 if inside[1:].strip() in ("", "void") else commas + 1


def functions(source):
    """Every function of a formatted file: its body is between lines that are just { and }."""
    lines = source.code.split("\n")
    found, body = [], None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            body = number
        elif line.rstrip() == "}" and body is not None:
            first = body
            while first > 1 and re.search(r"[^;}\s]\s*$", lines[first - 2]) \
                    and not lines[first - 2].startswith("#"):
                first -= 1
            found.append(Function(source, first, body, number))
            body = None
    return found


# ---- Rules: each yields findings; its docstring says what it wants. ----

def rule_floors(tree):
    """A folder of src/ includes itself and lower floors only."""
    for source in tree.c_files("src/"):
        parts = source.path.split("/")
        if len(parts) != 3:
            continue
        own = parts[1]
        if own not in FLOORS:
            yield finding(source, 1, f"folder '{own}' stands on no floor: add it to FLOORS in "
                          "tools/tidy.py and to ARCHITECTURE.md")
            continue
        for number, header in includes(source):
            folder = header.split("/")[0]
            if "/" not in header:
                yield finding(source, number, f'"{header}" has no folder: write "{own}/{header}"')
            elif folder not in FLOORS:
                yield finding(source, number, f'"{header}" is not of src/: product code includes '
                              "folders of src/ only")
            elif folder != own and FLOORS[folder] >= FLOORS[own]:
                yield finding(source, number, f"{own} (floor {FLOORS[own]}) may not include "
                              f"{folder} (floor {FLOORS[folder]}): move what both need down, or "
                              "pass it in from above")


def includes(source):
    for number, line in enumerate(source.lines, 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if match:
            yield number, match.group(1)


def rule_links(tree):
    """A CMakeLists.txt of src/ links lower floors only."""
    for source in tree.files:
        match = re.fullmatch(r"src/(\w+)/CMakeLists\.txt", source.path)
        if not match or match.group(1) not in FLOORS:
            continue
        own = match.group(1)
        for call in re.finditer(r"target_link_libraries\(([^)]*)\)", source.text):
            for word in call.group(1).split()[1:]:
                if word != own and FLOORS.get(word, -1) >= FLOORS[own]:
                    yield finding(source, source.at(call.start()), f"{own} links {word} of floor "
                                  f"{FLOORS[word]}: link lower floors only")


def rule_fences(tree):
    """A third-party header is included only where ARCHITECTURE.md says."""
    for source in tree.c_files("src/"):
        for number, line in enumerate(source.lines, 1):
            match = re.match(r'\s*#\s*include\s+[<"]([^>"]+)[>"]', line)
            places = FENCES.get(match.group(1)) if match else None
            if places is not None and not source.path.startswith(places):
                yield finding(source, number, f"<{match.group(1)}> is fenced: only "
                              f"{' and '.join(places)} may include it; call that instead")


def rule_first_line(tree):
    """A C file begins with /* name -- what it is. */."""
    for source in tree.files:
        if source.suffix in (".c", ".h", ".inc", ".def"):
            begin = f"/* {source.name} -- "
            if not source.text.startswith(begin):
                yield finding(source, 1, f"begin the file with '{begin}what it is, one sentence. "
                              "*/'")


def rule_pragma_once(tree):
    """A header has #pragma once."""
    for source in tree.c_files():
        if source.suffix == ".h" and "#pragma once" not in source.lines:
            yield finding(source, 1, "add '#pragma once' after the first comment")


def rule_function_lines(tree):
    """A function has at most 70 lines; a pure dispatch switch says that it is one."""
    for source in tree.c_files():
        for function in functions(source):
            lines = function.last - function.first + 1
            if lines > FUNCTION_LINES_MAX and not function.is_dispatch:
                yield finding(source, function.first, f"{function.name} has {lines} lines, at most "
                              f"{FUNCTION_LINES_MAX}: split it; a pure dispatch switch is marked "
                              f"/* {DISPATCH} */ on the line before")


def rule_parameters(tree):
    """A function has at most 6 parameters; what a library calls has as many as that wants."""
    for source in tree.c_files():
        for function in functions(source):
            if function.parameters_count > PARAMETERS_MAX and not function.is_callback:
                yield finding(source, function.first, f"{function.name} has "
                              f"{function.parameters_count} parameters, at most {PARAMETERS_MAX}: "
                              "put those that belong together into a struct")


def rule_columns(tree):
    """A line has at most 100 columns; tables (.def) and documents are free."""
    for source in tree.files:
        if not source.is_c and source.suffix not in (".py", ".sh", ".cmake"):
            continue
        for number, line in enumerate(source.lines, 1):
            if len(line) > COLUMNS_MAX:
                yield finding(source, number, f"{len(line)} columns, at most {COLUMNS_MAX}: break "
                              "the line")


def rule_file_lines(tree):
    """A C file has fewer than 800 lines."""
    for source in tree.c_files():
        if len(source.lines) > FILE_LINES_MAX:
            yield finding(source, len(source.lines), f"{len(source.lines)} lines, at most "
                          f"{FILE_LINES_MAX}: split the file by purpose")


def rule_bans(tree):
    """Calls that are banned here, each with its replacement."""
    for words, places, instead in BANS:
        calls = "|".join(w for w in words if w not in ("stderr", "stdout"))
        names = "|".join(w for w in words if w in ("stderr", "stdout"))
        pattern = re.compile(rf"(?<![\w.>])({calls})\s*\(" + (rf"|\b({names})\b" if names else ""))
        for source in tree.c_files():
            if places and source.path.startswith(places):
                continue
            for match in pattern.finditer(source.code):
                word = match.group(1) or match.group(2)
                if not any((source.path, word) == allowed[:2] for allowed in ALLOWED):
                    yield finding(source, source.at(match.start()),
                                  f"{word} is banned here: {instead}")


def rule_free(tree):
    """free() belongs to memory of base/memory.h; a file that calls it includes that header."""
    for source in tree.c_files("src/"):
        if source.path.startswith("src/base/") or '#include "base/memory.h"' in source.lines:
            continue
        for match in re.finditer(r"(?<![\w.>])free\s*\(", source.code):
            yield finding(source, source.at(match.start()), "free without base/memory.h: use an "
                          "Arena, or take the memory from memory_alloc")


def rule_marks(tree):
    """TODO, FIXME, HACK and XXX carry the number of an issue: TODO(#12)."""
    pattern = re.compile(r"\b(TODO|FIXME|HACK|XXX)\b(?!\(#\d+\))")
    for source in tree.files:
        if source.path in ("tools/tidy.py", "tools/test_tidy.py", "CONTRIBUTING.md"):
            continue
        for number, line in enumerate(source.lines, 1):
            match = pattern.search(line)
            if match:
                yield finding(source, number, f"{match.group(1)} without an issue: do it now, or "
                              f"write {match.group(1)}(#number)")


def rule_listed_in_cmake(tree):
    """Every .c file is named in the CMakeLists.txt of its folder or the one above."""
    for source in tree.c_files("src/", "tests/", "fuzz/", "bench/"):
        if source.suffix != ".c":
            continue
        folder = source.path.rsplit("/", 1)[0]
        above = folder.rsplit("/", 1)[0]
        here = tree.by_path.get(f"{folder}/CMakeLists.txt")
        upper = tree.by_path.get(f"{above}/CMakeLists.txt")
        own = here is not None and re.search(rf"(?<![\w/]){re.escape(source.name)}\b", here.text)
        stem = here is not None and re.search(
            rf"add_fuzz_target\(\s*{re.escape(source.name[:-2])}\b", here.text)
        name_above = f"{folder.rsplit('/', 1)[1]}/{source.name}" if "/" in folder else source.name
        if not own and not stem and not (upper is not None and name_above in upper.text):
            yield finding(source, 1, f"no CMakeLists.txt names {source.name}: add it to "
                          f"{folder}/CMakeLists.txt or delete the file")


FILE_NAME = re.compile(r"(?<![\w/.-])([A-Za-z0-9_]+)\.(\[ch\]|\{c,h\}|c|h|def|inc|sql)(?![\w*])")


def rule_readme(tree):
    """README.md of a folder of src/ names exactly the files that are there."""
    for folder in tree.source_folders():
        readme = tree.by_path.get(f"{folder}/README.md")
        if readme is None:
            yield finding(folder, 1, f"no README.md: say what {folder} is, what it never does, and "
                          "its files, one line each")
            continue
        there = {f.name for f in tree.files_of(folder)
                 if f.suffix in (".c", ".h", ".def", ".inc", ".sql")}
        named = {}
        for match in FILE_NAME.finditer(readme.text):
            endings = ("c", "h") if match.group(2)[0] in "[{" else (match.group(2),)
            for ending in endings:
                named.setdefault(f"{match.group(1)}.{ending}", readme.at(match.start()))
        stems = {name.rsplit(".", 1)[0] for name in named if name.endswith((".c", ".h"))}
        for name in sorted(there - named.keys()):
            stem, ending = name.rsplit(".", 1)  # naming x.c or x.h names the pair
            if ending not in ("c", "h") or stem not in stems:
                yield finding(readme, 1, f"{name} is missing: give it a line")
        for name in sorted(named.keys() - there):
            yield finding(readme, named[name], f"{name} is not in {folder}: remove it, or write "
                          "its folder before it")


def rule_skipped(tree):
    """Nothing is switched off or skipped."""
    c_pattern = re.compile(r"^\s*#\s*if\s+0\b|\b\w*_SKIP\s*\(|\bskip_test\s*\(", re.MULTILINE)
    cmake_pattern = re.compile(r"\bDISABLED\b|\bSKIP_\w+|\bWILL_FAIL\b")
    for source in tree.files:
        is_cmake = source.name == "CMakeLists.txt" or source.suffix == ".cmake"
        pattern = cmake_pattern if is_cmake else c_pattern if source.is_c else None
        text = source.code if source.is_c else source.text
        for match in pattern.finditer(text) if pattern else ():
            yield finding(source, source.at(match.end()), "switched off or skipped: mend it or "
                          "delete it")


def rule_decisions(tree):
    """Decision records are numbered 0001, 0002, ... without gaps, and their titles agree."""
    folder = "docs/decisions"
    records = [f for f in tree.files_of(folder) if f.name != "README.md"]
    expected = 1
    for source in records:
        match = re.fullmatch(r"(\d{4})-[a-z0-9-]+\.md", source.name)
        if not match:
            yield finding(source, 1, f"name it {expected:04d}-what-was-decided.md")
            continue
        if int(match.group(1)) != expected:
            yield finding(source, 1, f"the next free number is {expected:04d}: rename the record")
        if not source.text.startswith(f"# {int(match.group(1))}. "):
            yield finding(source, 1, f"begin with '# {int(match.group(1))}. What was decided'")
        expected = int(match.group(1)) + 1


def rule_format(tree):
    """clang-format 14 would change nothing; without it the rule has nothing to say."""
    tool = shutil.which("clang-format-14")
    sources = tree.c_files()
    if tool is None or not sources:
        return
    result = subprocess.run([tool, "--dry-run", "-ferror-limit=1", *(s.path for s in sources)],
                            cwd=tree.root, capture_output=True, text=True, check=False)
    for match in re.finditer(r"^(.+?):(\d+):\d+: warning: code should be clang-formatted",
                             result.stderr, re.MULTILINE):
        yield finding(match.group(1), match.group(2), "not formatted: run 'make format'")


# ---- Error sentences ----

ERROR_CALL = re.compile(r"\b(?:error_(set|ask|set_system|prefix)|(REFUSE))\(")
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
LITERALS_TOGETHER = re.compile(r'"[^"]*"(?:\s*"[^"]*")*')
CONVERSION = re.compile(r"%(?:(\d+)\$)?([-+ #0]*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|z|j|t)?[a-zA-Z%])")
FORMAT_PLACE = {"set": 2, "ask": 1, "set_system": 2, "prefix": 1, "REFUSE": 3}
# What the system says, and phrases that code passes to error_phrase.
NOT_ERRORS = ("system.def", "phrases.def")
# The command line's own words about its options are English, as its --help is.
ERRORS_IN_ENGLISH = ("src/cli/", "src/base/error.")


def call_arguments(code, begin):
    """Positions (first, after last) of the arguments of a call whose bracket ends at `begin`."""
    places, depth, first, position = [], 1, begin, begin
    while depth > 0 and position < len(code):
        char = code[position]
        if char == '"':
            position = code.index('"', position + 1)
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 or (depth == 1 and char == ","):
            places.append((first, position))
            first = position + 1
        position += 1
    return places


def error_formats(source):
    """Every literal that may be the format of an error, with its line."""
    for call in ERROR_CALL.finditer(source.code):
        places = call_arguments(source.code, call.end())
        place = FORMAT_PLACE[call.group(1) or call.group(2)]
        if place >= len(places):
            continue
        first, end = places[place]
        for group in LITERALS_TOGETHER.finditer(source.code, first, end):
            text = "".join(LITERAL.findall(source.text[group.start():group.end()]))
            if re.search(r"[A-Za-z]", CONVERSION.sub("", text)):
                yield text, source.at(group.start())


def conversions(text):
    """What a format takes, in the order of the arguments."""
    found = [m.groups() for m in CONVERSION.finditer(text) if m.group(2) != "%"]
    if any(number for number, _ in found):
        found.sort(key=lambda pair: int(pair[0] or 0))
    return [what for _, what in found]


def rule_errors(tree):
    """Every error sentence of src/ has a row in src/reply/errors/ with words that take the same."""
    rows, used = {}, set()
    for source in tree.files:
        if not source.path.startswith("src/reply/errors/"):
            continue
        for number, line in enumerate(source.lines, 1):
            if not line.startswith("ERROR_TEXT("):
                continue
            english, *others = LITERAL.findall(line)
            if source.name not in NOT_ERRORS:
                rows[english] = (source, number)
            if len(others) != 2 or any(conversions(o) != conversions(english) for o in others):
                yield finding(source, number, "both translations must take what the English takes")
    for source in tree.files:  # phrases that go into sentences stand in tables
        if source.suffix == ".def" and not source.path.startswith("src/reply/errors/"):
            used |= set(LITERAL.findall(source.text))
    for source in tree.c_files("src/"):
        if source.path.startswith(ERRORS_IN_ENGLISH):
            continue
        for text, line in error_formats(source):
            used.add(text)
            if text not in rows:
                yield finding(source, line, "say it in Russian and Ukrainian in src/reply/errors/")
    for english in rows.keys() - used:
        yield finding(*rows[english], "no error says this: remove the row")


def rule_headers_alone(tree):
    """A header of src/ compiles by itself; without a compiler the rule has nothing to say."""
    compiler = shutil.which("gcc") or shutil.which("clang")
    for source in tree.c_files("src/") if compiler else ():
        if source.suffix != ".h":
            continue
        command = [compiler, "-std=gnu17", "-D_GNU_SOURCE", "-fsyntax-only", "-Isrc", "-x", "c",
                   "-include", source.path, "/dev/null"]
        result = subprocess.run(command, cwd=tree.root, capture_output=True, text=True,
                                check=False)
        if result.returncode != 0:
            error = re.search(r"error: .*", result.stderr)
            yield finding(source, 1, f"does not compile alone ({error.group() if error else '?'})"
                          ": include what it uses")


RULES = {name[5:]: rule for name, rule in list(globals().items()) if name.startswith("rule_")}


def check(root, names=None):
    """{rule: findings} for a tree."""
    tree = Tree(pathlib.Path(root).resolve())
    return {name: list(dict.fromkeys(RULES[name](tree))) for name in names or RULES}


def write_format(root):
    tool = shutil.which("clang-format-14")
    if tool is None:
        sys.exit("clang-format-14 is not installed: tools/install_dependencies.sh test")
    sources = [s.path for s in Tree(pathlib.Path(root).resolve()).c_files()]
    subprocess.run([tool, "-i", *sources], cwd=root, check=True)


def main():
    parser = argparse.ArgumentParser(description="Checks the style of the project.")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--rule", choices=sorted(RULES), action="append")
    parser.add_argument("--list", action="store_true", help="name the rules")
    parser.add_argument("--write-format", action="store_true", help="run clang-format in place")
    arguments = parser.parse_args()
    if arguments.list:
        for name, rule in RULES.items():
            print(f"{name:16} {rule.__doc__}")
        return 0
    if arguments.write_format:
        write_format(arguments.root)
        return 0
    results = check(arguments.root, arguments.rule)
    for name, findings in results.items():
        for line in findings:
            print(f"{line} [{name}]")
    failed = sum(1 for findings in results.values() if findings)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
