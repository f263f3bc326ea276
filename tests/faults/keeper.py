# SPDX-License-Identifier: MIT
"""keeper.py VPROBE SPEC FOLDER: keeps a virtual probe that can be killed at any transfer, and brings it back.

It listens on loopback, prints "listening on 127.0.0.1:PORT", and passes the USB/IP connections that come there on to
the stflash-vprobe of the moment, counting bulk transfers. The flash of the probe is the file FOLDER/flash, and outlives
it (the key live=1). A connection that begins with a letter is one of these orders, one line each, answered by a line:

fresh           a new probe, whose flash is random
start           a new probe, whose flash is as the last one left it
arm N US        at the N-th transfer from now on, US microseconds after it was passed on, kill the probe with SIGKILL
hold N          pass nothing on from the N-th transfer on
wait            answers when that has happened: "killed", "held", or "late" after a "cancel"
cancel          forget about it, unless the transfer has come by
anomalies       end the probe as by Ctrl-C and tell what it recorded
flash           the flash as it is: bytes, no line
"""
import json
import os
import socket
import subprocess
import sys
import threading
import time

HEADER = 48  # of an URB; before the import: 8, and 32 of a bus id
PATIENCE_S = 60


class Keeper:
    """One virtual probe at a time. Times are those of time.monotonic()."""

    def __init__(self, vprobe, spec, folder):
        self.vprobe = vprobe
        self.spec = spec
        self.flash = os.path.join(folder, "flash")
        self.stats = os.path.join(folder, "stats")
        parts = subprocess.run([vprobe, "--list-parts"], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.size = next(int(line.split()[1]) * 1024 for line in parts.splitlines() if line.split()[0] == spec.split(",")[0])
        self.process = None
        self.port = 0
        self.lock = threading.Lock()
        self.disarm()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=8)
        self.address = self.listener.getsockname()
        threading.Thread(target=self.serve, daemon=True).start()

    # the probe

    def start(self):
        self.end()
        self.disarm()
        spec = f"{self.spec},flash={self.flash},live=1,stats={self.stats}"
        self.process = subprocess.Popen([self.vprobe, "--quiet", "--port", "0", "--probe", spec],
                                        stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.port = int(line.rsplit(":", 1)[1])
                return
        raise RuntimeError("the virtual probe does not start")

    def fresh(self):
        self.end()
        with open(self.flash, "wb") as file:
            file.write(os.urandom(self.size))
        self.start()

    def end(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def contents(self):
        with open(self.flash, "rb") as file:
            return file.read()

    def anomalies(self):
        self.end()
        with open(self.stats, encoding="utf-8") as file:
            return ", ".join(json.load(file)["anomaly_texts"])

    # what is to happen to it

    def disarm(self):
        self.at = 0
        self.delay = 0.0
        self.hold = False
        self.count = 0
        self.happened = ""
        self.when = 0.0
        self.event = threading.Event()

    def arm(self, at, delay=0.0, hold=False):
        with self.lock:
            self.disarm()
            self.at, self.delay, self.hold = at, delay, hold

    def cancel(self):
        with self.lock:
            if not self.happened and self.count < self.at:
                self.happened = "late"
                self.event.set()

    def wait(self):
        self.event.wait(PATIENCE_S)
        return self.happened or "late"

    def strike(self):
        if not self.hold:
            time.sleep(self.delay)
        with self.lock:
            if not self.hold:
                self.process.kill()
            self.when = time.monotonic()
            self.happened = "held" if self.hold else "killed"
            self.event.set()

    # connections

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        with client:
            first = client.recv(1, socket.MSG_PEEK)
            try:
                if first.isalpha():
                    client.sendall(self.obey(client.makefile().readline().split()))
                elif first:
                    self.pass_on(client)
            except OSError:
                pass  # whoever ends a connection is free to do so

    def obey(self, words):
        order, numbers = words[0], [int(word) for word in words[1:]]
        if order == "flash":
            return self.contents()
        if order == "arm":
            self.arm(numbers[0], numbers[1] / 1e6)
        elif order == "hold":
            self.arm(numbers[0], hold=True)
        elif order in ("fresh", "start", "cancel", "wait", "anomalies"):
            return f"{getattr(self, order)() or 'ok'}\n".encode()
        else:
            return b"there is no such order\n"
        return b"ok\n"

    def pass_on(self, client):
        with socket.create_connection(("127.0.0.1", self.port)) as probe:
            probe.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.pass_back, args=(probe, client), daemon=True).start()
            source = client.makefile("rb")
            head = source.read(8)
            probe.sendall(head + (source.read(32) if head[2:4] == b"\x80\x03" else b""))
            while self.pass_urb(source, probe):
                pass

    def pass_urb(self, source, probe):
        head = source.read(HEADER)
        if len(head) < HEADER:
            return False
        command, _, _, direction, endpoint = (int.from_bytes(head[i:i + 4], "big") for i in range(0, 20, 4))
        submit = command == 1
        data = source.read(int.from_bytes(head[24:28], "big")) if submit and direction == 0 else b""
        strikes = False
        if submit and endpoint:
            with self.lock:
                self.count += 1
                strikes = self.count == self.at
        if self.hold and 0 < self.at <= self.count:
            if strikes:
                self.strike()
            return True
        probe.sendall(head + data)
        if strikes:
            self.strike()
        return True

    @staticmethod
    def pass_back(probe, client):
        try:
            while data := probe.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        try:
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    keeper = Keeper(*sys.argv[1:4])
    print("listening on %s:%u" % keeper.address, flush=True)
    try:
        sys.stdin.read()  # until whoever started us closes it
    finally:
        keeper.end()


if __name__ == "__main__":
    main()
