# SPDX-License-Identifier: MIT
"""usb_files.py dfuse OUT ADDR=FILE... | dfu OUT FILE | uf2 OUT FAMILY ADDR=FILE...: files for USB boot loaders.

One DfuSe target for each file, with alternate settings 0, 1, ... (UM0391); FAMILY "none" leaves the id out
(github.com/microsoft/uf2)."""
import struct
import sys
import zlib


def parts(words):
    for word in words:
        addr, name = word.split("=")
        with open(name, "rb") as file:
            yield int(addr, 0), file.read()


def with_suffix(data, version):
    data += struct.pack("<HHHH3sB", 0xFFFF, 0xDF11, 0x0483, version, b"UFD", 16)
    return data + struct.pack("<I", zlib.crc32(data) ^ 0xFFFFFFFF)


def dfuse(words):
    targets = b""
    number = 0
    for addr, data in parts(words):
        element = struct.pack("<II", addr, len(data)) + data
        targets += struct.pack("<6sBI255sII", b"Target", number, 1, b"ST...", len(element), 1) + element
        number += 1
    return with_suffix(struct.pack("<5sBIB", b"DfuSe", 1, 11 + len(targets), number) + targets, 0x011A)


def uf2(family, words):
    blocks = []
    for addr, data in parts(words):
        blocks += [(addr + at, data[at : at + 256]) for at in range(0, len(data), 256)]
    out = b""
    for number, (addr, data) in enumerate(blocks):
        flags, word = (0, 0) if family == "none" else (0x2000, int(family, 0))
        head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, flags, addr, len(data), number, len(blocks), word)
        out += head + data.ljust(476, b"\xff") + struct.pack("<I", 0x0AB16F30)
    return out


def main():
    kind, name = sys.argv[1:3]
    if kind == "dfuse":
        data = dfuse(sys.argv[3:])
    elif kind == "dfu":
        with open(sys.argv[3], "rb") as file:
            data = with_suffix(file.read(), 0x0100)
    else:
        data = uf2(sys.argv[3], sys.argv[4:])
    with open(name, "wb") as file:
        file.write(data)


main()
