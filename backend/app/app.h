// The server: wires all rooms, starts them in order, stops them in reverse.
#pragma once

#include "app/options.h"

namespace dcim::app {

/// Migrates the database, then ingests, serves and pushes until SIGTERM or SIGINT. Gives the process' exit code.
/// A database or broker that is away at start or later is waited for, not fatal; a port in use or a newer schema is.
int serve(const Options& options);

}  // namespace dcim::app
