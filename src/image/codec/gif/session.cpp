// giflib's records in order: extensions, then the first picture.
#include "image/codec/gif/session.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "image/bytes.h"
#include "image/codec/gif/gif.h"
#include "image/colour/colour_space.h"
#include "image/metadata/texts.h"
#include "support/utf8.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::uint32_t k_opaque_black = 0xFF;

/// Gathers an extension's blocks, up to a size.
class ExtensionBytes {
 public:
  explicit ExtensionBytes(std::size_t most) : most_(most) {}
  /// giflib's blocks begin with their length, which is a byte of the text in XMP alone.
  void add(const GifByteType* block, bool with_length) {
    const auto bytes = std::as_bytes(std::span(block, std::size_t{block[0]} + 1)).subspan(with_length ? 0 : 1);
    size_ += bytes.size();
    if (size_ <= most_) append(bytes_, bytes);
  }
  bool too_large() const { return size_ > most_; }
  std::size_t size() const { return size_; }
  std::vector<std::byte>& bytes() { return bytes_; }

 private:
  std::size_t most_;
  std::size_t size_ = 0;
  std::vector<std::byte> bytes_;
};

/// The packet ends ahead of 258 bytes that lead readers of blocks out of it.
void keep_xmp(ExtensionBytes& blocks, MetadataBlocks& metadata) {
  if (blocks.too_large()) return metadata.note(too_large_note("XMP", blocks.size()));
  std::vector<std::byte>& bytes = blocks.bytes();
  bytes.resize(as_text(bytes).rfind('>') + 1);  // npos + 1 is 0
  if (metadata.xmp.empty()) metadata.xmp = std::move(bytes);
}

void keep_comment(ExtensionBytes& blocks, MetadataBlocks& metadata) {
  if (blocks.too_large()) return metadata.note(too_large_note("a comment", blocks.size()));
  const std::string_view text = as_text(blocks.bytes());
  const std::string_view kept = text.substr(0, text.find('\0'));
  if (!kept.empty()) metadata.add_text(std::string(k_comment_keyword), as_utf8(kept));
}

}  // namespace

GifSession::GifSession(ByteSource& source) : source_(source) {
  source_.rewind();
  gif_ = DGifOpen(this, read, &open_error_);
  if (gif_ == nullptr) raise();
}

GifSession::~GifSession() {
  int error = 0;
  if (gif_ != nullptr) DGifCloseFile(gif_, &error);
}

int GifSession::read(GifFileType* gif, GifByteType* out, int count) {
  GifSession& self = *static_cast<GifSession*>(gif->UserData);
  int done = 0;
  try {
    while (done < count) {
      if (self.piece_.empty()) self.piece_ = self.source_.next();
      if (self.piece_.empty()) break;
      const std::size_t taken = std::min(static_cast<std::size_t>(count - done), self.piece_.size());
      std::memcpy(out + done, self.piece_.data(), taken);
      self.piece_ = self.piece_.subspan(taken);
      done += static_cast<int>(taken);
    }
  } catch (...) {
    self.caught_ = std::current_exception();
  }
  return done;
}

ErrorCode GifSession::fault() const {
  switch (gif_ != nullptr ? gif_->Error : open_error_) {
    case D_GIF_ERR_READ_FAILED:
    case D_GIF_ERR_NO_SCRN_DSCR:  // so it calls a header that is cut
    case D_GIF_ERR_EOF_TOO_SOON: return ErrorCode::truncated;
    case D_GIF_ERR_NOT_ENOUGH_MEM: return ErrorCode::memory;
    default: return ErrorCode::corrupt;
  }
}

void GifSession::raise() const {
  if (caught_) std::rethrow_exception(caught_);
  const ErrorCode code = fault();
  if (code == ErrorCode::truncated) throw Error(code, "premature end of file");
  const char* const text = GifErrorString(gif_ != nullptr ? gif_->Error : open_error_);
  throw Error(code, code == ErrorCode::memory ? "out of memory" : text != nullptr ? text : "no GIF record");
}

/// Control (transparency), comments, and what others keep in application extensions.
void GifSession::read_extension(GifFrame& frame) {
  int code = 0;
  GifByteType* block = nullptr;
  require(DGifGetExtension(gif_, &code, &block));
  if (code == GRAPHICS_EXT_FUNC_CODE && block != nullptr) {
    GraphicsControlBlock control;
    if (DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) frame.transparent = control.TransparentColor;
  }
  std::string_view name;
  if (code == APPLICATION_EXT_FUNC_CODE && block != nullptr)
    name = {reinterpret_cast<const char*>(block) + 1, std::min<std::size_t>(block[0], 11)};
  const bool xmp = name == "XMP DataXMP"sv, profile = name == "ICCRGBG1012"sv, comment = code == COMMENT_EXT_FUNC_CODE;
  ExtensionBytes blocks(profile ? k_most_profile_bytes : k_most_metadata_bytes);
  const bool kept = xmp || profile || comment;
  if (comment && block != nullptr) blocks.add(block, false);
  while (block != nullptr) {
    require(DGifGetExtensionNext(gif_, &block));
    if (kept && block != nullptr) blocks.add(block, xmp);
  }
  if (xmp) keep_xmp(blocks, frame.metadata);
  if (comment) keep_comment(blocks, frame.metadata);
  if (profile && !blocks.too_large()) frame.profile = std::move(blocks.bytes());
}

/// A frame that reaches beyond its canvas makes that larger, as browsers have it.
void GifSession::read_image(GifFrame& frame) {
  require(DGifGetImageDesc(gif_));
  const GifImageDesc& image = gif_->Image;
  frame.left = image.Left;
  frame.top = image.Top;
  frame.frame_width = image.Width;
  frame.frame_height = image.Height;
  frame.interlaced = image.Interlace;
  frame.width = std::max(gif_->SWidth, image.Left + image.Width);
  frame.height = std::max(gif_->SHeight, image.Top + image.Height);
  if (image.Width <= 0 || image.Height <= 0) throw Error(ErrorCode::corrupt, "a frame without pixels");
  const ColorMapObject* const map = image.ColorMap != nullptr ? image.ColorMap : gif_->SColorMap;
  for (int i = 0; i < (map != nullptr ? map->ColorCount : 0); ++i) {
    const GifColorType& c = map->Colors[i];
    frame.palette.push_back(std::uint32_t{c.Red} << 24 | std::uint32_t{c.Green} << 16 | std::uint32_t{c.Blue} << 8 |
                            k_opaque_black);
  }
}

GifFrame GifSession::read_frame() {
  GifFrame frame;
  for (;;) {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    require(DGifGetRecordType(gif_, &type));
    if (type == EXTENSION_RECORD_TYPE) {
      read_extension(frame);
    } else if (type == IMAGE_DESC_RECORD_TYPE) {
      read_image(frame);
      return frame;
    } else if (type == TERMINATE_RECORD_TYPE) {
      throw Error(ErrorCode::corrupt, "a GIF without a picture");
    }
  }
}

std::optional<ErrorCode> GifSession::read_row(GifPixelType* row, int width) {
  if (DGifGetLine(gif_, row, width) != GIF_ERROR) return std::nullopt;
  if (caught_ || fault() == ErrorCode::memory) raise();
  return fault();
}

GifSession::Behind GifSession::look_behind() {
  for (;;) {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetRecordType(gif_, &type) == GIF_ERROR) return Behind::broken;
    if (type == TERMINATE_RECORD_TYPE) return Behind::end;
    if (type == IMAGE_DESC_RECORD_TYPE) return Behind::frame;
    if (DGifGetExtension(gif_, &code, &block) == GIF_ERROR) return Behind::broken;
    while (block != nullptr)
      if (DGifGetExtensionNext(gif_, &block) == GIF_ERROR) return Behind::broken;
  }
}

std::string gif_library() {
  return "giflib " + std::to_string(GIFLIB_MAJOR) + "." + std::to_string(GIFLIB_MINOR) + "." +
         std::to_string(GIFLIB_RELEASE);
}

}  // namespace thumbs::image
