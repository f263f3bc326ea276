# SPDX-License-Identifier: MIT
"""sweep.py GROUP: every command on chips in many states, and what must be true of all that is printed, whatever it is.

A state is a part of the virtual probe with what is wrong with it. Each run is a process; where one breaks a rule a line
says which, and the status is 1. Run in a folder of its own with stflash in the PATH.
"""
import json
import os
import re
import shutil
import subprocess
import sys

KIB = 1024
FLASH = 0x08000000

# What flash holds at the start: the demo firmware (D), nothing (B), random bytes (F).
CORE = [
    ("blank", "stm32f103c8", 64, "B"),
    ("full", "stm32f103c8", 64, "F"),
]
F1 = [
    ("demo", "stm32f103c8", 64, "D"),
    ("rdp 1", "stm32f103c8,rdp=1", 64, "F"),
    ("every page write-protected", "stm32f103c8,wrp=0xffffffff", 64, "F"),
    ("some pages write-protected", "stm32f103c8,wrp=0x1", 64, "F"),
    ("one page used", "stm32f103c8", 64, "P"),
    ("behind boot0", "stm32f103c8,boot0=1", 64, "F"),
    ("no vtref", "stm32f103c8,mv=1", 64, "D"),
    ("clone cks", "cks32f103c8", 64, "D"),
    ("clone cs", "cs32f103c8", 64, "D"),
    ("clone apm", "apm32f103cb", 128, "D"),
    ("unknown id", "stm32f103c8-id999", 64, "D"),
    ("size word wrong", "stm32f103c8-128k", 128, "D"),
    ("lock bit of a clone", "stm32f103c8,lockbit=0", 64, "F"),
    ("mirror", "stm32f103c8,mirror=1", 64, "F"),
    ("no dbgmcu", "stm32f103c8,dbgmcu=0", 64, "D"),
    ("controller stuck", "stm32f103c8,fault=stuckbusy@flash:1", 64, "F"),
    ("low density", "stm32f103c4", 16, "D"),
    ("high density", "stm32f103rc", 256, "D"),
    ("xl density", "stm32f103zg", 1024, "D"),
    ("connectivity line", "stm32f107rb", 128, "D"),
    ("value line", "stm32f100c4", 16, "D"),
]
HABITS = [
    ("stop", "stm32f103c8,firmware=stop", 64, "H"),
    ("standby", "stm32f103c8,firmware=standby", 64, "H"),
    ("stop without nrst", "stm32f103c8,firmware=stop,nrst=0", 64, "H"),
    ("lockup", "stm32f103c8,firmware=lockup", 64, "H"),
    ("reset loop", "stm32f103c8,firmware=resetloop", 64, "H"),
    ("watchdog", "stm32f103c8,firmware=watchdog", 64, "H"),
    ("swd off", "stm32f103c8,swdoff=3", 64, "H"),
    ("swd off without nrst", "stm32f103c8,swdoff=3,nrst=0", 64, "H"),
    ("no wires", "stm32f103c8,noack=1", 64, "D"),
    ("no power", "stm32f103c8,power=0", 64, "D"),
    ("nrst not wired", "stm32f103c8,nrst=0", 64, "D"),
    ("stop f4", "stm32f407vg,firmware=stop", 1024, "H"),
    ("standby f4", "stm32f407vg,firmware=standby", 1024, "H"),
    ("lockup f4", "stm32f407vg,firmware=lockup", 1024, "H"),
]
F4 = [
    ("f407", "stm32f407vg", 1024, "D"),
    ("f407 blank", "stm32f407vg", 1024, "B"),
    ("f401 full", "stm32f401cb", 128, "F"),
    ("f4 rdp 1", "stm32f401cb,rdp=1", 128, "F"),
    ("f4 rdp 2", "stm32f401cb,rdp=2", 128, "F"),
    ("f4 write-protected", "stm32f401cb,wrp=0x1d", 128, "F"),
    ("f4 pcrop", "stm32f401cb,pcrop=0x02", 128, "F"),
    ("f4 no vtref", "stm32f401cb,mv=1", 128, "D"),
    ("f429 two banks", "stm32f429ve", 512, "D"),
    ("f446", "stm32f446rc", 256, "D"),
]

# ARGS, and what they may change: flash, or nothing.
BRIEF = [
    (["doctor"], ""),
    (["--json", "info", "--map"], ""),
    (["read", "dump.bin"], ""),
    (["write", "--dry-run", "-v", "new.bin"], ""),
    (["--json", "write", "--yes", "new.bin"], "F"),
    (["erase", "UNIT"], "F"),
]
OUT_OF_REACH = [
    (["doctor"], ""),
    (["--json", "info"], ""),
    (["read", "dump.bin"], ""),
    (["--json", "write", "--yes", "new.bin"], "F"),
]
LARGE = [
    (["doctor"], ""),
    (["--json", "info"], ""),
    (["write", "--yes", "new.bin"], "F"),
]
REST = [
    (["info"], ""),
    (["--json", "options"], ""),
    (["options", "set", "RDP=2"], ""),
    (["verify", "new.bin"], ""),
    (["list"], ""),
    (["--json", "list"], ""),
    (["--json", "info"], ""),
    (["info", "--map"], ""),
    (["info", "--probe-size"], ""),
    (["--json", "info", "--probe-size"], ""),
    (["--json", "doctor"], ""),
    (["doctor", "--reset"], ""),
    (["options"], ""),
    (["--json", "read", str(FLASH), "4k", "dump.bin"], ""),
    (["read", "--no-reset", "dump.bin"], ""),
    (["read", "-c", "attach", "dump.bin"], ""),
    (["read", "0x20000000", "16", "dump.bin"], ""),
    (["--json", "verify", "same.bin"], ""),
    (["verify", "one.bin"], ""),
    (["verify", "--no-reset", "same.bin"], ""),
    (["backup", "saved"], ""),
    (["--json", "backup", "saved"], ""),
    (["--json", "write", "--dry-run", "new.bin"], ""),
    (["write", "--yes", "new.bin"], "F"),
    (["write", "--yes", "one.bin"], "F"),
    (["write", "--yes", "--no-verify", "new.bin"], "F"),
    (["write", "--yes", "--no-agent", "--halt", "one.bin"], "F"),
    (["write", "--yes", "same.bin"], "F"),
    (["write", "--yes", "--no-verify", "same.bin"], "F"),
    (["write", "large.bin"], ""),
    (["write", "page.html"], ""),
    (["--json", "erase", "UNIT"], "F"),
    (["erase", "--all"], "F"),
    (["--json", "erase", "--all", "--no-verify"], "F"),
    (["erase", str(FLASH + 1), "4"], ""),
    (["reset"], ""),
    (["reset", "--halt"], ""),
    (["--json", "reset"], ""),
    (["report", "report.txt"], ""),
    (["unprotect"], ""),
    (["--json", "options", "set", "FOO=1"], ""),
    (["restore", "nowhere"], ""),
    (["-s", "1", "info"], ""),
]
GROUPS = {
    "core": (CORE, BRIEF + REST),
    "f1": (F1, BRIEF),
    "habits": (HABITS, OUT_OF_REACH),
    "f4": (F4, BRIEF),
}
LARGE_KIB = 512  # from there on a run takes long: few jobs are enough
# doctor watches the core for more than half a second, and an erase that never ends is waited for: not everywhere.
SLOW = {
    "doctor": ("one page used", "clone cs", "clone apm", "lock bit of a clone", "mirror", "no dbgmcu", "low density",
               "high density", "xl density", "connectivity line", "value line", "f407 blank", "f446", "f429 two banks"),
    "erase": ("controller stuck",),
}

ONE = re.compile(r"(?<![\w.])1 (pages|sectors|bytes|units|blocks|words|stretches|probes|lines|groups)\b")
MANY = re.compile(r"(?<![\w.x])(?:0|[2-9]|\d\d+) (page|sector|byte|unit|stretch|probe|group)\b(?! \d)")
CONTRACT = set(range(0, 12))
NAMES = {
    "argument": 2, "file": 2, "probe": 5, "timeout": 5, "stall": 5, "no-target": 6, "fault": 6, "protected": 7,
    "unsupported": 8, "flash": 9, "mismatch": 10,
}


class Run:
    """One command on one state: what it printed, and what it left."""

    def __init__(self, state, args):
        self.name, self.spec, size, _ = state
        self.args = [w for a in args for w in (unit(self.spec) if a == "UNIT" else [a])]
        self.size = size * KIB
        prepare(state)
        self.before = load("flash.bin")
        words = ["stflash", "-p", "virtual:%s,flash=flash.bin,strict=1,stats=stats.json" % self.spec] + self.args
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.status = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")
        self.after = load("flash.bin")
        self.stats = json.loads(load("stats.json") or b"{}")
        self.command = next(a for a in self.args if not a.startswith("-") and a not in ("1",))
        self.json = json_of(self.out) if "--json" in self.args else None

    def said(self):
        return self.out + self.err

    def worked(self):
        return any(self.stats.get(k) for k in ("programs", "page_erases", "mass_erases"))

    def changed(self):
        return self.before != self.after


def unit(spec):
    """Two pages of most F1, one page of the larger ones, the first sector of an F4."""
    return ["0x%08x" % FLASH, str(16 * KIB if spec.startswith("stm32f4") else 2 * KIB)]


def load(name):
    try:
        with open(name, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def save(name, data):
    with open(name, "wb") as file:
        file.write(data)


def json_of(text):
    """The one object, or None."""
    try:
        return json.loads(text) if text.count("\n") == 1 else None
    except ValueError:
        return None


def firmware(state, seen={}):
    """What flash holds at the start: of a firmware of the virtual chip what its first run leaves."""
    name, spec, size, content = state
    blank = b"\xff" * (size * KIB)
    if content == "B":
        return blank
    if content == "F":
        return (bytes(range(1, 251)) * (size * KIB // 250 + 1))[: size * KIB]
    if content == "P":
        return b"\x55" * 100 + blank[100:]
    if name not in seen:
        clean_up()
        subprocess.run(["stflash", "-q", "-p", "virtual:%s,flash=flash.bin" % spec, "list"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen[name] = load("flash.bin")
    return seen[name]


def clean_up():
    for name in os.listdir("."):
        if os.path.isdir(name):
            shutil.rmtree(name)
        else:
            os.unlink(name)


def prepare(state):
    """The folder as a run finds it."""
    data = firmware(state)
    clean_up()
    save("flash.bin", data)
    save("new.bin", vectors() + bytes(range(256)) * 11)
    save("same.bin", data)
    save("one.bin", b"\x5a")
    save("large.bin", vectors() + b"\1" * (state[2] * KIB))
    save("page.html", b"<!DOCTYPE html><html><body>404</body></html>\n")


def vectors():
    """A firmware that runs: stack pointer, handlers that are endless loops."""
    table = (0x20000400).to_bytes(4, "little") + (FLASH + 0x41).to_bytes(4, "little") * 15
    return table + b"\xfe\xe7" * 32


# ---------------------------------------------------------------- what must be true


def status_is_in_the_contract(run):
    return run.status in CONTRACT


def grammar_is_right(run):
    return not ONE.search(run.said()) and not MANY.search(run.err)


def rates_are_no_zero(run):
    return not re.search(r"(?<!\d)0 (KiB|bytes)/s", run.said())


def nothing_is_partly_written_that_was_not_begun(run):
    return run.worked() or "is only partly written" not in run.said()


def it_did_not_write_what_it_did_not(run):
    done = run.err if "--dry-run" in run.args else run.said()
    return run.stats.get("programs") or not re.search(r"\bwritten to\b|, [1-9]\d* programmed\b|\"programmed\":[1-9]", done)


def it_did_not_erase_what_it_did_not(run):
    erased = run.stats.get("page_erases") or run.stats.get("mass_erases")
    done = run.err if "--dry-run" in run.args else run.said()
    return erased or not re.search(r"\b[1-9]\d* of \d+ (pages?|sectors?) of \S+ erased|, [1-9]\d* erased|\"erased\":[1-9]", done)


def up_to_date_is_what_was_not_touched(run):
    if run.command != "write" or run.status or "--dry-run" in run.args:
        return True
    return (": up to date, " in run.err) == (not run.worked())


def nothing_changed_means_nothing_changed(run):
    claims = re.search(r"nothing was (changed|written|erased)|nothing had to be written", run.said())
    return not (claims or run.status == 2) or (not run.changed() and not run.worked())


def looking_changes_nothing(run):
    return "F" in run.may or (not run.changed() and not run.worked())


def an_error_is_one_or_two_sentences(run):
    if not run.status:
        return True
    lines = [l for l in run.err.splitlines() if l.startswith("stflash: error: ")]
    if len(lines) != 1:
        return run.command == "doctor" and len(lines) == 1
    message = lines[0]
    return len(re.findall(r"[.?!] +[A-Z]", message)) <= 1 and len(message) < 480 and message[-1] not in ",;: "


def json_is_one_object_and_says_how_it_ended(run):
    if "--json" not in run.args:
        return True
    if run.command == "list":
        return all(json.loads(line) for line in run.out.splitlines())
    if run.command == "doctor":
        objects = [json.loads(line) for line in run.out.splitlines()]
        last = objects[-1] if objects else {}
        return last.get("ok") == (run.status == 0)
    if run.json is None or run.json.get("command") != run.command or run.json.get("ok") != (run.status == 0):
        return False
    if not run.status:
        return True
    return NAMES.get(run.json["error"]["name"]) == run.status and run.json["error"]["message"] in run.err


def words_are_whole(run):
    text = run.said()
    bad = re.search(r"\(null\)|%[sdux]|  \S.*nan\b|\bunknown error\b|; ;|\.\.\.$|,,|\bpages or sectors\b", text)
    return not bad and not any(line != line.rstrip() for line in run.err.splitlines())


def protection_is_named_by_its_status(run):
    protected = re.search(r",rdp=[12]", run.spec) and run.stats.get("target", {}).get("rdp_level")
    if not protected or run.command not in ("read", "write", "verify", "erase", "backup", "info", "doctor"):
        return True
    refused = run.status in (2, 7) or "0x20000000" in run.args
    return refused or ("rdp=2" in run.spec and run.status == 6)


def info_tells_the_part(run):
    if run.command != "info" or run.json is None or run.status:
        return True
    info = run.json
    told = info["flash_size"] == run.size or info["flash_size_guessed"] or "128k" in run.spec
    return told and info["ram_size"] <= info["ram_max"] and (info["state"] in ("locked up", "halted")) == (info["pc"] is not None)


def no_anomaly(run):
    return run.stats.get("anomalies", 0) == 0


def proven_is_said_of_success_only(run):
    return not run.status or not re.search(r"^(verified|checked|compared)|: equal to |\bwritten to\b|\bof \S+ at 0x\w+, ", run.err, re.M)


def a_dump_is_what_flash_holds(run):
    if run.command != "read" or "dump.bin" not in run.args:
        return True
    there = os.path.exists("dump.bin")
    if there != (run.status == 0):
        return False
    if not there or "0x20000000" in run.args or not run.after:
        return True
    dump = load("dump.bin")
    return run.after[: len(dump)] == dump and (len(dump) == 4 * KIB or len(dump) <= len(run.after))


def a_backup_is_whole_or_absent(run):
    if run.command != "backup":
        return True
    return os.path.isdir("saved") == (run.status == 0) and (
        run.status != 0 or load("saved/flash.bin") == run.after[: len(load("saved/flash.bin"))]
    )


def a_write_that_worked_is_in_flash(run):
    if run.command != "write" or run.status or "--dry-run" in run.args:
        return True
    image = load(run.args[-1])
    return run.after[: len(image)] == image and run.after[len(image) :] == run.before[len(image) :]


def an_erase_that_worked_is_blank(run):
    if run.command != "erase" or run.status:
        return True
    size = len(run.after) if "--all" in run.args else int(run.args[-1])
    return not run.after[:size].strip(b"\xff") and run.after[size:] == run.before[size:]


def running_means_running(run):
    """Random bytes for firmware lock up too, which no command looks for."""
    target = run.stats.get("target", {})
    claims = re.search("reset and running", run.err, re.M)
    blank = not run.after[:8].strip(b"\xff")
    return not claims or not (target.get("halted") or blank and target.get("lockup"))


RULES = [
    status_is_in_the_contract,
    grammar_is_right,
    rates_are_no_zero,
    nothing_is_partly_written_that_was_not_begun,
    it_did_not_write_what_it_did_not,
    it_did_not_erase_what_it_did_not,
    up_to_date_is_what_was_not_touched,
    nothing_changed_means_nothing_changed,
    looking_changes_nothing,
    an_error_is_one_or_two_sentences,
    json_is_one_object_and_says_how_it_ended,
    words_are_whole,
    protection_is_named_by_its_status,
    info_tells_the_part,
    no_anomaly,
    proven_is_said_of_success_only,
    a_dump_is_what_flash_holds,
    a_backup_is_whole_or_absent,
    a_write_that_worked_is_in_flash,
    an_erase_that_worked_is_blank,
    running_means_running,
]


def doctor_is_right(name, statuses):
    """It ends with 0 exactly where a write works."""
    if "doctor" not in statuses or "write" not in statuses or (statuses["doctor"] == 0) == (statuses["write"] == 0):
        return 0
    if statuses["doctor"] == 0 and statuses["write"] == 7:  # it says: but not on what is write-protected
        return 0
    print("%s: doctor ended with %d, write with %d" % (name, statuses["doctor"], statuses["write"]))
    return 1


def main():
    states, jobs = GROUPS[sys.argv[1]]
    broken = runs = 0
    for state in states:
        statuses = {}
        for args, may in LARGE if state[2] >= LARGE_KIB else jobs:
            if any(state[0] in SLOW.get(word, ()) for word in args):
                continue
            run = Run(state, args)
            run.may = may
            runs += 1
            if "--dry-run" not in run.args:
                statuses.setdefault(run.command, run.status)
            for rule in RULES:
                if not rule(run):
                    broken += 1
                    print("%s: stflash %s (status %d): not true that %s: %s | %s" % (
                        run.name, " ".join(run.args), run.status, rule.__name__.replace("_", " "),
                        run.out.strip()[-300:], run.err.strip()[-500:]))
        broken += doctor_is_right(state[0], statuses)
    print("%d runs, %d rules broken" % (runs, broken))
    return broken != 0


sys.exit(main())
