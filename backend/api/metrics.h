// What /metrics says of the API itself.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string>

namespace dcim::api {

class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  void request(std::string_view method, std::string_view route, unsigned status, std::chrono::duration<double> took);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& seconds_;

 public:
  prometheus::Gauge& connections;
  prometheus::Counter& connections_refused;
  prometheus::Gauge& streams;
  prometheus::Counter& stream_messages_dropped;
  prometheus::Counter& streams_stalled;
  prometheus::Counter& logins;
  prometheus::Counter& logins_failed;
  prometheus::Counter& logins_limited;
};

}  // namespace dcim::api
