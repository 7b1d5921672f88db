// libavif's callbacks and result codes.
#include "image/codec/avif/session.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "image/metadata/orientation.h"
#include "support/big_endian.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

ErrorCode code_for(avifResult result, std::string_view text) {
  if (text.find("too large") != text.npos) return ErrorCode::too_large;
  switch (result) {
    case AVIF_RESULT_OUT_OF_MEMORY: return ErrorCode::memory;
    case AVIF_RESULT_TRUNCATED_DATA:
    case AVIF_RESULT_IO_ERROR: return ErrorCode::truncated;
    case AVIF_RESULT_NOT_IMPLEMENTED:
    case AVIF_RESULT_UNSUPPORTED_DEPTH:
    case AVIF_RESULT_NO_CODEC_AVAILABLE: return ErrorCode::unsupported;
    default: return ErrorCode::corrupt;
  }
}

avifCodecChoice preferred_codec() {
  const bool dav1d = avifCodecName(AVIF_CODEC_CHOICE_DAV1D, AVIF_CODEC_FLAG_CAN_DECODE) != nullptr;
  return dav1d ? AVIF_CODEC_CHOICE_DAV1D : AVIF_CODEC_CHOICE_AUTO;
}

}  // namespace

AvifSession::AvifSession(ByteSource& source, std::uint64_t most_pixels)
    : whole_(whole_of(source)), reader_(source), size_(source.size()), decoder_(avifDecoderCreate()) {
  if (!decoder_) throw Error(ErrorCode::memory, "out of memory");
  decoder_->codecChoice = preferred_codec();
  decoder_->maxThreads = 1;
  decoder_->ignoreExif = decoder_->ignoreXMP = AVIF_TRUE;
  decoder_->strictFlags = AVIF_STRICT_DISABLED;  // early writers left out boxes that are not needed
  decoder_->imageDimensionLimit = 0;             // the number of pixels counts
  if (most_pixels > 0 && most_pixels < AVIF_DEFAULT_IMAGE_SIZE_LIMIT)
    decoder_->imageSizeLimit = static_cast<std::uint32_t>(most_pixels);
  io_.read = read;
  io_.sizeHint = size_;
  io_.persistent = whole_.empty() ? AVIF_FALSE : AVIF_TRUE;
  io_.data = this;
  avifDecoderSetIO(decoder_.get(), &io_);
}

avifROData AvifSession::read_piece(std::uint64_t offset, std::size_t size) {
  if (!whole_.empty())
    return {reinterpret_cast<const std::uint8_t*>(whole_.data()) + static_cast<std::size_t>(offset), size};
  if (!parsed_ && size > k_most_header_bytes)
    throw Error(ErrorCode::too_large, "a header box of " + std::to_string(size) + " bytes is too large");
  if (piece_.size() < size) piece_ = Buffer(size);
  const auto out = piece_.bytes().first(size);
  if (!reader_.seek(offset) || reader_.read(out) != size)
    throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
  return {reinterpret_cast<const std::uint8_t*>(out.data()), size};
}

avifResult AvifSession::read(avifIO* io, std::uint32_t flags, std::uint64_t offset, std::size_t size, avifROData* out) {
  AvifSession& self = *static_cast<AvifSession*>(io->data);
  if (flags != 0) return AVIF_RESULT_IO_ERROR;
  const std::uint64_t rest = self.size_ - std::min(offset, self.size_);
  if (offset > self.size_) return AVIF_RESULT_IO_ERROR;
  try {
    *out = self.read_piece(offset, static_cast<std::size_t>(std::min<std::uint64_t>(size, rest)));
    return AVIF_RESULT_OK;
  } catch (...) {
    self.caught_ = std::current_exception();
    return AVIF_RESULT_IO_ERROR;
  }
}

/// Walks over the outermost boxes (ISO/IEC 14496-12, section 4.2). What follows them and is no box counts for nothing.
bool AvifSession::last_box_is_cut() {
  constexpr std::size_t k_head = 8, k_long_head = 16;
  constexpr std::string_view known[] = {"ftyp", "meta", "moov", "mdat", "free", "skip", "uuid"};
  for (std::uint64_t at = 0; at < size_;) {
    const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(size_ - at, k_long_head));
    const avifROData head = read_piece(at, most);
    if (most < k_head) return !data_came_;
    const std::string_view bytes(reinterpret_cast<const char*>(head.data), most);
    const std::string_view name = bytes.substr(4, 4);
    std::uint64_t size = big_endian(bytes.substr(0, 4));
    if (size == 1 && most < k_long_head) return true;
    if (size == 1) size = big_endian(bytes.substr(k_head, 8));
    if (size < k_head) {  // 0: to the end of the file, wherever that is; else broken
      data_came_ = true;
      return false;
    }
    if (size > size_ - at) return !data_came_ || std::ranges::find(known, name) != std::end(known);
    data_came_ = data_came_ || name == "mdat";
    at += size;
  }
  return false;
}

void AvifSession::require(avifResult result) {
  if (caught_) std::rethrow_exception(caught_);
  if (result == AVIF_RESULT_OK) return;
  const std::string detail = decoder_->diag.error;
  ErrorCode code = code_for(result, detail);
  // libavif often calls a file broken that is cut short, or that lacks the box with the picture's data.
  if (code == ErrorCode::corrupt && (last_box_is_cut() || !data_came_)) code = ErrorCode::truncated;
  throw Error(code, detail.empty() ? avifResultToString(result) : detail);
}

MetadataBlocks AvifSession::metadata(ByteSource& source) {
  AvifSession session(source, 0);
  session.decoder_->ignoreExif = session.decoder_->ignoreXMP = AVIF_FALSE;
  if (avifDecoderParse(session.decoder_.get()) != AVIF_RESULT_OK) return {};
  MetadataBlocks blocks;
  const auto bytes = [&](const char* what, const avifRWData& data) {
    const bool fits = data.size <= k_most_metadata_bytes;
    if (!fits) blocks.note(too_large_note(what, data.size));
    return std::span(reinterpret_cast<const std::byte*>(data.data), fits ? data.size : 0);
  };
  const avifImage& image = *session.decoder_->image;
  const auto exif = without_exif_prefix(bytes("EXIF", image.exif)), xmp = bytes("XMP", image.xmp);
  if (exif_readable(exif)) blocks.exif.assign(exif.begin(), exif.end());
  if (!exif.empty() && blocks.exif.empty()) blocks.note(broken_note("EXIF", exif.size()));
  blocks.xmp.assign(xmp.begin(), xmp.end());
  return blocks;
}

const avifImage& AvifSession::parse() {
  require(avifDecoderParse(decoder_.get()));
  parsed_ = true;
  return *decoder_->image;
}

const avifImage& AvifSession::decode() {
  require(avifDecoderNextImage(decoder_.get()));
  return *decoder_->image;
}

}  // namespace thumbs::image
