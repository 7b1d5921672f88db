// A cache of schema version 1: three sources and their outputs, like sample(3), and one pair with odd names. Written
// by the program of that version; do not change it.
#pragma once

#include <string>

#include "cache/sqlite.h"

namespace thumbs::cache_test {
using namespace cache;

inline constexpr const char* k_version_1[] = {
    "CREATE TABLE outputs(path BLOB PRIMARY KEY NOT NULL, source BLOB NOT NULL, source_hash BLOB NOT NULL, re"
    "cipe INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash BLOB NOT NULL, width INTEG"
    "ER NOT NULL, height INTEGER NOT NULL, made INTEGER NOT NULL, failed INTEGER NOT NULL, checksum INTEGER N"
    "OT NULL) WITHOUT ROWID",
    "CREATE TABLE recipes(id INTEGER PRIMARY KEY NOT NULL, settings TEXT NOT NULL, stages TEXT NOT NULL, libr"
    "aries TEXT NOT NULL, uses INTEGER NOT NULL, checksum INTEGER NOT NULL)",
    "CREATE TABLE sources(path BLOB PRIMARY KEY NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, c"
    "time_ns INTEGER NOT NULL, inode INTEGER NOT NULL, trusted INTEGER NOT NULL, hash BLOB NOT NULL, format T"
    "EXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE totals(algorithm TEXT NOT NULL, source_rows INTEGER NOT NULL, source_sum INTEGER NOT NULL, "
    "output_rows INTEGER NOT NULL, output_sum INTEGER NOT NULL, recipe_rows INTEGER NOT NULL, recipe_sum INTE"
    "GER NOT NULL)",
    "INSERT INTO outputs VALUES(x'6f75742f6100620a2722fffe3b2d2d', x'70686f746f732f6100620a2722fffe3b2d2d', x"
    "'0000000000000007fffffffffffffff8', 3, 70, 1700000002000000007, x'fffffffffffffff80000000000000015', 256"
    ", 7, 0, 1, 6995241141670349383)",
    "INSERT INTO outputs VALUES(x'6f75742f70686f746f732f7069637475726520302d677269642e6a7067', x'70686f746f73"
    "2f7069637475726520302e6a7067', x'0000000000000001fffffffffffffffe', 1, 10, 1700000002000000001, x'ffffff"
    "fffffffffe0000000000000003', 256, 1, 1, 0, -7548142740268416630)",
    "INSERT INTO outputs VALUES(x'6f75742f70686f746f732f7069637475726520302d7a6f6f6d2e6a7067', x'70686f746f73"
    "2f7069637475726520302e6a7067', x'0000000000000001fffffffffffffffe', 2, 10, 1700000002000000001, x'ffffff"
    "fffffffffe0000000000000003', 256, 1, 1, 0, -6093996524592687611)",
    "INSERT INTO outputs VALUES(x'6f75742f70686f746f732f706963747572652031782d677269642e6a7067', x'70686f746f"
    "732f706963747572652031782e6a7067', x'0000000000000002fffffffffffffffd', 1, 20, 1700000002000000002, x'ff"
    "fffffffffffffd0000000000000006', 256, 2, 1, 0, 1497590031837509842)",
    "INSERT INTO outputs VALUES(x'6f75742f70686f746f732f706963747572652031782d7a6f6f6d2e6a7067', x'70686f746f"
    "732f706963747572652031782e6a7067', x'0000000000000002fffffffffffffffd', 2, 20, 1700000002000000002, x'ff"
    "fffffffffffffd0000000000000006', 256, 2, 1, 0, -4941238473346729520)",
    "INSERT INTO outputs VALUES(x'6f75742f70686f746f732f70696374757265203278782d677269642e6a7067', x'70686f74"
    "6f732f70696374757265203278782e6a7067', x'0000000000000003fffffffffffffffc', 1, 30, 1700000002000000003, "
    "x'fffffffffffffffc0000000000000009', 256, 3, 1, 0, 3479104697985196315)",
    "INSERT INTO outputs VALUES(x'6f75742f70686f746f732f70696374757265203278782d7a6f6f6d2e6a7067', x'70686f74"
    "6f732f70696374757265203278782e6a7067', x'0000000000000003fffffffffffffffc', 2, 30, 1700000002000000003, "
    "x'fffffffffffffffc0000000000000009', 256, 3, 1, 0, 2376110868042067004)",
    "INSERT INTO recipes VALUES(1, 'width=256', 'decode=1;resize=1', 'libjpeg-turbo 2.1.5', 3, 45433840820218"
    "88609)",
    "INSERT INTO recipes VALUES(2, 'width=1600', 'decode=1;resize=1', 'libjpeg-turbo 2.1.5', 3, 1295582481013"
    "608013)",
    "INSERT INTO recipes VALUES(3, 'width=64', 'decode=1;resize=1', 'libjpeg-turbo 2.1.5', 1, 344497732979074"
    "3620)",
    "INSERT INTO sources VALUES(x'70686f746f732f6100620a2722fffe3b2d2d', 9000, 1700000000000000009, 170000000"
    "1000000009, 86, 1, x'8ff34785799e5cbd0000000000000009', '', -8226702793652616579)",
    "INSERT INTO sources VALUES(x'70686f746f732f7069637475726520302e6a7067', 1000, 1700000000000000001, 17000"
    "00001000000001, 78, 0, x'9e3779b97f4a7c150000000000000001', 'jpeg', 5367539436746963411)",
    "INSERT INTO sources VALUES(x'70686f746f732f706963747572652031782e6a7067', 2000, 1700000000000000002, 170"
    "0000001000000002, 79, 1, x'3c6ef372fe94f82a0000000000000002', 'jpeg', 2673110512900583294)",
    "INSERT INTO sources VALUES(x'70686f746f732f70696374757265203278782e6a7067', 3000, 1700000000000000003, 1"
    "700000001000000003, 80, 0, x'daa66d2c7ddf743f0000000000000003', 'jpeg', 7069150328618832220)",
    "INSERT INTO totals VALUES('xxh3-128', 4, 6883097484613762346, 7, -4235330998672711217, 3, -9162800180883"
    "311374)",
    "PRAGMA application_id=1414024514",
    "PRAGMA user_version=1",
};

/// Creates that cache in an existing folder.
inline void make_version_1(const std::string& file) {
  Database database(file, Database::Mode::create);
  Transaction transaction(database, Transaction::Kind::write);
  for (const char* sql : k_version_1) database.execute(sql);
  transaction.commit();
}

}  // namespace thumbs::cache_test
