// A credit in seconds.
#include "store/patience.h"

#include <algorithm>

namespace thumbs::store {
namespace {

constexpr double k_least_credit = 0.2;
constexpr double k_most_credit = 2;
constexpr double k_share_of_work = 0.05;  // of the time without a store
constexpr double k_share_of_saved = 0.8;
// At the end a short run may wait for longer than a share of its time: nobody minds, and all is stored.
constexpr double k_most_of_short_runs = 1;
constexpr double k_less_for_each_second = 0.25;
constexpr double k_least_at_the_end = 0.3;
constexpr double k_most_at_the_end = 10;
constexpr double k_most_slowdown = 2.5;
// So many answers are waited for even if they save next to nothing, and so long for each.
constexpr int k_first = 100;
constexpr double k_for_an_answer = 0.001;
constexpr double k_for_a_use = 0.005;
// A run of a few small pictures has next to nothing to lose.
constexpr double k_small_run = 0.1;
constexpr double k_credit_of_small_runs = 0.4;
constexpr double k_for_an_answer_to_small_runs = 0.005;
constexpr double k_silence = 1;  // so long nothing comes from a store that is well
constexpr double k_to_get_ready = 0.4;

}  // namespace

Patience::Patience(double now, double work)
    : start_(now),
      last_sign_(now),
      least_credit_(work < k_small_run ? k_credit_of_small_runs : k_least_credit),
      for_an_answer_(work < k_small_run ? k_for_an_answer_to_small_runs : k_for_an_answer),
      credit_(std::clamp(k_share_of_work * work, least_credit_, k_most_credit)) {}

void Patience::ready(double now) {
  ready_ = true;
  last_sign_ = now;
}

void Patience::answered(double now) {
  if (!answered_) credit_ = std::max(credit_, least_credit_);
  answered_ = true;
  ready_ = true;
  last_sign_ = now;
  if (++answers_ <= k_first) credit_ += for_an_answer_;
}

void Patience::saved(double seconds) {
  credit_ += std::max(k_share_of_saved * seconds, ++uses_ <= k_first ? k_for_a_use : 0);
}

void Patience::waited(double seconds) {
  if (ready_) credit_ -= seconds / slowdown();
}

void Patience::worked(double seconds, double cpu_seconds) {
  work_seconds_ += seconds;
  work_cpu_seconds_ += cpu_seconds;
}

double Patience::slowdown() const {
  return work_cpu_seconds_ > 0 ? std::clamp(work_seconds_ / work_cpu_seconds_, 1.0, k_most_slowdown) : 1.0;
}

double Patience::left(double now) const {
  if (!ready_) return std::max(0.0, start_ + k_to_get_ready * slowdown() - now);
  const double earned = answered_ ? k_share_of_work * (now - start_) : 0;
  const double affordable = (credit_ + earned) * slowdown();
  return std::max(0.0, answered_ ? std::min(affordable, silent_from() - now) : affordable);
}

double Patience::silent_from() const { return last_sign_ + k_silence * slowdown(); }

bool Patience::expects_answers(double now) const {
  if (answered_) return now < silent_from();
  return left(now) > 0;
}

double Patience::for_the_end(double now) const {
  const double taken = now - start_;
  const double least = std::max(k_least_at_the_end, k_most_of_short_runs - k_less_for_each_second * taken);
  return std::min(std::max(k_share_of_work * taken, least) * slowdown(), k_most_at_the_end);
}

}  // namespace thumbs::store
