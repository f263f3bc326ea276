# SPDX-License-Identifier: MIT
"""bench.py HOST:PORT WORDS: tell the virtual probe's bench something, and show what it says. Status 1 for an error."""
import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
with socket.create_connection((host, int(port)), timeout=600) as bench:
    bench.sendall(sys.argv[2].encode() + b"\n")
    answer = b"".join(iter(lambda: bench.recv(4096), b"")).decode()
print(answer, end="")
sys.exit(not answer or answer.startswith("error"))
