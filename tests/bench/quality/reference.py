"""What the quality benches measure with, in double precision: a reference thumbnail and the SSIM of two luma planes.

A plane is a numpy array of float64, rows first, in the range 0 to 255; nothing is rounded on the way.
"""
import numpy
from PIL import Image

LUMA = numpy.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as JFIF has it


def luma_of(path):
    """The luma plane of a whole picture file, as stored (EXIF's orientation is left)."""
    with Image.open(path) as image:
        if image.mode == "L":
            return numpy.asarray(image, dtype=numpy.float64)
        return numpy.asarray(image.convert("RGB"), dtype=numpy.float64) @ LUMA


def lanczos_weights(size, wanted, lobes=3):
    """The matrix, wanted × size, that resizes a column of samples; edges are cut off and the weights normalised."""
    scale = max(size / wanted, 1.0)
    centres = (numpy.arange(wanted) + 0.5) * (size / wanted)
    x = (numpy.arange(size) + 0.5 - centres[:, None]) / scale
    weights = numpy.where(numpy.abs(x) < lobes, numpy.sinc(x) * numpy.sinc(x / lobes), 0.0)
    return weights / weights.sum(axis=1, keepdims=True)


def resized(plane, width, height):
    """Lanczos, three lobes, stretched to the reduction."""
    return lanczos_weights(plane.shape[0], height) @ plane @ lanczos_weights(plane.shape[1], width).T


def _window(size, wanted):
    """The matrix of all places of an 11-tap Gaussian, sigma 1.5, that lie within `size`."""
    taps = numpy.exp(-0.5 * ((numpy.arange(wanted) - wanted // 2) / 1.5) ** 2)
    taps /= taps.sum()
    places = numpy.zeros((size - wanted + 1, size))
    for i, row in enumerate(places):
        row[i:i + wanted] = taps
    return places


def ssim(a, b):
    """Mean SSIM (Wang et al. 2004: Gaussian window of 11×11, sigma 1.5, K1 0.01, K2 0.03) of two planes of equal size,
    at least 11 on each side, over the windows that lie within them."""
    down, across = _window(a.shape[0], 11), _window(a.shape[1], 11).T
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = down @ a @ across, down @ b @ across
    var_a = down @ (a * a) @ across - mean_a ** 2
    var_b = down @ (b * b) @ across - mean_b ** 2
    both = down @ (a * b) @ across - mean_a * mean_b
    return float(numpy.mean((2 * mean_a * mean_b + c1) * (2 * both + c2) /
                            ((mean_a ** 2 + mean_b ** 2 + c1) * (var_a + var_b + c2))))
