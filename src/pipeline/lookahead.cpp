// What is ready comes first, then what can be asked for, then a wait, then what is oldest.
#include "pipeline/lookahead.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace thumbs::pipeline {
namespace {

constexpr std::size_t k_most_ahead = 128;  // sources

}  // namespace

Lookahead::Lookahead(std::vector<std::uint32_t> order, store::Session& session, std::uint64_t most_kept)
    : order_(std::move(order)), session_(session), most_kept_(most_kept) {}

std::size_t Lookahead::under_way() {
  const std::lock_guard lock(mutex_);
  return inquiries_.size() + asking_;
}

std::optional<Step> Lookahead::next(const std::function<bool()>& stop) {
  while (!stop()) {
    const std::size_t ahead = under_way();
    if (has_unasked() && ahead < k_most_ahead && session_.may_ask()) {
      const std::lock_guard lock(mutex_);
      ++asking_;
      const std::size_t turn = next_++;
      return Step{order_[turn], true, turn};
    }
    if (auto step = ready_step()) return step;
    if (ahead == 0) return has_unasked() ? std::optional(Step{order_[next_++]}) : std::nullopt;
    if (session_.wait()) continue;
    if (auto step = oldest_step()) return step;
    if (has_unasked()) return Step{order_[next_++]};
    std::this_thread::yield();  // another worker is about to have asked
  }
  return std::nullopt;
}

// With the lock held.
Step Lookahead::hand_out(std::shared_ptr<Inquiry> inquiry) {
  Step step{.task = inquiry->lookup->task, .loaded = std::exchange(inquiry->loaded, nullptr)};
  if (step.loaded) kept_ -= step.loaded->memory();
  step.inquiry = std::move(inquiry);
  return step;
}

std::optional<Step> Lookahead::ready_step() {
  const std::shared_ptr<store::Lookup> lookup = session_.take_ready();
  if (!lookup) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(inquiries_, lookup, &Inquiry::lookup);
  std::shared_ptr<Inquiry> inquiry = *found;
  inquiries_.erase(found);
  return hand_out(std::move(inquiry));
}

std::optional<Step> Lookahead::oldest_step() {
  std::optional<Step> step;
  {
    const std::lock_guard lock(mutex_);
    if (inquiries_.empty()) return std::nullopt;
    step = hand_out(std::move(inquiries_.front()));
    inquiries_.pop_front();
  }
  session_.give_up(*step->inquiry->lookup);
  return step;
}

void Lookahead::asked(std::size_t task, Inquiry inquiry) {
  auto shared = std::make_shared<Inquiry>(std::move(inquiry));
  const std::lock_guard lock(mutex_);
  if (shared->loaded && kept_ + shared->loaded->memory() > most_kept_) shared->loaded.reset();
  if (shared->loaded) kept_ += shared->loaded->memory();
  shared->lookup = session_.ask(task, shared->keys);
  inquiries_.push_back(std::move(shared));
  --asking_;
  session_.wake();
}

}  // namespace thumbs::pipeline
