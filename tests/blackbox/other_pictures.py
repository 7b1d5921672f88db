"""Files of the formats that are read but not written, made byte by byte: GIF, BMP, TIFF, SVG."""

import ctypes
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


def tiff_ifd(entries, at, following=0):
    """A directory at offset `at`: {tag: number, or list of numbers, or bytes}; what is long stands behind it."""
    head = struct.pack("<H", len(entries))
    tail = b""
    behind = at + 2 + 12 * len(entries) + 4
    for tag, value in sorted(entries.items()):
        if isinstance(value, bytes):
            kind, count, data = 7, len(value), value
        else:
            values = value if isinstance(value, list) else [value]
            kind, count, data = 4, len(values), struct.pack(f"<{len(values)}I", *values)
        if len(data) > 4:
            place = struct.pack("<I", behind + len(tail))
            tail += data
        else:
            place = data.ljust(4, b"\0")
        head += struct.pack("<HHI", tag, kind, count) + place
    return head + struct.pack("<I", following) + tail


def tiff(rows, compression=1, data=None, size=None, pages=1, **more):
    """Rows of (r, g, b) in one strip. `more`: tags as t256=…."""
    height, width = len(rows), len(rows[0])
    data = data if data is not None else b"".join(bytes(pixel) for row in rows for pixel in row)
    width, height = size or (width, height)
    entries = {256: width, 257: height, 258: [8, 8, 8], 259: compression, 262: 2, 273: 8, 277: 3, 278: height, 279: len(data)}
    entries.update({int(tag[1:]): value for tag, value in more.items()})
    file = b"II*\0" + struct.pack("<I", 8 + len(data)) + data
    for page in range(pages):
        one = tiff_ifd(entries, len(file))
        following = len(file) + len(one) if page + 1 < pages else 0
        file += tiff_ifd(entries, len(file), following)
    return file


def svg(content, attributes="width='40' height='20'"):
    names = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
    return f"<svg {names} {attributes}>{content}</svg>".encode()


def has_librsvg():
    try:
        ctypes.CDLL("librsvg-2.so.2")
    except OSError:
        return False
    return True
