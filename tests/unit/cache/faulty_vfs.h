// SQLite's file functions with faults: a layer over the default VFS, which it replaces for the whole program. It fails
// the n-th call, or simulates a crash there.
#pragma once

#include <sqlite3.h>

#include <cerrno>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>

#include "unsynced_files.h"

namespace thumbs::cache_test {
using namespace cache;

enum class Fault { no_space, io_error, denied, busy, short_write, no_memory, crash };

enum class Call { open, read, write, truncate, sync, size, lock, unlock, check_lock, remove, access };

inline const char* name_of(Call call) {
  constexpr const char* k_names[] = {"open", "read",   "write",          "truncate", "sync",  "size",
                                     "lock", "unlock", "check the lock", "remove",   "access"};
  return k_names[static_cast<int>(call)];
}

/// A singleton, since SQLite's functions are global. Not thread-safe.
class FaultyVfs {
 public:
  static FaultyVfs& instance() {
    static FaultyVfs vfs;
    return vfs;
  }

  /// Fails call number `at`, from 0, of those that `fault` applies to; with `for_good` all later ones, too. After a
  /// crash every call fails.
  void arm(Fault fault, std::uint64_t at, bool for_good) {
    fault_ = fault;
    at_ = at;
    for_good_ = for_good;
    armed_ = true;
    struck_ = dead_ = false;
    count_ = 0;
    where_ = "nowhere";
    files_.forget_all();
  }
  /// Makes calls work again. Returns whether the fault happened.
  bool disarm() {
    armed_ = dead_ = false;
    return struck_;
  }
  void lose(Loss loss, unsigned seed) const { files_.crash(loss, seed); }
  const std::string& where() const { return where_; }

 private:
  struct File {
    sqlite3_file base;
    std::string path;
    sqlite3_file* real;
  };

  FaultyVfs() : system_(sqlite3_vfs_find(nullptr)), vfs_(*system_) {
    vfs_.pNext = nullptr;
    vfs_.zName = "faulty";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + system_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    vfs_.xAccess = access;
    vfs_.xGetLastError = last_error;
    vfs_.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
    sqlite3_vfs_register(&vfs_, 1);
  }

  static int last_error(sqlite3_vfs*, int size, char* text) {
    const FaultyVfs& self = instance();
    return self.armed_ && self.struck_ ? self.error_ : self.system_->xGetLastError(self.system_, size, text);
  }

  static bool befalls(Fault fault, Call call) {
    if (fault == Fault::busy) return call == Call::lock;
    if (fault == Fault::short_write) return call == Call::write;
    return true;
  }

  static int io_error(Call call) {
    switch (call) {
      case Call::open: return SQLITE_CANTOPEN;
      case Call::read: return SQLITE_IOERR_READ;
      case Call::write: return SQLITE_IOERR_WRITE;
      case Call::truncate: return SQLITE_IOERR_TRUNCATE;
      case Call::sync: return SQLITE_IOERR_FSYNC;
      case Call::size: return SQLITE_IOERR_FSTAT;
      case Call::lock: return SQLITE_IOERR_LOCK;
      case Call::unlock: return SQLITE_IOERR_UNLOCK;
      case Call::check_lock: return SQLITE_IOERR_CHECKRESERVEDLOCK;
      case Call::remove: return SQLITE_IOERR_DELETE;
      case Call::access: return SQLITE_IOERR_ACCESS;
    }
    return SQLITE_IOERR;
  }

  int fail(Call call) {
    switch (fault_) {
      case Fault::no_space: error_ = ENOSPC; return call == Call::write ? SQLITE_FULL : io_error(call);
      case Fault::short_write: error_ = ENOSPC; return SQLITE_FULL;
      case Fault::denied: error_ = EACCES; return io_error(call);
      case Fault::busy: error_ = 0; return SQLITE_BUSY;
      case Fault::no_memory: error_ = errno = ENOMEM; return call == Call::open ? SQLITE_NOMEM : SQLITE_IOERR_NOMEM;
      case Fault::io_error:
      case Fault::crash: error_ = EIO; return io_error(call);
    }
    return io_error(call);
  }

  // SQLITE_OK, or what the call must return.
  static int step(Call call, const std::string& path) {
    FaultyVfs& self = instance();
    if (self.dead_) return self.fail(call);
    if (!self.armed_ || !befalls(self.fault_, call)) return SQLITE_OK;
    const std::uint64_t number = self.count_++;
    if (number != self.at_ && !(self.for_good_ && self.struck_)) return SQLITE_OK;
    if (!self.struck_) self.where_ = std::string(name_of(call)) + " " + path;
    self.struck_ = true;
    self.dead_ = self.fault_ == Fault::crash;
    return self.fail(call);
  }

  static File& file_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* real_of(sqlite3_file* file) { return file_of(file).real; }
  static bool follows(const std::string& path) { return instance().armed_ && !path.empty(); }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* opened, int flags, int* flags_out) {
    const std::string path = name == nullptr ? "" : name;
    opened->pMethods = nullptr;
    if (const int result = step(Call::open, path); result != SQLITE_OK) return result;
    if (follows(path)) instance().files_.know(path);
    File& file = *new (opened) File{.base = {}, .path = path, .real = nullptr};
    file.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(opened) + sizeof(File));
    sqlite3_vfs* const system = instance().system_;
    const int result = system->xOpen(system, name, file.real, flags, flags_out);
    file.base.pMethods = methods();
    if (file.real->pMethods == nullptr) {
      file.~File();
      opened->pMethods = nullptr;
    }
    return result;
  }

  static int close(sqlite3_file* opened) {
    const int result = real_of(opened)->pMethods->xClose(real_of(opened));
    file_of(opened).~File();
    return result;
  }

  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    if (const int result = step(Call::read, file_of(file).path); result != SQLITE_OK) return result;
    return real_of(file)->pMethods->xRead(real_of(file), to, size, at);
  }

  static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    const std::string& path = file_of(file).path;
    const int result = step(Call::write, path);
    if (result != SQLITE_OK && instance().fault_ != Fault::short_write) return result;
    const int length = result == SQLITE_OK ? size : size / 2;
    if (follows(path))
      instance().files_.wrote(path, at, {static_cast<const char*>(from), static_cast<std::size_t>(length)});
    const int written = real_of(file)->pMethods->xWrite(real_of(file), from, length, at);
    return result == SQLITE_OK ? written : result;
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const std::string& path = file_of(file).path;
    if (const int result = step(Call::truncate, path); result != SQLITE_OK) return result;
    if (follows(path)) instance().files_.truncated(path, size);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
  }

  // The tests do not depend on real syncs.
  static int sync(sqlite3_file* file, int) {
    const std::string& path = file_of(file).path;
    if (const int result = step(Call::sync, path); result != SQLITE_OK) return result;
    if (follows(path)) instance().files_.synced(path);
    return SQLITE_OK;
  }

  static int size(sqlite3_file* file, sqlite3_int64* size) {
    if (const int result = step(Call::size, file_of(file).path); result != SQLITE_OK) return result;
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
  }

  static int lock(sqlite3_file* file, int level) {
    if (const int result = step(Call::lock, file_of(file).path); result != SQLITE_OK) return result;
    return real_of(file)->pMethods->xLock(real_of(file), level);
  }

  // A remaining lock would be this process's own, and would block the check of what is left.
  static int unlock(sqlite3_file* file, int level) {
    const int result = step(Call::unlock, file_of(file).path);
    const int unlocked = real_of(file)->pMethods->xUnlock(real_of(file), level);
    return result == SQLITE_OK ? unlocked : result;
  }

  static int check_lock(sqlite3_file* file, int* held) {
    if (const int result = step(Call::check_lock, file_of(file).path); result != SQLITE_OK) return result;
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), held);
  }

  static int control(sqlite3_file* file, int operation, void* argument) {
    if (operation == SQLITE_FCNTL_LAST_ERRNO && instance().struck_ && instance().armed_) {
      *static_cast<int*>(argument) = instance().error_;
      return SQLITE_OK;
    }
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
  }

  static int remove(sqlite3_vfs*, const char* name, int for_good) {
    if (const int result = step(Call::remove, name); result != SQLITE_OK) return result;
    if (follows(name)) {
      instance().files_.know(name);
      instance().files_.removed(name, for_good != 0);
    }
    return instance().system_->xDelete(instance().system_, name, 0);
  }

  static int access(sqlite3_vfs*, const char* name, int flags, int* answer) {
    if (const int result = step(Call::access, name); result != SQLITE_OK) return result;
    return instance().system_->xAccess(instance().system_, name, flags, answer);
  }

  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods methods = [] {
      sqlite3_io_methods made{};
      made.iVersion = 2;
      // For tests that create a write-ahead log.
      made.xShmMap = [](sqlite3_file* file, int page, int size, int extend, void volatile** map) {
        return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, map);
      };
      made.xShmLock = [](sqlite3_file* file, int offset, int n, int flags) {
        return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
      };
      made.xShmBarrier = [](sqlite3_file* file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); };
      made.xShmUnmap = [](sqlite3_file* file, int remove_it) {
        return real_of(file)->pMethods->xShmUnmap(real_of(file), remove_it);
      };
      made.xClose = close;
      made.xRead = read;
      made.xWrite = write;
      made.xTruncate = truncate;
      made.xSync = sync;
      made.xFileSize = size;
      made.xLock = lock;
      made.xUnlock = unlock;
      made.xCheckReservedLock = check_lock;
      made.xFileControl = control;
      made.xSectorSize = [](sqlite3_file* file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); };
      made.xDeviceCharacteristics = [](sqlite3_file* file) {
        return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
      };
      return made;
    }();
    return &methods;
  }

  sqlite3_vfs* system_;
  sqlite3_vfs vfs_;
  Fault fault_ = Fault::io_error;
  std::uint64_t at_ = 0;
  bool for_good_ = false;
  bool armed_ = false;
  bool struck_ = false;
  bool dead_ = false;
  std::uint64_t count_ = 0;
  int error_ = 0;
  std::string where_;
  UnsyncedFiles files_;
};

/// Created before main(), since the cache looks up the default VFS once.
inline FaultyVfs& g_faulty_vfs = FaultyVfs::instance();

}  // namespace thumbs::cache_test
