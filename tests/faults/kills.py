# SPDX-License-Identifier: MIT
"""kills.py BUILD_DIR [--kills N] [--seed N]: the virtual probe is killed in the middle of a job, again and again.

The moments are spread over the whole job: one in each of N equal parts of its transfers, and up to 2 ms later. Each
time stflash, which imports the probe over USB/IP, must end, with exit status 5; or with 0 if the job was finished by
then, and then what it wrote is byte-exact. A read leaves the flash and a file of an earlier dump as they were. After
every 10th kill of a write, and at its end, the same command is run again on what the dead probe left behind, and must
write all of it.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

from keeper import Keeper

HANGS_S = 120  # a limit against hanging only; how long it really takes is printed
UNPLUGGED = 5
PARTS = (("stm32f103c8", 4096), ("stm32f407vg", 4096))
OLD_DUMP = b"an earlier dump"


class Bench:
    """One part, and a keeper of its probe."""

    def __init__(self, build, folder, part):
        self.part = part
        self.folder = os.path.join(folder, part)
        os.mkdir(self.folder)
        self.keeper = Keeper(os.path.join(build, "stflash-vprobe"), part, self.folder)
        self.stflash = [os.path.join(os.path.abspath(build), "stflash"), "-q", "-p", "usbip://%s:%u/1-1" % self.keeper.address]
        self.before = b""

    def fresh(self):
        self.keeper.fresh()
        self.before = self.keeper.contents()

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, words):
        """Status, what it said, and when it ended. What it keeps of the chip goes into the folder."""
        done = subprocess.run(self.stflash + words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=HANGS_S, check=False)
        return done.returncode, done.stdout, time.monotonic()


class Write:
    name = "writes to"

    def __init__(self, bench, length):
        self.bench = bench
        self.image = os.urandom(length)
        self.words = ["write", "image.bin", "0x08000000"]
        with open(bench.path("image.bin"), "wb") as file:
            file.write(self.image)

    def prepare(self):
        self.bench.fresh()

    def is_done(self, rest=True):
        now = self.bench.keeper.contents()
        n = len(self.image)
        return now[:n] == self.image and (not rest or now[n:] == self.bench.before[n:])

    def is_cut(self):
        return True

    def complete(self):
        """The same again on what was left. What the page held beside the image is in a file since the first run."""
        self.bench.keeper.start()
        status, said, _ = self.bench.run(self.words)
        return "" if status == 0 and self.is_done(rest=False) else f"the second run: status {status}: {said}"


class Read:
    name = "reads of"

    def __init__(self, bench, length):
        self.bench = bench
        self.length = length
        self.words = ["read", "0x08000000", str(length), "dump.bin"]

    def dump(self):
        with open(self.bench.path("dump.bin"), "rb") as file:
            return file.read()

    def prepare(self):
        self.bench.fresh()
        with open(self.bench.path("dump.bin"), "wb") as file:
            file.write(OLD_DUMP)

    def is_done(self):
        return self.dump() == self.bench.before[:self.length] and self.bench.keeper.contents() == self.bench.before

    def is_cut(self):
        """The earlier dump is there, nothing lies beside it, the flash is untouched."""
        return (self.dump() == OLD_DUMP and self.bench.keeper.contents() == self.bench.before
                and not [name for name in os.listdir(self.bench.folder) if "dump.bin" in name and name != "dump.bin"])

    def complete(self):
        self.bench.keeper.start()
        status, said, _ = self.bench.run(self.words)
        return "" if status == 0 and self.is_done() else f"the second run: status {status}: {said}"


class Kills:
    """One job, killed again and again."""

    def __init__(self, bench, job):
        self.bench = bench
        self.job = job
        self.slowest = 0.0  # from a kill to the end of stflash
        self.finished = 0  # jobs that were done before the kill could strike

    def transfers(self):
        self.job.prepare()
        self.bench.keeper.arm(0)
        status, said, _ = self.bench.run(self.job.words)
        if status or not self.job.is_done():
            raise RuntimeError(f"undisturbed, it ends with status {status}: {said}")
        return self.bench.keeper.count

    def kill(self, at, delay):
        """Why it is not as it should be; "" when it is."""
        keeper = self.bench.keeper
        self.job.prepare()
        keeper.arm(at, delay)
        status, said, ended = self.bench.run(self.job.words)
        keeper.cancel()
        if keeper.wait() != "killed":
            self.finished += 1
            return "" if status == 0 and self.job.is_done() else f"not killed, and yet status {status}: {said}"
        self.slowest = max(self.slowest, ended - keeper.when)
        if status == 0:
            return "" if self.job.is_done() else "false success"
        if status != UNPLUGGED:
            return f"status {status}: {said}"
        return "" if self.job.is_cut() else f"something was changed: {said}"


def judge(bench, job, kills, dice):
    trial = Kills(bench, job)
    total = trial.transfers()
    wrong = []
    for i in range(kills):
        at, delay = min(total, 1 + int((i + dice.random()) * total / kills)), dice.random() * 0.002
        why = trial.kill(at, delay)
        if not why and (i % 10 == 9 or i + 1 == kills):
            why = job.complete()
        if why:
            wrong.append(f"transfer {at} of {total} and {delay * 1e6:.0f} us: {why}")
    name = f"{kills} kills of the probe during {job.name} {bench.part}: no hang, no false success"
    print(f"not ok {name}: {'; '.join(wrong)}" if wrong else f"ok {name}")
    print(f"# {bench.part}, {job.words[0]}: slowest end {trial.slowest * 1000:.0f} ms after the kill; "
          f"{trial.finished} were finished before it")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    args = parser.parse_args()
    print(f"# kills: seed {args.seed}")
    dice = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        for part, image_len in PARTS:
            bench = Bench(args.build, folder, part)
            judge(bench, Write(bench, image_len), args.kills // len(PARTS), dice)
            judge(bench, Read(bench, image_len), args.kills // len(PARTS) // 2, dice)
            bench.keeper.end()


if __name__ == "__main__":
    sys.exit(main())
