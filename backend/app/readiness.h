// What the server depends on, and whether it is there: set by those who know, read by /api/health/ready from any thread.
#pragma once

#include <mutex>

#include "api/services.h"

namespace dcim::app {

/// Thread-safe.
class ReadinessBoard final : public api::Readiness {
 public:
  void set(api::Dependency dependency) {
    const std::scoped_lock lock(mutex_);
    for (auto& known : dependencies_) {
      if (known.name == dependency.name) {
        known = std::move(dependency);
        return;
      }
    }
    dependencies_.push_back(std::move(dependency));
  }

  std::vector<api::Dependency> dependencies() const override {
    const std::scoped_lock lock(mutex_);
    return dependencies_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<api::Dependency> dependencies_;
};

}  // namespace dcim::app
