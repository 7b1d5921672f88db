// The text of --help, by hand: grouped by what people look for. A test holds it to the parser's words.
#include "cli/help.h"

namespace thumbs {

namespace {

constexpr std::string_view k_help = R"(thumbs: make for thumbnails

Usage: thumbs [COMMAND] [OPTIONS] [PATH...]

Makes the thumbnails that thumbs.json asks for and that are missing or out of
date; leaves the rest alone. PATHs (files, folders or globs) narrow a command
to those sources.

Commands:
  build                  make what is stale (the default)
  check                  exit 0 if all is fresh, else 3; write nothing
  status                 a summary by set and reason; write nothing
  explain PATH           why its thumbnails are stale or fresh, value by value
  prune                  remove orphans: outputs that no rule makes any more
  clean                  remove all outputs that nobody changed, and the cache
  cache stats|verify     look into the cache
  schema                 print the JSON Schema of thumbs.json

What to work on:
  -f, --manifest FILE    the manifest (default: thumbs.json)
  -C DIR                 change to DIR first
  -B, --force            rebuild all that is selected
      --overwrite        with build: replace files beside the originals that no
                         record says thumbs made
      --verify           trust no timestamp: hash every source and output
      --prune            with build: remove orphans after it, if none failed
      --unrecorded       with prune: also name files in output folders that no
                         record and no rule knows; --yes removes them

How to run:
  -n, --dry-run          say what would be done; write nothing
  -j, --jobs N           workers (default: the cores this process may use)
      --memory SIZE      budget for pixels in flight, e.g. 512MiB
      --fail-fast        start no new work after the first failure
      --wait SECONDS     for another run that holds the cache (default: 10)

What to say:
      --explain          with build, check, status: a reason for each output
      --json[=FILE]      a report in JSON, to standard output or FILE
      --progress WHEN    auto, bar, plain or none
      --color WHEN       auto, always or never
  -q, --quiet            only errors
  -v, --verbose          a line for each output
      --version          print the version
  -h, --help             print this

A PATH that is named like a command is written ./check, or after "--".

Not supported yet: watch, init, gallery, completions, cache merge, --shard.

Exit codes:
  0  done                          75  another run holds the cache
  1  some pictures failed         130  interrupted (129: hung up, 143:
  2  usage or manifest error           terminated); finished work is kept
  3  check found something stale

Examples:
  thumbs                           build what is stale
  thumbs photos/2024               only below that folder
  thumbs -n --explain              what would be built, and why
  thumbs check --json=report.json  in CI
)";

}  // namespace

std::string_view help_text() { return k_help; }

std::string_view help_hint() { return "Try `thumbs --help`."; }

}  // namespace thumbs
