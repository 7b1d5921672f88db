// The page that was not used for the longest time gives way.
#include "image/codec/tiff/input.h"

#include <algorithm>
#include <cstring>

namespace thumbs::image {

const TiffInput::Page& TiffInput::page(std::uint64_t number) {
  ++clock_;
  const auto found = std::ranges::find(pages_, number, &Page::number);
  Page& page = found != pages_.end() ? *found : *std::ranges::min_element(pages_, {}, &Page::used);
  page.used = clock_;
  if (found != pages_.end()) return page;
  page.number = ~std::uint64_t{0};
  page.bytes.resize(k_page_bytes);
  const bool there = reader_.seek(number * k_page_bytes);
  page.bytes.resize(there ? reader_.read(page.bytes) : 0);
  page.number = number;
  return page;
}

std::size_t TiffInput::read(std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size() && at_ < size_) {
    std::span<const std::byte> piece = whole_;
    std::uint64_t begin = 0;
    if (whole_.empty()) {
      begin = at_ / k_page_bytes * k_page_bytes;
      piece = page(at_ / k_page_bytes).bytes;
    }
    const auto from = static_cast<std::size_t>(at_ - begin);
    if (from >= piece.size()) break;
    const std::size_t taken = std::min(out.size() - done, piece.size() - from);
    std::memcpy(out.data() + done, piece.data() + from, taken);
    done += taken;
    at_ += taken;
  }
  ran_out_ = ran_out_ || done < out.size();
  return done;
}

}  // namespace thumbs::image
