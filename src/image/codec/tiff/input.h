// A TIFF's bytes for libtiff, which reads here and there: memory where the file is there, else recent pages of it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/source_reader.h"

namespace thumbs::image {

class TiffInput {
 public:
  explicit TiffInput(ByteSource& source) : whole_(whole_of(source)), size_(source.size()), reader_(source) {}

  std::uint64_t size() const { return size_; }
  /// Empty if the file is not in memory.
  std::span<const std::byte> whole() const { return whole_; }
  /// Whether something was read beyond the file's end.
  bool ran_out() const { return ran_out_; }
  /// The most memory that pages take.
  static constexpr std::size_t memory() { return k_pages * k_page_bytes; }

  void seek(std::uint64_t at) { at_ = at; }
  std::uint64_t position() const { return at_; }
  /// As far as the file goes. Throws what the source throws.
  std::size_t read(std::span<std::byte> out);

 private:
  static constexpr std::size_t k_page_bytes = 64 << 10, k_pages = 64;

  struct Page {
    std::uint64_t number = ~std::uint64_t{0};
    std::uint64_t used = 0;
    std::vector<std::byte> bytes;
  };
  const Page& page(std::uint64_t number);

  std::span<const std::byte> whole_;
  std::uint64_t size_;
  SourceReader reader_;
  std::uint64_t at_ = 0;
  std::uint64_t clock_ = 0;
  bool ran_out_ = false;
  std::array<Page, k_pages> pages_;
};

}  // namespace thumbs::image
