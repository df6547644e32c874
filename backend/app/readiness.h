// What the server depends on, and whether it is there: asked every second, read by /api/health/ready from any thread.
#pragma once

#include <mutex>
#include <string>
#include <vector>

namespace dcim::app {

struct Dependency {
  std::string name;    // database, schema, broker, ingest
  bool ready = false;
  std::string detail;  // why not, for people; empty when ready
};

/// Thread-safe.
class ReadinessBoard {
 public:
  void set(Dependency dependency) {
    const std::scoped_lock lock(mutex_);
    for (auto& known : dependencies_) {
      if (known.name == dependency.name) {
        known = std::move(dependency);
        return;
      }
    }
    dependencies_.push_back(std::move(dependency));
  }
  std::vector<Dependency> dependencies() const {
    const std::scoped_lock lock(mutex_);
    return dependencies_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Dependency> dependencies_;
};

}  // namespace dcim::app
