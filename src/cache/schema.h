// What a cache file looks like inside: its tables, its marks, and how to tell ours from others'.
#pragma once

#include <cstdint>

#include "cache/sqlite.h"

namespace thumbs {

/// In SQLite's user_version.
inline constexpr int k_schema_version = 1;

enum class SchemaState { empty, ours };

/// Looks at what `database` holds. Throws Error `usage` for a newer version of ours, DatabaseError `corrupt` for
/// another application's database and for tables that are not as create_schema makes them. REQUIRES a transaction.
SchemaState inspect_schema(Database& database, const std::string& file);

/// Makes the tables in an empty database. REQUIRES a write transaction.
void create_schema(Database& database);

}  // namespace thumbs
