// Bookkeeping of requests; what to do about failures is in few places: failed(), wait(), finish().
#include "store/session.h"

#include <algorithm>
#include <utility>

namespace thumbs::store {
namespace {

constexpr std::size_t k_failures_to_stop = 5;  // in a row
constexpr std::size_t k_refusals_to_stop = 50;
constexpr std::size_t k_least_window = 4;  // requests on their way
constexpr std::size_t k_most_window = 256;
constexpr std::chrono::milliseconds k_look_around{20};
constexpr double k_longest_saved = 2;  // seconds that one result may claim to have taken

}  // namespace

Session::Session(Transport& transport, Setup setup)
    : transport_(transport),
      setup_(std::move(setup)),
      patience_(now(), setup_.work),
      fetching_(setup_.fetches),
      keeping_(setup_.stores) {
  transport_.begin([this](Answer answer) { take(std::move(answer)); });
}

Session::~Session() { finish(true); }

double Session::now() { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count(); }

// Fewer where they are large, so that answers that wait take no more memory than they may.
std::size_t Session::window() const {
  return std::min(allowed_, std::clamp(setup_.memory / (2 * largest_), k_least_window, k_most_window));
}

bool Session::may_ask() const {
  const std::lock_guard lock(mutex_);
  if (!fetching_ || ended_ || held_ > setup_.memory / 2) return false;
  const std::size_t on_their_way = asked_ + abandoned_;
  return on_their_way == 0 || (on_their_way < window() && patience_.expects_answers(now()));
}

std::shared_ptr<Lookup> Session::ask(std::size_t task, const std::vector<Key>& keys) {
  auto lookup = std::make_shared<Lookup>();
  lookup->task = task;
  std::vector<Request> requests;
  {
    const std::lock_guard lock(mutex_);
    if (asked_ + abandoned_ == 0) patience_.asked(now());
    for (const Key& key : keys) {
      lookup->parts.push_back({.key = key, .id = ++last_id_});
      waiting_[last_id_] = {lookup, lookup->parts.size() - 1, 0};
      requests.push_back({last_id_, Wish::get, key, {}});
    }
    lookup->open = keys.size();
    asked_ += keys.size();
    if (keys.empty()) ready_.push_back(lookup);
  }
  for (Request& request : requests) transport_.send(std::move(request));
  if (keys.empty()) changed_.notify_all();
  return lookup;
}

void Session::worked(double seconds, double cpu_seconds) {
  const std::lock_guard lock(mutex_);
  patience_.worked(seconds, cpu_seconds);
}

std::shared_ptr<Lookup> Session::take_ready() {
  const std::lock_guard lock(mutex_);
  if (ready_.empty()) return nullptr;
  std::shared_ptr<Lookup> lookup = std::move(ready_.front());
  ready_.pop_front();
  for (const Lookup::Part& part : lookup->parts) held_ -= part.bytes.size();
  return lookup;
}

bool Session::wait() {
  std::unique_lock lock(mutex_);
  if (!ready_.empty()) return true;
  const double start = now();
  const double left = fetching_ ? patience_.left(start) : 0;
  if (left <= 0) return false;
  changed_.wait_for(lock, std::min(std::chrono::duration<double>(left), std::chrono::duration<double>(k_look_around)));
  patience_.waited(now() - start);
  return true;
}

void Session::wake() { changed_.notify_all(); }

void Session::give_up(Lookup& lookup) {
  const std::lock_guard lock(mutex_);
  std::erase_if(ready_, [&](const std::shared_ptr<Lookup>& ready) { return ready.get() == &lookup; });
  for (Lookup::Part& part : lookup.parts) {
    held_ -= part.bytes.size();
    if (part.state != Lookup::State::asked) continue;
    waiting_.erase(part.id);
    part.state = Lookup::State::failed;
    --asked_;
    ++abandoned_;
    ++counts_.errors;
  }
  lookup.open = 0;
}

void Session::take(Answer answer) {
  const std::lock_guard lock(mutex_);
  if (answer.reply == Reply::ready) return patience_.ready(now());
  if (answer.reply == Reply::gone) {
    note(answer.text());
    ++counts_.errors;
    fetching_ = keeping_ = false;
    for (const auto& [id, waiting] : waiting_)
      if (waiting.lookup != nullptr) waiting.lookup->parts[waiting.part].state = Lookup::State::failed;
    waiting_.clear();
    asked_ = abandoned_ = storing_ = to_store_ = 0;
    return changed_.notify_all();
  }
  const bool well = answer.reply != Reply::failed;
  if (well) patience_.answered(now());
  if (well) ++allowed_;
  const auto found = waiting_.find(answer.id);
  if (found == waiting_.end()) {
    abandoned_ -= abandoned_ > 0 ? 1 : 0;
    if (!well) failed(answer.text(), failed_gets_, fetching_);
    return;
  }
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  if (waiting.lookup != nullptr) {
    take_part(waiting, std::move(answer));
  } else {
    take_stored(waiting, answer);
  }
  changed_.notify_all();
}

void Session::take_part(const Waiting& waiting, Answer answer) {
  Lookup& lookup = *waiting.lookup;
  Lookup::Part& part = lookup.parts[waiting.part];
  --asked_;
  part.state = answer.reply == Reply::found     ? Lookup::State::found
               : answer.reply == Reply::missing ? Lookup::State::missing
                                                : Lookup::State::failed;
  if (part.state == Lookup::State::failed) {
    ++counts_.errors;
    failed(answer.text(), failed_gets_, fetching_);
  } else {
    failed_gets_ = 0;
  }
  if (part.state == Lookup::State::missing) ++counts_.misses;
  if (part.state == Lookup::State::found) {
    part.bytes = std::move(answer.bytes);
    held_ += part.bytes.size();
    largest_ = std::max(part.bytes.size(), largest_ - largest_ / 16);
  }
  if (--lookup.open == 0) ready_.push_back(waiting.lookup);
}

void Session::take_stored(const Waiting& waiting, const Answer& answer) {
  to_store_ -= waiting.bytes;
  --storing_;
  if (answer.reply == Reply::stored) {
    failed_puts_ = 0;
    return;
  }
  ++counts_.errors;
  ++put_errors_;
  ++unstored_;
  failed(answer.text(), failed_puts_, keeping_);
}

// A store that answers nothing to be read is not worth writing to either.
void Session::failed(const std::string& what, std::size_t& in_a_row, bool& working) {
  note(what);
  if (++in_a_row < k_failures_to_stop) return;
  working = false;
  if (!fetching_ && setup_.fetches) keeping_ = false;
}

void Session::note(const std::string& what) {
  if (first_.empty()) first_ = what;
}

bool Session::use(const Lookup::Part& part, Entry& entry, const std::function<std::string(const Entry&)>& expected) {
  if (part.state != Lookup::State::found) return false;
  std::string fault = read_entry(part.key, part.bytes, entry).value_or("");
  if (fault.empty()) fault = expected(entry);
  const std::lock_guard lock(mutex_);
  if (!fault.empty()) {
    ++counts_.errors;
    note(part.key.path() + " was refused: " + fault);
    if (++refused_ == k_refusals_to_stop) fetching_ = false;  // what is built is still put there in its place
    return false;
  }
  refused_ = 0;
  ++counts_.hits;
  patience_.saved(std::min(entry.milliseconds / 1000.0, k_longest_saved) / setup_.jobs);
  return true;
}

void Session::unused() {
  const std::lock_guard lock(mutex_);
  --counts_.hits;
}

void Session::put(const Key& key, const Entry& entry) {
  if (!fits(entry)) return;
  Request request{0, setup_.fetches ? Wish::put : Wish::offer, key, to_bytes(key, entry)};
  {
    const std::lock_guard lock(mutex_);
    if (!keeping_ || ended_) return;
    const bool silent = setup_.fetches && !patience_.any_answer() && !patience_.expects_answers(now());
    if (silent || to_store_ + request.bytes.size() > setup_.memory) {
      ++unstored_;
      return;
    }
    request.id = ++last_id_;
    waiting_[request.id] = {nullptr, 0, request.bytes.size()};
    to_store_ += request.bytes.size();
    ++storing_;
  }
  transport_.send(std::move(request));
}

void Session::finish(bool hurry) {
  std::unique_lock lock(mutex_);
  if (ended_) return;
  const double start = now();
  const double end = start + (hurry ? 0 : patience_.for_the_end(start));
  // One that has answered nothing so far will not either.
  while (storing_ > 0 && keeping_ && now() < end && (patience_.any_answer() || !setup_.fetches))
    changed_.wait_for(lock, k_look_around);
  ended_ = true;
  if (!hurry && keeping_) {
    unstored_ += storing_;
    counts_.errors += storing_;
    put_errors_ += storing_;
  }
  lock.unlock();
  transport_.end();
}

Session::Counts Session::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::string Session::warning() const {
  const std::lock_guard lock(mutex_);
  if (counts_.errors == 0 && unstored_ == 0) return {};
  std::string text = "store " + setup_.name + ": ";
  text += !first_.empty() ? first_ : patience_.any_answer() ? "it is too slow" : "it does not answer";
  if (counts_.errors > 1) text += " (" + std::to_string(counts_.errors) + " errors in all)";
  const bool gave_all = counts_.errors == put_errors_;
  if (!gave_all)
    text += setup_.fetches && !fetching_ ? "; the run went on without it" : "; what it did not give was built";
  if (unstored_ > 0) text += "; not all results were stored";
  return text + ": look after the store, or " +
         (gave_all ? "use --store-readonly" : "remove \"store\" from the manifest");
}

}  // namespace thumbs::store
