// For tests: a site in virtual time with all that it has said.
#pragma once

#include <filesystem>
#include <map>

#include "base/clock.h"
#include "simulators/bots/virtual_site.h"

namespace dcim::bots {

inline const std::filesystem::path kSites = DCIM_SOURCE_DIR "/simulators/sites";

inline double at(const char* text) { return static_cast<double>(base::to_unix_ms(base::from_rfc3339(text).value())) / 1000; }

// The newest value of every "topic field", and every value of those that are watched.
class Watched {
 public:
  explicit Watched(double from_s, std::uint64_t seed = 1, const std::filesystem::path& file = kSites / "demo-site.toml")
      : model(read_site(file).value()), site(model, seed, from_s) {}

  void run(double seconds) {
    site.run(site.now_s() + seconds, [this](double t, const Unit&, const Message& message) {
      ++messages;
      for (const auto& [name, value] : message.fields) {
        const auto key = message.topic + " " + name;
        latest[key] = value;
        if (const auto it = history.find(key); it != history.end()) it->second.emplace_back(t, value);
      }
    });
  }
  void watch(const std::string& key) { history[key]; }
  double operator[](const std::string& key) const { return latest.at(key); }
  double highest(const std::string& ends_with) const {
    double out = -1e9;
    for (const auto& [key, value] : latest) {
      if (key.ends_with(ends_with)) out = std::max(out, value);
    }
    return out;
  }
  void start(const std::string& name, const std::string& rack, const std::string& unit) {
    site.start(make_scenario(name, rack, unit, &model).value());
  }
  void stop(const std::string& name, const std::string& rack, const std::string& unit) { site.stop(make_scenario(name, rack, unit, &model).value()); }

  SiteModel model;
  VirtualSite site;
  std::map<std::string, double> latest;
  std::map<std::string, std::vector<std::pair<double, double>>> history;
  std::size_t messages = 0;
};

}  // namespace dcim::bots
