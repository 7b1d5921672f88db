// Hashes a file and makes sure that it did not change meanwhile.
#include "disk/content.h"

#include <algorithm>
#include <optional>

#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

constexpr std::size_t k_piece = std::size_t{1} << 20;
constexpr std::size_t k_head = 64;

using Look = std::function<void(std::span<const std::byte>)>;
using Stop = std::function<bool()>;

// Fills in hash and head. Returns the number of bytes; stops soon after the stat data's size, since a file may grow as
// fast as it is read.
std::uint64_t hash_to_end(InputFile& file, Content& content, const Look& look, const Stop& stop) {
  thread_local std::vector<std::byte> piece(k_piece);
  thread_local Hasher hasher;
  hasher.reset();
  std::uint64_t offset = 0;
  std::size_t count = piece.size();
  while (count == piece.size() && offset <= content.stat_data.size) {  // a short read is the end
    if (stop && stop()) throw Error(ErrorCode::interrupted, "interrupted");
    count = file.read(offset, piece);
    const auto bytes = std::span(piece).first(count);
    if (offset == 0 && look) look(bytes);
    if (offset == 0)
      content.head.assign(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(k_head, std::ssize(bytes)));
    hasher.update(bytes);
    offset += count;
  }
  content.hash = hasher.digest();
  return offset;
}

// Empty if the file changed between the two stats. Reads the clock before the first one: later would make the file look
// less racy than it is.
std::optional<Content> try_read(const DiskReader& disk, const std::string& path, std::uint64_t* bytes_read,
                                const Look& look, const Stop& stop) {
  Content content;
  content.statted_at_ns = disk.now_ns();
  const std::unique_ptr<InputFile> file = disk.open(path);
  content.stat_data = file->stat().stat_data;
  const std::uint64_t size = hash_to_end(*file, content, look, stop);
  if (bytes_read != nullptr) *bytes_read += size;
  if (file->stat().stat_data != content.stat_data || size != content.stat_data.size) return std::nullopt;
  return content;
}

}  // namespace

Content read_content(const DiskReader& disk, const std::string& path, std::uint64_t* bytes_read, const Look& look,
                     const Stop& stop) {
  // Each attempt opens the file again, to read the new inode if it was replaced by a rename.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (std::optional<Content> content = try_read(disk, path, bytes_read, look, stop)) return *std::move(content);
  }
  throw Error(ErrorCode::changed_while_read, "kept changing while it was read", path, "read");
}

}  // namespace thumbs::disk
