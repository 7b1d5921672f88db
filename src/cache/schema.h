// What a cache file looks like inside: its tables, its marks, and how to tell ours from others'.
#pragma once

#include <cstdint>

#include "cache/sqlite.h"

namespace thumbs {

/// In SQLite's user_version.
inline constexpr int k_schema_version = 3;
inline constexpr int k_first_version_with_folders = 3;

/// The version of the schema that `database` holds: 0 where it holds nothing, else 1 to k_schema_version. Throws Error
/// `usage` for a newer version of ours and for a database of another application, DatabaseError `corrupt` for tables
/// that are not as the program of their version made them. REQUIRES a transaction.
int inspect_schema(Database& database, const std::string& file);

/// Makes the tables in an empty database. REQUIRES a write transaction.
void create_schema(Database& database);

/// Drops all tables of an older version. REQUIRES a write transaction.
void drop_schema(Database& database, int version);

}  // namespace thumbs
