# SPDX-License-Identifier: MIT
"""interrupt.py WORDS SIGNALS PROGRAM ARGS...: runs it, and once it has said WORDS on stderr sends it the signals.

SIGNALS are names with commas between; a second one follows when the first was answered with words, and not within the
time in which two signals are taken for one. What it says goes to stderr here; ends with its status, as a shell has it.
"""
import signal
import subprocess
import sys
import time

SAME_CAUSE_S = 0.7


def main():
    words, names, command = sys.argv[1], sys.argv[2].split(","), sys.argv[3:]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would hand down that it is ignored
    program = subprocess.Popen(command, stderr=subprocess.PIPE, restore_signals=True, bufsize=0,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    said = b""
    while words.encode() not in said:
        more = program.stderr.read(1)
        if not more:
            break
        said += more
        sys.stderr.buffer.write(more)
        sys.stderr.flush()
    else:
        for i, name in enumerate(names):
            if i:
                time.sleep(SAME_CAUSE_S)
            program.send_signal(getattr(signal, "SIG" + name))
    sys.stderr.buffer.write(program.stderr.read())
    sys.stderr.flush()
    status = program.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
