// All units of a site in one process and in virtual time: the same models, coupled by the same messages, as fast as they compute.
#pragma once

#include <functional>
#include <queue>
#include <unordered_map>

#include "simulators/bots/unit.h"

namespace dcim::bots {

class VirtualSite {
 public:
  /// Starts at `from_s`; the same seed, start and timeline give the same messages. Timeline minutes count from `from_s`.
  VirtualSite(const SiteModel& site, std::uint64_t seed, double from_s, std::vector<TimelineEvent> timeline = {});

  using Sink = std::function<void(double time_s, const Unit& unit, const Message& message)>;
  /// Until the model's time is `until_s`. Messages come in order of time; the units hear them as they are said.
  void run(double until_s, const Sink& sink);

  const std::vector<std::unique_ptr<Unit>>& units() const { return units_; }
  void start(const Scenario& scenario);
  void stop(const Scenario& scenario);
  double now_s() const { return now_s_; }
  /// Everybody says what it reads now, out of turn, until all have heard what follows from it.
  void say_all(const Sink& sink);
  /// As if somebody had published it.
  void say(const std::string& topic, const Fields& fields);

 private:
  struct Due {
    double time_s;
    std::size_t unit;
    bool operator>(const Due& other) const { return time_s != other.time_s ? time_s > other.time_s : unit > other.unit; }
  };
  void publish(std::size_t unit, const Sink& sink);
  void say_urgent(const Sink& sink);
  void scenarios_changed();

  std::vector<std::unique_ptr<Unit>> units_;
  std::unordered_map<std::string, std::vector<std::size_t>> listeners_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<TimelineEvent> timeline_;
  std::size_t next_event_ = 0;
  std::vector<Scenario> active_;
  std::vector<std::size_t> urgent_;
  double from_s_, now_s_;
};

}  // namespace dcim::bots
