// The table of pictures: facts of contents, read only by those who need them. A lost or damaged row costs a decode.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cache/picture_record.h"
#include "cache/sqlite.h"

namespace thumbs::cache {

struct PictureRows {
  std::vector<PictureRecord> rows;  ///< sorted by hash
  std::uint64_t damaged = 0;        ///< rows with a wrong checksum, left out
};

/// REQUIRES a read transaction, and a schema that has the table.
PictureRows read_pictures(Database& database);

/// The sound ones of these contents, sorted by hash. REQUIRES the same.
std::vector<PictureRecord> read_some_pictures(Database& database, std::span<const Hash128> contents);

/// Holds prepared statements of one connection, which must outlive it and have the current schema.
class PictureWriter {
 public:
  explicit PictureWriter(Database& database);

  /// A record without a look keeps the one that is there: both are of the same bytes.
  void put(const PictureRecord& record);

  /// Deletes the records of contents that no source has, and that no output shows.
  void forget_unused() { forget_unused_.run(); }

 private:
  PictureRecord merged(PictureRecord record);

  Statement find_, put_, forget_unused_;
};

}  // namespace thumbs::cache
