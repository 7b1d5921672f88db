// Hashes a file and makes sure that it did not change meanwhile.
#include "disk/content.h"

#include <algorithm>
#include <utility>

#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

constexpr std::size_t k_piece = std::size_t{1} << 20;
constexpr std::size_t k_read_piece = std::size_t{4} << 20;

using Look = std::function<void(std::span<const std::byte>)>;
using Stop = std::function<bool()>;

// Stops soon after `size` bytes, since a file may grow as fast as it is read.
Reading hash_to_end(InputFile& file, std::uint64_t size, const Look& look, const Stop& stop) {
  thread_local std::vector<std::byte> piece(k_piece);
  thread_local Hasher hasher;
  hasher.reset();
  Reading reading;
  std::size_t count = piece.size();
  while (count == piece.size() && reading.bytes <= size) {  // a short read is the end
    if (stop && stop()) throw Error(ErrorCode::interrupted, "interrupted");
    count = file.read(reading.bytes, piece);
    const auto bytes = std::span(piece).first(count);
    if (reading.bytes == 0 && look) look(bytes);
    if (reading.bytes == 0) reading.content.head = head_of(bytes);
    hasher.update(bytes);
    reading.bytes += count;
  }
  reading.content.hash = hasher.digest();
  return reading;
}

// Fills `bytes` from the file's start; gives how many there were.
std::size_t read_into(InputFile& file, std::span<std::byte> bytes, const std::function<void()>& between) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    if (between) between();
    const std::size_t got = file.read(filled, bytes.subspan(filled, std::min(bytes.size() - filled, k_read_piece)));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

}  // namespace

std::vector<std::byte> head_of(std::span<const std::byte> bytes) {
  const auto head = bytes.first(std::min(bytes.size(), k_head_bytes));
  return {head.begin(), head.end()};
}

std::vector<std::byte> read_bytes(const DiskReader& disk, const std::string& path, std::uint64_t most,
                                  const std::function<void()>& between) {
  const std::unique_ptr<InputFile> file = disk.open(path);
  const std::uint64_t size = file->stat().stat_data.size;
  if (most != 0 && size > most)
    throw Error(ErrorCode::too_large, "has " + std::to_string(size) + " bytes, more than limits.inputBytes", path,
                "read");
  std::vector<std::byte> bytes(size);
  bytes.resize(read_into(*file, bytes, between));
  return bytes;
}

std::string read_text(const DiskReader& disk, const std::string& path) {
  const std::unique_ptr<InputFile> file = disk.open(path);
  std::string text(file->stat().stat_data.size, '\0');
  text.resize(read_into(*file, std::as_writable_bytes(std::span(text)), {}));
  return text;
}

Content read_stable(const DiskReader& disk, const std::string& path,
                    const std::function<Reading(const std::shared_ptr<InputFile>&, std::uint64_t size)>& read) {
  // Each attempt opens the file again, to read the new inode if it was replaced by a rename.
  for (int attempt = 0; attempt < 2; ++attempt) {
    // Before the stat: a later time would make the file look less racy than it is.
    const std::int64_t statted_at_ns = disk.now_ns();
    const std::shared_ptr<InputFile> file = disk.open(path);
    const StatData before = file->stat().stat_data;
    Reading reading = read(file, before.size);
    if (file->stat().stat_data != before || reading.bytes != before.size) continue;
    reading.content.stat_data = before;
    reading.content.statted_at_ns = statted_at_ns;
    return std::move(reading.content);
  }
  throw Error(ErrorCode::changed_while_read, "kept changing while it was read", path, "read");
}

Content read_content(const DiskReader& disk, const std::string& path, std::uint64_t* bytes_read, const Look& look,
                     const Stop& stop) {
  return read_stable(disk, path, [&](const std::shared_ptr<InputFile>& file, std::uint64_t size) {
    Reading reading = hash_to_end(*file, size, look, stop);
    if (bytes_read != nullptr) *bytes_read += reading.bytes;
    return reading;
  });
}

}  // namespace thumbs::disk
