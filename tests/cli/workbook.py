#!/usr/bin/env python3
"""Reads an XLSX workbook as an office program does, for the sessions: prints a sheet as CSV.

usage: workbook [--sheets] FILE.xlsx [NUMBER]     the sheet of this number, the first one

Dates become ISO dates, numbers stay as they are stored; --sheets lists name, rows and whether the
heading stays in sight.
"""

import csv
import datetime
import re
import sys
import zipfile
from xml.etree import ElementTree

TAG = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = datetime.datetime(1899, 12, 30)


def column_of(reference):
    column = 0
    for letter in re.match("[A-Z]+", reference).group():
        column = column * 26 + ord(letter) - 64
    return column


def date_styles(book):
    """Numbers of the cell styles that show a date, and whether they show a time."""
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(TAG + "numFmt")}
    used = [one.get("numFmtId") for one in styles.find(TAG + "cellXfs")]
    return {str(i): "hh" in formats[name] for i, name in enumerate(used)
            if "yyyy" in formats.get(name, "")}


def text_of(cell, styles):
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(TAG + "t"))
    stored = cell.find(TAG + "v").text
    if cell.get("s") not in styles:
        return repr(float(stored)).removesuffix(".0")
    moment = EPOCH + datetime.timedelta(seconds=round(float(stored) * 86400))
    return moment.isoformat() if styles[cell.get("s")] else moment.date().isoformat()


def rows_of(root, styles):
    for row in root.iter(TAG + "row"):
        cells = {column_of(cell.get("r")): text_of(cell, styles) for cell in row.iter(TAG + "c")}
        yield [cells.get(i, "") for i in range(1, max(cells, default=0) + 1)]


def main(words):
    wants_sheets = words[:1] == ["--sheets"]
    path, *rest = words[wants_sheets:]
    with zipfile.ZipFile(path) as book:
        styles = date_styles(book)
        names = [sheet.get("name") for sheet in
                 ElementTree.fromstring(book.read("xl/workbook.xml")).iter(TAG + "sheet")]
        roots = [ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
                 for number in range(1, len(names) + 1)]
    if wants_sheets:
        for name, root in zip(names, roots):
            print(name, len(list(root.iter(TAG + "row"))),
                  "frozen" if root.find(f".//{TAG}pane") is not None else "loose", sep="|")
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows(rows_of(roots[int(rest[0]) - 1 if rest else 0], styles))


if __name__ == "__main__":
    main(sys.argv[1:])
