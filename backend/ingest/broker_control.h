// Tells the broker whom to let in: the client of Mosquitto's dynamic security plugin, which takes commands as JSON on a topic of its own. One
// connection per request, closed with its answer: accounts change seldom.
#pragma once

#include <boost/json/array.hpp>

#include "ingest/mqtt_session.h"

namespace dcim::ingest {

/// Thread-safe. Owner: app.
class BrokerControl {
 public:
  static constexpr std::chrono::seconds kPatience{5};

  BrokerControl(asio::any_io_executor executor, BrokerAddress broker) : executor_(std::move(executor)), broker_(std::move(broker)) {}

  /// Carries the commands out, in their order and with nothing in between, and gives the answer to each: an object, with "error" where it was
  /// refused. `unavailable` says why there is no answer. After a break in between they are sent again: they must do no harm twice.
  asio::awaitable<base::Result<boost::json::array>> run(boost::json::array commands);

 private:
  asio::any_io_executor executor_;
  BrokerAddress broker_;
};

}  // namespace dcim::ingest
