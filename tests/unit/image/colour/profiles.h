// Colour profiles synthesised with lcms, and lcms's own conversions in double precision to compare with.
#pragma once

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/pictures.h"

namespace thumbs::test {

/// Saves and closes.
inline Bytes saved(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  if (profile == nullptr || !cmsSaveProfileToMem(profile, nullptr, &size)) throw std::runtime_error("no profile");
  Bytes bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

inline cmsToneCurve* new_power_curve(double exponent) { return cmsBuildGamma(nullptr, exponent); }
inline cmsToneCurve* new_srgb_curve() {
  const std::array p = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  return cmsBuildParametricToneCurve(nullptr, 4, p.data());
}

inline Bytes rgb_profile(const cmsCIExyYTRIPLE& primaries, cmsToneCurve* curve, cmsCIExyY white = {0.3127, 0.3290, 1}) {
  cmsToneCurve* const curves[] = {curve, curve, curve};
  Bytes bytes = saved(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(curve);
  return bytes;
}

inline Bytes srgb_profile() { return saved(cmsCreate_sRGBProfile()); }
inline Bytes adobe_profile() {
  return rgb_profile({{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}}, new_power_curve(563.0 / 256));
}
inline Bytes p3_profile() {
  return rgb_profile({{0.68, 0.32, 1}, {0.265, 0.69, 1}, {0.15, 0.06, 1}}, new_srgb_curve());
}
/// What is called red is green, green is blue, blue is red.
inline Bytes swapping_profile() {
  return rgb_profile({{0.30, 0.60, 1}, {0.15, 0.06, 1}, {0.64, 0.33, 1}}, new_srgb_curve());
}
inline Bytes grey_profile(double exponent) {
  const cmsCIExyY white = {0.3457, 0.3585, 1};
  cmsToneCurve* curve = new_power_curve(exponent);
  Bytes bytes = saved(cmsCreateGrayProfile(&white, curve));
  cmsFreeToneCurve(curve);
  return bytes;
}

/// A profile whose table, with so many nodes along each channel, takes colours to Lab as `sampler` does.
inline Bytes table_profile(cmsProfileClassSignature kind, cmsColorSpaceSignature space, cmsUInt32Number nodes,
                           cmsSAMPLER16 sampler) {
  const cmsUInt32Number channels = cmsChannelsOf(space);
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 2.4);
  cmsSetDeviceClass(profile, kind);
  cmsSetColorSpace(profile, space);
  cmsSetPCS(profile, cmsSigLabData);
  cmsPipeline* lut = cmsPipelineAlloc(nullptr, channels, 3);
  cmsStage* table = cmsStageAllocCLut16bit(nullptr, nodes, channels, 3, nullptr);
  cmsStageSampleCLut16bit(table, sampler, nullptr, 0);
  cmsPipelineInsertStage(lut, cmsAT_END, table);
  cmsWriteTag(profile, cmsSigAToB0Tag, lut);
  cmsPipelineFree(lut);
  const cmsCIEXYZ white = {0.9642, 1, 0.8249};
  cmsWriteTag(profile, cmsSigMediaWhitePointTag, &white);
  return saved(profile);
}

/// An output profile whose table takes ink to Lab: a simple press, as no formula of ours has it.
inline Bytes cmyk_profile() {
  const cmsSAMPLER16 press = [](const cmsUInt16Number in[], cmsUInt16Number out[], void*) -> cmsInt32Number {
    const double c = in[0] / 65535.0, m = in[1] / 65535.0, y = in[2] / 65535.0, k = in[3] / 65535.0;
    const cmsCIELab lab = {(95 - 35 * c - 40 * m - 6 * y) * (1 - 0.85 * k), (-35 * c + 70 * m - 5 * y) * (1 - k),
                           (-45 * c - 5 * m + 85 * y) * (1 - k)};
    cmsFloat2LabEncodedV2(out, &lab);
    return TRUE;
  };
  return table_profile(cmsSigOutputClass, cmsSigCmykData, 9, press);
}

/// A profile with a table for colours that no matrix describes, as jpegli's for XYB: red and green are opponents, and
/// blue is stored with less resolution.
inline Bytes opponent_profile() {
  const cmsSAMPLER16 opponents = [](const cmsUInt16Number in[], cmsUInt16Number out[], void*) -> cmsInt32Number {
    const double x = in[0] / 65535.0 - 0.5, y = in[1] / 65535.0, b = in[2] / 65535.0 - 0.5;
    const cmsCIELab lab = {100 * y, 60 * x, 50 * b};
    cmsFloat2LabEncodedV2(out, &lab);
    return TRUE;
  };
  return table_profile(cmsSigDisplayClass, cmsSigRgbData, 17, opponents);
}

/// 0 to 255 in and out (CMYK: 255 is full ink): lcms in double precision, nothing optimised. Grey gives one value.
inline std::vector<std::vector<double>> all_converted(const Bytes& profile,
                                                      const std::vector<std::vector<double>>& colours) {
  const bool grey = colours.front().size() == 1, cmyk = colours.front().size() == 4;
  cmsHPROFILE from = cmsOpenProfileFromMem(profile.data(), static_cast<cmsUInt32Number>(profile.size()));
  cmsHPROFILE to = nullptr;
  if (grey) {
    const cmsCIExyY white = {0.3457, 0.3585, 1};
    cmsToneCurve* curve = new_srgb_curve();
    to = cmsCreateGrayProfile(&white, curve);
    cmsFreeToneCurve(curve);
  } else {
    to = cmsCreate_sRGBProfile();
  }
  cmsHTRANSFORM transform = cmsCreateTransform(from,
                                               grey   ? TYPE_GRAY_DBL
                                               : cmyk ? TYPE_CMYK_DBL
                                                      : TYPE_RGB_DBL,
                                               to, grey ? TYPE_GRAY_DBL : TYPE_RGB_DBL, INTENT_PERCEPTUAL,
                                               cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE);
  if (transform == nullptr) throw std::runtime_error("no reference transform");
  std::vector<std::vector<double>> results;
  for (std::vector<double> in : colours) {
    for (double& v : in) v *= (cmyk ? 100 : 1) / 255.0;
    std::vector<double>& out = results.emplace_back(grey ? 1 : 3);
    cmsDoTransform(transform, in.data(), out.data(), 1);
    for (double& v : out) v = std::clamp(v, 0.0, 1.0) * 255;
  }
  cmsDeleteTransform(transform);
  cmsCloseProfile(from);
  cmsCloseProfile(to);
  return results;
}

inline std::vector<double> converted(const Bytes& profile, const std::vector<double>& colour) {
  return all_converted(profile, std::vector<std::vector<double>>{colour}).front();
}

/// A profile as APP2 segments of at most `part_bytes` each.
inline std::vector<Bytes> profile_segments(const Bytes& profile, std::size_t part_bytes = 60000) {
  const std::size_t count = (profile.size() + part_bytes - 1) / part_bytes;
  std::vector<Bytes> segments;
  for (std::size_t i = 0; i < count; ++i) {
    constexpr std::string_view prefix("ICC_PROFILE\0", 12);
    const auto* begin = reinterpret_cast<const std::byte*>(prefix.data());
    Bytes& segment = segments.emplace_back(begin, begin + prefix.size());
    segment.push_back(static_cast<std::byte>(i + 1));
    segment.push_back(static_cast<std::byte>(count));
    const auto from = profile.begin() + static_cast<std::ptrdiff_t>(i * part_bytes);
    const auto left = static_cast<std::size_t>(profile.end() - from);
    segment.insert(segment.end(), from, from + static_cast<std::ptrdiff_t>(std::min(part_bytes, left)));
  }
  return segments;
}

/// The data of an iCCP chunk.
inline std::string iccp(const Bytes& profile) {
  const std::string_view text(reinterpret_cast<const char*>(profile.data()), profile.size());
  return std::string("name\0\0", 6) + PngBuilder::deflated(text);
}

inline std::string gama(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 255);
  return text;
}

/// cHRM of chromaticities as they come: white, red, green, blue.
inline std::string chrm(const std::array<double, 8>& values) {
  std::string text;
  for (const double v : values) text += gama(static_cast<std::uint32_t>(v * 100000 + 0.5));
  return text;
}

}  // namespace thumbs::test
