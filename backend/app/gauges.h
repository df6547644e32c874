// What the server says of itself in /metrics beyond what each room counts.
#pragma once

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace dcim::app {

struct Gauges {
  explicit Gauges(prometheus::Registry& metrics)
      : ready(prometheus::BuildGauge().Name("dcim_ready").Help("1 while the dependency is there, as /api/health/ready says").Register(metrics)),
        rollups_behind(gauge(metrics, "dcim_rollups_behind", "1 while readings wait to be rolled up")),
        alarms_standing(gauge(metrics, "dcim_alarm_rules_standing", "Rules that hold or are about to, each on one sensor or device")),
        compression_offered(
            gauge(metrics, "dcim_compression_offered", "1 where the database's licence offers compression; 0: settings for it have no effect")),
        inventory_version(gauge(metrics, "dcim_inventory_version",
                                "Version of the inventory that readings are matched with, as inventory_version in the database")),
        alarm_rules_version(gauge(metrics, "dcim_alarm_rules_version", "Version of the rules in force, as alarm_rules_version in the database")) {}

  prometheus::Family<prometheus::Gauge>& ready;  // by dependency
  prometheus::Gauge& rollups_behind;
  prometheus::Gauge& alarms_standing;
  prometheus::Gauge& compression_offered;
  // Whoever has changed something sees here when it is in force.
  prometheus::Gauge& inventory_version;
  prometheus::Gauge& alarm_rules_version;

 private:
  static prometheus::Gauge& gauge(prometheus::Registry& metrics, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(metrics).Add({});
  }
};

}  // namespace dcim::app
