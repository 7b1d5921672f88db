// BITMAPFILEHEADER, then one of the versions of the second header, masks, palette. A writer that errs about the place
// of its pixels is believed only where they can be there.
#include "image/codec/bmp/header.h"

#include <algorithm>
#include <span>
#include <string>

#include "image/codec/source_reader.h"
#include "image/colour/colour_space.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr std::uint64_t k_file_header = 14;
constexpr std::size_t k_core = 12, k_info = 40, k_os2 = 64, k_v2 = 52, k_v3 = 56, k_v4 = 108, k_v5 = 124;
constexpr std::uint32_t k_opaque = 0xFF;

/// A part of the file that must be there; little-endian numbers in it.
class Part {
 public:
  Part(SourceReader& reader, std::uint64_t at, std::size_t size) : bytes_(size) {
    if (!reader.seek(at) || reader.read(bytes_) != size) throw Error(ErrorCode::truncated, "premature end of file");
  }
  std::uint32_t u8(std::size_t at) const { return std::to_integer<std::uint32_t>(bytes_[at]); }
  std::uint32_t u16(std::size_t at) const { return u8(at) | u8(at + 1) << 8; }
  std::uint32_t u32(std::size_t at) const { return u16(at) | u16(at + 2) << 16; }
  std::int32_t i32(std::size_t at) const { return static_cast<std::int32_t>(u32(at)); }

 private:
  std::vector<std::byte> bytes_;
};

Error unsupported_bmp(const std::string& what) {
  return {ErrorCode::unsupported, "a BMP with " + what + " is not supported; convert it to PNG or JPEG"};
}

bool is_known_header(std::uint32_t size) {
  constexpr std::array sizes = {k_core, std::size_t{16}, k_info, k_v2, k_v3, k_os2, k_v4, k_v5};
  return std::ranges::find(sizes, size) != sizes.end();
}

/// What the compression field says. OS/2's numbers mean other things than Windows's.
class HeaderReader {
 public:
  HeaderReader(ByteSource& source, Warnings& warnings)
      : source_(source),
        reader_(source),
        warnings_(warnings),
        start_(array_header()),
        size_(header_size()),
        head_(reader_, start_ + k_file_header, size_) {}

  BmpFile read() {
    read_size();
    file_.bits = static_cast<int>(size_ == k_core ? head_.u16(10) : head_.u16(14));
    read_coding();
    if (file_.width <= 0 || file_.height <= 0) throw Error(ErrorCode::corrupt, "a picture without pixels");
    std::uint64_t end = start_ + k_file_header + size_;
    if (file_.bits > 8) end = read_masks(end);
    read_palette_and_place(end);
    if (size_ >= k_v5) read_profile();
    return std::move(file_);
  }

 private:
  /// An array of bitmaps begins with a header of its own. Places in it count from the file's start all the same.
  std::uint64_t array_header() {
    constexpr std::uint32_t k_array = 0x4142;  // "BA"
    const Part part(reader_, 0, k_file_header);
    if (part.u16(0) != k_array) return 0;
    if (part.u32(6) != 0) warnings_.add("a file of several bitmaps: its first one is used");
    return k_file_header;
  }
  std::size_t header_size() {
    const std::uint32_t size = Part(reader_, start_ + k_file_header, 4).u32(0);
    if (!is_known_header(size)) throw Error(ErrorCode::corrupt, "a header of an unknown size");
    return size;
  }
  bool is_os2() const { return size_ == k_os2 || size_ == 16; }

  void read_size() {
    if (size_ == k_core) {
      file_.width = static_cast<int>(head_.u16(4));
      file_.height = static_cast<int>(head_.u16(6));
      return;
    }
    file_.width = head_.i32(4);
    const std::int32_t height = head_.i32(8);
    file_.top_down = height < 0;
    if (height == std::numeric_limits<std::int32_t>::min()) throw Error(ErrorCode::corrupt, "a height out of range");
    file_.height = file_.top_down ? -height : height;
  }

  std::uint32_t compression() const { return size_ >= k_info ? head_.u32(16) : 0; }

  void read_coding() {
    const std::uint32_t code = compression();
    const int bits = file_.bits;
    const bool known_bits = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
    if (is_os2() && code == 3) throw unsupported_bmp("Huffman coding");
    if (code == 4 && !is_os2()) throw unsupported_bmp("a JPEG in it");
    if (code == 5) throw unsupported_bmp("a PNG in it");
    if (code == 1 && bits == 8) file_.coding = BmpCoding::rle8;
    if (code == 2 && bits == 4) file_.coding = BmpCoding::rle4;
    if (code == 4 && bits == 24) file_.coding = BmpCoding::rle24;
    const bool masked = (code == 3 || code == 6) && (bits == 16 || bits == 32);
    const bool coded = file_.coding != BmpCoding::plain;
    if (!known_bits || (code != 0 && !coded && !masked))
      throw unsupported_bmp("compression " + std::to_string(code) + " and " + std::to_string(bits) + " bits");
    masked_ = masked;
  }

  /// Masks of an old header follow it. Returns where these end.
  std::uint64_t read_masks(std::uint64_t end) {
    if (!masked_) {
      file_.masks = file_.bits == 16 ? BmpMasks{0x7C00, 0x03E0, 0x001F, 0} : BmpMasks{0xFF0000, 0xFF00, 0xFF, 0};
      return end;
    }
    const bool inside = size_ >= k_v2 && !is_os2();
    const std::size_t count = compression() == 6 || (inside && size_ >= k_v3) ? 4 : 3;
    const Part part(reader_, inside ? start_ + k_file_header + k_info : end, count * 4);
    for (std::size_t i = 0; i < count; ++i) file_.masks[i] = part.u32(4 * i);
    if (file_.bits == 16)
      for (std::uint32_t& mask : file_.masks) mask &= 0xFFFF;
    return inside ? end : end + count * 4;
  }

  void read_palette_and_place(std::uint64_t end) {
    const Part file_header(reader_, start_, k_file_header);
    file_.pixels_at = file_header.u32(10);
    const std::uint64_t used = size_ >= 36 ? head_.u32(32) : 0, entry = size_ == k_core ? 3 : 4;
    std::uint64_t colours = file_.bits <= 8 ? std::uint64_t{1} << file_.bits : 0;
    if (used > 0) colours = file_.bits <= 8 ? std::min(used, colours) : 0;
    if (file_.pixels_at < end || file_.pixels_at > source_.size()) {
      file_.pixels_at = end + (file_.bits <= 8 ? std::max(used, colours) : std::min<std::uint64_t>(used, 256)) * entry;
      warnings_.add("the header is wrong about where its pixels begin");
    }
    // Pixels that would begin within the palette come behind it, if they fit there.
    const std::uint64_t behind = end + colours * entry,
                        pixels = file_.row_bytes() * static_cast<unsigned>(file_.height);
    const bool fit = file_.coding == BmpCoding::plain && behind + pixels <= source_.size() + 3;
    if (used > 0 && fit) file_.pixels_at = std::max(file_.pixels_at, behind);
    colours = std::min(colours, (file_.pixels_at - end) / entry);
    if (colours == 0) return;
    const Part part(reader_, end, static_cast<std::size_t>(colours * entry));
    for (std::size_t at = 0; at < colours * entry; at += entry)
      file_.palette.push_back(part.u8(at + 2) << 24 | part.u8(at + 1) << 16 | part.u8(at) << 8 | k_opaque);
  }

  void read_profile() {
    constexpr std::uint32_t k_embedded = 0x4D424544;  // "MBED"
    if (head_.u32(56) != k_embedded) return;
    const std::uint64_t at = start_ + k_file_header + head_.u32(112), bytes = head_.u32(116);
    if (bytes == 0 || bytes > k_most_profile_bytes || at + bytes > source_.size()) {
      warnings_.add("the embedded colour profile is ignored: it is broken or too large");
      return;
    }
    file_.profile.resize(static_cast<std::size_t>(bytes));
    if (!reader_.seek(at) || reader_.read(file_.profile) != bytes) file_.profile.clear();
  }

  ByteSource& source_;
  SourceReader reader_;
  Warnings& warnings_;
  std::uint64_t start_;  // of the file header
  std::size_t size_;
  Part head_;
  BmpFile file_;
  bool masked_ = false;
};

}  // namespace

BmpFile read_bmp(ByteSource& source, Warnings& warnings) { return HeaderReader(source, warnings).read(); }

}  // namespace thumbs::image
