# SPDX-License-Identifier: MIT
"""listener.py KIND: a server that is no good USB/IP server. Prints its port, then serves one client.

silent   takes the connection and says nothing
closed   hangs up at once
garbage  sends bytes that mean nothing
endless  sends as much as the client takes
"""
import os
import socket
import sys
import time

kind = sys.argv[1]
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", 0))
server.listen(1)
print(server.getsockname()[1], flush=True)
client, _ = server.accept()
try:
    if kind == "silent":
        time.sleep(60)
    elif kind == "garbage":
        client.sendall(os.urandom(4096))
        time.sleep(1)
    elif kind == "endless":
        while True:
            client.sendall(b"\xff" * 65536)
except OSError:
    pass
