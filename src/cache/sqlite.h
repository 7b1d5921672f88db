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

namespace thumbs {

/// What a fault means for whoever looks after the file.
enum class DatabaseFault {
  corrupt,          ///< the file's content is not what it should be; never an I/O error, a full disk or a permission
  rollback_needed,  ///< a dead writer's journal must be rolled back first, and this connection may not write
  other,
};

/// What every function of this file throws. The code is io, no_space, unwritable, busy, memory or internal.
class DatabaseError : public Error {
 public:
  DatabaseError(DatabaseFault fault, ErrorCode code, const std::string& message, const std::string& file);
  DatabaseFault fault() const { return fault_; }

 private:
  DatabaseFault fault_;
};

/// A prepared statement. It must not outlive its Database. Parameters and columns are numbered as in SQLite: from 1
/// and from 0. Bytes that are bound must live until the statement is reset.
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
  /// For what gives no rows: steps to the end.
  void run();
  /// Ends the statement, so that it holds no lock and may be bound and stepped again.
  void reset() noexcept;

  /// Column values of the row that step() stopped at. The view is valid until the next step or reset.
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

/// Resets a statement on every way out of a scope.
class ScopedReset {
 public:
  explicit ScopedReset(Statement& statement) : statement_(statement) {}
  ~ScopedReset() { statement_.reset(); }
  ScopedReset(const ScopedReset&) = delete;
  ScopedReset& operator=(const ScopedReset&) = delete;

 private:
  Statement& statement_;
};

/// One connection, used by one thread at a time. Waits some seconds for other processes' locks. Opening reads and
/// writes nothing. The schema in the file is not trusted: no triggers, no views.
class Database {
 public:
  enum class Mode { read_only, read_write, create };

  /// `file` is an absolute path, or ":memory:". read_write falls back to reading where the file may not be written:
  /// writing throws then.
  Database(const std::string& file, Mode mode);

  Statement prepare(std::string_view sql);
  void execute(std::string_view sql);
  /// The one number that `sql` gives.
  std::int64_t number(std::string_view sql);
  std::int64_t last_insert_id() const;

  /// Whether the file starts as a SQLite database of another journal mode or a later format does: merely reading
  /// such a file with SQLite may leave files beside it, or lead to a connection that cannot write. False for what is
  /// no SQLite database at all.
  bool foreign_format();
  /// What SQLite's quick check finds first; empty where all is sound. Throws DatabaseError for what cannot be read.
  std::string quick_check();

 private:
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  void harden();

  Fd folder_;  // for a file whose path is too long for SQLite
  std::unique_ptr<sqlite3, Close> database_;
};

/// Rolls back unless committed. One at a time for a Database.
class Transaction {
 public:
  enum class Kind { read, write };
  /// `write` takes the writer's lock at once; `read` none before the first row.
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
};

}  // namespace thumbs
