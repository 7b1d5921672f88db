// T.81, B.1.1.5: stuffed zeros, fill bytes, markers.
#include "image/codec/jpeg/fast/runs.h"

#include <algorithm>

namespace thumbs::image {
namespace {

constexpr std::size_t k_padding = JpegRuns::k_mcu_bytes + 32;
constexpr std::size_t k_loaded = JpegRuns::k_memory - k_padding;
constexpr int k_window_bytes = 8;  // how far a window's `next` may be ahead of the bits that were taken

}  // namespace

JpegRuns::JpegRuns(std::span<const std::byte> data) : data_(data), buffer_(k_memory) {}

BitWindow JpegRuns::begin() {
  load(0);
  return {.next = reinterpret_cast<const std::uint8_t*>(buffer_.data())};
}

bool JpegRuns::more(BitWindow& window) {
  if (whole_) return false;
  auto* const first = reinterpret_cast<std::uint8_t*>(buffer_.data());
  const auto kept = static_cast<std::size_t>(end_ - window.next);
  std::memmove(first, window.next, kept);
  window.next = first;
  load(kept);
  return true;
}

/// Fills the buffer from behind its first `kept` bytes.
void JpegRuns::load(std::size_t kept) {
  std::byte* out = buffer_.data() + kept;
  std::byte* const stop = buffer_.data() + k_loaded;
  whole_ = false;
  marker_ = -1;
  while (out < stop && !whole_) {
    const std::span<const std::byte> rest = data_.subspan(at_);
    const std::size_t most = std::min(rest.size(), static_cast<std::size_t>(stop - out));
    const void* const found = most == 0 ? nullptr : std::memchr(rest.data(), 0xFF, most);
    const std::size_t plain =
        found == nullptr ? most : static_cast<std::size_t>(static_cast<const std::byte*>(found) - rest.data());
    std::memcpy(out, rest.data(), plain);
    out += plain;
    at_ += plain;
    whole_ = at_ == data_.size();
    if (found == nullptr) continue;
    std::size_t code_at = at_ + 1;
    if (code_at < data_.size() && data_[code_at] == std::byte{0}) {
      *out++ = std::byte{0xFF};
      at_ += 2;
      continue;
    }
    while (code_at < data_.size() && data_[code_at] == std::byte{0xFF}) ++code_at;
    const int code = code_at < data_.size() ? std::to_integer<int>(data_[code_at]) : 0;
    marker_ = code == 0 ? -1 : code;
    at_ = std::min(code_at + 1, data_.size());
    whole_ = true;
  }
  std::memset(out, 0, k_padding);
  end_ = reinterpret_cast<const std::uint8_t*>(out);
  enough_ = whole_ ? end_ + k_window_bytes + 1 : end_ - k_mcu_bytes;
}

int JpegRuns::finish(const BitWindow& window) const {
  const std::ptrdiff_t left = (end_ - window.next) * 8 + window.count;
  return whole_ && left >= 0 && left < 8 ? marker_ : -1;
}

}  // namespace thumbs::image
