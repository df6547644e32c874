// Blocks that measure the way of readings: the broker alone (the ceiling), the server, and a peer in the server's place.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace dcim::bench {

struct Shape {
  int qos = 0;
  int sensors = 5000;
  int fields = 1;  // readings in each message
  double seconds = 5;
  double rate = 0;  // messages a second; 0: as fast as the broker takes them
  int clients = 1;  // publishers
};

/// Publisher → broker → a subscriber that does nothing but count (and acknowledge).
boost::json::object run_ceiling(const Shape& shape);
/// Publisher → broker → `dcim serve` → PostgreSQL, on a fresh database, until all is stored; then the correctness gate.
boost::json::object run_system(const Shape& shape);
/// The same with bench/peers/python_stack.py in the server's place.
boost::json::object run_python(const Shape& shape);

}  // namespace dcim::bench
