# SPDX-License-Identifier: MIT
"""redir.py PORT SOCKET: puts the virtual probe that is served at PORT into a qemu, on its emulated xHCI controller.

qemu's usb-redir device connects to SOCKET; what its guest asks of the device becomes URBs for the USB/IP server, and
back. So the guest has a probe that looks like one on a real controller, which its own usbipd can export. Layouts: the
USB Network Redirection Protocol 0.7, with the capabilities on which xHCI insists; Linux's usbip_protocol.rst.
"""
import os
import socket
import struct
import sys
import threading

HELLO, CONNECT, DISCONNECT, RESET, INTERFACE_INFO, EP_INFO, SET_CONFIG, GET_CONFIG, CONFIG_STATUS, SET_ALT, GET_ALT, \
    ALT_STATUS = range(12)
CANCEL, CONTROL, BULK = 21, 100, 101
# connect_device_version, ep_info_max_packet_size, 64bits_ids, 32bits_bulk_length
CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6
STATUS = {0: 0, -104: 1, -2: 1, -32: 4, -110: 5, -75: 6}  # of an URB, to that of the redirection; else an I/O error
IO_ERROR = 3
SPEED = {2: 1, 3: 2}
GET_CONFIG_DESCRIPTOR = struct.pack("<BBHHH", 0x80, 6, 0x0200, 0, 1024)
CONTROL_HEADER, BULK_HEADER = "<BBBBHHH", "<BBHIH"


def receive(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


class Probe:
    """The USB/IP client's end."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall(struct.pack(">HHI32s", 0x0111, 0x8003, 0, b"1-1"))
        if receive(self.sock, 8) != struct.pack(">HHI", 0x0111, 3, 0):
            raise RuntimeError("the virtual probe cannot be imported")
        record = receive(self.sock, 312)
        bus, device, speed, self.vid, self.pid, self.bcd = struct.unpack_from(">IIIHHH", record, 0x120)
        self.devid = bus << 16 | device
        self.speed = SPEED[speed]
        self.seqnum = 0

    def submit(self, endpoint, length, data, setup=bytes(8)):
        self.seqnum += 1
        inward = endpoint >> 7
        self.sock.sendall(struct.pack(">10I", 1, self.seqnum, self.devid, inward, endpoint & 0x0f, 0x200 * inward, length,
                                      0, 0, 0) + setup + data)
        return self.seqnum

    def unlink(self, target):
        self.seqnum += 1
        self.sock.sendall(struct.pack(">6I24x", 2, self.seqnum, self.devid, 0, 0, target))
        return self.seqnum

    def answer(self, inward):
        """command, seqnum, status, actual length and data; inward tells of a seqnum whether data comes."""
        command, seqnum, _, _, _, status, actual = struct.unpack_from(">5IiI", receive(self.sock, 48))
        has_data = command == 3 and inward(seqnum)
        return command, seqnum, status, actual, receive(self.sock, actual) if has_data else b""


class Redirection:
    """qemu's end. An URB that is under way is known by its seqnum: what to make of the answer, and the packet's id."""

    def __init__(self, probe, sock):
        self.probe = probe
        self.sock = sock
        self.lock = threading.Lock()
        self.pending = {}
        self.unlinks = {}
        self.config = 0

    def send(self, kind, body, number=0):
        self.sock.sendall(struct.pack("<IIQ", kind, len(body), number) + body)

    def describe(self):
        """Interfaces and endpoints, as the configuration's descriptor has them."""
        self.probe.submit(0x80, 1024, b"", GET_CONFIG_DESCRIPTOR)
        config = self.probe.answer(lambda _: True)[4]
        interfaces = []
        types, owners, sizes = [255] * 32, [0] * 32, [0] * 32
        types[0] = types[16] = 0
        sizes[0] = sizes[16] = 64
        at = 0
        while at + 2 <= len(config):
            if config[at + 1] == 4:
                interfaces.append((config[at + 2],) + tuple(config[at + 5:at + 8]))
            elif config[at + 1] == 5:
                address, kind, size = struct.unpack_from("<BBH", config, at + 2)
                index = address >> 3 & 0x10 | address & 0x0f
                types[index], owners[index], sizes[index] = kind & 3, interfaces[-1][0], size
            at += config[at]
        columns = [bytes(column).ljust(32, b"\0") for column in zip(*interfaces)]
        self.send(EP_INFO, bytes(types) + bytes(32) + bytes(owners) + struct.pack("<32H", *sizes))
        self.send(INTERFACE_INFO, struct.pack("<I", len(interfaces)) + b"".join(columns))

    def plug(self):
        # Hello comes before the capabilities are agreed on: its id has 32 bits.
        self.sock.sendall(struct.pack("<III64sI", HELLO, 68, 0, b"stflash-vprobe", CAPABILITIES))
        _, length, _ = struct.unpack("<III", receive(self.sock, 12))
        receive(self.sock, length)
        self.describe()
        self.send(CONNECT, struct.pack("<BBBBHHH", self.probe.speed, 0, 0, 0, self.probe.vid, self.probe.pid, self.probe.bcd))
        threading.Thread(target=self.bring_back, daemon=True).start()
        while True:
            kind, length, number = struct.unpack("<IIQ", receive(self.sock, 16))
            self.take(kind, receive(self.sock, length), number)

    def take(self, kind, body, number):
        with self.lock:
            if kind == CONTROL:
                self.take_control(body, number)
            elif kind == BULK:
                head = struct.unpack_from(BULK_HEADER, body)
                seqnum = self.probe.submit(head[0], head[2] | head[4] << 16, body[10:])
                self.pending[seqnum] = (kind, number, head)
            elif kind == CANCEL:
                for seqnum, (_, of, _) in list(self.pending.items()):
                    if of == number:
                        self.unlinks[self.probe.unlink(seqnum)] = seqnum
            elif kind == SET_CONFIG:
                self.config = body[0]
                setup = struct.pack("<BBHHH", 0, 9, body[0], 0, 0)
                self.pending[self.probe.submit(0, 0, b"", setup)] = (kind, number, (0,))
            elif kind == GET_CONFIG:
                self.send(CONFIG_STATUS, bytes((0, self.config)), number)
            elif kind in (SET_ALT, GET_ALT):
                self.send(ALT_STATUS, bytes((0, body[0], 0)), number)

    def take_control(self, body, number):
        head = struct.unpack_from(CONTROL_HEADER, body)
        endpoint, request, kind, _, value, index, length = head
        setup = struct.pack("<BBHHH", kind, request, value, index, length)
        seqnum = self.probe.submit(endpoint & 0x0f | kind & 0x80, length, body[10:], setup)
        self.pending[seqnum] = (CONTROL, number, (kind & 0x80,) + head)

    def is_inward(self, seqnum):
        with self.lock:
            return bool(self.pending[seqnum][2][0] & 0x80)

    def bring_back(self):
        try:
            while True:
                self.give(*self.probe.answer(self.is_inward))
        except (EOFError, OSError):
            self.send(DISCONNECT, b"")  # the server has ended: unplugged

    def give(self, command, seqnum, status, actual, data):
        with self.lock:
            if command == 4:
                seqnum = self.unlinks.pop(seqnum)
                actual = 0
            if seqnum not in self.pending:
                return  # it was answered before the unlink came
            kind, number, head = self.pending.pop(seqnum)
            status = STATUS.get(status, IO_ERROR)
            if kind == SET_CONFIG:
                self.send(CONFIG_STATUS, bytes((status, self.config)), number)
            elif kind == CONTROL:
                _, endpoint, request, of, _, value, index, _ = head
                self.send(CONTROL, struct.pack(CONTROL_HEADER, endpoint, request, of, status, value, index, actual) + data, number)
            else:
                packed = struct.pack(BULK_HEADER, head[0], status, actual & 0xffff, 0, actual >> 16)
                self.send(BULK, packed + data, number)


def main():
    port, path = int(sys.argv[1]), sys.argv[2]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path + ".new")
    listener.listen(1)
    os.rename(path + ".new", path)  # whoever sees it can connect
    qemu, _ = listener.accept()
    try:
        Redirection(Probe(port), qemu).plug()
    except EOFError:
        pass  # qemu has ended


if __name__ == "__main__":
    main()
