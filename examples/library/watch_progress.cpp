// Builds a manifest and shows how far it is; Ctrl-C ends it early, and what is done stays done.
//
//   watch_progress thumbs.json
#include <atomic>
#include <csignal>
#include <cstdint>
#include <iostream>

#include "thumbs/build.h"
#include "thumbs/report_json.h"

namespace {

std::atomic<bool> stop{false};  // lock-free: a signal handler may set it

extern "C" void on_interrupt(int) { stop = true; }

// Calls come from the threads of the run, one at a time.
class Progress : public thumbs::Observer {
 public:
  void building(std::uint64_t total) override { total_ = total; }
  void finished(const thumbs::Item& item) override {
    std::cerr << ++done_ << '/' << total_ << ' ' << to_string(item.status) << '\n';
  }

 private:
  std::uint64_t done_ = 0, total_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: watch_progress MANIFEST\n";
    return 2;
  }
  std::signal(SIGINT, on_interrupt);
  thumbs::Options options;
  options.stop = &stop;
  options.jobs = 2;
  Progress progress;
  try {
    const thumbs::Report report = thumbs::run(thumbs::load_manifest(argv[1]), options, progress);
    std::cout << thumbs::to_json(report);  // the document of `thumbs --json`
    return report.ok() ? 0 : 1;
  } catch (const thumbs::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
