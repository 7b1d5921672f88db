#include "cache/failures.h"

#include <cstdint>
#include <string>
#include <utility>

#include "support/hash.h"

namespace thumbs::cache {
namespace {

std::uint64_t failure_checksum(const FailureRecord& record) {
  return hash_text("f" + std::to_string(record.output.size()) + " " + record.output + record.message).low;
}

}  // namespace

std::vector<FailureRecord> read_failures(Database& database) {
  std::vector<FailureRecord> failures;
  Statement row = database.prepare("SELECT output, message, checksum FROM failures ORDER BY output");
  while (row.step()) {
    FailureRecord record{std::string(row.bytes(0)), std::string(row.bytes(1))};
    const bool whole = static_cast<std::uint64_t>(row.number(2)) == failure_checksum(record);
    if (whole) failures.push_back(std::move(record));
  }
  return failures;
}

FailureWriter::FailureWriter(Database& database)
    : find_any_(database.prepare("SELECT 1 FROM failures LIMIT 1")),
      put_(database.prepare("INSERT OR REPLACE INTO failures(output, message, checksum) SELECT ?1, ?2, ?3"
                            " WHERE EXISTS (SELECT 1 FROM outputs WHERE path=?1 AND failed<>0)")),
      forget_(database.prepare("DELETE FROM failures WHERE output=?")) {}

void FailureWriter::begin() {
  const ScopedReset reset(find_any_);
  any_ = find_any_.step();
}

void FailureWriter::put(const FailureRecord& record) {
  any_ = true;
  put_.blob(1, record.output).blob(2, record.message).number(3, failure_checksum(record)).run();
}

void FailureWriter::forget(std::string_view output) {
  if (any_) forget_.blob(1, output).run();
}

}  // namespace thumbs::cache
