# SPDX-License-Identifier: MIT
"""Runs commands on a terminal of some size and in a pipe: the same words, none broken, no line too long.

terminals.py TERMINAL COLUMNS ROWS <COMMANDS      TERMINAL is docs/terminal.py. A line of COMMANDS is "KIND STATUS ARGS...";
                                                  STATUS is what stflash ARGS ends with. KIND "looks": run in a pipe too;
                                                  "keeps" too, and shown on standard output; "does": shown, and run once.
Ends with 1 and a line that begins with "failed: " at the first command of which something is not true.
"""
import importlib.util
import re
import subprocess
import sys


def load(path):
    spec = importlib.util.spec_from_file_location("terminal", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words_of(text):
    """Sorted; without times, rates and dates, and without the map, which is drawn for its terminal."""
    lines = [line for line in text.split("\n") if not re.match(r"0x0[0-9a-f]{7}  [^ ]|one character is", line)]
    text = re.sub(r"[0-9.]+ s([^a-z]|$)", r"T s\1", " ".join(" ".join(lines).split()))
    return sorted(re.sub(r"[0-9]+ KiB/s", "R", text).split(" "))


def failed(command, columns, why):
    sys.exit("failed: 'stflash %s' (%d columns) %s" % (" ".join(command), columns, why))


def shown_on(terminal, columns, rows, status, command):
    screen, ended = terminal.run(columns, rows, ["stflash"] + command)
    lines = [screen.text(row) for row in range(len(screen.lines))]
    while lines and not lines[-1]:
        lines.pop()
    if ended != status:
        failed(command, columns, "ended with %d, not %d: %s" % (ended, status, "|".join(lines)))
    if screen.wrapped:
        failed(command, columns, "has a line that does not fit: " + "|".join(screen.wrapped))
    return "".join(line + "\n" for line in lines)


def unbroken(columns, command, shown):
    piped = subprocess.run(["stflash"] + command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           check=False).stdout.decode("utf-8", "replace")
    there, here = words_of(shown), words_of(piped)
    if there != here:
        differ = sorted(set(there) ^ set(here))
        failed(command, columns, "breaks a word: " + " ".join(differ[:6]))


def main():
    terminal, columns, rows = load(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for line in sys.stdin:
        kind, status, *command = line.split()
        shown = shown_on(terminal, columns, rows, int(status), command)
        if kind != "looks":
            text = re.sub(r"[0-9]+\.[0-9]+( s)?", r"T\1", shown)
            print("$ stflash " + " ".join(command) + "\n" + re.sub(r"[0-9]+ KiB/s", "R", text), end="", flush=True)
        if kind != "does":
            unbroken(columns, command, shown)


main()
