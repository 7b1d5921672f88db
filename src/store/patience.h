// How long a run may wait for its store, so that it never takes much longer than without one.
#pragma once

namespace thumbs::store {

/// Times are seconds of one clock. A run may wait for a while for the first answer. From then on it may wait for as
/// long as answers saved it, and a little more: what it waits in vain stays a small part of the time that it would have
/// taken without the store. Pure.
class Patience {
 public:
  /// `work`: about how long the run would take without a store.
  Patience(double now, double work);

  /// The store is reached: until then a process starts, a library is loaded, names are resolved and keys exchanged.
  void ready(double now);
  /// A request leaves, and no other is on its way.
  void asked(double now) { last_sign_ = now; }
  void answered(double now);
  /// An answer saved so much of the run's time.
  void saved(double seconds);
  void waited(double seconds);
  /// Work of the run took so long, with a core for so much of it: where others want the cores too, the store, and the
  /// rest of the run, are as much slower.
  void worked(double seconds, double cpu_seconds);

  /// How long it may wait from now on; 0: no more.
  double left(double now) const;
  /// Whether answers come, or may still be expected to.
  bool expects_answers(double now) const;
  bool any_answer() const { return answered_; }
  /// How long the end of the run may be put off for what is to be stored.
  double for_the_end(double now) const;

 private:
  double slowdown() const;
  double silent_from() const;

  double start_;
  double last_sign_;  // of life
  double least_credit_;
  double for_an_answer_;
  double credit_;
  double work_seconds_ = 0;
  double work_cpu_seconds_ = 0;
  int answers_ = 0;
  int uses_ = 0;  // of answers
  bool ready_ = false;
  bool answered_ = false;
};

}  // namespace thumbs::store
