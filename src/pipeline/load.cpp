// Small files: one exact read. Large ones: a hashing pass, then pieces that are hashed again when they are read.
#include "pipeline/load.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "support/buffer.h"
#include "support/hash.h"
#include "support/stage_time.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::pipeline {
namespace {

constexpr std::size_t k_piece = std::size_t{256} << 10;

class InMemory : public LoadedSource {
 public:
  InMemory(Buffer buffer, std::size_t size)
      : buffer_(std::move(buffer)), bytes_(buffer_.bytes().first(size)), source_(bytes_) {}
  image::ByteSource& bytes() override { return source_; }
  std::uint64_t memory() const override { return bytes_.size(); }
  void confirm() override {}

 private:
  Buffer buffer_;
  std::span<const std::byte> bytes_;
  image::MemorySource source_;
};

// Each piece is hashed in the first pass, and must be the same whenever it is read again, in whatever order.
class Streamed : public LoadedSource, private image::ByteSource {
 public:
  Streamed(std::shared_ptr<disk::InputFile> file, std::uint64_t size, std::string path)
      : file_(std::move(file)), size_(size), path_(std::move(path)), memory_(k_piece) {}

  image::ByteSource& bytes() override { return *this; }
  std::uint64_t memory() const override { return memory_.size() + hashes_.size() * (sizeof(Hash128) + 1); }

  void confirm() override {
    if (changed_) fail();
    // What the decoder did not need belongs to the hash too; so does the end.
    for (std::size_t number = 0; number < hashes_.size(); ++number)
      if (!confirmed_[number]) hold(number);
    hold(hashes_.size());
    rewind();
  }

  /// The first pass: all of it, for content.hash.
  void hash_all() {
    Hasher hasher;
    while (read_piece(hashes_.size())) {
      if (hashes_.empty()) content.head = disk::head_of(held_);
      hasher.update(held_);
      hashes_.push_back(hash_bytes(held_));
    }
    content.hash = hasher.digest();
    rewind();
  }

  std::uint64_t size() const override { return size_; }
  void rewind() override {
    offset_ = 0;
    held_number_ = k_none;
    confirmed_.assign(hashes_.size(), 0);
  }
  bool seek(std::uint64_t offset) override {
    offset_ = offset;
    return true;
  }
  std::span<const std::byte> next() override {
    const auto number = static_cast<std::size_t>(offset_ / k_piece);
    if (number != held_number_) hold(number);
    const auto piece = held_.subspan(std::min(static_cast<std::size_t>(offset_ % k_piece), held_.size()));
    offset_ += piece.size();
    return piece;
  }

 private:
  static constexpr std::size_t k_none = std::numeric_limits<std::size_t>::max();

  [[noreturn]] void fail() {
    changed_ = true;
    throw Error(ErrorCode::changed_while_read, "changed while it was read", path_, "read");
  }
  // False at the end.
  bool read_piece(std::size_t number) {
    keep_within_limits();
    const InStage in_stage(Stage::read);
    held_number_ = k_none;
    const std::size_t got = file_->read(std::uint64_t{number} * k_piece, memory_);
    held_ = std::span<const std::byte>(memory_.data(), got);
    held_number_ = number;
    bytes_read += got;
    return got > 0;
  }
  void hold(std::size_t number) {
    const bool there = read_piece(number);
    if (number >= hashes_.size()) {
      if (there) fail();
      return;
    }
    if (hash_bytes(held_) != hashes_[number]) fail();
    confirmed_[number] = 1;
  }

  std::shared_ptr<disk::InputFile> file_;
  std::uint64_t size_;
  std::string path_;
  std::vector<std::byte> memory_;
  std::span<const std::byte> held_;  // of memory_
  std::size_t held_number_ = k_none;
  std::uint64_t offset_ = 0;
  std::vector<Hash128> hashes_;  // of the pieces
  std::vector<char> confirmed_;  // since rewind()
  bool changed_ = false;
};

std::unique_ptr<LoadedSource> read_whole(disk::InputFile& file, std::uint64_t size) {
  // One byte more than there should be: a file that grew is seen at once.
  Buffer buffer(size + 1);
  const std::size_t filled = file.read(0, buffer.bytes());
  const std::span<const std::byte> bytes = buffer.bytes().first(filled);
  auto loaded = std::make_unique<InMemory>(std::move(buffer), filled);
  loaded->content.hash = hash_bytes(bytes);
  loaded->content.head = disk::head_of(bytes);
  loaded->bytes_read = filled;
  return loaded;
}

std::unique_ptr<LoadedSource> stream(const std::shared_ptr<disk::InputFile>& file, std::uint64_t size,
                                     const std::string& path) {
  auto streamed = std::make_unique<Streamed>(file, size, path);
  streamed->hash_all();
  return streamed;
}

void require_within(std::uint64_t size, const Limits& limits) {
  if (limits.input_bytes == 0 || size <= limits.input_bytes) return;
  throw Error(ErrorCode::too_large, std::to_string(size) + " bytes, more than limits.inputBytes (" +
                                        std::to_string(limits.input_bytes) + ")");
}

}  // namespace

std::unique_ptr<LoadedSource> load_source(const disk::DiskReader& disk, const std::string& path, const Limits& limits,
                                          std::uint64_t largest_in_memory) {
  std::unique_ptr<LoadedSource> loaded;
  std::uint64_t bytes_read = 0;
  try {
    disk::Content content =
        disk::read_stable(disk, path, [&](const std::shared_ptr<disk::InputFile>& file, std::uint64_t size) {
          require_within(size, limits);
          const bool small = size <= std::min(largest_in_memory, k_largest_in_memory);
          loaded.reset();  // two at once could be more memory than is reserved
          loaded = small ? read_whole(*file, size) : stream(file, size, path);
          bytes_read += loaded->bytes_read;
          return disk::Reading{loaded->content, loaded->bytes_read};
        });
    loaded->content = std::move(content);
    loaded->bytes_read = bytes_read;
    return loaded;
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), path, "read");
  }
}

}  // namespace thumbs::pipeline
