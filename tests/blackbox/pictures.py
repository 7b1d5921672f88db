"""Writes test pictures as PNG and JPEG, and reads outputs.

Pixels are lists of rows, a row is a list of tuples of samples. The standard library alone.
Written from the PNG specification (third edition) and ITU-T T.81.
"""

import math
import random
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


# ---- pixels ----------------------------------------------------------------------------------


def filled(width, height, pixel):
    return [[pixel] * width for _ in range(height)]


def noise(width, height, seed=1, channels=3, top=255):
    pick = random.Random(seed)
    return [[tuple(pick.randint(0, top) for _ in range(channels)) for _ in range(width)] for _ in range(height)]


def blocks(colours, size):
    """A picture of flat squares, one for each colour in the table."""
    return [[c for c in line for _ in range(size)] for line in colours for _ in range(size)]


def gradient(width, height):
    wide, high = max(1, width - 1), max(1, height - 1)
    return [
        [(255 * x // wide, 255 * y // high, 255 * (x + y) // (wide + high)) for x in range(width)]
        for y in range(height)
    ]


def as_stored(rows, orientation):
    """The pixels to store, so that a reader that applies `orientation` gets `rows`."""
    flip_x = lambda p: [line[::-1] for line in p]
    flip_y = lambda p: p[::-1]
    transpose = lambda p: [list(line) for line in zip(*p)]
    return {
        1: lambda p: p,
        2: flip_x,
        3: lambda p: flip_y(flip_x(p)),
        4: flip_y,
        5: transpose,
        6: lambda p: flip_y(transpose(p)),
        7: lambda p: flip_y(flip_x(transpose(p))),
        8: lambda p: flip_x(transpose(p)),
    }[orientation](rows)


def tiff(orientation, little=True):
    """An EXIF block (TIFF) with only the orientation."""
    order = "<" if little else ">"
    head = (b"II" if little else b"MM") + struct.pack(order + "HI", 42, 8)
    return head + struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


# ---- PNG -------------------------------------------------------------------------------------


def chunk(name, data, crc=None):
    good = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", good if crc is None else crc)


def _packed(line, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", s) for p in line for s in p)
    samples = [s for p in line for s in p]
    if depth == 8:
        return bytes(samples)
    out, each = bytearray(), 8 // depth
    for start in range(0, len(samples), each):
        byte = 0
        for i, sample in enumerate(samples[start : start + each]):
            byte |= sample << (8 - depth * (i + 1))
        out.append(byte)
    return bytes(out)


def _scanlines(rows, depth, interlaced):
    if not interlaced:
        return b"".join(b"\0" + _packed(line, depth) for line in rows)
    out = b""
    for x0, y0, dx, dy in ADAM7:
        for line in rows[y0::dy]:
            if line[x0::dx]:
                out += b"\0" + _packed(line[x0::dx], depth)
    return out


def png(rows, colour=RGB, depth=8, interlaced=False, palette=None, trns=None, before=(), after=(), level=6, size=None):
    """A PNG file. `before` and `after`: more chunks before and after the pixels; `size`: a false size for the header."""
    width, height = size or (len(rows[0]), len(rows))
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    out = SIGNATURE + chunk(b"IHDR", head)
    if palette is not None:
        out += chunk(b"PLTE", bytes(s for entry in palette for s in entry))
    if trns is not None:
        out += chunk(b"tRNS", trns)
    out += b"".join(before)
    out += chunk(b"IDAT", zlib.compress(_scanlines(rows, depth, interlaced), level))
    return out + b"".join(after) + chunk(b"IEND", b"")


def large_png(width, height, line=None, colour=RGB, depth=8):
    """A PNG that repeats one line: large but fast to write."""
    line = line if line is not None else b"\x80" * ((width * CHANNELS[colour] * depth + 7) // 8)
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(b"\0" + line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def rough_png(width, height, seed):
    """Noise: fast to write and slow to compress, for builds that must take a while."""
    lines = random.Random(seed).randbytes(width * 3 * height)
    raw = b"".join(b"\0" + lines[i * width * 3 : (i + 1) * width * 3] for i in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, RGB, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 0)) + chunk(b"IEND", b"")


def streamed_png(width, height, colour=RGB, interlaced=False, seed=1):
    """A large 8-bit picture, fast to make: repeats 61 rows of noise; if interlaced, the rows of each pass."""
    pick, channels = random.Random(seed), CHANNELS[colour]
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    packed, data = zlib.compressobj(1, strategy=zlib.Z_HUFFMAN_ONLY), []
    for x, y, across, down in passes:
        columns, lines = -(-(width - x) // across), -(-(height - y) // down)
        some = [b"\0" + pick.randbytes(columns * channels) for _ in range(61)]
        data += [packed.compress(some[i * i % 61]) for i in range(lines)]
    data.append(packed.flush())
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, int(interlaced))
    return SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", b"".join(data)) + chunk(b"IEND", b"")


def tiny(seed, width=16, height=12):
    """A small picture for a seed; its size in bytes depends only on its dimensions."""
    return png(noise(width, height, seed), level=0)


class Png:
    """A parsed PNG: `rows` in its own channels, `names` of chunks in order."""

    def __init__(self, data):
        assert data.startswith(SIGNATURE), "no PNG"
        self.chunks, at = [], len(SIGNATURE)
        while at < len(data):
            (length,) = struct.unpack_from(">I", data, at)
            name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
            (crc,) = struct.unpack_from(">I", data, at + 8 + length)
            assert crc == zlib.crc32(name + body), f"bad CRC in {name}"
            self.chunks.append((name.decode(), body))
            at += 12 + length
        self.names = [name for name, _ in self.chunks]
        assert self.names[0] == "IHDR" and self.names[-1] == "IEND"
        head = struct.unpack(">IIBBBBB", self.chunks[0][1])
        self.width, self.height, self.depth, self.colour, _, _, self.interlaced = head
        self._body = b"".join(body for name, body in self.chunks if name == "IDAT")
        self._stored_rows = self._rows = None

    def chunk(self, name):
        return next((body for n, body in self.chunks if n == name), None)

    @property
    def size(self):
        return self.width, self.height

    def is_whole(self):
        """Whether all pixels are there, without decoding them."""
        stride = (self.width * CHANNELS[self.colour] * self.depth + 7) // 8
        return len(zlib.decompress(self._body)) == (stride + 1) * self.height

    @property
    def rows(self):
        """Grey or RGB, with alpha if there is one; expands palettes and depths below 8 bits."""
        if self._rows is None:
            if self.colour == PALETTE:
                channels = 4 if self.chunk("tRNS") else 3
                self._rows = [[p[:channels] for p in line] for line in self.rgba()]
            elif self.depth < 8:
                self._rows = [[p[:1] for p in line] for line in self.rgba()]
            else:
                self._rows = self._stored()
        return self._rows

    def _stored(self):
        if self._stored_rows is None:
            assert not self.interlaced, "outputs are expected non-interlaced"
            self._stored_rows = self._unpack(zlib.decompress(self._body))
        return self._stored_rows

    def _unpack(self, raw):
        channels = CHANNELS[self.colour]
        step = max(1, channels * self.depth // 8)
        stride = (self.width * channels * self.depth + 7) // 8
        assert len(raw) == (stride + 1) * self.height, "pixels and header disagree"
        out, above = [], bytes(stride)
        for y in range(self.height):
            start = y * (stride + 1)
            above = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), above, step)
            samples = self._samples(above)
            out.append([tuple(samples[x * channels : (x + 1) * channels]) for x in range(self.width)])
        return out

    def _samples(self, line):
        if self.depth == 8:
            return line
        if self.depth == 16:
            return struct.unpack(f">{len(line) // 2}H", line)
        mask = (1 << self.depth) - 1
        return [(byte >> shift) & mask for byte in line for shift in range(8 - self.depth, -1, -self.depth)]

    def rgba(self):
        """The pixels as 8-bit RGBA."""
        palette, trns = self.chunk("PLTE"), self.chunk("tRNS")
        top = (1 << self.depth) - 1
        key = struct.unpack(f">{len(trns) // 2}H", trns) if trns and self.colour in (GREY, RGB) else None

        def one(pixel):
            if self.colour == PALETTE:
                index = pixel[0]
                return tuple(palette[3 * index : 3 * index + 3]) + (
                    trns[index] if trns and index < len(trns) else 255,
                )
            eight = tuple((s * 255 + top // 2) // top for s in pixel)
            alpha = eight[-1] if self.colour in (GREY_ALPHA, RGBA) else 0 if pixel == key else 255
            colour = eight[:3] if self.colour in (RGB, RGBA) else eight[:1] * 3
            return colour + (alpha,)

        return [[one(p) for p in line] for line in self._stored()]


def _unfiltered(kind, line, above, step):
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up = above[i]
        if kind == 1:
            line[i] = (line[i] + left) & 255
        elif kind == 2:
            line[i] = (line[i] + up) & 255
        elif kind == 3:
            line[i] = (line[i] + (left + up) // 2) & 255
        elif kind == 4:
            corner = above[i - step] if i >= step else 0
            guess = left + up - corner
            near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
            line[i] = (line[i] + near[2]) & 255
    return line


# ---- resampling, in double precision ----------------------------------------------------------


def _sinc(x):
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)


def _bicubic(b, c):
    def weigh(x):
        x = abs(x)
        if x < 1:
            return ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + 6 - 2 * b) / 6
        if x < 2:
            return ((-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6
        return 0.0

    return weigh


KERNELS = {
    "linear": (1, lambda x: max(0.0, 1 - abs(x))),
    "cubic": (2, _bicubic(0, 0.5)),
    "mitchell": (2, _bicubic(1 / 3, 1 / 3)),
    "lanczos2": (2, lambda x: _sinc(x) * _sinc(x / 2) if abs(x) < 2 else 0.0),
    "lanczos3": (3, lambda x: _sinc(x) * _sinc(x / 3) if abs(x) < 3 else 0.0),
}


def resampled_line(line, size, kernel):
    """Resizes one line of numbers. Stretches the kernel when shrinking; renormalises it at the edges.

    A line that keeps its length keeps its numbers: Mitchell would blur it.
    """
    if len(line) == size:
        return list(line)
    support, weigh = KERNELS[kernel]
    ratio = len(line) / size
    stretch = max(1.0, ratio)
    out = []
    for i in range(size):
        centre = (i + 0.5) * ratio
        taps = range(
            max(0, math.floor(centre - support * stretch)), min(len(line), math.ceil(centre + support * stretch))
        )
        weights = [weigh((t + 0.5 - centre) / stretch) for t in taps]
        total = sum(weights)
        out.append(sum(w * line[t] for w, t in zip(weights, taps)) / total)
    return out


def resampled(plane, width, height, kernel):
    wide = [resampled_line(line, width, kernel) for line in plane]
    high = [resampled_line(list(column), height, kernel) for column in zip(*wide)]
    return [list(line) for line in zip(*high)]
