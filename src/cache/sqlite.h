// SQLite behind RAII: connections, prepared statements and transactions, with its result codes turned into
// thumbs::Error. sqlite.cpp is the only file that includes sqlite3.h.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "support/fd.h"
#include "thumbs/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace thumbs::cache {

enum class DatabaseFault {
  corrupt,          ///< the content of the file is damaged; never an I/O error, a full disk or a permission
  rollback_needed,  ///< a killed run left a journal, and this connection may not roll it back
  other,
};

/// Thrown by all functions of this file. Its code is io, no_space, unwritable, busy, memory or internal.
class DatabaseError : public Error {
 public:
  DatabaseError(DatabaseFault fault, ErrorCode code, const std::string& message, const std::string& file);
  DatabaseFault fault() const { return fault_; }

 private:
  DatabaseFault fault_;
};

/// A prepared statement. Must not outlive its Database. Parameters count from 1, columns from 0, as in SQLite. Bound
/// bytes must live until the statement is reset.
class Statement {
 public:
  template <std::integral T>
  Statement& number(int parameter, T value) {
    bind_number(parameter, static_cast<std::int64_t>(value));
    return *this;
  }
  Statement& blob(int parameter, std::string_view bytes);
  Statement& text(int parameter, std::string_view bytes);

  /// True on a row; false at the end, and then the statement is reset.
  bool step();
  /// Steps to the end, for statements without result rows.
  void run();
  /// Releases its locks; it may be bound and stepped again.
  void reset() noexcept;

  /// Column values of the current row. The view is valid until the next step or reset.
  std::int64_t number(int column) const;
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  void bind_number(int parameter, std::int64_t value);
  void check(int result) const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Resets a statement at the end of a scope.
class ScopedReset {
 public:
  explicit ScopedReset(Statement& statement) : statement_(statement) {}
  ~ScopedReset() { statement_.reset(); }
  ScopedReset(const ScopedReset&) = delete;
  ScopedReset& operator=(const ScopedReset&) = delete;

 private:
  Statement& statement_;
};

/// One connection, used by one thread at a time. Waits up to 3 seconds for locks of other processes. Opening reads and
/// writes nothing. Triggers and views in the file are disabled.
class Database {
 public:
  enum class Mode { read_only, read_write, create };

  /// `file` is an absolute path, or ":memory:". read_write also opens a file without write permission; writing then
  /// throws.
  Database(const std::string& file, Mode mode);

  Statement prepare(std::string_view sql);
  void execute(std::string_view sql);
  /// The first column of the first row; 0 without rows.
  std::int64_t number(std::string_view sql);
  std::int64_t last_insert_id() const;

  /// Whether the file is a SQLite database in another journal mode or a later format: reading one with SQLite may
  /// create files beside it, or give a connection that cannot write. False if it is not a SQLite database.
  bool foreign_format();
  /// The first fault that SQLite's quick check finds; empty if sound. Throws DatabaseError if the file cannot be read.
  std::string quick_check();

 private:
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  void harden();

  Fd folder_;  // open if the path is too long for SQLite
  std::unique_ptr<sqlite3, Close> database_;
};

/// Rolls back unless committed. A Database has at most one at a time.
class Transaction {
 public:
  enum class Kind { read, write };
  /// `write` takes the write lock at once; `read` takes its lock with the first row.
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
};

}  // namespace thumbs::cache
