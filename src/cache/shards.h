// The table of parts. It has no total: a lost row makes a merge ask for a run that finds nothing to do.
#pragma once

#include <vector>

#include "cache/shard_record.h"
#include "cache/sqlite.h"

namespace thumbs::cache {

/// Sorted by index; a damaged row is left out. REQUIRES a read transaction, and a schema that has the table.
std::vector<ShardRecord> read_shards(Database& database);

/// Holds prepared statements of one connection, which must outlive it and have the current schema.
class ShardWriter {
 public:
  explicit ShardWriter(Database& database);

  /// Forgets parts of another number of parts, or of other rules: they belong to no set with this one.
  void put(const ShardRecord& record);
  void forget_all() { forget_all_.run(); }

 private:
  Statement put_, forget_others_, forget_all_;
};

}  // namespace thumbs::cache
