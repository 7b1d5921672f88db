// libtiff's callbacks.
#include "image/codec/tiff/session.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "image/codec/tiff/tiff.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr std::uint64_t k_most_allocation = 64 << 20;  // beside what the file has: tables, rows

std::string text_of(const char* format, va_list arguments) {
  std::array<char, 256> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  return text.data();
}

/// libtiff has texts, no codes.
ErrorCode code_for_tiff(std::string_view text, bool ran_out) {
  const auto says = [&](std::string_view part) { return text.find(part) != text.npos; };
  if (says("ut of memory") || says("No space for") || says("byte limit defined")) return ErrorCode::memory;
  const bool ends = says("Read error") || says("IO error") || says("annot read") || says("an not read") ||
                    says("too short") || says("Premature E");
  return ran_out || ends ? ErrorCode::truncated : ErrorCode::corrupt;
}

}  // namespace

TiffSession::TiffSession(ByteSource& source) : input_(source) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  if (!options) throw Error(ErrorCode::memory, "out of memory");
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(input_.size() + k_most_allocation));
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, this);
  tiff_.reset(TIFFClientOpenExt("the file", "r", this, read, write, seek, close, size, map, unmap, options.get()));
  if (!tiff_) raise();
}

std::vector<std::byte> TiffSession::bytes_at(std::uint64_t at, std::size_t most) {
  const std::uint64_t rest = input_.size() - std::min(at, input_.size());
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, rest)));
  input_.seek(at);
  bytes.resize(input_.read(bytes));
  return bytes;
}

void TiffSession::raise() const {
  if (caught_) std::rethrow_exception(caught_);
  const ErrorCode code = code_for_tiff(error_, input_.ran_out());
  if (code == ErrorCode::truncated) throw Error(code, "premature end of file");
  if (code == ErrorCode::memory) throw Error(code, "out of memory");
  throw Error(code, error_.empty() ? "corrupt picture data" : error_);
}

std::span<const std::byte> TiffSession::bytes_of_field(std::uint32_t tag) const {
  std::uint32_t count = 0;
  void* data = nullptr;
  if (TIFFGetField(tiff(), tag, &count, &data) != 1 || data == nullptr) return {};
  return {static_cast<const std::byte*>(data), count};
}

tmsize_t TiffSession::read(thandle_t handle, void* out, tmsize_t size) {
  TiffSession& self = of(handle);
  try {
    if (self.caught_) return 0;
    return static_cast<tmsize_t>(self.input_.read({static_cast<std::byte*>(out), static_cast<std::size_t>(size)}));
  } catch (...) {
    self.caught_ = std::current_exception();
    return 0;
  }
}

tmsize_t TiffSession::write(thandle_t /*handle*/, void* /*in*/, tmsize_t /*size*/) { return 0; }

toff_t TiffSession::seek(thandle_t handle, toff_t offset, int whence) {
  TiffInput& input = of(handle).input_;
  const std::uint64_t base = whence == SEEK_CUR ? input.position() : whence == SEEK_END ? input.size() : 0;
  input.seek(base + offset);
  return input.position();
}

int TiffSession::close(thandle_t /*handle*/) { return 0; }
toff_t TiffSession::size(thandle_t handle) { return of(handle).input_.size(); }

int TiffSession::map(thandle_t handle, void** base, toff_t* size) {
  const std::span<const std::byte> whole = of(handle).input_.whole();
  if (whole.empty()) return 0;
  *base = const_cast<std::byte*>(whole.data());  // libtiff only reads it
  *size = whole.size();
  return 1;
}

void TiffSession::unmap(thandle_t /*handle*/, void* /*base*/, toff_t /*size*/) {}

int TiffSession::on_error(TIFF* /*tiff*/, void* self, const char* /*module*/, const char* format, va_list arguments) {
  std::string& error = static_cast<TiffSession*>(self)->error_;
  if (error.empty()) error = text_of(format, arguments);  // the first one is the most precise
  return 1;
}

int TiffSession::on_warning(TIFF* /*tiff*/, void* self, const char* /*module*/, const char* format, va_list arguments) {
  static_cast<TiffSession*>(self)->warnings_.add(text_of(format, arguments));
  return 1;
}

/// "LIBTIFF, Version 4.5.0\n…"
std::string tiff_library() {
  const std::string_view text = TIFFGetVersion();
  const std::string_view line = text.substr(0, text.find('\n'));
  return "libtiff " + std::string(line.substr(line.rfind(' ') + 1));
}

}  // namespace thumbs::image
