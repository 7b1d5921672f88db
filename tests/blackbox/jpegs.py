"""A small baseline JPEG encoder, a baseline decoder and a header reader. From ITU-T T.81.

The Huffman tables are fixed and flat (every code of a table has the same length): legal, and short to write.
"""

import math
import random
import struct

ZIGZAG = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
]  # fmt: skip
COSINE = [
    [(math.sqrt(0.125) if u == 0 else 0.5) * math.cos((2 * x + 1) * u * math.pi / 16) for x in range(8)]
    for u in range(8)
]
DC_SYMBOLS = list(range(12))
AC_SYMBOLS = [0x00, 0xF0] + [run << 4 | size for run in range(16) for size in range(1, 11)]
DC_LENGTH, AC_LENGTH = 4, 8


def segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(block):
    return segment(0xE1, b"Exif\0\0" + block)


def adobe(transform):
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def ycc(pixel):
    r, g, b = pixel[:3]
    return (
        0.299 * r + 0.587 * g + 0.114 * b,
        128 - 0.168735892 * r - 0.331264108 * g + 0.5 * b,
        128 + 0.5 * r - 0.418687589 * g - 0.081312411 * b,
    )


class _Bits:
    def __init__(self):
        self.value, self.count, self.out = 0, 0, bytearray()

    def put(self, value, length):
        self.value = self.value << length | value
        self.count += length
        while self.count >= 8:
            self.count -= 8
            byte = self.value >> self.count & 255
            self.out += b"\xff\0" if byte == 255 else bytes([byte])
        self.value &= (1 << self.count) - 1

    def done(self):
        if self.count:
            self.put((1 << (8 - self.count)) - 1, 8 - self.count)
        return bytes(self.out)


def _number(bits, symbols, length, run, value):
    size = abs(int(value)).bit_length()
    bits.put(symbols.index(run << 4 | size), length)
    if size:
        bits.put(value if value > 0 else value + (1 << size) - 1, size)


def _coefficients(block, quantum):
    wide = [[sum(COSINE[u][x] * line[x] for x in range(8)) for u in range(8)] for line in block]
    flat = [sum(COSINE[v][y] * wide[y][u] for y in range(8)) for v in range(8) for u in range(8)]
    return [int(math.floor(flat[ZIGZAG[k]] / quantum + 0.5)) for k in range(64)]


def _put_ac(bits, coefficients):
    run = 0
    for value in coefficients[1:]:
        if value == 0:
            run += 1
            continue
        while run > 15:
            bits.put(AC_SYMBOLS.index(0xF0), AC_LENGTH)
            run -= 16
        _number(bits, AC_SYMBOLS, AC_LENGTH, run, value)
        run = 0
    if run:
        bits.put(AC_SYMBOLS.index(0), AC_LENGTH)


def _put_block(bits, block, quantum, before):
    coefficients = _coefficients(block, quantum)
    _number(bits, DC_SYMBOLS, DC_LENGTH, 0, coefficients[0] - before)
    _put_ac(bits, coefficients)
    return coefficients[0]


def _tables(quantum):
    flat = lambda length, symbols: bytes(len(symbols) if i == length else 0 for i in range(1, 17)) + bytes(symbols)
    return (
        segment(0xDB, b"\0" + bytes([quantum] * 64))
        + segment(0xC4, b"\x00" + flat(DC_LENGTH, DC_SYMBOLS))
        + segment(0xC4, b"\x10" + flat(AC_LENGTH, AC_SYMBOLS))
    )


def _averaged(plane, x, y, fx, fy):
    """The mean of the fx by fy samples at (x*fx, y*fy); repeats the last line and column beyond the edge."""
    height, width = len(plane), len(plane[0])
    total = sum(
        plane[min(y * fy + j, height - 1)][min(x * fx + i, width - 1)] for j in range(fy) for i in range(fx)
    )
    return total / (fx * fy)


def jpeg(rows, colour="ycc", sampling=(1, 1), quantum=1, before=b"", after=b"", end=True, size=None):
    """A baseline JPEG. `colour`: grey, ycc, or raw (samples stored as they are, three or four of them).

    `sampling`: of the first component (of the last of four too); `before`: segments to put first; `size`: a lie.
    """
    if colour == "ycc":
        rows = [[ycc(p) for p in line] for line in rows]
    width, height = len(rows[0]), len(rows)
    count = 1 if colour == "grey" else len(rows[0][0])
    factors = [sampling if i in (0, 3) else (1, 1) for i in range(count)]
    if count == 1:
        factors = [(1, 1)]
    planes = [[[p[i] for p in line] for line in rows] for i in range(count)]
    shown = size or (width, height)
    frame = struct.pack(">BHHB", 8, shown[1], shown[0], count)
    frame += b"".join(bytes([i + 1, h << 4 | v, 0]) for i, (h, v) in enumerate(factors))
    scan = bytes([count]) + b"".join(bytes([i + 1, 0]) for i in range(count)) + b"\0\x3f\0"
    out = b"\xff\xd8" + before + _tables(quantum) + segment(0xC0, frame) + segment(0xDA, scan)
    out += _entropy(planes, factors, width, height, quantum)
    return out + after + (b"\xff\xd9" if end else b"")


def _entropy(planes, factors, width, height, quantum):
    most_h, most_v = max(h for h, _ in factors), max(v for _, v in factors)
    bits, last = _Bits(), [0] * len(planes)
    for my in range(-(-height // (8 * most_v))):
        for mx in range(-(-width // (8 * most_h))):
            for i, (h, v) in enumerate(factors):
                fx, fy = most_h // h, most_v // v
                for block in range(h * v):
                    x0, y0 = (mx * h + block % h) * 8, (my * v + block // h) * 8
                    cell = [
                        [_averaged(planes[i], x0 + x, y0 + y, fx, fy) - 128 for x in range(8)] for y in range(8)
                    ]
                    last[i] = _put_block(bits, cell, quantum, last[i])
    return bits.done()


def many_scans(count):
    """A progressive grey JPEG of one block with `count` valid scans."""
    frame = struct.pack(">BHHB", 8, 8, 8, 1) + b"\x01\x11\0"
    out = b"\xff\xd8" + _tables(1) + segment(0xC2, frame)
    first = _Bits()
    _number(first, DC_SYMBOLS, DC_LENGTH, 0, 5)
    out += segment(0xDA, b"\x01\x01\0\0\0\0") + first.done()
    empty = _Bits()
    empty.put(AC_SYMBOLS.index(0), AC_LENGTH)
    for i in range(count - 1):
        band = 1 + i % 63
        out += segment(0xDA, bytes([1, 1, 0, band, band, 0])) + empty.done()
    return out + b"\xff\xd9"


def _interval(tile, components, ac=True, dc=True):
    """One restart interval: the blocks of these components of each MCU of a tile."""
    bits, last = _Bits(), [0] * 3
    for mcu in tile:
        for i in components:
            if dc:
                _number(bits, DC_SYMBOLS, DC_LENGTH, 0, mcu[i][0] - last[i])
                last[i] = mcu[i][0]
            if ac:
                _put_ac(bits, mcu[i])
    return bits.done()


def large(across, down, progressive=False, seed=1):
    """A noisy 4:4:4 JPEG of 128 * across by 8 * down pixels, fast to make: repeats a few tiles of 16 MCUs, each a
    restart interval."""
    pick = random.Random(seed)
    noise = lambda: [[pick.randint(60, 200) - 128 for _ in range(8)] for _ in range(8)]
    tiles = [[[_coefficients(noise(), 16) for _ in range(3)] for _ in range(16)] for _ in range(7)]
    frame = struct.pack(">BHHB", 8, 8 * down, 128 * across, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    out = [b"\xff\xd8", _tables(16), segment(0xC2 if progressive else 0xC0, frame), segment(0xDD, b"\0\x10")]
    scans = [((0, 1, 2), 0, 0)] + [((i,), 1, 63) for i in range(3)] if progressive else [((0, 1, 2), 0, 63)]
    for components, first, last in scans:
        head = bytes([len(components)]) + b"".join(bytes([i + 1, 0]) for i in components)
        out.append(segment(0xDA, head + bytes([first, last, 0])))
        data = [_interval(tile, components, ac=last > 0, dc=first == 0) for tile in tiles]
        marked = [[one + bytes([0xFF, 0xD0 + i]) for i in range(8)] for one in data]
        count = across * down
        out += [marked[i * i % 7][i % 8] for i in range(count - 1)] + [data[(count - 1) ** 2 % 7]]
    return b"".join(out) + b"\xff\xd9"


class Jpeg:
    """A parsed JPEG: size, components (id, h, v), progressive, markers in order, segments."""

    def __init__(self, data):
        assert data[:2] == b"\xff\xd8", "no JPEG"
        assert data[-2:] == b"\xff\xd9", "no end marker"
        self.markers, self.segments, self.scans, at = [], [], 0, 2
        self.quantisation, self.huffman, self._scan = {}, {}, None
        while at < len(data):
            assert data[at] == 0xFF, f"no marker at {at}"
            marker = data[at + 1]
            at += 2
            self.markers.append(marker)
            if marker == 0xD9:
                break
            (length,) = struct.unpack_from(">H", data, at)
            body = data[at + 2 : at + length]
            self.segments.append((marker, body))
            at += length
            self._take(marker, body)
            if marker == 0xDA:
                start = at
                while not (data[at] == 0xFF and data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7):
                    at += 1
                self._scan = self._scan or (body, data[start:at])
                self.scans += 1

    def _take(self, marker, body):
        if marker in (0xC0, 0xC1, 0xC2, 0xC9, 0xCA):
            self.sof = marker
            _, self.height, self.width, count = struct.unpack_from(">BHHB", body)
            cells = [body[6 + 3 * i : 9 + 3 * i] for i in range(count)]
            self.components = [(c[0], c[1] >> 4, c[1] & 15, c[2]) for c in cells]
        elif marker == 0xDB:
            while body:
                wide = body[0] >> 4
                values = struct.unpack(">64H", body[1:129]) if wide else tuple(body[1:65])
                self.quantisation[body[0] & 15] = values
                body = body[129:] if wide else body[65:]
        elif marker == 0xC4:
            while body:
                counts, total = body[1:17], sum(body[1:17])
                self.huffman[body[0]] = _codes(counts, body[17 : 17 + total])
                body = body[17 + total :]

    @property
    def size(self):
        return self.width, self.height

    @property
    def progressive(self):
        return self.sof in (0xC2, 0xCA)

    @property
    def sampling(self):
        """The subsampling, such as "4:2:0"; None for grey."""
        if len(self.components) == 1:
            return None
        return {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0"}[self.components[0][1:3]]

    def rgb(self):
        """The pixels of a baseline file as RGB, with repeated chroma samples."""
        assert self.sof == 0xC0, "only baseline is decoded here"
        planes = _planes(self)
        most_h, most_v = max(c[1] for c in self.components), max(c[2] for c in self.components)
        look = lambda i, x, y: planes[i][y * self.components[i][2] // most_v][x * self.components[i][1] // most_h]
        out = []
        for y in range(self.height):
            line = []
            for x in range(self.width):
                if len(planes) == 1:
                    line.append((_byte(look(0, x, y)),) * 3)
                    continue
                luma, cb, cr = look(0, x, y), look(1, x, y) - 128, look(2, x, y) - 128
                rgb = (luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb)
                line.append(tuple(_byte(s) for s in rgb))
            out.append(line)
        return out


def _byte(value):
    return max(0, min(255, int(math.floor(value + 0.5))))


def _codes(counts, symbols):
    codes, code, at = {}, 0, 0
    for length in range(1, 17):
        for _ in range(counts[length - 1]):
            codes[length, code] = symbols[at]
            code, at = code + 1, at + 1
        code <<= 1
    return codes


class _Reader:
    def __init__(self, data):
        data = data.replace(b"\xff\0", b"\xff")
        self.bits, self.left = int.from_bytes(data, "big"), len(data) * 8

    def take(self, count):
        self.left -= count
        assert self.left >= 0, "entropy data ends early"
        return self.bits >> self.left & ((1 << count) - 1)

    def symbol(self, codes):
        code = 0
        for length in range(1, 17):
            code = code << 1 | self.take(1)
            if (length, code) in codes:
                return codes[length, code]
        raise AssertionError("bad Huffman code")

    def number(self, size):
        value = self.take(size) if size else 0
        return value if not size or value >> (size - 1) else value - (1 << size) + 1


def _planes(picture):
    head, data = picture._scan
    tables = {head[1 + 2 * i]: head[2 + 2 * i] for i in range(head[0])}
    reader, parts = _Reader(data), picture.components
    most_h, most_v = max(c[1] for c in parts), max(c[2] for c in parts)
    across, down = -(-picture.width // (8 * most_h)), -(-picture.height // (8 * most_v))
    planes = [[[0.0] * (across * h * 8) for _ in range(down * v * 8)] for _, h, v, _ in parts]
    last = [0] * len(parts)
    for mcu in range(across * down):
        for i, (name, h, v, quantiser) in enumerate(parts):
            for block in range(h * v):
                cell, last[i] = _take_block(reader, picture, tables[name], picture.quantisation[quantiser], last[i])
                x0, y0 = ((mcu % across) * h + block % h) * 8, ((mcu // across) * v + block // h) * 8
                for y in range(8):
                    planes[i][y0 + y][x0 : x0 + 8] = cell[y]
    return planes


def _take_block(reader, picture, table, quantum, last):
    flat = [0] * 64
    last += reader.number(reader.symbol(picture.huffman[table >> 4]))
    flat[0], k = last * quantum[0], 1
    while k < 64:
        symbol = reader.symbol(picture.huffman[0x10 | table & 15])
        if symbol == 0:
            break
        k += symbol >> 4
        if symbol & 15:
            flat[ZIGZAG[k]] = reader.number(symbol & 15) * quantum[k]
        k += 1
    wide = [[sum(COSINE[v][y] * flat[v * 8 + u] for v in range(8)) for u in range(8)] for y in range(8)]
    return [[sum(COSINE[u][x] * line[u] for u in range(8)) + 128 for x in range(8)] for line in wide], last
