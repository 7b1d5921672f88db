// Records and folders for the tests of the cache.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "support/hash.h"
#include "support/kept.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::cache_test {
using namespace cache;

/// An output with its recipe, so that records of different loads can be compared.
struct FullOutput {
  OutputRecord row;
  RecipeText recipe;

  bool operator==(const FullOutput& other) const;
};

/// The content of a cache, for comparison.
struct Content {
  std::vector<SourceRecord> sources;
  std::vector<FullOutput> outputs;

  bool empty() const { return sources.empty() && outputs.empty(); }
  bool operator==(const Content& other) const;
};

/// Outlives the records.
Content content_of(const Records& rows);

SourceRecord source_record(std::string_view path, std::uint64_t seed = 1);

Batch::Output output_row(std::string_view path, std::string_view source, std::uint64_t seed = 1,
                         const std::string& settings = "width=256");

/// `count` sources with two outputs each.
Batch sample(int count);

CacheLoad load(const std::string& file, CacheMode mode = CacheMode::read_only);

void commit(const std::string& file, const Batch& batch);

std::string read_file(const std::string& path);

/// Everything below a folder, with all that a write would change, including the times of folders.
std::map<std::string, std::string> everything_in(const std::string& folder);

/// File names directly in a folder, sorted.
std::vector<std::string> names_in(const std::string& folder);

/// The Error that `act` throws; fails the test if it throws none.
template <class Act>
Error error_of(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorCode::internal, "none");
}

}  // namespace thumbs::cache_test
