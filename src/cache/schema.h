// The tables of a cache, their versions, and the check that a database is a cache.
#pragma once

#include <cstdint>

#include "cache/sqlite.h"

namespace thumbs::cache {

/// In SQLite's user_version.
inline constexpr int k_schema_version = 6;
inline constexpr int k_first_version_with_folders = 3;
inline constexpr int k_first_version_with_pictures = 4;
inline constexpr int k_first_version_with_parts = 5;
inline constexpr int k_first_version_with_failures = 6;

/// The schema version of `database`: 1 to k_schema_version, 0 if it is empty. Throws Error `usage` for a newer version
/// and for another application's database, DatabaseError `corrupt` if the tables differ from those of their version.
/// REQUIRES a transaction.
int inspect_schema(Database& database, const std::string& file);

/// Creates the tables in an empty database. REQUIRES a write transaction.
void create_schema(Database& database);

/// Adds the tables that `version` lacks, if that is all that it lacks, and says so; otherwise does nothing. REQUIRES a
/// write transaction.
bool add_missing_tables(Database& database, int version);

/// Drops all tables of an older version. REQUIRES a write transaction.
void drop_schema(Database& database, int version);

}  // namespace thumbs::cache
