// One word for each thumbnail.
#include "gallery/state.h"

namespace thumbs::gallery {

std::string_view to_string(State state) {
  switch (state) {
    case State::fresh: return "fresh";
    case State::stale: return "stale";
    case State::failed: return "failed";
    case State::missing: return "missing";
    case State::orphan: return "orphan";
  }
  return "fresh";
}

State state_of(const Item& item) {
  if (item.status == Status::failed || item.reason == Reason::retry) return State::failed;
  if (item.status == Status::orphan || item.status == Status::pruned) return State::orphan;
  if (item.status != Status::stale) return State::fresh;
  return item.pictures && item.pictures->now ? State::stale : State::missing;
}

}  // namespace thumbs::gallery
