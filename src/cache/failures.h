// The table of failures, read only by those who show them or fail again. It has no total: of a lost row only the state
// is shown.
#pragma once

#include <string_view>
#include <vector>

#include "cache/failure_record.h"
#include "cache/sqlite.h"

namespace thumbs::cache {

/// Sorted by output; a damaged row is left out. REQUIRES a read transaction, and a schema that has the table.
std::vector<FailureRecord> read_failures(Database& database);

/// Holds prepared statements of one connection, which must outlive it and have the current schema.
class FailureWriter {
 public:
  explicit FailureWriter(Database& database);

  /// To be called first in each transaction.
  void begin();
  /// Does nothing where the output is not recorded as failed.
  void put(const FailureRecord& record);
  /// The output was made, or its record goes.
  void forget(std::string_view output);

 private:
  Statement find_any_, put_, forget_;
  bool any_ = false;  // so that a build without failures pays for none
};

}  // namespace thumbs::cache
