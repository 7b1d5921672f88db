// RAII over the SQLite C API, and the mapping of its result codes to errors.
#include "cache/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "support/errno_code.h"

namespace thumbs::cache {
namespace {

constexpr int k_busy_milliseconds = 3000;
// Far more than any path or recipe; a damaged record must not make SQLite allocate the size that it claims.
constexpr int k_max_value_bytes = 16 << 20;
constexpr std::size_t k_longest_name = 400;
constexpr std::string_view k_open_folders = "/proc/self/fd/";

// SQLite also returns NOMEM when a damaged record gives a size of 0. Only a failed malloc sets errno, which every call
// here clears first.
bool lacks_memory() { return errno == ENOMEM; }

DatabaseFault fault_of(int result) {
  if (result == SQLITE_READONLY_ROLLBACK) return DatabaseFault::rollback_needed;
  switch (result & 0xff) {
    case SQLITE_NOMEM: return lacks_memory() ? DatabaseFault::other : DatabaseFault::corrupt;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:  // our SQL is right: a table or column is missing, or the file's format is unknown
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT: return DatabaseFault::corrupt;
    default: return DatabaseFault::other;
  }
}

ErrorCode code_of(int result, int system_error) {
  if (result == SQLITE_IOERR_NOMEM) return ErrorCode::memory;
  switch (result & 0xff) {
    case SQLITE_FULL: return ErrorCode::no_space;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ErrorCode::unwritable;
    case SQLITE_CANTOPEN: return system_error == 0 ? ErrorCode::unwritable : write_error_code(system_error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::busy;
    case SQLITE_NOMEM: return ErrorCode::memory;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return ErrorCode::internal;
    case SQLITE_IOERR: return write_error_code(system_error);
    default: return ErrorCode::io;
  }
}

bool has_system_error(int result) { return (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN; }

// The errno of the failure, 0 if unknown. A rollback clears SQLite's own value, but its files keep theirs.
int system_error_of(sqlite3* database) {
  int error = sqlite3_system_errno(database);
  if (error == 0) sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  sqlite3_file* journal = nullptr;
  if (error == 0) sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal);
  if (journal != nullptr && journal->pMethods != nullptr) {
    journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO, &error);
  }
  return error;
}

// SQLite reports CORRUPT for a disk that cannot be read (EIO, ENXIO), too: its files know the difference.
int unreadable_or(int result, sqlite3* database) {
  int error = 0;
  if ((result & 0xff) == SQLITE_CORRUPT) sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  return error == EIO || error == ENXIO ? SQLITE_IOERR_READ : result;
}

[[noreturn]] void fail(sqlite3* database, int given, const std::string& file) {
  const int result = unreadable_or(given, database);
  const DatabaseFault fault = fault_of(result);
  const int system_error = has_system_error(result) ? system_error_of(database) : 0;
  std::string message = sqlite3_errmsg(database);
  if (fault == DatabaseFault::corrupt && (result & 0xff) == SQLITE_NOMEM) message = "a record has an impossible length";
  if (system_error != 0) message += std::string(" (") + std::strerror(system_error) + ")";
  throw DatabaseError(fault, code_of(result, system_error), message, file);
}

[[noreturn]] void fail(sqlite3* database, int result) {
  const char* file = sqlite3_db_filename(database, "main");
  fail(database, result, file == nullptr ? "" : file);
}

// A path of `file` that fits into SQLite's 512 bytes with "-journal" added: itself, or through /proc/self/fd and
// `folder`, which must stay open.
std::string short_name(const std::string& file, Fd& folder) {
  if (file.size() <= k_longest_name) return file;
  const std::size_t slash = file.rfind('/') + 1;
  folder = open_folder_at(AT_FDCWD, file.substr(0, slash));
  return folder ? std::string(k_open_folders) + std::to_string(folder.get()) + "/" + file.substr(slash) : file;
}

int open_flags(Database::Mode mode) {
  constexpr int k_common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  switch (mode) {
    case Database::Mode::read_only: return k_common | SQLITE_OPEN_READONLY;
    case Database::Mode::read_write: return k_common | SQLITE_OPEN_READWRITE;
    case Database::Mode::create: return k_common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return k_common | SQLITE_OPEN_READONLY;
}

sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

// When root opens a main journal, even for reading, SQLite changes its owner to the database's, and so its ctime. It
// does not do that for a subjournal.
int open_quietly(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  constexpr int k_read_journal = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_READONLY;
  if ((flags & k_read_journal) == k_read_journal) flags ^= SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUBJOURNAL;
  return system_vfs()->xOpen(system_vfs(), name, file, flags, flags_out);
}

// Keeps a path through /proc/self/fd as it is: resolved, it would be too long again.
int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  const std::string_view text(name);
  if (!text.starts_with(k_open_folders)) return system_vfs()->xFullPathname(system_vfs(), name, size, out);
  if (text.size() >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  *std::copy(text.begin(), text.end(), out) = '\0';
  return SQLITE_OK;
}

// The system's VFS, except that reading changes nothing on disk for root, either.
const char* quiet_vfs() {
  static const int result = [] {
    static sqlite3_vfs quiet;
    quiet = *system_vfs();
    quiet.pNext = nullptr;
    quiet.zName = "thumbs-quiet";
    quiet.xOpen = open_quietly;
    quiet.xFullPathname = full_path;
    return sqlite3_vfs_register(&quiet, 0);
  }();
  return result == SQLITE_OK ? "thumbs-quiet" : nullptr;
}

// A null pointer would bind NULL.
const char* data_of(std::string_view bytes) { return bytes.data() == nullptr ? "" : bytes.data(); }

}  // namespace

DatabaseError::DatabaseError(DatabaseFault fault, ErrorCode code, const std::string& message, const std::string& file)
    : Error(code, message, file, "cache"), fault_(fault) {}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

void Statement::check(int result) const {
  if (result != SQLITE_OK) fail(sqlite3_db_handle(statement_.get()), result);
}

void Statement::bind_number(int parameter, std::int64_t value) {
  errno = 0;
  check(sqlite3_bind_int64(statement_.get(), parameter, value));
}

Statement& Statement::blob(int parameter, std::string_view bytes) {
  errno = 0;
  check(sqlite3_bind_blob64(statement_.get(), parameter, data_of(bytes), bytes.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::text(int parameter, std::string_view bytes) {
  errno = 0;
  check(sqlite3_bind_text64(statement_.get(), parameter, data_of(bytes), bytes.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

bool Statement::step() {
  errno = 0;
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  const ScopedReset reset(*this);
  if (result != SQLITE_DONE) fail(sqlite3_db_handle(statement_.get()), result);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() noexcept { sqlite3_reset(statement_.get()); }

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Database::Database(const std::string& file, Mode mode) {
  sqlite3* opened = nullptr;
  errno = 0;
  const int result = sqlite3_open_v2(short_name(file, folder_).c_str(), &opened, open_flags(mode), quiet_vfs());
  database_.reset(opened);
  if (opened == nullptr) throw DatabaseError(DatabaseFault::other, ErrorCode::memory, "out of memory", file);
  if (result != SQLITE_OK) fail(opened, result, file);
  harden();
}

void Database::harden() {
  sqlite3* const database = database_.get();
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, k_busy_milliseconds);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, k_max_value_bytes);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  execute("PRAGMA cell_size_check=ON");
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  errno = 0;
  const int result = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (result != SQLITE_OK) fail(database_.get(), result);
  return Statement(statement);
}

void Database::execute(std::string_view sql) { prepare(sql).run(); }

std::int64_t Database::number(std::string_view sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.number(0) : 0;
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(database_.get()); }

// Reads through SQLite's own handle: closing another descriptor of the file would release the process's POSIX locks.
bool Database::foreign_format() {
  constexpr std::string_view k_magic("SQLite format 3\0", 16);
  constexpr char k_rollback_journal = 1;
  std::array<char, 100> header{};
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return false;
  if (file == nullptr || file->pMethods == nullptr) return false;
  const int result = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  if (result == SQLITE_IOERR_SHORT_READ) return false;
  if (result != SQLITE_OK) {
    int system_error = 0;
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &system_error);
    throw DatabaseError(DatabaseFault::other, code_of(result, system_error), "cannot be read", "");
  }
  if (std::string_view(header.data(), k_magic.size()) != k_magic) return false;
  return header[18] != k_rollback_journal || header[19] != k_rollback_journal;
}

std::string Database::quick_check() {
  Statement check = prepare("PRAGMA quick_check(1)");
  const std::string answer(check.step() ? check.bytes(0) : std::string_view());
  if (answer == "ok") return {};
  // An I/O error is reported like damage: "unable to get the page. error code=266".
  constexpr std::string_view k_code = "error code=";
  const std::size_t at = answer.find(k_code);
  int result = SQLITE_CORRUPT;
  if (at != std::string::npos)
    std::from_chars(answer.data() + at + k_code.size(), answer.data() + answer.size(), result);
  if (fault_of(result) != DatabaseFault::corrupt) {
    const int system_error = system_error_of(database_.get());
    throw DatabaseError(DatabaseFault::other, code_of(result, system_error), sqlite3_errstr(result), "");
  }
  return answer.substr(answer.rfind('\n') + 1);  // the first line only names the database
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

// SQLite may have rolled back by itself. Nothing can be done about an error of a rollback.
Transaction::~Transaction() {
  sqlite3* const database = database_.database_.get();
  if (sqlite3_get_autocommit(database) == 0) sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { database_.execute("COMMIT"); }

}  // namespace thumbs::cache
