// libpng's input, its limits, and the warning policy.
#include "image/codec/png/session.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "image/codec/png/chunks.h"

namespace thumbs::image {
namespace {

/// Known chunks that shape no pixel of ours; those that speak of colours are read elsewhere (colour.h). Skipping
/// them unread is what keeps text and profile bombs cheap.
constexpr png_byte k_skipped_chunks[] =
    "zTXt\0iTXt\0tEXt\0iCCP\0sPLT\0hIST\0pCAL\0sCAL\0oFFs\0pHYs\0tIME\0bKGD\0gAMA\0cHRM\0sRGB\0cICP\0sBIT\0eXIf";
constexpr int k_skipped_count = sizeof k_skipped_chunks / 5;
constexpr png_alloc_size_t k_chunk_bytes = 8 << 20;
constexpr png_uint_32 k_cached_chunks = 8;
constexpr std::size_t k_tolerant_buffer_bytes = 16;

/// libpng's text starts with the chunk's name, which begins with a capital if the chunk is critical.
bool is_critical_crc(std::string_view text) {
  return text.ends_with(": CRC error") && text.front() >= 'A' && text.front() <= 'Z';
}

}  // namespace

PngSession::PngSession(ByteSource& source, Warnings& warnings)
    : source_(source), warnings_(warnings), left_(source.size()) {
  source_.rewind();
}

PngSession::~PngSession() { png_destroy_read_struct(&png_, &info_, nullptr); }

void PngSession::create() {
  png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, static_cast<PngCalls*>(this), on_error, on_warning);
  if (png_ == nullptr) fail(ErrorCode::memory, "out of memory");
  info_ = png_create_info_struct(png_);
  if (info_ == nullptr) fail(ErrorCode::memory, "out of memory");
  png_set_read_fn(png_, this, read);
  png_set_benign_errors(png_, 1);
  png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // limits.input_pixels is ours to look at
  png_set_chunk_malloc_max(png_, k_chunk_bytes);
  png_set_chunk_cache_max(png_, k_cached_chunks);
  png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
  png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, k_skipped_chunks, k_skipped_count);
  png_set_crc_action(png_, PNG_CRC_WARN_USE, PNG_CRC_WARN_DISCARD);
}

void PngSession::read_header() {
  const bool done = run([this] {
    create();
    png_read_info(png_, info_);
  });
  if (done) return;
  const auto first = PngChunks(source_).next();
  if (first && first->name == png_chunk_name("CgBI"))
    throw Error(ErrorCode::unsupported,
                "Apple's PNG for iOS (CgBI) is not supported; use the original PNG, or convert it");
  raise();
}

void PngSession::begin(FailOn fail_on, const CpuLimit& limit) {
  if (fail_on != FailOn::none && critical_crc_wrong_) throw Error(ErrorCode::corrupt, "CRC error in a critical chunk");
  if (fail_on == FailOn::warning && warned_) throw Error(ErrorCode::corrupt, warnings_.texts().front());
  fail_on_ = fail_on;
  limit_ = limit;
  begun_ = true;
  if (fail_on != FailOn::none) {
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_WARN_DISCARD);
  } else {
    // Whatever can be had: libpng gives up the row in whose buffer the data or its checksum goes wrong.
    buffer_bytes_ = k_tolerant_buffer_bytes;
    png_set_compression_buffer_size(png_, buffer_bytes_);
    png_set_option(png_, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
  }
  ask_for_no_more_than_there_is();
}

void PngSession::tick(std::size_t bytes) {
  bytes_since_look_ += bytes;
  if (bytes_since_look_ < k_bytes_between_looks) return;
  bytes_since_look_ = 0;
  if (const GivenUp* reason = limit_.reached()) fail(reason->code, reason->text);
}

/// False at the end, or if the source threw (then caught_ is set).
bool PngSession::next_piece() noexcept {
  try {
    piece_ = source_.next();
  } catch (...) {
    caught_ = std::current_exception();
    piece_ = {};
  }
  return !piece_.empty();
}

void PngSession::read(png_structp png, png_bytep out, std::size_t count) {
  PngSession& self = *static_cast<PngSession*>(png_get_io_ptr(png));
  while (count > 0) {
    if (self.piece_.empty() && !self.next_piece()) {
      if (self.caught_) self.fail(self.caught_);
      self.fail(ErrorCode::truncated, "premature end of file");
    }
    const std::size_t taken = std::min(count, self.piece_.size());
    std::memcpy(out, self.piece_.data(), taken);
    self.piece_ = self.piece_.subspan(taken);
    out += taken;
    count -= taken;
    self.left_ -= std::min<std::uint64_t>(taken, self.left_);
  }
  self.ask_for_no_more_than_there_is();
}

/// libpng inflates nothing of a buffer that it cannot fill, though all of the pixels may be in it.
void PngSession::ask_for_no_more_than_there_is() {
  if (begun_ && left_ < buffer_bytes_)
    png_set_compression_buffer_size(png_, std::max<std::size_t>(1, static_cast<std::size_t>(left_)));
}

bool PngSession::all_rows_came() const {
  if (png_get_interlace_type(png_, info_) != PNG_INTERLACE_NONE)
    return png_get_current_pass_number(png_) >= PNG_INTERLACE_ADAM7_PASSES;
  return png_get_current_row_number(png_) >= png_get_image_height(png_, info_);
}

bool PngSession::critical_crc_is_wrong() const { return is_critical_crc(fault_text()); }

void PngSession::warned(const char* text) {
  warned_ = true;
  warnings_.add(text);
  critical_crc_wrong_ = critical_crc_wrong_ || is_critical_crc(text);
  if (fail_on_ == FailOn::warning) fail(ErrorCode::corrupt, text);
}

}  // namespace thumbs::image
