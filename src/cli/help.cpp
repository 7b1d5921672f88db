// The text of --help. A test checks that it names all commands and options.
#include "cli/help.h"

namespace thumbs::cli {

namespace {

constexpr std::string_view k_help = R"(thumbs: make for thumbnails

Usage: thumbs [COMMAND] [OPTIONS] [PATH...]

Builds the thumbnails in thumbs.json that are missing or out of date, and
leaves the rest alone. PATHs (files, folders or globs) limit a command to
those sources.

Commands:
  build                  build stale thumbnails (the default)
  check                  exit with 3 if any thumbnail is stale; write nothing
  status                 show a summary by set and reason; write nothing
  explain PATH           show why thumbnails are stale or fresh
  prune                  remove orphans: outputs that no rule makes any more
  clean                  remove the cache and all unmodified outputs
  cache stats|verify     show or check the cache
  schema                 print the JSON Schema of thumbs.json

Build options:
  -f, --manifest FILE    read FILE (default: thumbs.json)
  -C DIR                 change to DIR first
  -B, --force            rebuild all selected thumbnails
      --overwrite        with build: replace files beside the originals, even if
                         thumbs has no record of them
      --verify           ignore timestamps: hash every source and output
      --prune            with build: remove orphans if nothing failed
      --unrecorded       with prune: also list files in output folders that no
                         record or rule mentions; with --yes, remove them

Run options:
  -n, --dry-run          show what would be done; write nothing
  -j, --jobs N           number of workers (default: the available cores)
      --memory SIZE      memory for pictures in progress, e.g. 512MiB
      --fail-fast        start no new work after the first failure
      --wait SECONDS     wait for another run that holds the cache (default: 10)

Output options:
      --explain          with build, check, status: show the reason per output
      --json[=FILE]      write a JSON report to standard output or FILE
      --progress WHEN    auto, bar, plain or none
      --color WHEN       auto, always or never
  -q, --quiet            show only errors
  -v, --verbose          show a line for each output
      --version          print the version
  -h, --help             print this help

If a PATH is named like a command, write ./check or put it after "--".

Not supported yet: watch, init, gallery, completions, cache merge, --shard.

Exit codes:
  0  done                          75  another run holds the cache
  1  some pictures failed         130  interrupted (129: hangup, 143:
  2  usage or manifest error           terminated); finished work is kept
  3  check found something stale

Examples:
  thumbs                           build stale thumbnails
  thumbs photos/2024               build only from that folder
  thumbs -n --explain              show what would be built, and why
  thumbs check --json=report.json  check in CI
)";

}  // namespace

std::string_view help_text() { return k_help; }

std::string_view help_hint() { return "Try `thumbs --help`."; }

}  // namespace thumbs::cli
