"""Files of the formats that are read but not written, made byte by byte: GIF, BMP."""

import struct


def bmp(rows, bits=24, size=None):
    """Rows of (r, g, b) or, for 8 bits, of greys."""
    height, width = len(rows), len(rows[0])
    stride = (width * bits + 31) // 32 * 4
    palette = b"".join(bytes((i, i, i, 0)) for i in range(256)) if bits == 8 else b""
    data = b""
    for row in reversed(rows):
        line = bytes(row) if bits == 8 else b"".join(bytes((b, g, r)) for r, g, b in row)
        data += line.ljust(stride, b"\0")
    width, height = size or (width, height)
    at = 54 + len(palette)
    head = b"BM" + struct.pack("<IIIIiiHHIIIIII", at + len(data), 0, at, 40, width, height, 1, bits, 0, 0, 0, 0, 0, 0)
    return head + palette + data


def gif_data(indices):
    """LZW whose codes never grow."""
    held = bits = 0
    data = bytearray()
    codes = []
    for i, index in enumerate(indices):
        if i % 200 == 0:
            codes.append(256)
        codes.append(index)
    for code in codes + [257]:
        held |= code << bits
        bits += 9
        while bits >= 8:
            data.append(held & 255)
            held >>= 8
            bits -= 8
    data.append(held & 255)
    return gif_blocks(bytes(data))


def gif_blocks(data):
    return b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255)) + b"\0"


def gif_head(width, height, palette):
    bits = max(1, (len(palette) - 1).bit_length())
    palette = list(palette) + [(0, 0, 0)] * ((1 << bits) - len(palette))
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF0 | (bits - 1), 0, 0) + b"".join(bytes(c) for c in palette)


def gif_frame(width, height, data, left=0, top=0, transparent=None):
    control = b"" if transparent is None else b"\x21\xf9\4\1\0\0" + bytes([transparent, 0])
    return control + b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0) + b"\x08" + data


def gif(rows, palette, frames=1, transparent=None):
    """`rows` of indices; `frames` times the same picture."""
    height, width = len(rows), len(rows[0])
    frame = gif_frame(width, height, gif_data([i for row in rows for i in row]), transparent=transparent)
    return gif_head(width, height, palette) + frame * frames + b"\x3b"
