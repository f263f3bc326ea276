# SPDX-License-Identifier: MIT
"""kills.py BUILD_DIR [--kills N] [--seed N]: the virtual probe is killed in the middle of a write, again and again.

The moments are spread over the whole write: one in each of N equal parts of its transfers, and up to 2 ms later. Each
time stflash, which imports the probe over USB/IP, must end within 2 s, with exit status 5; or with 0 if the write was
finished by then, and then the flash is byte-exact. Every 10th time and at the end the same command is run again on what
the dead probe left behind, and must write all of it.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

from keeper import Keeper

PROMISE_S = 2.0
UNPLUGGED = 5
PARTS = (("stm32f103c8", 4096), ("stm32f407vg", 4096))


class Bench:
    """One part, an image for it, and a keeper of its probe."""

    def __init__(self, build, folder, part, image_len):
        self.folder = os.path.join(folder, part)
        os.mkdir(self.folder)
        self.keeper = Keeper(os.path.join(build, "stflash-vprobe"), part, self.folder)
        self.image = os.urandom(image_len)
        self.command = [os.path.join(build, "stflash"), "-q", "-p", "usbip://%s:%u/1-1" % self.keeper.address,
                        "write", os.path.join(self.folder, "image.bin"), "0x08000000"]
        with open(os.path.join(self.folder, "image.bin"), "wb") as file:
            file.write(self.image)
        self.before = b""
        self.slowest = 0.0  # from a kill to the end of stflash
        self.finished = 0  # writes that were done before the kill could strike

    def fresh(self):
        self.keeper.fresh()
        self.before = self.keeper.contents()

    def write(self):
        """Status, what it said, and when it ended."""
        done = subprocess.run(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
        return done.returncode, done.stdout, time.monotonic()

    def is_written(self, rest=True):
        now = self.keeper.contents()
        n = len(self.image)
        return now[:n] == self.image and (not rest or now[n:] == self.before[n:])

    def transfers(self):
        self.fresh()
        self.keeper.arm(0)
        status, said, _ = self.write()
        if status or not self.is_written():
            raise RuntimeError(f"an undisturbed write ends with status {status}: {said}")
        return self.keeper.count

    def kill(self, at, delay):
        """Why it is not as it should be; "" when it is."""
        self.fresh()
        self.keeper.arm(at, delay)
        status, said, ended = self.write()
        self.keeper.cancel()
        if self.keeper.wait() != "killed":
            self.finished += 1
            return "" if status == 0 and self.is_written() else f"not killed, and yet status {status}: {said}"
        took = ended - self.keeper.when
        self.slowest = max(self.slowest, took)
        if took > PROMISE_S:
            return f"{took:.2f} s from the kill to the end of stflash"
        if status == 0:
            return "" if self.is_written() else "false success: the flash is not the image"
        return "" if status == UNPLUGGED else f"status {status}: {said}"

    def complete(self):
        """The same again on what was left. What the page held beside the image may be lost: the first run said so."""
        self.keeper.start()
        status, said, _ = self.write()
        return "" if status == 0 and self.is_written(rest=False) else f"the second run: status {status}: {said}"


def judge(bench, part, kills, dice):
    total = bench.transfers()
    wrong = []
    for i in range(kills):
        at, delay = min(total, 1 + int((i + dice.random()) * total / kills)), dice.random() * 0.002
        why = bench.kill(at, delay)
        if not why and (i % 10 == 9 or i + 1 == kills):
            why = bench.complete()
        if why:
            wrong.append(f"transfer {at} of {total} and {delay * 1e6:.0f} us: {why}")
    name = f"{kills} kills of the probe during writes to {part}: no hang, no false success"
    print(f"not ok {name}: {'; '.join(wrong)}" if wrong else f"ok {name}")
    print(f"# {part}: slowest end {bench.slowest * 1000:.0f} ms after the kill; {bench.finished} were finished before it")


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
            bench = Bench(args.build, folder, part, image_len)
            judge(bench, part, args.kills // len(PARTS), dice)
            bench.keeper.end()


if __name__ == "__main__":
    sys.exit(main())
