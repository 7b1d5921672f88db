#include "cli/facts.h"

namespace thumbs::cli {
namespace {

constexpr FactRow k_exit_codes[] = {
    {"0", "done"},
    {"1", "some pictures failed, or something could not be read or written; all others are done"},
    {"2", "the command line or the manifest is wrong; nothing was touched"},
    {"3", "for check: something is stale, missing, orphaned or failed"},
    {"75", "another run holds the cache"},
    {"129", "ended by SIGHUP; finished work is kept"},
    {"130", "interrupted by Ctrl-C (SIGINT); finished work is kept"},
    {"143", "ended by SIGTERM; finished work is kept"},
};

constexpr FactRow k_environment[] = {
    {"NO_COLOR", "if not empty: no colour, unless --color always is given"},
    {"CLICOLOR_FORCE", "if neither empty nor 0: colour, even if standard error is not a terminal"},
    {"TERM", "if dumb: no colour and no progress bar"},
};

constexpr FactRow k_files[] = {
    {"thumbs.json", "the manifest; see thumbs.json(5)"},
    {".thumbs/cache.db", "the cache: what was made, from what. It can be deleted at the cost of time alone"},
    {"thumbs.lock", "the same facts as text, to be committed, if the manifest has the key lock"},
};

constexpr FactRow k_examples[] = {
    {"thumbs", "build stale thumbnails"},
    {"thumbs photos/2024", "build only from that folder"},
    {"thumbs -n --explain", "show what would be built, and why"},
    {"thumbs check --json=report.json", "check in CI"},
};

}  // namespace

std::span<const FactRow> exit_codes() { return k_exit_codes; }
std::span<const FactRow> environment_variables() { return k_environment; }
std::span<const FactRow> known_files() { return k_files; }
std::span<const FactRow> examples() { return k_examples; }

}  // namespace thumbs::cli
