#!/usr/bin/env python3
"""Writes the built page as C: the table `web_files` of src/server/web_files.h.

usage: cmake/embed_web.py FOLDER OUT.c      (a missing or empty folder gives an empty table)
"""

import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
SAVES_ENOUGH = 0.9  # a compressed form larger than this share of the file is not worth carrying


def c_bytes(name, data):
    lines = (",".join(map(str, data[i:i + 40])) for i in range(0, len(data), 40))
    return "static const unsigned char %s[] = {\n%s};\n" % (name, ",\n".join(lines))


def main(folder, out):
    folder = pathlib.Path(folder)
    files = {"/" + path.relative_to(folder).as_posix(): path.read_bytes()
             for path in folder.rglob("*") if path.is_file() and path.suffix in TYPES}
    if "/index.html" not in files:
        files = {}
    texts, rows = [], []
    for i, (name, data) in enumerate(sorted(files.items(), key=lambda item: item[0].encode())):
        packed = gzip.compress(data, 9, mtime=0)
        etag = hashlib.sha256(data).hexdigest()[:20]
        texts.append(c_bytes(f"bytes_{i}", data or b"\0"))
        compressed = "NULL, 0"
        if len(packed) < SAVES_ENOUGH * len(data):
            texts.append(c_bytes(f"gzip_{i}", packed))
            compressed = f"gzip_{i}, {len(packed)}"
        immutable = "true" if name.startswith("/assets/") else "false"
        rows.append(f'    {{"{name}", "{TYPES[pathlib.Path(name).suffix]}", bytes_{i}, {len(data)},'
                    f' {compressed}, "\\"{etag}\\"", {immutable}}},\n')
    count = len(rows)
    rows = rows or ["    {NULL, NULL, NULL, 0, NULL, 0, NULL, false},\n"]
    text = ("/* Made by cmake/embed_web.py from build/web. */\n#include \"server/web_files.h\"\n\n"
            + "".join(texts) + "\nconst WebFile web_files[] = {\n" + "".join(rows) + "};\n"
            + f"const size_t web_files_count = {count};\n")
    pathlib.Path(out).write_text(text, encoding="ascii")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
