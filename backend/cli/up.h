// dcim up: everything on one machine, in the foreground, until Ctrl-C.
#pragma once

#include "app/options.h"

namespace dcim::cli {

/// With `demo`: demo accounts, the demo site and its simulators, on loopback only. Prints "DCIM is ready: URL" on standard
/// output. Gives the exit code.
int up(app::Options options, bool demo);

}  // namespace dcim::cli
