#include "api/metrics.h"

namespace dcim::api {
namespace {

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help, const prometheus::Labels& labels = {}) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
}
prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}
prometheus::Counter& login_counter(prometheus::Registry& registry, const char* result) {
  return counter(registry, "dcim_logins_total", "Logins by result", {{"result", result}});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : requests_(prometheus::BuildCounter().Name("dcim_http_requests_total").Help("Requests answered").Register(registry)),
      seconds_(prometheus::BuildHistogram().Name("dcim_http_request_seconds").Help("From head read to answer made").Register(registry)),
      connections(gauge(registry, "dcim_http_connections", "Open connections, streams included")),
      connections_refused(counter(registry, "dcim_http_connections_refused_total", "Connections refused because too many were open")),
      streams(gauge(registry, "dcim_stream_clients", "Open streams")),
      stream_messages_dropped(counter(registry, "dcim_stream_dropped_total", "Messages not taken by a full client; a new snapshot follows")),
      streams_stalled(counter(registry, "dcim_stream_stalled_total", "Streams closed because the client took nothing")),
      logins(login_counter(registry, "ok")),
      logins_failed(login_counter(registry, "failed")),
      logins_limited(login_counter(registry, "limited")) {}

void Metrics::request(std::string_view method, std::string_view route, unsigned status, std::chrono::duration<double> took) {
  requests_.Add({{"method", std::string(method)}, {"route", std::string(route)}, {"status", std::to_string(status)}}).Increment();
  static const prometheus::Histogram::BucketBoundaries kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};
  seconds_.Add({{"route", std::string(route)}}, kBounds).Observe(took.count());
}

}  // namespace dcim::api
