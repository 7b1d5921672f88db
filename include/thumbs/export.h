// What the shared library shows.
#pragma once

/// Public headers write `namespace THUMBS_PUBLIC thumbs {`: all that is declared in there can be called from outside of
/// libthumbs.so, which is compiled with -fvisibility=hidden.
#define THUMBS_PUBLIC [[gnu::visibility("default")]]
