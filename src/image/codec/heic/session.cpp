// libheif's callbacks and error codes.
#include "image/codec/heic/session.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "image/metadata/orientation.h"
#include "support/big_endian.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

ErrorCode code_for(const heif_error& error) {
  switch (error.subcode) {
    case heif_suberror_Security_limit_exceeded: return ErrorCode::too_large;
    case heif_suberror_End_of_data: return ErrorCode::truncated;
    default: break;
  }
  switch (error.code) {
    case heif_error_Memory_allocation_error: return ErrorCode::memory;
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature: return ErrorCode::unsupported;
    default: return ErrorCode::corrupt;
  }
}

}  // namespace

HeicSession::HeicSession(ByteSource& source) : reader_(source), size_(source.size()), context_(heif_context_alloc()) {
  if (!context_) throw Error(ErrorCode::memory, "out of memory");
  heif_context_set_max_decoding_threads(context_.get(), 0);
  calls_.reader_api_version = 1;
  calls_.get_position = [](void* self) {
    return static_cast<std::int64_t>(static_cast<HeicSession*>(self)->reader_.position());
  };
  calls_.read = read;
  calls_.seek = seek;
  calls_.wait_for_file_size = [](std::int64_t size, void* self) {
    const bool there = size >= 0 && static_cast<std::uint64_t>(size) <= static_cast<HeicSession*>(self)->size_;
    return there ? heif_reader_grow_status_size_reached : heif_reader_grow_status_size_beyond_eof;
  };
  require(heif_context_read_from_reader(context_.get(), &calls_, this, nullptr));
  heif_image_handle* primary = nullptr;
  require(heif_context_get_primary_image_handle(context_.get(), &primary));
  primary_.reset(primary);
}

int HeicSession::read(void* out, std::size_t size, void* self) {
  auto& session = *static_cast<HeicSession*>(self);
  try {
    return session.reader_.read({static_cast<std::byte*>(out), size}) == size ? 0 : 1;
  } catch (...) {
    session.caught_ = std::current_exception();
    return 1;
  }
}

int HeicSession::seek(std::int64_t position, void* self) {
  auto& session = *static_cast<HeicSession*>(self);
  try {
    return position >= 0 && session.reader_.seek(static_cast<std::uint64_t>(position)) ? 0 : 1;
  } catch (...) {
    session.caught_ = std::current_exception();
    return 1;
  }
}

void HeicSession::require(const heif_error& error) const {
  if (caught_) std::rethrow_exception(caught_);
  if (error.code == heif_error_Ok) return;
  // Its messages repeat the category, and some end with a newline.
  std::string_view text = error.message;
  text = text.substr(0, text.find_last_not_of(" \n") + 1);
  throw Error(code_for(error), "libheif: " + std::string(text));
}

std::vector<std::byte> HeicSession::profile(std::size_t most) const {
  std::vector<std::byte> profile(heif_image_handle_get_raw_color_profile_size(primary()));
  if (profile.empty() || profile.size() > most) return {};
  require(heif_image_handle_get_raw_color_profile(primary(), profile.data()));
  return profile;
}

std::vector<std::byte> HeicSession::block(heif_item_id id, const char* what, MetadataBlocks& blocks) const {
  std::vector<std::byte> bytes(heif_image_handle_get_metadata_size(primary(), id));
  if (bytes.size() > k_most_metadata_bytes) {
    blocks.note(too_large_note(what, bytes.size()));
    return {};
  }
  const bool there = heif_image_handle_get_metadata(primary(), id, bytes.data()).code == heif_error_Ok;
  return there ? std::move(bytes) : std::vector<std::byte>();
}

/// An Exif item begins with the distance to its TIFF header (ISO/IEC 23008-12, A.2.1).
MetadataBlocks HeicSession::metadata() {
  constexpr std::size_t k_distance = 4;
  MetadataBlocks blocks;
  std::array<heif_item_id, 16> ids{};
  const int count = heif_image_handle_get_list_of_metadata_block_IDs(primary(), nullptr, ids.data(), ids.size());
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(0, count)); ++i) {
    const std::string_view type = heif_image_handle_get_metadata_type(primary(), ids[i]);
    const std::string_view content = heif_image_handle_get_metadata_content_type(primary(), ids[i]);
    if (type == "Exif" && blocks.exif.empty()) {
      const std::vector<std::byte> item = block(ids[i], "EXIF", blocks);
      const std::size_t distance = big_endian(std::span(item).first(std::min(k_distance, item.size())));
      const auto tiff = std::span(item).subspan(std::min(item.size(), k_distance + distance));
      if (exif_readable(tiff)) blocks.exif.assign(tiff.begin(), tiff.end());
      if (!item.empty() && blocks.exif.empty()) blocks.note(broken_note("EXIF", item.size()));
    }
    if (type == "mime" && content == "application/rdf+xml" && blocks.xmp.empty())
      blocks.xmp = block(ids[i], "XMP", blocks);
  }
  return blocks;
}

HeicRows HeicSession::decode(bool alpha, bool strict) {
  const bool deep = heif_image_handle_get_luma_bits_per_pixel(primary()) > 8;
  heif_chroma wanted = alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  if (deep) wanted = alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
  const std::unique_ptr<heif_decoding_options, Release<heif_decoding_options, heif_decoding_options_free>> options(
      heif_decoding_options_alloc());
  if (!options) throw Error(ErrorCode::memory, "out of memory");
  options->strict_decoding = strict ? 1 : 0;
  heif_image* image = nullptr;
  require(heif_decode_image(primary(), &image, heif_colorspace_RGB, wanted, options.get()));
  image_.reset(image);
  HeicRows rows;
  int stride = 0;
  rows.first = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  rows.stride = static_cast<std::size_t>(stride);
  rows.width = heif_image_get_width(image, heif_channel_interleaved);
  rows.height = heif_image_get_height(image, heif_channel_interleaved);
  rows.bits = heif_image_get_bits_per_pixel_range(image, heif_channel_interleaved);
  rows.premultiplied = heif_image_is_premultiplied_alpha(image) != 0;
  if (rows.first == nullptr || (rows.bits > 8) != deep || rows.bits > 16)
    throw Error(ErrorCode::corrupt, "the picture does not match the file's header");
  return rows;
}

}  // namespace thumbs::image
