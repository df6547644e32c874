// What the broker says it has dropped, as a counter: it counts on when the broker, whose own count begins at nought, has been restarted.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <optional>

namespace dcim::app {

class BrokerDrops {
 public:
  explicit BrokerDrops(prometheus::Registry& metrics)
      : family_(prometheus::BuildCounter()
                    .Name("dcim_broker_dropped_total")
                    .Help("Messages that the broker accepted and dropped, because the queue of a client was full; missing when it does not say")
                    .Register(metrics)) {}

  /// `now`: the broker's own count. Gives how many more there are.
  std::int64_t take(std::optional<std::int64_t> now) {
    if (!now) return 0;
    if (!counter_) counter_ = &family_.Add({});
    const auto more = *now >= last_ ? *now - last_ : *now;
    counter_->Increment(static_cast<double>(more));
    last_ = *now;
    return more;
  }

 private:
  prometheus::Family<prometheus::Counter>& family_;
  prometheus::Counter* counter_ = nullptr;  // once the broker has said anything
  std::int64_t last_ = 0;
};

}  // namespace dcim::app
