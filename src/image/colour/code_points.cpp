// H.273's tables 2 and 3.
#include "image/colour/code_points.h"

namespace thumbs::image {
namespace {

std::optional<Chromaticities> primaries_of(int code) {
  constexpr Chromaticity k_d65 = {0.3127, 0.3290}, k_c = {0.310, 0.316}, k_dci = {0.314, 0.351};
  switch (code) {
    case 1: return k_srgb_chromaticities;
    case 4: return Chromaticities{k_c, {0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}};
    case 5: return Chromaticities{k_d65, {0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}};
    case 6:
    case 7: return Chromaticities{k_d65, {0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}};
    case 8: return Chromaticities{k_c, {0.681, 0.319}, {0.243, 0.692}, {0.145, 0.049}};
    case 9: return Chromaticities{k_d65, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};
    case 10: return Chromaticities{{1.0 / 3, 1.0 / 3}, {1, 0}, {0, 1}, {0, 0}};  // CIE 1931 XYZ
    case 11: return Chromaticities{k_dci, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
    case 12: return Chromaticities{k_d65, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
    case 22: return Chromaticities{k_d65, {0.630, 0.340}, {0.295, 0.605}, {0.155, 0.077}};
    default: return std::nullopt;
  }
}

/// False for those that are not known.
bool set_transfer(int code, ColourEncoding& encoding) {
  switch (code) {
    case 1:
    case 6:
    case 11:  // and 12: within 0 to 1 the same
    case 12:
    case 14:
    case 15: encoding.curve = TransferCurve::bt709; return true;
    case 4:
      encoding.curve = TransferCurve::power;
      encoding.exponent = 2.2;
      return true;
    case 5:
      encoding.curve = TransferCurve::power;
      encoding.exponent = 2.8;
      return true;
    case 7: encoding.curve = TransferCurve::smpte240; return true;
    case 8:
      encoding.curve = TransferCurve::power;
      encoding.exponent = 1;
      return true;
    case 9: encoding.curve = TransferCurve::log100; return true;
    case 10: encoding.curve = TransferCurve::log316; return true;
    case 13: encoding.curve = TransferCurve::srgb; return true;
    case 16: encoding.curve = TransferCurve::pq; return true;
    case 17: encoding.curve = TransferCurve::cinema; return true;
    case 18: encoding.curve = TransferCurve::hlg; return true;
    default: return false;
  }
}

}  // namespace

CodePoints encoding_of(int primaries, int transfer) {
  const auto chromaticities = primaries_of(primaries);
  if (!chromaticities) return {std::nullopt, "primaries " + std::to_string(primaries) + " are not supported"};
  ColourEncoding encoding;
  encoding.chromaticities = *chromaticities;
  if (!set_transfer(transfer, encoding))
    return {std::nullopt, "transfer " + std::to_string(transfer) + " is not supported"};
  return {encoding, {}};
}

}  // namespace thumbs::image
