// libjpeg's coefficients, and a copy of its 1x1 IDCT.
#include "support/jpeg_reference.h"

#include <algorithm>
#include <csetjmp>
#include <cstdint>

#include "image/codec/jpeg/scans.h"
#include "image/codec/jpeg/support.h"
#include "thumbs/error.h"

namespace thumbs::test {
namespace {

struct Errors {
  jpeg_error_mgr manager{};
  std::jmp_buf jump;
  bool truncated = false;
};

void give_up(j_common_ptr cinfo) { std::longjmp(reinterpret_cast<Errors*>(cinfo->err)->jump, 1); }
void count_message(j_common_ptr cinfo, int level) {
  if (level < 0) reinterpret_cast<Errors*>(cinfo->err)->truncated |= cinfo->err->msg_code == JWRN_JPEG_EOF;
}

/// The 1x1 IDCT of every block of the coefficients that libjpeg reads from the whole file. Runs within setjmp.
void read_coefficients(jpeg_decompress_struct& jpeg, const Bytes& bytes, std::vector<unsigned>& samples) {
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&jpeg, TRUE);
  jvirt_barray_ptr* arrays = jpeg_read_coefficients(&jpeg);
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    // A component without a scan has none.
    const int quantiser = info.quant_table == nullptr ? 0 : static_cast<std::int16_t>(info.quant_table->quantval[0]);
    for (JDIMENSION y = 0; y < info.height_in_blocks; ++y) {
      JBLOCKARRAY row = jpeg.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&jpeg), arrays[c], y, 1, FALSE);
      for (JDIMENSION x = 0; x < info.width_in_blocks; ++x) {
        const int dc = (row[0][x][0] * quantiser + 4) >> 3;
        samples.push_back(static_cast<unsigned>(std::clamp((dc & 1023) - (dc & 512) * 2 + 128, 0, 255)));
      }
    }
  }
}

bool run(Errors& errors, jpeg_decompress_struct& jpeg, const Bytes& bytes, std::vector<unsigned>& samples) {
  if (setjmp(errors.jump) != 0) return false;
  read_coefficients(jpeg, bytes, samples);
  return true;
}

}  // namespace

std::optional<std::vector<unsigned>> dc_reference(const Bytes& bytes) {
  jpeg_decompress_struct jpeg{};
  Errors errors;
  jpeg.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = give_up;
  errors.manager.emit_message = count_message;
  std::vector<unsigned> samples;
  const bool done = run(errors, jpeg, bytes, samples);
  jpeg_destroy_decompress(&jpeg);
  if (!done || errors.truncated) return std::nullopt;
  return samples;
}

Bytes dc_scans_of(const Bytes& bytes) {
  image::MemorySource source(bytes);
  std::vector<image::JpegScan> dropped;
  for (const image::JpegScan& scan : image::list_scans(source).list)
    if (scan.spectral_start > 0) dropped.push_back(scan);
  source.rewind();
  image::ScanFilter filter(source, dropped);
  Bytes out;
  for (auto piece = filter.next(); !piece.empty(); piece = filter.next())
    out.insert(out.end(), piece.begin(), piece.end());
  return out;
}

/// Whether `ours` is what libjpeg makes of the file up to the end of one of its scans: what is behind the last pixel,
/// or missing there, is no more than a warning. Where the markers are out of order, ends are not known, and all of the
/// picture is libjpeg's.
static bool lacks_its_end_alone(const Bytes& bytes, const std::vector<unsigned>& ours) {
  image::MemorySource source(bytes);
  std::vector<std::uint64_t> ends = {bytes.size()};
  const image::JpegScans scans = image::list_scans(source);
  if (!scans.regular) return true;
  for (const image::JpegScan& scan : scans.list) ends.push_back(std::min<std::uint64_t>(scan.end, bytes.size()));
  return std::ranges::any_of(ends, [&](std::uint64_t end) {
    Bytes ended(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end));
    ended.insert(ended.end(), {std::byte{0xFF}, std::byte{JPEG_EOI}});
    return dc_reference(ended) == ours;
  });
}

std::string dc_difference(const Bytes& bytes) {
  constexpr image::Scale k_eighth{8, true};
  image::MemorySource source(bytes);
  std::optional<std::vector<unsigned>> ours;
  bool grave = false;
  Limits limits;
  limits.input_pixels = 1 << 24;
  limits.seconds = 0;
  try {
    const auto decoder = image::open_picture(source, limits);
    if (decoder->header().model == image::ColourModel::cmyk || !decoder->header().progressive) return {};
    ours = samples_of(decoder->decode(k_eighth, FailOn::truncated));
  } catch (const Error& error) {
    grave = error.code() == ErrorCode::unsupported || error.code() == ErrorCode::too_large ||
            error.code() == ErrorCode::too_slow;
  }
  const auto expected = dc_reference(bytes);
  if (!ours) return grave || !expected ? "" : "only libjpeg made a picture of it";
  if (expected) return *ours == *expected ? "" : "not the same samples";
  // The part that libjpeg rejects was in an AC scan.
  if (ours == dc_reference(dc_scans_of(bytes)) || lacks_its_end_alone(bytes, *ours)) return "";
  return "only we made a picture of it";
}

}  // namespace thumbs::test
