#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A terminal that runs a program and keeps what it shows: as text for the tests, as a picture for the README.

terminal.py COLUMNS ROWS COMMAND...      prints the screen with all that scrolled off it; then "bar: ..." for each time that a
                                         progress bar was drawn, and "WRAPPED: ..." for each line that did not fit. Ends with
                                         the status of COMMAND.
terminal.py --svg FILE TITLE BAR COLUMNS ROWS COMMAND...
                                         writes FILE, a picture of "$ TITLE" and what it shows. With BAR the progress bar,
                                         which is gone at the end, stands in it as it was at about so many percent; "-" is none.

It knows what stflash uses: carriage return, line feed, erase to the end of the line, colours.
"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios

COLOURS = {"31": "#ff7b72", "1;31": "#ff7b72", "32": "#7ee787", "33": "#e3b341"}
TEXT, GROUND, PROMPT = "#d6deeb", "#161b22", "#8b949e"
WIDTH, HEIGHT, MARGIN = 8.4, 18, 14  # of a character, of a line, around all


class Screen:
    def __init__(self, columns):
        self.columns = columns
        self.lines = [[]]
        self.row = self.column = 0
        self.style = ""
        self.bars = []
        self.wrapped = []

    def text(self, row):
        return "".join(char for char, _ in self.lines[row]).rstrip()

    def next_line(self):
        self.row += 1
        self.column = 0
        if self.row == len(self.lines):
            self.lines.append([])

    def put(self, char):
        if self.column == self.columns:
            self.wrapped.append(self.text(self.row))
            self.next_line()
        line = self.lines[self.row]
        line.extend([(" ", "")] * (self.column + 1 - len(line)))
        line[self.column] = (char, self.style)
        self.column += 1

    def escape(self, parameters, final):
        if final == "m":
            self.style = "" if parameters in ("", "0") else parameters
        elif final == "K":
            del self.lines[self.row][self.column :]
            if re.search(r"\[[#.]*\] ", self.text(self.row)):
                self.bars.append(list(self.lines[self.row]))
        else:
            sys.exit("terminal.py: an escape sequence that it does not know: %s%s" % (parameters, final))

    def show(self, text):
        for control, parameters, final, char in re.findall(r"(\x1b\[([0-9;]*)([A-Za-z]))|(.)", text, re.S):
            if control:
                self.escape(parameters, final)
            elif char == "\r":
                self.column = 0
            elif char == "\n":
                self.next_line()
            elif char >= " ":
                self.put(char)


def run(columns, rows, command):
    """The screen after it, and the status of the command."""
    pid, terminal = pty.fork()
    if not pid:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    shown = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # how Linux says that the last writer has gone
            break
        if not more:
            break
        shown += more
    os.close(terminal)
    screen = Screen(columns)
    screen.show(shown.decode("utf-8", "replace"))
    return screen, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def percent(bar):
    return int(re.search(r"(\d+) %", "".join(char for char, _ in bar)).group(1))


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def spans(line):
    """The line in pieces of one colour."""
    pieces = []
    for char, style in line:
        if pieces and pieces[-1][1] == style:
            pieces[-1][0] += char
        else:
            pieces.append([char, style])
    return "".join('<tspan fill="%s">%s</tspan>' % (COLOURS[style], escaped(text)) if style in COLOURS else escaped(text)
                   for text, style in pieces)


def picture(title, bar, columns, screen):
    lines = [screen.lines[row] for row in range(len(screen.lines)) if screen.text(row)]
    if bar != "-":
        lines.insert(0, min(screen.bars, key=lambda drawn: abs(percent(drawn) - int(bar))))
    width, height = columns * WIDTH + 2 * MARGIN, (len(lines) + 1) * HEIGHT + 2 * MARGIN
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f">' % ((width, height) * 2),
           "<title>%s</title>" % escaped(title),
           '<rect width="100%%" height="100%%" rx="6" fill="%s"/>' % GROUND,
           '<g font-family="monospace" font-size="14" fill="%s" style="white-space:pre" xml:space="preserve">' % TEXT]
    rows = ['<tspan fill="%s">$ </tspan>%s' % (PROMPT, escaped(title))] + [spans(line) for line in lines]
    lengths = [len(title) + 2] + [len(line) for line in lines]
    for i, (row, length) in enumerate(zip(rows, lengths)):
        # Whatever font it is shown with: columns stay below each other.
        out.append('<text x="%d" y="%d" textLength="%.1f">%s</text>' % (MARGIN, MARGIN + 13 + i * HEIGHT, length * WIDTH, row))
    return "\n".join(out + ["</g>", "</svg>", ""])


def main():
    words = sys.argv[1:]
    svg = words[:1] == ["--svg"]
    if svg:
        name, title, bar = words[1:4]
        words = words[4:]
    columns, rows, command = int(words[0]), int(words[1]), words[2:]
    screen, status = run(columns, rows, command)
    if svg:
        if status or screen.wrapped or (bar != "-" and not screen.bars):
            what = "showed no bar" if not status and not screen.wrapped else "ended with %d, or a line did not fit" % status
            sys.exit("terminal.py: '%s' %s" % (" ".join(command), what))
        with open(name, "w", encoding="utf-8") as out:
            out.write(picture(title, bar, columns, screen))
        return 0
    while screen.lines and not screen.text(len(screen.lines) - 1):
        screen.lines.pop()
    for row in range(len(screen.lines)):
        print(screen.text(row))
    for bar in screen.bars:
        print("bar: " + "".join(char for char, _ in bar))
    for line in screen.wrapped:
        print("WRAPPED: " + line)
    return status


if __name__ == "__main__":
    sys.exit(main())
