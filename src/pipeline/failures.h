// Where the stages catch errors: each becomes the failure of the outputs that it concerns.
#pragma once

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include "pipeline/work.h"
#include "thumbs/error.h"

namespace thumbs::pipeline {

inline ItemError item_error(const Error& error, const std::string& stage) {
  const std::string& where = error.stage().empty() ? stage : error.stage();
  return {error.code(), where + ": " + error.message()};
}

/// What is given up because the run is to stop is no failure, but stale as before.
inline void fail(Made& made, const ItemError& error) {
  made.thumbnail = {};
  if (error.code == ErrorCode::interrupted) return;
  made.result().status = Status::failed;
  made.result().error = error;
}

inline bool unfinished(const Made& made) { return made.result().status == Status::stale; }

/// Whether something is to be decoded.
inline bool has_work_left(const Work& work) {
  return work.made.empty() || work.look_missing || std::ranges::any_of(work.made, unfinished);
}

/// Drops what came from a store: it is for other bytes than the source's.
void forget_stored(Work& work, store::Session& session);

/// Runs `body` and turns whatever it throws into an ItemError.
template <class Body>
std::optional<ItemError> caught(const std::string& stage, Body body) {
  try {
    body();
    return std::nullopt;
  } catch (const Error& error) {
    return item_error(error, stage);
  } catch (const std::bad_alloc&) {
    return ItemError{ErrorCode::memory, stage + ": out of memory"};
  } catch (const std::exception& error) {
    return ItemError{ErrorCode::internal, stage + ": " + error.what()};
  }
}

/// The error of all outputs that are not made yet.
template <class Body>
void guard(Work& work, const std::string& stage, Body body) {
  const std::optional<ItemError> error = caught(stage, body);
  if (!error) return;
  for (Made& made : work.made)
    if (unfinished(made)) fail(made, *error);
}

}  // namespace thumbs::pipeline
