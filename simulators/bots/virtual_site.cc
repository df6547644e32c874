#include "simulators/bots/virtual_site.h"

#include <algorithm>
#include <limits>

namespace dcim::bots {

VirtualSite::VirtualSite(const SiteModel& site, std::uint64_t seed, double from_s, std::vector<TimelineEvent> timeline)
    : timeline_(std::move(timeline)), from_s_(from_s), now_s_(from_s) {
  for (const auto& config : site.units) {
    const auto i = units_.size();
    units_.push_back(std::make_unique<Unit>(site, config, seed));
    for (const auto& topic : units_.back()->hears()) listeners_[topic].push_back(i);
    std::vector<Message> first;
    units_.back()->read(from_s, first);  // sets its clock
    units_.back()->take_urgent();
    due_.push({from_s + phase_of(seed, config.name) * config.interval_s, i});
  }
}

void VirtualSite::run(double until_s, const Sink& sink) {
  while (true) {
    say_urgent(sink);
    const double event_s = next_event_ < timeline_.size() ? from_s_ + timeline_[next_event_].at_min * 60 : std::numeric_limits<double>::infinity();
    const double unit_s = due_.empty() ? std::numeric_limits<double>::infinity() : due_.top().time_s;
    if (std::min(event_s, unit_s) > until_s) break;
    now_s_ = std::max(now_s_, std::min(event_s, unit_s));
    if (event_s <= unit_s) {
      const auto& event = timeline_[next_event_++];
      event.start ? start(event.scenario) : stop(event.scenario);
    } else {
      const auto due = due_.top();
      due_.pop();
      due_.push({due.time_s + units_[due.unit]->config().interval_s, due.unit});
      publish(due.unit, sink);
    }
  }
  now_s_ = until_s;
}

// Whatever changed meanwhile is said at once, and may make others speak.
void VirtualSite::say_urgent(const Sink& sink) {
  for (int rounds = 0; !urgent_.empty() && rounds < 1000; ++rounds) {
    const auto unit = urgent_.back();
    urgent_.pop_back();
    publish(unit, sink);
  }
}

void VirtualSite::say_all(const Sink& sink) {
  constexpr int kRounds = 3;  // PDU, UPS, incomer
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < units_.size(); ++i) publish(i, sink);
    say_urgent(sink);
  }
}

void VirtualSite::publish(std::size_t unit, const Sink& sink) {
  std::vector<Message> said;
  units_[unit]->read(now_s_, said);
  units_[unit]->take_urgent();
  for (const auto& message : said) {
    sink(now_s_, *units_[unit], message);
    say(message.topic, message.fields);
  }
}

void VirtualSite::say(const std::string& topic, const Fields& fields) {
  const auto it = listeners_.find(topic);
  if (it == listeners_.end()) return;
  for (const auto listener : it->second) {
    units_[listener]->hear(now_s_, topic, fields);
    if (units_[listener]->take_urgent()) urgent_.push_back(listener);
  }
}

void VirtualSite::start(const Scenario& scenario) {
  stop(scenario);
  active_.push_back(scenario);
  active_.back().started_s = now_s_;
  scenarios_changed();
}

void VirtualSite::stop(const Scenario& scenario) {
  if (std::erase_if(active_, [&](const auto& other) { return other.same(scenario); }) > 0) scenarios_changed();
}

void VirtualSite::scenarios_changed() {
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (units_[i]->set_scenarios(now_s_, active_) && units_[i]->take_urgent()) urgent_.push_back(i);
  }
}

}  // namespace dcim::bots
