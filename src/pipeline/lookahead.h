// Which source comes next where results may come from a store: sources are asked for well ahead of their turn, many at
// a time, and whatever came is used; a worker waits only while that is worth it, and else makes the next source itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "pipeline/work.h"
#include "store/session.h"

namespace thumbs::pipeline {

/// A worker's next piece of work: to ask for a source's results, or to make them.
struct Step {
  std::size_t task = 0;
  bool ask = false;
  std::size_t turn = 0;                              ///< of one to ask: its place in the order
  std::shared_ptr<const Inquiry> inquiry = nullptr;  ///< to make with what came; null: nothing was asked
  std::shared_ptr<LoadedSource> loaded = nullptr;    ///< Inquiry::loaded, out of it
};

class Lookahead {
 public:
  /// `order`: of the tasks, by position. Keeps up to `most_kept` bytes of sources that were asked for; the others are
  /// read again where they must be made.
  Lookahead(std::vector<std::uint32_t> order, store::Session& session, std::uint64_t most_kept);

  /// The next step; empty where all tasks have been handed out to be made, or `stop` says so. One thread at a time.
  std::optional<Step> next(const std::function<bool()>& stop);
  /// What a step to ask came to. From any thread.
  void asked(std::size_t task, Inquiry inquiry);

 private:
  Step hand_out(std::shared_ptr<Inquiry> inquiry);
  std::optional<Step> ready_step();
  std::optional<Step> oldest_step();
  bool has_unasked() const { return next_ != order_.size(); }
  std::size_t under_way();

  std::vector<std::uint32_t> order_;
  std::size_t next_ = 0;  // in order_
  store::Session& session_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Inquiry>> inquiries_;  // asked and not handed out yet, by age
  std::size_t asking_ = 0;
  const std::uint64_t most_kept_;
  std::uint64_t kept_ = 0;  // bytes, in inquiries_
};

}  // namespace thumbs::pipeline
