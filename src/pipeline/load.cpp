// Small files: one exact read. Large ones: a hashing pass, then a stream that is hashed again while it is decoded.
#include "pipeline/load.h"

#include <algorithm>
#include <span>
#include <utility>

#include "support/buffer.h"
#include "support/hash.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::pipeline {
namespace {

constexpr std::size_t k_piece = std::size_t{256} << 10;
constexpr std::size_t k_head = 64;

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

// Each pass from the start is hashed as it goes.
class Streamed : public LoadedSource, private image::ByteSource {
 public:
  Streamed(std::unique_ptr<disk::InputFile> file, std::uint64_t size, std::string path)
      : file_(std::move(file)), size_(size), path_(std::move(path)), piece_(k_piece) {}

  image::ByteSource& bytes() override { return *this; }
  std::uint64_t memory() const override { return piece_.size(); }

  void confirm() override {
    // What the decoder did not need belongs to the hash too.
    while (!next().empty()) {
    }
    const bool same_bytes = hasher_.digest() == content.hash;
    if (!same_bytes) throw Error(ErrorCode::changed_while_read, "changed while it was read", path_, "read");
    rewind();
  }

  /// The first pass: all of it, for content.hash.
  Hash128 hash_all() {
    while (!next().empty()) {
    }
    const Hash128 hash = hasher_.digest();
    rewind();
    return hash;
  }

  std::uint64_t size() const override { return size_; }
  void rewind() override {
    offset_ = 0;
    hasher_.reset();
  }
  std::span<const std::byte> next() override {
    keep_within_limits();
    const std::size_t got = file_->read(offset_, piece_);
    const std::span<const std::byte> piece(piece_.data(), got);
    if (offset_ == 0)
      content.head.assign(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(std::min(got, k_head)));
    hasher_.update(piece);
    offset_ += got;
    bytes_read += got;
    return piece;
  }
  disk::InputFile& file() { return *file_; }

 private:
  std::unique_ptr<disk::InputFile> file_;
  std::uint64_t size_;
  std::string path_;
  std::vector<std::byte> piece_;
  std::uint64_t offset_ = 0;
  Hasher hasher_;
};

std::unique_ptr<LoadedSource> read_whole(disk::InputFile& file, std::uint64_t size) {
  // One byte more than there should be: a file that grew is seen at once.
  Buffer buffer(size + 1);
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const std::size_t got = file.read(filled, buffer.bytes().subspan(filled));
    if (got == 0) break;
    filled += got;
  }
  const std::span<const std::byte> bytes = buffer.bytes().first(filled);
  const Hash128 hash = hash_bytes(bytes);
  std::vector<std::byte> head(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(std::min(filled, k_head)));
  auto loaded = std::make_unique<InMemory>(std::move(buffer), filled);
  loaded->content.hash = hash;
  loaded->content.head = std::move(head);
  loaded->bytes_read = filled;
  return loaded;
}

struct Attempt {
  std::unique_ptr<LoadedSource> loaded;
  bool stable = false;
};

Attempt attempt(const disk::DiskReader& disk, const std::string& path, const Limits& limits,
                std::uint64_t largest_in_memory) {
  std::unique_ptr<disk::InputFile> file = disk.open(path);
  const std::int64_t statted_at_ns = disk.now_ns();  // before the stat: later would make it look less racy than it is
  const disk::FileStat before = file->stat();
  const std::uint64_t size = before.stat_data.size;
  if (limits.input_bytes != 0 && size > limits.input_bytes)
    throw Error(ErrorCode::too_large, std::to_string(size) + " bytes, more than limits.inputBytes (" +
                                          std::to_string(limits.input_bytes) + ")");
  Attempt result;
  disk::FileStat after;
  if (size <= std::min(largest_in_memory, k_largest_in_memory)) {
    result.loaded = read_whole(*file, size);
    after = file->stat();
  } else {
    auto streamed = std::make_unique<Streamed>(std::move(file), size, path);
    streamed->content.hash = streamed->hash_all();
    after = streamed->file().stat();
    result.loaded = std::move(streamed);
  }
  result.loaded->content.stat_data = before.stat_data;
  result.loaded->content.statted_at_ns = statted_at_ns;
  result.stable = before.stat_data == after.stat_data && result.loaded->bytes_read == size;
  return result;
}

}  // namespace

std::unique_ptr<LoadedSource> load_source(const disk::DiskReader& disk, const std::string& path, const Limits& limits,
                                          std::uint64_t largest_in_memory) {
  try {
    Attempt first = attempt(disk, path, limits, largest_in_memory);
    if (first.stable) return std::move(first.loaded);
    Attempt second = attempt(disk, path, limits, largest_in_memory);
    second.loaded->bytes_read += first.loaded->bytes_read;
    if (second.stable) return std::move(second.loaded);
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), path, "read");
  }
  throw Error(ErrorCode::changed_while_read, "kept changing while it was read", path, "read");
}

}  // namespace thumbs::pipeline
