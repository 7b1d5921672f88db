// lcms2: opens and checks profiles, chooses transforms by their error, caches them and applies them by rows.
#include "image/colour/icc.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "image/colour/conversion_cache.h"
#include "image/colour/hdr.h"
#include "image/colour/ink_model.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr std::uint32_t k_opaque_16 = 65535;

template <class Handle, auto close>
struct Closer {
  void operator()(Handle handle) const { close(handle); }
};
using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, Closer<cmsContext, cmsDeleteContext>>;
using Profile = std::unique_ptr<void, Closer<cmsHPROFILE, cmsCloseProfile>>;
using Transform = std::unique_ptr<void, Closer<cmsHTRANSFORM, cmsDeleteTransform>>;
using Curve = std::unique_ptr<cmsToneCurve, Closer<cmsToneCurve*, cmsFreeToneCurve>>;

/// lcms's formats of one colour model.
struct Formats {
  cmsColorSpaceSignature space;
  int channels, out_channels;
  cmsUInt32Number in_8, out_8, in_16, out_16, in_double, out_double;
};

Formats formats_of(ColourModel model) {
  switch (model) {
    case ColourModel::grey:
      return {cmsSigGrayData, 1, 1, TYPE_GRAY_8, TYPE_GRAY_8, TYPE_GRAY_16, TYPE_GRAY_16, TYPE_GRAY_DBL, TYPE_GRAY_DBL};
    case ColourModel::cmyk:
      return {cmsSigCmykData, 4, 3, TYPE_CMYK_8, TYPE_RGB_8, TYPE_CMYK_16, TYPE_RGB_16, TYPE_CMYK_DBL, TYPE_RGB_DBL};
    case ColourModel::ycbcr:
    case ColourModel::rgb: break;
  }
  return {cmsSigRgbData, 3, 3, TYPE_RGB_8, TYPE_RGB_8, TYPE_RGB_16, TYPE_RGB_16, TYPE_RGB_DBL, TYPE_RGB_DBL};
}

// Light of a sample of 0 would be a hundredth or less, and is meant to be none.
Curve logarithmic(cmsContext context, double decades) {
  std::array<float, 4096> light;
  for (std::size_t i = 0; i < light.size(); ++i) {
    const double sample = static_cast<double>(i) / static_cast<double>(light.size() - 1);
    light[i] = i == 0 ? 0 : static_cast<float>(std::pow(10, (sample - 1) * decades));
  }
  return Curve(cmsBuildTabulatedToneCurveFloat(context, light.size(), light.data()));
}

Curve curve_of(cmsContext context, const ColourEncoding& encoding) {
  // Type 4 of lcms: ((a·x + b)^g where x ≥ d, else c·x. Parameters g, a, b, c, d.
  constexpr std::array srgb = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  constexpr std::array smpte240 = {1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 0.25, 0.0913};
  constexpr std::array bt709 = {1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081};
  switch (encoding.curve) {
    case TransferCurve::srgb: return Curve(cmsBuildParametricToneCurve(context, 4, srgb.data()));
    case TransferCurve::bt709: return Curve(cmsBuildParametricToneCurve(context, 4, bt709.data()));
    case TransferCurve::smpte240: return Curve(cmsBuildParametricToneCurve(context, 4, smpte240.data()));
    case TransferCurve::log100: return logarithmic(context, 2);
    case TransferCurve::log316: return logarithmic(context, 2.5);
    // Type 2: (a·x + b)^g. Parameters g, a, b.
    case TransferCurve::cinema: {
      const std::array cinema = {2.6, std::pow(52.37 / 48, 1 / 2.6), 0.0};
      return Curve(cmsBuildParametricToneCurve(context, 2, cinema.data()));
    }
    case TransferCurve::pq:
    case TransferCurve::hlg: return nullptr;
    case TransferCurve::power: break;
  }
  return Curve(cmsBuildGamma(context, encoding.exponent));
}

cmsCIExyY xyy(Chromaticity c) { return {c.x, c.y, 1}; }

Profile profile_of(cmsContext context, const ColourEncoding& encoding, ColourModel model) {
  const Curve curve = curve_of(context, encoding);
  if (!curve) return nullptr;
  const Chromaticities& c = encoding.chromaticities;
  const cmsCIExyY white = xyy(c.white);
  if (model == ColourModel::grey) return Profile(cmsCreateGrayProfileTHR(context, &white, curve.get()));
  const cmsCIExyYTRIPLE primaries = {xyy(c.red), xyy(c.green), xyy(c.blue)};
  cmsToneCurve* const curves[] = {curve.get(), curve.get(), curve.get()};
  return Profile(cmsCreateRGBProfileTHR(context, &white, &primaries, curves));
}

/// sRGB, or for grey its curve alone.
Profile target_profile(cmsContext context, ColourModel model) {
  if (model != ColourModel::grey) return Profile(cmsCreate_sRGBProfileTHR(context));
  return profile_of(context, ColourEncoding{}, model);
}

bool describes_pictures(cmsHPROFILE profile) {
  switch (cmsGetDeviceClass(profile)) {
    case cmsSigInputClass:
    case cmsSigDisplayClass:
    case cmsSigOutputClass:
    case cmsSigColorSpaceClass: return true;
    default: return false;
  }
}

std::string description_of(cmsHPROFILE profile) {
  std::array<char, 64> text{};
  cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text.data(), text.size());
  std::string name;
  for (const char c : text) {
    if (c == 0) break;
    if (c >= ' ' && c <= '~') name += c;
  }
  return name.empty() ? "the embedded colour profile" : "the embedded colour profile \"" + name + "\"";
}

std::string_view name_of(ColourModel model) {
  switch (model) {
    case ColourModel::grey: return "grey";
    case ColourModel::cmyk: return "CMYK";
    case ColourModel::ycbcr:
    case ColourModel::rgb: break;
  }
  return "RGB";
}

/// Colours between the nodes of lcms's precalculated grids, where its tables are least exact.
std::vector<std::uint8_t> probe_colours(int channels) {
  static constexpr std::uint8_t k_rgb[] = {0, 3, 11, 29, 61, 101, 151, 203, 252, 255};
  static constexpr std::uint8_t k_cmyk[] = {0, 29, 93, 151, 218, 255};
  const auto levels = channels == 4 ? std::span<const std::uint8_t>(k_cmyk) : std::span<const std::uint8_t>(k_rgb);
  std::vector<std::uint8_t> colours;
  const std::size_t count = levels.size();
  for (std::size_t i = 0; channels > 1 && i < count * count * count * (channels == 4 ? count : 1); ++i) {
    std::size_t rest = i;
    for (int c = 0; c < channels; ++c, rest /= count) colours.push_back(levels[rest % count]);
  }
  for (int v = 0; v < 256; ++v)
    colours.insert(colours.end(), static_cast<std::size_t>(channels), static_cast<std::uint8_t>(v));
  return colours;
}

/// The probes in sRGB in double precision, 0 to 255; empty if lcms refuses the profile.
std::vector<double> converted_probes(cmsContext context, cmsHPROFILE from, cmsHPROFILE to, const Formats& f,
                                     const std::vector<std::uint8_t>& probes) {
  const Transform exact(cmsCreateTransformTHR(context, from, f.in_double, to, f.out_double, INTENT_PERCEPTUAL,
                                              cmsFLAGS_NOCACHE | cmsFLAGS_NOOPTIMIZE));
  if (!exact) return {};
  const double ink_scale = f.channels == 4 ? 100 : 1;  // lcms counts ink in percent
  std::vector<double> in(probes.size());
  std::ranges::transform(probes, in.begin(), [=](std::uint8_t v) { return v * ink_scale / 255; });
  const std::size_t pixels = probes.size() / static_cast<std::size_t>(f.channels);
  std::vector<double> out(pixels * static_cast<std::size_t>(f.out_channels));
  cmsDoTransform(exact.get(), in.data(), out.data(), static_cast<cmsUInt32Number>(pixels));
  for (double& v : out) v = std::isfinite(v) ? std::clamp(v * 255, 0.0, 255.0) : 0;
  return out;
}

/// How far a transform of `Sample`s is off at the worst probe, in 255ths.
template <class Sample>
double worst_error(cmsHTRANSFORM transform, const std::vector<std::uint8_t>& probes, const std::vector<double>& exact,
                   int channels) {
  constexpr int k_step = sizeof(Sample) == 1 ? 1 : 257;
  std::vector<Sample> in(probes.size()), out(exact.size());
  std::ranges::transform(probes, in.begin(), [](std::uint8_t v) { return static_cast<Sample>(v * k_step); });
  cmsDoTransform(transform, in.data(), out.data(),
                 static_cast<cmsUInt32Number>(probes.size() / static_cast<std::size_t>(channels)));
  double worst = 0;
  for (std::size_t i = 0; i < out.size(); ++i)
    worst = std::max(worst, std::abs(static_cast<double>(out[i]) / k_step - exact[i]));
  return worst;
}

bool changes_nothing(const std::vector<std::uint8_t>& probes, const std::vector<double>& converted) {
  if (probes.size() != converted.size()) return false;
  for (std::size_t i = 0; i < probes.size(); ++i)
    if (std::abs(std::round(converted[i]) - probes[i]) > 1) return false;
  return true;
}

class LcmsTransform final : public ToSrgb {
 public:
  LcmsTransform(Context context, Transform transform, ColourModel model)
      : context_(std::move(context)), transform_(std::move(transform)), formats_(formats_of(model)) {}

  void apply(Picture& picture) const override {
    assert(colour_planes(picture.model) == formats_.channels && picture.planes[0].pitch_x == 1);
    picture.bytes_per_sample() == 1 ? convert<std::uint8_t>(picture) : convert<std::uint16_t>(picture);
    if (picture.model != ColourModel::cmyk) return;
    picture.planes.erase(picture.planes.begin() + 3);
    picture.model = ColourModel::rgb;
  }

 private:
  template <class Sample>
  void convert(Picture& picture) const {
    const auto width = static_cast<std::size_t>(picture.width);
    std::vector<Sample> in(width * static_cast<std::size_t>(formats_.channels));
    std::vector<Sample> out(width * static_cast<std::size_t>(formats_.out_channels));
    Pace pace;
    for (int y = 0; y < picture.height; ++y) {
      pace.keep(in.size());
      gather(picture, y, in.data());
      cmsDoTransform(transform_.get(), in.data(), out.data(), static_cast<cmsUInt32Number>(width));
      scatter(picture, y, out.data());
    }
  }

  /// Straight samples, side by side; 255 is full ink to lcms.
  template <class Sample>
  void gather(const Picture& picture, int y, Sample* in) const {
    const int channels = formats_.channels;
    for (int c = 0; c < channels; ++c) {
      const Sample* row = picture.planes[static_cast<std::size_t>(c)].row<Sample>(y);
      const Sample* alpha = picture.premultiplied ? picture.planes.back().row<Sample>(y) : nullptr;
      for (int x = 0; x < picture.width; ++x) {
        std::uint32_t value = row[x];
        if (channels == 4) value = std::numeric_limits<Sample>::max() - value;
        if (alpha != nullptr)
          value = alpha[x] == 0 ? 0 : std::min((value * k_opaque_16 + alpha[x] / 2U) / alpha[x], k_opaque_16);
        in[x * channels + c] = static_cast<Sample>(value);
      }
    }
  }

  template <class Sample>
  void scatter(Picture& picture, int y, const Sample* out) const {
    const int channels = formats_.out_channels;
    for (int c = 0; c < channels; ++c) {
      Sample* row = picture.planes[static_cast<std::size_t>(c)].row<Sample>(y);
      const Sample* alpha = picture.premultiplied ? picture.planes.back().row<Sample>(y) : nullptr;
      for (int x = 0; x < picture.width; ++x) {
        std::uint32_t value = out[x * channels + c];
        if (alpha != nullptr) value = (value * alpha[x] + k_opaque_16 / 2) / k_opaque_16;
        row[x] = static_cast<Sample>(value);
      }
    }
  }

  Context context_;  // outlives the transform
  Transform transform_;
  Formats formats_;
};

/// The cheapest of lcms's transforms that is close enough to double precision; to_srgb is null if nothing would change.
std::optional<std::shared_ptr<const ToSrgb>> make_transform(Context context, Profile from, ColourModel model,
                                                            int bits) {
  constexpr double k_near_enough = 1.5;  // of 255: rounding, and one step
  const Formats f = formats_of(model);
  const Profile to = target_profile(context.get(), model);
  if (!from || !to) return std::nullopt;
  const std::vector<std::uint8_t> probes = probe_colours(f.channels);
  const std::vector<double> exact = converted_probes(context.get(), from.get(), to.get(), f, probes);
  if (exact.empty()) return std::nullopt;
  if (changes_nothing(probes, exact)) return std::shared_ptr<const ToSrgb>();
  Transform transform;
  // lcms's tables are not exact enough for ink (up to 14 of 255 off at any resolution) and for most 16-bit RGB.
  for (const cmsUInt32Number flags : {cmsUInt32Number{0}, cmsUInt32Number{cmsFLAGS_NOOPTIMIZE}}) {
    if (flags == 0 && model == ColourModel::cmyk) continue;
    transform.reset(cmsCreateTransformTHR(context.get(), from.get(), bits == 8 ? f.in_8 : f.in_16, to.get(),
                                          bits == 8 ? f.out_8 : f.out_16, INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE | flags));
    if (!transform) return std::nullopt;
    const double error = bits == 8 ? worst_error<std::uint8_t>(transform.get(), probes, exact, f.channels)
                                   : worst_error<std::uint16_t>(transform.get(), probes, exact, f.channels);
    if (error <= k_near_enough) break;
  }
  return std::make_shared<LcmsTransform>(std::move(context), std::move(transform), model);
}

Conversion from_profile(std::span<const std::byte> bytes, ColourModel model, int bits) {
  Context context(cmsCreateContext(nullptr, nullptr));
  if (!context) throw std::bad_alloc();
  Profile profile(cmsOpenProfileFromMemTHR(context.get(), bytes.data(), static_cast<cmsUInt32Number>(bytes.size())));
  if (!profile) return {nullptr, "the embedded colour profile is ignored: it cannot be read"};
  const std::string ignored = description_of(profile.get()) + " is ignored: ";
  if (!describes_pictures(profile.get())) return {nullptr, ignored + "it does not describe pictures"};
  if (cmsGetColorSpace(profile.get()) != formats_of(model).space)
    return {nullptr, ignored + "it is not for " + std::string(name_of(model)) + " pictures"};
  auto made = make_transform(std::move(context), std::move(profile), model, bits);
  if (!made) return {nullptr, ignored + "it is broken"};
  return {std::move(*made), {}};
}

Conversion from_encoding(const ColourEncoding& encoding, ColourModel model, int bits) {
  if (is_hdr(encoding)) {
    auto mapped = hdr_to_srgb(encoding, model, bits);
    return {mapped, mapped ? "" : "the colour encoding is ignored: its primaries are invalid"};
  }
  Context context(cmsCreateContext(nullptr, nullptr));
  if (!context) throw std::bad_alloc();
  Profile profile = profile_of(context.get(), encoding, model);
  auto made = make_transform(std::move(context), std::move(profile), model, bits);
  if (!made) return {nullptr, "the gamma and chromaticities are ignored: they do not define a colour space"};
  return {std::move(*made), {}};
}

/// A profile of an encoding as a file; empty if lcms cannot make it.
std::vector<std::byte> profile_bytes(const ColourEncoding& encoding, ColourModel model) {
  const Context context(cmsCreateContext(nullptr, nullptr));
  if (!context) throw std::bad_alloc();
  const Profile profile = profile_of(context.get(), encoding, model);
  cmsUInt32Number size = 0;
  if (!profile || !cmsSaveProfileToMem(profile.get(), nullptr, &size)) return {};
  std::vector<std::byte> bytes(size);
  if (!cmsSaveProfileToMem(profile.get(), bytes.data(), &size)) return {};
  // When it was made: six numbers of 16 bits (ICC.1, 7.2.8), here 2000-01-01 for the same bytes each time.
  constexpr std::array<std::uint8_t, 12> date = {0x07, 0xD0, 0, 1, 0, 1};
  std::ranges::transform(date, bytes.begin() + 24, [](std::uint8_t v) { return std::byte{v}; });
  return bytes;
}

/// The bytes that identify an encoding.
std::vector<std::byte> key_bytes(const ColourEncoding& e) {
  const Chromaticities& c = e.chromaticities;
  const std::array values = {c.white.x, c.white.y, c.red.x,  c.red.y,    c.green.x,
                             c.green.y, c.blue.x,  c.blue.y, e.exponent, static_cast<double>(e.curve)};
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Conversion conversion_to_srgb(const ColourSpace& colours, ColourModel model, int bits) {
  assert(bits == 8 || (bits == 16 && model != ColourModel::cmyk));
  if (model == ColourModel::ycbcr) model = ColourModel::rgb;
  ConversionCache& cache = ConversionCache::shared();
  Conversion conversion;
  if (!colours.profile.empty()) {
    conversion =
        cache.get({colours.profile, model, bits, true}, [&] { return from_profile(colours.profile, model, bits); });
    if (conversion.warning.empty()) return conversion;
  }
  if (model == ColourModel::cmyk) {
    conversion.to_srgb = printed_ink();
    if (!conversion.warning.empty()) conversion.warning += "; assuming common offset printing inks";
    return conversion;
  }
  if (!colours.encoding) return conversion;
  Conversion second = cache.get({key_bytes(*colours.encoding), model, bits, false},
                                [&] { return from_encoding(*colours.encoding, model, bits); });
  if (!conversion.warning.empty()) second.warning = conversion.warning;
  return second;
}

std::vector<std::byte> profile_to_keep(const ColourSpace& colours, ColourModel model) {
  if (model == ColourModel::ycbcr) model = ColourModel::rgb;
  if (!colours.profile.empty() && conversion_to_srgb({colours.profile, std::nullopt}, model, 8).warning.empty())
    return colours.profile;
  return colours.encoding ? profile_bytes(*colours.encoding, model) : std::vector<std::byte>{};
}

std::vector<std::byte> srgb_profile(ColourModel model) {
  return profile_bytes(ColourEncoding{}, model == ColourModel::grey ? model : ColourModel::rgb);
}

std::string colour_library() {
  const int version = cmsGetEncodedCMMversion();
  return "lcms " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace thumbs::image
